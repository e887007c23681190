"""How PostgreSQL finds what the addon asks for: the plan of each query of a case."""

import contextlib
import re

from odoo.sql_db import Cursor

# What stands for any value, so that queries that differ in them only are one.
_VALUE = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
PLANNED = ("SELECT", "UPDATE", "DELETE", "WITH")


@contextlib.contextmanager
def watched(stopwatch):
    """Yield the queries that are counted in this process while the block runs, each shape once:
    ``{shape: query}``.
    """
    queries, execute = {}, Cursor.execute

    def watch(cursor, *args, **kwargs):
        result = execute(cursor, *args, **kwargs)
        query = (cursor._obj.query or b"").decode()
        if stopwatch.is_running and query.lstrip().upper().startswith(PLANNED):
            queries.setdefault(_VALUE.sub("?", query), query)
        return result

    Cursor.execute = watch
    try:
        yield queries
    finally:
        Cursor.execute = execute


def plans_of(env, queries):
    """Return what PostgreSQL scans for each query: ``{shape: [(kind, table, rows in it)]}``."""
    return {shape: _scans(env, query) for shape, query in queries.items()}


def _scans(env, query):
    with env.cr.savepoint():
        env.cr.execute(f"EXPLAIN (FORMAT JSON) {query.replace('%', '%%')}", ())
        [[tree]] = env.cr.fetchone()
    return [
        (node["Node Type"], node["Relation Name"], _size(env, node["Relation Name"]))
        for node in _nodes(tree["Plan"])
        if "Relation Name" in node and "Scan" in node["Node Type"]
    ]


def _nodes(node):
    yield node
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _size(env, table):
    env.cr.execute("SELECT reltuples::int FROM pg_class WHERE oid = to_regclass(%s)", [table])
    return env.cr.fetchone()[0]
