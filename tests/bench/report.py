"""The figures of the samples, as a table, as JSON and as a picture."""

import json
import statistics
from html import escape

from tests.bench.alone import ALONE, MODULES
from tests.bench.cases import CASES

COUNTS = ("queries", "calls", "connections", "bytes")
HEAD = ("", "against", "ratio", "quartiles", "to reach", "ms", "queries", "to reach", "KB", "calls")
WIDTHS = (36, 27, 6, 11, 9, 15, 11, 9, 11, 6)
# Of the picture, in pixels: a row, its text, and a ratio of 1.
ROW, TEXT, ONE = 28, 330, 200
# Rows of a table that is read whole in no time, whatever its indexes.
SMALL = 5000
COLORS = {True: "#2f7d32", False: "#b23b3b"}


def figures(core, addon):
    """Return medians of both sides, and the quartiles of how their times compare.

    :param list core: the samples of one side, each beside the other's taken at the same time
    """
    ratios = [b["seconds"] / a["seconds"] for a, b in zip(core, addon, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    return {
        "ratio": {"low": low, "median": middle, "high": high},
        "core": _medians(core),
        "addon": _medians(addon),
    }


def _medians(samples):
    names = ("seconds", *COUNTS)
    return {name: statistics.median(sample[name] for sample in samples) for name in names}


def write(rows, folder):
    """Print the table, and write it into a folder, as JSON and as a picture, too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bench.json").write_text(json.dumps(rows, indent=2))
    (folder / "bench.svg").write_text(_picture(rows))
    for line in (HEAD, *(_line(CASES[name], row) for name, row in rows.items())):
        print(*(f"{text:<{width}}" for text, width in zip(line, WIDTHS, strict=True)))


def _line(case, row):
    core, addon, ratio = row["core"], row["addon"], row["ratio"]
    return (
        case.what,
        case.against,
        f"{ratio['median']:.2f}",
        f"{ratio['low']:.2f}–{ratio['high']:.2f}",
        f"{case.time:.2f}",
        f"{core['seconds'] * 1000:.1f} {addon['seconds'] * 1000:.1f}",
        f"{core['queries']:.0f} {addon['queries']:.0f}",
        case.queries,
        f"{core['bytes'] / 1000:.1f} {addon['bytes'] / 1000:.1f}",
        f"{core['calls']:.0f} {addon['calls']:.0f}",
    )


def write_plans(plans, folder):
    """Write how PostgreSQL finds what each case asks for, and print which queries read a large
    table from end to end.

    :param dict plans: of each case, ``{query: [(kind, table, rows in it)]}``.
    """
    (folder / "plans.json").write_text(json.dumps(plans, indent=2))
    whole = {
        (table, " ".join(query.split())[:300]): size
        for queries in plans.values()
        for query, scans in queries.items()
        for kind, table, size in scans
        if kind == "Seq Scan" and size > SMALL
    }
    count = sum(map(len, plans.values()))
    print(f"\nOf {count} queries {len(whole)} read a table of over {SMALL} rows from end to end.")
    for (table, query), size in whole.items():
        print(f"{table} ({size} rows): {query}")


def write_alone(rows, folder):
    """Print what was measured of the addon alone, and write it as JSON."""
    (folder / "alone.json").write_text(json.dumps(rows, indent=2))
    print()
    for name, row in rows.items():
        case = (ALONE | MODULES)[name]
        told = [f"{row['seconds']:.1f} s"]
        if "count" in row:
            told = [f"{row['count']:,} in {told[0]}", f"{row['megabytes']:.1f} MB more"]
        else:
            told.append(f"written anew: {', '.join(row['rewritten']) or 'no table'}")
        print(f"{case.what:<36} {', '.join(told)} (to reach: {case.reach})")


def _picture(rows):
    """Return a drawing of the ratios: bars, the quartiles across them, what is to be reached."""
    height = ROW * (len(rows) + 1)
    bars = "".join(
        _bar(CASES[name], row["ratio"], number * ROW)
        for number, (name, row) in enumerate(rows.items())
    )
    core = TEXT + ONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {TEXT + 3 * ONE} {height}"'
        ' font-family="sans-serif" font-size="13">'
        f'<rect width="100%" height="100%" fill="#fff"/>{bars}'
        f'<path d="M{core} 0V{height - ROW}" stroke="#333" stroke-dasharray="3"/>'
        f'<text x="{core}" y="{height - 9}" text-anchor="middle">Odoo\'s core</text></svg>\n'
    )


def _bar(case, ratio, top):
    color = COLORS[ratio["median"] <= case.time]
    wide, low, high = (min(ratio[name], 2.8) * ONE for name in ("median", "low", "high"))
    target = TEXT + case.time * ONE
    label = max(TEXT + wide, TEXT + high, target) + 8
    return (
        f'<text x="{TEXT - 10}" y="{top + 18}" text-anchor="end">{escape(case.what)}</text>'
        f'<rect x="{TEXT}" y="{top + 6}" width="{wide:.0f}" height="16" fill="{color}"/>'
        f'<path d="M{TEXT + low:.0f} {top + 14}H{TEXT + high:.0f}" stroke="#000" opacity=".5"/>'
        f'<path d="M{target:.0f} {top + 3}v22" stroke="#333" stroke-width="2"/>'
        f'<text x="{label:.0f}" y="{top + 18}">{ratio["median"]:.2f}</text>'
    )
