"""Lists: newest first, `limit` at a time, `from` an id on."""

import urllib.parse

from .errors import ApiError
from .render import documentation, in_list, link

LIMIT, MOST = 50, 250


def page(items, args, url, name, doc, render):
    """One page of a list.

    :param list items: All of them, oldest first; each has an `id`.
    :param args: The query's parameters.
    :param str url: The list's own address.
    :param str name: The plural under which Mollie embeds them.
    :param render: Makes the JSON of one item.
    """
    items = list(items) if _sort(args) == "asc" else list(reversed(items))
    limit, start = _limit(args), _start(items, args)
    shown = items[start : start + limit]
    before, following = max(start - limit, 0), start + limit
    return {
        "count": len(shown),
        "_embedded": {name: [in_list(render(item)) for item in shown]},
        "_links": {
            "documentation": documentation(doc),
            "self": link(_url(url, args, items[start].id if "from" in args else None, limit)),
            "previous": link(_url(url, args, items[before].id, limit)) if start else None,
            "next": link(_url(url, args, items[following].id, limit))
            if following < len(items)
            else None,
        },
    }


def _sort(args):
    if args.get("sort", "desc") not in ("asc", "desc"):
        raise ApiError(400, "The sort order is invalid.", "sort")
    return args.get("sort", "desc")


def _limit(args):
    text = args.get("limit", str(LIMIT))
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST):
        raise ApiError(400, f"The limit must be between 1 and {MOST}.", "limit")
    return int(text)


def _start(items, args):
    if "from" not in args:
        return 0
    for index, item in enumerate(items):
        if item.id == args["from"]:
            return index
    raise ApiError(400, "Invalid cursor value.", "from")


def _url(url, args, start, limit):
    query = {name: args[name] for name in ("sort", "embed") if name in args}
    if start:
        query["from"] = start
    return f"{url}?{urllib.parse.urlencode(query | {'limit': limit})}"
