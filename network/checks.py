"""Runs every check and test of the house, and ends with one line that counts them.

Each check is a program of its own. The linters and compilers run two at a time, then the Python tests on both
cores, then the browser tests alone, because they measure what a person would wait for. A check that passes says so
in one line; one that fails shows all that it printed. The Python tests that ask the database run twice: on SQLite, and
on a PostgreSQL of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path

from network import chromium
from network.cli import CommandError
from network.environment import BASE

SCRIPTS = Path(sys.executable).parent  # not resolved: it is the environment's folder, not that of its Python
FRONTEND = BASE / "frontend"
WORKERS = 2
DATABASE_OF_TESTS = "DATABASE_OF_TESTS"  # read by tests/database.py
# a story waits half of its time for a page, a clock or another browser, and a test for a process, a code or a database
TEST_WORKERS = 3


@dataclass(frozen=True)
class Counts:
    """How many tests of a check passed and failed; a linter counts as one."""

    passed: int = 0
    failed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed)


@dataclass(frozen=True)
class Check:
    """One program to run, and how to count what it did; `{report}` in the command is a file for its report."""

    name: str
    command: list[str]
    folder: Path = BASE
    count: Callable[[Path], Counts] | None = None
    prepare: Callable[[], object] | None = None
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    check: Check
    counts: Counts
    seconds: float
    output: str


def python(name: str, *words: str) -> list[str]:
    return [str(SCRIPTS / name), *words]


def node(package: str, *words: str) -> list[str]:
    return [str(SCRIPTS / "node"), str(FRONTEND / "node_modules" / package), *words]


def count_junit(report: Path) -> Counts:
    """The tests in a JUnit report. A skipped test counts as failed: it proves nothing and would look as if it did."""
    passed = failed = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own test runner wrote it
        if any(case.find(outcome) is not None for outcome in ("failure", "error", "skipped")):
            failed += 1
        else:
            passed += 1
    return Counts(passed, failed)


def count_vitest(report: Path) -> Counts:
    """The tests in a report of vitest, counted as those of Python are."""
    said = json.loads(report.read_text(encoding="utf-8"))
    return Counts(said["numPassedTests"], said["numTotalTests"] - said["numPassedTests"])


QUICK = [
    Check("mypy", python("mypy")),
    Check("ruff", python("ruff", "check")),
    Check("format", python("ruff", "format", "--check")),
    Check("layers", python("lint-imports")),
    Check(
        "migrations", python("python", "-m", "network", "manage", "makemigrations", "--check", "--dry-run")
    ),
    Check("biome", node("@biomejs/biome/bin/biome", "ci", "--colors=off", "."), FRONTEND),
    Check("tsc", node("typescript/bin/tsc", "--noEmit"), FRONTEND),
    Check(
        "vitest",
        node("vitest/vitest.mjs", "run", "--reporter=default", "--reporter=json", "--outputFile={report}"),
        FRONTEND,
        count_vitest,
    ),
]
PYTEST = Check(
    "pytest",
    python(
        "pytest",
        "-q",
        "-n",
        str(TEST_WORKERS),
        "--dist=loadfile",
        "--no-loadscope-reorder",
        "--ignore=tests/browser",
        "--ignore=tests/hostile",
        "--ignore=tests/faults",
        "--junit-xml={report}",
    ),
    count=count_junit,
)
# the tests know themselves which of them ask the database, and start it
PYTEST_ON_POSTGRESQL = replace(PYTEST, name="postgresql", variables={DATABASE_OF_TESTS: "postgresql"})
# each has processes, a database and members of its own, which write as fast as they can
FAULTS = Check(
    "faults",
    python("pytest", "-q", "tests/faults", "--junit-xml={report}"),
    count=count_junit,
)
BROWSER = Check(
    "browser",
    python(
        "pytest",
        "-q",
        "-n",
        str(TEST_WORKERS),
        "--dist=loadfile",
        "--no-loadscope-reorder",
        "tests/browser",
        "tests/hostile",
        "--junit-xml={report}",
    ),
    count=count_junit,
    prepare=chromium.require,
)
CHECKS = {check.name: check for check in [*QUICK, PYTEST, PYTEST_ON_POSTGRESQL, FAULTS, BROWSER]}


def run_check(check: Check) -> Result:
    """Runs one check to its end; whatever goes wrong in it is a failure of that check, never of the runner."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="entente-check-") as scratch:
        report = Path(scratch) / "report"
        command = [word.replace("{report}", str(report)) for word in check.command]
        try:
            if check.prepare:
                check.prepare()
            done = subprocess.run(
                command,
                cwd=check.folder,
                env=variables_for(check, scratch),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                check=False,
            )
        except (OSError, chromium.ChromiumMissing) as error:
            return Result(check, Counts(failed=1), time.monotonic() - begun, str(error))
        counts = counted(check, report, done.returncode)
    return Result(check, counts, time.monotonic() - begun, done.stdout)


def variables_for(check: Check, scratch: str) -> dict[str, str]:
    """What a check sees: our programs first, no settings of the person who runs it, a data directory of its own."""
    ours = ("ENTENTE_", DATABASE_OF_TESTS)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = os.pathsep.join([str(SCRIPTS), os.environ.get("PATH", "")])
    own = {
        "PATH": path,
        "PYTHONPATH": str(BASE),
        "NO_COLOR": "1",
        "ENTENTE_DATA": str(Path(scratch) / "data"),
    }
    return kept | own | check.variables


def counted(check: Check, report: Path, code: int) -> Counts:
    """What the check did; a bad end counts as a failure even when no single test failed."""
    counts = Counts()
    if check.count:
        try:
            counts = check.count(report)
        except (OSError, ElementTree.ParseError, ValueError, KeyError):
            return Counts(failed=1)  # it did not get as far as a report
        if counts == Counts():
            return Counts(failed=1)  # a run without a test is a mistake
    elif code == 0:
        return Counts(passed=1)
    return counts if code == 0 or counts.failed else counts + Counts(failed=1)


def run_all(chosen: Iterable[Check]) -> list[Result]:
    """The results of these checks, each told as soon as it is there."""
    chosen = list(chosen)
    results: list[Result] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(run_check, check) for check in chosen if check in QUICK]
        results.extend(told(done.result()) for done in as_completed(running))
    results.extend(
        told(run_check(check)) for check in (PYTEST, PYTEST_ON_POSTGRESQL, FAULTS, BROWSER) if check in chosen
    )
    return results


def told(result: Result) -> Result:
    counts = result.counts
    word = "FAILED" if counts.failed else "ok"
    numbers = f"{counts.passed + counts.failed} tests" if result.check.count else ""
    print(f"{word:7}{result.check.name:12}{result.seconds:6.1f} s  {numbers}".rstrip(), flush=True)
    if counts.failed:
        print("\n".join(f"    {line}" for line in result.output.rstrip().splitlines()), flush=True)
    return result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(CHECKS)}")


def run(arguments: argparse.Namespace) -> int:
    unknown = [name for name in arguments.names if name not in CHECKS]
    if unknown:
        raise CommandError(f"There is no check {unknown[0]}; the checks are {', '.join(CHECKS)}.")
    # the faults want the computer for themselves, and fail on one that does other things: `./entente test faults`
    names = arguments.names or [name for name in CHECKS if name != FAULTS.name]
    results = run_all(CHECKS[name] for name in names)
    total = sum((result.counts for result in results), Counts())
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0
