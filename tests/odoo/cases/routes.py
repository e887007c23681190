"""The routes of ours: those that we define or override, and those that reach what we override."""

import inspect

from tests.odoo.cases.roles import MODULE


def our_rules(env):
    """Return ``{rule: endpoint}`` of all addresses on which code of ours may run."""
    rules = env["ir.http"].routing_map().iter_rules()
    return {
        rule.rule: rule.endpoint
        for rule in rules
        if _reaches_ours(type(rule.endpoint.func.__self__), rule.endpoint.func.__name__, set())
    }


def _reaches_ours(cls, name, seen):
    """Return whether a method is ours in one of the classes, or calls one that is."""
    seen.add(name)
    methods = {owner: vars(owner)[name] for owner in cls.mro() if name in vars(owner)}
    if any(owner.__module__.startswith(f"odoo.addons.{MODULE}.") for owner in methods):
        return True
    called = {used for method in methods.values() for used in _names_in(method)}
    return any(_reaches_ours(cls, used, seen) for used in called - seen)


def _names_in(method):
    code = getattr(inspect.unwrap(method), "__code__", None)
    return code.co_names if code else ()
