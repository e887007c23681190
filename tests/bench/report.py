"""The figures of the samples, as a table, as JSON and as a picture."""

import json
import statistics

from tests.bench.cases import CASES

COUNTS = ("queries", "calls", "connections", "bytes")


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
    print(f"{'':38} {'ratio':>6} {'quartiles':>13} {'target':>7} {'ms':>15} {'queries':>11}"
          f" {'KB':>13} {'calls':>6}")
    for name, row in rows.items():
        print(_line(CASES[name], row))


def _line(case, row):
    core, addon, ratio = row["core"], row["addon"], row["ratio"]
    quartiles = f"{ratio['low']:.2f}–{ratio['high']:.2f}"
    return (
        f"{case.what:38} {ratio['median']:6.2f} {quartiles:>13} {case.time or '':>7}"
        f" {core['seconds'] * 1000:7.1f}{addon['seconds'] * 1000:8.1f}"
        f" {core['queries']:5.0f}{addon['queries']:6.0f}"
        f" {core['bytes'] / 1000:7.1f}{addon['bytes'] / 1000:6.1f}"
        f" {core['calls']:3.0f}{addon['calls']:3.0f}"
    )
