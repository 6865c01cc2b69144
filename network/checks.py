"""Runs every check and test of the house, and ends with one line that counts them.

Each check is a program of its own, and two of them run at a time: linters and compilers first, then the tests. While
tests wait for a page, a clock or a process that was killed, those of the other check have the processor; none may fail
because a computer is busy. A check that passes says so in one line; one that fails shows all that it printed. The
Python tests that ask the database run twice: on SQLite, and on a PostgreSQL of their own.

Where a few of thousands of tests fail, those are tried once more, one after the other. What fails again has failed.
What passes then is counted by itself in the last line and shown with all that the first try printed: somebody must
mend it, but it does not make a red run of a green one.
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
FEW = 3
"""More failures than this are no coincidence: they are not tried again."""


@dataclass(frozen=True)
class Counts:
    """How many tests of a check passed and failed; a linter counts as one."""

    passed: int = 0
    failed: int = 0
    late: int = 0
    """Those of the passed that failed at the first try."""

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.passed + other.passed, self.failed + other.failed, self.late + other.late)


@dataclass(frozen=True)
class Check:
    """One program to run, and how to count what it did; `{report}` in the command is a file for its report.

    The words of `again`, behind the command, run those of its tests alone that failed; `{cache}` is a folder where the
    first run keeps their names for the second.
    """

    name: str
    command: list[str]
    folder: Path = BASE
    count: Callable[[Path], Counts] | None = None
    prepare: Callable[[], object] | None = None
    variables: dict[str, str] = field(default_factory=dict)
    again: list[str] | None = None


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


OF_PYTEST = ["-q", "--junit-xml={report}", "-o", "cache_dir={cache}"]
FAILED_ALONE = ["-n", "0", "--last-failed", "--last-failed-no-failures=none"]
SPREAD = ["-n", str(TEST_WORKERS), "--dist=loadfile", "--no-loadscope-reorder"]

QUICK = [
    # the longest of them begins first
    Check(
        "vitest",
        node(
            "vitest/vitest.mjs",
            "run",
            f"--maxWorkers={WORKERS}",  # it would leave one processor to others, and use one
            "--reporter=default",
            "--reporter=json",
            "--outputFile={report}",
        ),
        FRONTEND,
        count_vitest,
    ),
    Check("mypy", python("mypy")),
    Check("ruff", python("ruff", "check")),
    Check("format", python("ruff", "format", "--check")),
    Check("layers", python("lint-imports")),
    Check(
        "migrations", python("python", "-m", "network", "manage", "makemigrations", "--check", "--dry-run")
    ),
    Check("biome", node("@biomejs/biome/bin/biome", "ci", "--colors=off", "."), FRONTEND),
    Check("tsc", node("typescript/bin/tsc", "--noEmit"), FRONTEND),
]
PYTEST = Check(
    "pytest",
    python(
        "pytest",
        *OF_PYTEST,
        *SPREAD,
        "--ignore=tests/browser",
        "--ignore=tests/hostile",
        "--ignore=tests/faults",
    ),
    count=count_junit,
    again=FAILED_ALONE,
)
# the tests know themselves which of them ask the database, and start it
PYTEST_ON_POSTGRESQL = replace(PYTEST, name="postgresql", variables={DATABASE_OF_TESTS: "postgresql"})
# each has processes, a database and members of its own, which write as fast as they can
FAULTS = Check("faults", python("pytest", *OF_PYTEST, "tests/faults"), count=count_junit, again=FAILED_ALONE)
BROWSER = Check(
    "browser",
    python("pytest", *OF_PYTEST, *SPREAD, "tests/browser", "tests/hostile"),
    count=count_junit,
    prepare=chromium.require,
    again=FAILED_ALONE,
)
# those that take longest begin first, and what waits most runs beside what works most
SLOW = [BROWSER, PYTEST, PYTEST_ON_POSTGRESQL, FAULTS]
CHECKS = {check.name: check for check in [*QUICK, *SLOW]}


def run_check(check: Check) -> Result:
    """Runs one check to its end; whatever goes wrong in it is a failure of that check, never of the runner."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="entente-check-") as scratch:
        try:
            if check.prepare:
                check.prepare()
            counts, output = run_once(check, check.command, Path(scratch))
            if check.again and counts.passed and 0 < counts.failed <= FEW:
                second, said = run_once(check, [*check.command, *check.again], Path(scratch))
                counts = after_second_try(counts, second)
                output = f"{output.rstrip()}\n\nThe second try:\n{said}"
        except (OSError, chromium.ChromiumMissing) as error:
            return Result(check, Counts(failed=1), time.monotonic() - begun, str(error))
    return Result(check, counts, time.monotonic() - begun, output)


def run_once(check: Check, command: list[str], scratch: Path) -> tuple[Counts, str]:
    """What a command of this check did, and what it printed."""
    report, cache = scratch / "report", scratch / "cache"
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [word.replace("{report}", str(report)).replace("{cache}", str(cache)) for word in command],
        cwd=check.folder,
        env=variables_for(check, str(scratch)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return counted(check, report, done.returncode), done.stdout


def after_second_try(first: Counts, second: Counts) -> Counts:
    """Only if exactly what had failed was run again, and all of it passed, has it passed late."""
    if second != Counts(passed=first.failed):
        return first
    return Counts(passed=first.passed + first.failed, late=first.failed)


def variables_for(check: Check, scratch: str) -> dict[str, str]:
    """What a check sees: our programs first, no settings of the person who runs it, a data directory of its own."""
    # Python keeps what it has compiled: the tests start it some hundred times, and compiling is half of each start
    ours = ("ENTENTE_", DATABASE_OF_TESTS, "PYTHONDONTWRITEBYTECODE")
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
    """The results of these checks, begun in this order, each told as soon as it is there."""
    with ThreadPoolExecutor(WORKERS) as pool:
        running = [pool.submit(run_check, check) for check in chosen]
        return [told(done.result()) for done in as_completed(running)]


def told(result: Result) -> Result:
    counts = result.counts
    word = "FAILED" if counts.failed else "ok"
    numbers = f"{counts.passed + counts.failed} tests{at_second_try(counts)}" if result.check.count else ""
    print(f"{word:7}{result.check.name:12}{result.seconds:6.1f} s  {numbers}".rstrip(), flush=True)
    if counts.failed or counts.late:
        print("\n".join(f"    {line}" for line in result.output.rstrip().splitlines()), flush=True)
    return result


def at_second_try(counts: Counts) -> str:
    return f", {counts.late} at the second try" if counts.late else ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these: {', '.join(CHECKS)}")


def run(arguments: argparse.Namespace) -> int:
    unknown = [name for name in arguments.names if name not in CHECKS]
    if unknown:
        raise CommandError(f"There is no check {unknown[0]}; the checks are {', '.join(CHECKS)}.")
    results = run_all(CHECKS[name] for name in arguments.names or CHECKS)
    total = sum((result.counts for result in results), Counts())
    print(f"{total.passed} passed, {total.failed} failed{at_second_try(total)}")
    return 1 if total.failed else 0
