"""Replies of Mollie's with one place that is not what it should be."""

import copy
import re

LONG = "x\x00\r\n\x1b[1m\u2028\ud800<b>{{7*7}}" + "y" * 5000


# The only addresses in replies that the addon looks at.
_READ_LINKS = ("checkout", "next")


def places(value, way=()):
    """Yield the way to each place of a reply: keys, and the first item of each list.

    Of links, of which each object has many, only those that the addon reads.
    """
    return (place for place in _all_places(value, way) if _is_read(place))


def _is_read(way):
    return "_links" not in way[:-1] or (way[0] == "_links" and way[1] in _READ_LINKS)


def _all_places(value, way):
    items = value.items() if isinstance(value, dict) else enumerate(value[:1])
    for key, inner in items:
        yield (*way, key)
        if isinstance(inner, dict | list):
            yield from _all_places(inner, (*way, key))


def mutate(reply, way, mutation):
    """Return the reply with another value in one place, and what stands there: a list of one value,
    empty if nothing does.
    """
    reply = copy.deepcopy(reply)
    place = reply
    for key in way[:-1]:
        place = place[key]
    instead = MUTATIONS[mutation](place.pop(way[-1]))
    if instead and isinstance(place, list):
        place.insert(way[-1], instead[0])
    elif instead:
        place[way[-1]] = instead[0]
    return reply, instead


def _is_number(value):
    return isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value)


def _out_of_range(value):
    if _is_number(value):
        return ["-" + value]
    is_moment = isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)
    return ["9999-12-31T23:59:59-14:00" if is_moment else 10**30]


# What is said of money is said in another currency, or of other money.
def _of_other_money(value):
    return ["99999999999.99" if _is_number(value) else "USD"]


MUTATIONS = {
    "missing": lambda value: [],
    "null": lambda value: [None],
    "another type": lambda value: [5 if isinstance(value, str) else "x"],
    "empty": lambda value: [type(value)() if isinstance(value, str | dict | list) else ""],
    "out of range": _out_of_range,
    "other money": _of_other_money,
    "long": lambda value: [LONG],
    "nested": lambda value: [[value] if isinstance(value, dict) else {"x": [value]}],
}
