"""A plugin of pytest that lets the tests hunt mutants, for `make mutants`.

All tests run once, and it is noted which statements each comes by. Then the code is changed while
Odoo runs, one change after the other, and the tests that come by run until one fails: first those
whose names have most words in common with the change, of these the quickest. A change that no test
notices is a hole in the tests, or makes no difference.

Several may hunt at once: what one has begun, the others leave.
"""

import collections
import contextlib
import difflib
import gc
import hashlib
import json
import os
import random
import re
import signal
import time
import types
from ast import unparse
from pathlib import Path

from _pytest.runner import runtestprotocol

from .source import Source

# Seconds: how long tests may hunt one mutant at a time, and one test may take.
HUNT, TEST = 150, 180
# What becomes of a mutant. What waits for ever is noticed, too.
BEGUN, KILLED, SURVIVED, UNVISITED, ENDLESS = "begun", "killed", "survived", "unvisited", "endless"
NOTICED = (KILLED, ENDLESS)
# With this code ends a process in which a test waits for ever: another one goes on behind it.
STUCK = 75
HOW = Path(__file__).with_name("changes.py")


def pytest_runtestloop(session):
    if not session.testsfailed:
        hunt = Hunt(session)
        session.config.pluginmanager.register(hunt)
        hunt.run()
        # What failed was to fail.
        session.testsfailed = 0
    return True


class Hunt:
    """One process's part: the tests, the files, and what is known of the mutants so far."""

    def __init__(self, session):
        self.root, self.tests = session.config.rootpath, session.items
        self.folder = self.root / "build/mutants"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.failed, self.begun, made = [], None, _functions()
        addon = self.root / "invoice_mollie"
        patterns = os.environ["MUTATE"].split()
        paths = sorted({path for pattern in patterns for path in addon.glob(pattern)})
        self.sources = [Source(path.resolve(), made) for path in paths]
        # By what is changed, and how.
        texts = b"\0".join(path.read_bytes() for path in (*paths, HOW))
        self.results = self.folder / f"{hashlib.sha256(texts).hexdigest()[:12]}.jsonl"

    def run(self):
        signal.signal(signal.SIGALRM, self.end_endless)
        visits = self.visits()
        mutants = [(source, change) for source in self.sources for change in source.changes]
        names = {
            f"{source.path.relative_to(self.root)}:{change.statement}:{number}": (source, change)
            for number, (source, change) in enumerate(mutants)
        }
        chosen = sorted(names)
        random.Random(int(os.environ.get("SEED") or 1)).shuffle(chosen)
        for name in chosen[: int(os.environ.get("MUTANTS") or 400)]:
            if self.is_wanted(self.known().get(name)):
                self.hunt(name, *names[name], visits)
        print(summary(self.known().values()), flush=True)

    def is_wanted(self, row):
        """Return whether a mutant is to be hunted: a new one, or AGAIN one that escaped."""
        return not row or os.environ.get("AGAIN") and row["end"] in (SURVIVED, UNVISITED)

    # --- which tests come by ---------------------------------------------------------------------

    def visits(self):
        """Return, for (file, line) of a statement, the tests that come by, the quickest first."""
        path = self.results.with_suffix(".visits.jsonl")
        rows = _lines(path)
        seen = {row["test"] for row in rows}
        with path.open("a") as file:
            for row in self._watched([test for test in self.tests if test.nodeid not in seen]):
                file.write(f"{json.dumps(row)}\n")
                rows.append(row)
        found = collections.defaultdict(list)
        by_name = {test.nodeid: test for test in self.tests}
        for row in sorted(rows, key=lambda row: row["seconds"]):
            for place in row["places"] if row["test"] in by_name else ():
                found[tuple(place)].append(by_name[row["test"]])
        return found

    def _watched(self, tests):
        """Run some tests once; yield what is seen of each that passes."""
        with contextlib.ExitStack() as stack:
            places = set()
            for source in self.sources:
                stack.enter_context(source.counted(places.add))
            for test, following in zip(tests, [*tests[1:], None], strict=False):
                places.clear()
                begin = time.monotonic()
                if self.passes(test, following):
                    seconds = round(time.monotonic() - begin, 3)
                    yield {"test": test.nodeid, "seconds": seconds, "places": sorted(places)}

    def passes(self, test, following=None):
        self.failed.clear()
        test._initrequest()
        signal.alarm(TEST)
        try:
            reports = runtestprotocol(test, nextitem=following, log=False)
        finally:
            signal.alarm(0)
        return not self.failed and not any(report.failed for report in reports)

    def pytest_runtest_logreport(self, report):
        """Note what has failed of parts of tests: they have no other report."""
        if report.failed:
            self.failed.append(report)

    # --- the hunt --------------------------------------------------------------------------------

    def hunt(self, name, source, change, visits):
        before, known = unparse(change.function), self.known().get(name, {})
        with change.made():
            lines = difflib.ndiff(before.splitlines(), unparse(change.function).splitlines())
            row = {"mutant": name, "change": [line for line in lines if line[0] in "+-"]}
            self.begun = row
            self.note(row, BEGUN)
            visitors = visits[str(source.path), change.statement]
            tried = known.get("tried", [])
            tests = [test for test in visitors if test.nodeid not in tried]
            words = _words(f"{name} {change.function.name} {row['change']}")
            tests.sort(key=lambda test: -len(words & _words(test.nodeid)))
            end, more = self.end_of(source, tests)
        self.note(row, end if visitors else UNVISITED, tried=tried + more, of=len(visitors))

    def end_of(self, source, tests):
        """Return what becomes of the mutant that stands in the tree, and which tests were tried."""
        begin, tried = time.monotonic(), []
        with source.running():
            for test in tests:
                tried.append(test.nodeid)
                if not self.passes(test):
                    break
                if time.monotonic() - begin > HUNT:
                    return SURVIVED, tried
            else:
                return SURVIVED, tried
        # It must be the mutant that the test noticed.
        assert self.passes(test), f"{test.nodeid} fails without a mutant, too"
        return KILLED, tried

    def end_endless(self, *_signal):
        """End the process, with the threads in which a mutant waits for ever."""
        if self.begun:
            self.note(self.begun, ENDLESS)
        os._exit(STUCK)

    def known(self):
        """Return what is known of each mutant that was begun, by its name."""
        known = {}
        for row in _lines(self.results):
            # Begun by who was stopped, it was not begun.
            if row["end"] != BEGUN or _is_alive(row["process"]):
                known[row["mutant"]] = row
        return known

    def note(self, row, end, **more):
        row = row | {"end": end, "process": os.getpid()} | more
        if end != BEGUN:
            print(end, row["mutant"], *row["change"], sep="\n  ", flush=True)
        with self.results.open("a") as file:
            file.write(f"{json.dumps(row)}\n")


def summary(rows):
    ends = collections.Counter(row["end"] for row in rows)
    noticed = sum(ends[end] for end in NOTICED)
    return f"{noticed} of {ends.total()} mutants are noticed: {dict(ends)}"


def _words(text):
    """Return the words of names, without the ends that say how many or when."""
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {word.removesuffix("s").removesuffix("ed") for word in words}


def _lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _functions():
    """Return the functions of this process by (file, line, name)."""
    found = collections.defaultdict(list)
    for function in gc.get_objects():
        if isinstance(function, types.FunctionType):
            code = function.__code__
            place = os.path.realpath(code.co_filename), code.co_firstlineno, code.co_qualname
            found[place].append(function)
    return found


def _is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
