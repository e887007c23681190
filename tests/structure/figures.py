"""The figures of the design: `python3 tests/structure/figures.py [folder of the addon]`."""

import statistics
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT))

from tests.structure.core_contract import OVERRIDDEN  # noqa: E402
from tests.structure.floors import CORE_FILES, ROOMS  # noqa: E402
from tests.structure.source import ADDON, Source, circles  # noqa: E402

LONG = 25


def figures(addon=ADDON):
    """Yield lines of text."""
    overridden = {(model, name) for model, names in OVERRIDDEN.items() for name in names}
    source = Source(addon, overridden, ROOMS)
    yield from _transaction(source)
    yield from _circles(source)
    yield from _functions(source)
    yield from _lines(Path(addon))


def _transaction(source):
    files = source.files_of("payment.transaction")
    yield (
        f"methods on payment.transaction: {len(source.methods_of('payment.transaction'))}"
        f" in {len(files)} files"
    )
    calls = [call for call in source.calls if {call.file, call.target} <= set(files)]
    crossing = [call for call in calls if call.file != call.target]
    share = len(crossing) / max(len(calls), 1)
    yield f"calls among these files that cross one: {len(crossing)} of {len(calls)} ({share:.0%})"
    inside = {(c.file, c.target) for c in source.calls_across(CORE_FILES) if c in crossing}
    for circle in circles(inside):
        yield f"circle by calls among them, {len(circle)} files: {', '.join(circle)}"


def _circles(source):
    imports = {(file, target) for file, _line, target in source.imports}
    calls = {(call.file, call.target) for call in source.calls_across(CORE_FILES)}
    for kind, edges in (("imports", imports), ("calls", calls)):
        found = circles(edges)
        yield f"circles by {kind} in the addon: {len(found)}"
        yield from (f"  {len(circle)} files: {', '.join(circle)}" for circle in found)


def _functions(source):
    lengths = sorted(function.lines for function in source.functions)
    long = sorted(f for f in source.functions if f.lines > LONG)
    yield f"functions: {len(lengths)}, median {statistics.median(lengths):g}, longest {lengths[-1]}"
    yield f"functions over {LONG} lines: {len(long)}"
    yield from (f"  {f.file}: {f.owner}.{f.name} {f.lines}" for f in long)


def _lines(addon):
    def count(folder, *, without=()):
        paths = [path for path in folder.rglob("*.py") if not set(without) & set(path.parts)]
        return sum(len(path.read_text().splitlines()) for path in paths)

    top = addon.parent
    yield (
        f"lines of Python: addon {count(addon)}, of it money {count(addon / 'money')};"
        f" tools {count(top / 'tools')};"
        f" tests {count(top / 'tests')}, of it the sandbox {count(top / 'tests/mollie_sandbox')}"
    )


if __name__ == "__main__":
    print("\n".join(figures(*sys.argv[1:])))
