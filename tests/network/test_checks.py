"""The runner of the checks counts honestly: what did not run, or was skipped, has not passed."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import pytest

from network import checks, chromium
from network.checks import Check, Counts
from network.cli import CommandError, main


def program(text: str, **more: object) -> Check:
    return Check("sample", [sys.executable, "-c", text, "{report}"], **more)  # type: ignore[arg-type]


JUNIT = """<testsuites><testsuite>
  <testcase name="a"/><testcase name="b"/>
  <testcase name="c"><failure/></testcase><testcase name="d"><error/></testcase>
  <testcase name="e"><skipped/></testcase>
</testsuite></testsuites>"""


def test_failures_errors_and_skips_have_not_passed(tmp_path: Path) -> None:
    (tmp_path / "report").write_text(JUNIT)
    assert checks.count_junit(tmp_path / "report") == Counts(passed=2, failed=3)


def test_pending_tests_of_the_pages_have_not_passed(tmp_path: Path) -> None:
    (tmp_path / "report").write_text('{"numTotalTests": 7, "numPassedTests": 5, "numPendingTests": 2}')
    assert checks.count_vitest(tmp_path / "report") == Counts(passed=5, failed=2)


@pytest.mark.parametrize(("code", "counts"), [(0, Counts(passed=1)), (1, Counts(failed=1))])
def test_a_linter_counts_as_one(code: int, counts: Counts) -> None:
    assert checks.run_check(program(f"raise SystemExit({code})")).counts == counts


@pytest.mark.parametrize(
    ("report", "code", "counts"),
    [
        ("<t><testcase/></t>", 0, Counts(passed=1)),
        ("<t><testcase/></t>", 1, Counts(passed=1, failed=1)),
        ("<t></t>", 0, Counts(failed=1)),
        ("not xml", 0, Counts(failed=1)),
    ],
)
def test_a_run_of_tests_counts_what_it_reported_and_never_hides_a_bad_end(
    report: str, code: int, counts: Counts
) -> None:
    text = f"import sys, pathlib; pathlib.Path(sys.argv[1]).write_text({report!r}); sys.exit({code})"
    assert checks.run_check(program(text, count=checks.count_junit)).counts == counts


TESTS = """
from pathlib import Path

def test_right():
    pass

def test_late():
    seen = Path(__file__).with_name("seen")
    before = seen.exists()
    seen.touch()
    assert before

def test_wrong():
    assert not Path(__file__).with_name("broken").exists()
"""


def sample_of(folder: Path) -> Check:
    """A run of pytest as the house has it, without what other tests need of it."""
    (folder / "test_sample.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\n")
    command = [sys.executable, "-m", "pytest", *checks.OF_PYTEST, "-p", "xdist.plugin", "-n", "1"]
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return Check("sample", command, folder, checks.count_junit, variables=alone, again=checks.FAILED_ALONE)


def test_what_passes_at_the_second_try_is_passed_and_told_with_its_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result = checks.told(checks.run_check(sample_of(tmp_path)))
    assert result.counts == Counts(passed=3, late=1)
    lines = capsys.readouterr().out
    assert "3 tests, 1 at the second try" in lines
    assert "def test_late" in lines
    assert "The second try:" in lines


def test_what_fails_at_both_tries_has_failed_and_nothing_of_it_is_called_late(tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    assert checks.run_check(sample_of(tmp_path)).counts == Counts(passed=1, failed=2)


def test_many_failures_are_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "FEW", 0)
    assert checks.run_check(sample_of(tmp_path)).counts == Counts(passed=2, failed=1)


@pytest.mark.parametrize("second", [Counts(), Counts(passed=1), Counts(passed=3), Counts(passed=2, failed=1)])
def test_a_second_try_of_other_tests_than_those_that_failed_mends_nothing(second: Counts) -> None:
    first = Counts(passed=9, failed=2)
    assert checks.after_second_try(first, second) == first


def test_a_run_that_leaves_no_report_has_failed() -> None:
    assert checks.run_check(program("", count=checks.count_junit)).counts == Counts(failed=1)


def test_a_missing_program_is_a_failure_of_its_check() -> None:
    result = checks.run_check(Check("sample", ["/nowhere/at/all"]))
    assert result.counts == Counts(failed=1)
    assert "/nowhere/at/all" in result.output


def test_a_missing_browser_is_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "_install", lambda: None)
    result = checks.run_check(program("", prepare=chromium.require))
    assert result.counts == Counts(failed=1)
    assert result.output.startswith("The browser tests need Chromium, which is not here: install it")


def test_a_check_sees_no_setting_of_the_person_who_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENTENTE_ORIGIN", "https://portal.example.org")
    monkeypatch.setenv("ENTENTE_DATA", "/var/lib/entente")
    result = checks.run_check(
        program("import os; print(sorted(n for n in os.environ if n.startswith('ENTENTE_')))")
    )
    assert result.output.strip() == "['ENTENTE_DATA']"
    assert "/var/lib/entente" not in checks.variables_for(result.check, "/scratch").values()


def test_what_python_has_compiled_is_kept_for_the_next_process_of_a_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    result = checks.run_check(program("import sys; print(sys.dont_write_bytecode)"))
    assert result.output.strip() == "False"


def test_each_run_of_the_python_tests_has_the_database_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_OF_TESTS", "postgresql://somebody@elsewhere/else")
    given = {
        name: checks.variables_for(checks.CHECKS[name], "/scratch").get("DATABASE_OF_TESTS")
        for name in ("pytest", "postgresql", "browser")
    }
    assert given == {"pytest": None, "postgresql": "postgresql", "browser": None}


@pytest.mark.parametrize(("code", "ending"), [(0, "1 passed, 0 failed"), (3, "0 passed, 1 failed")])
def test_the_last_line_counts_everything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, ending: str
) -> None:
    check = program(f"print('what it said'); raise SystemExit({code})")
    monkeypatch.setattr(checks, "CHECKS", {"sample": check})
    assert checks.run(argparse.Namespace(names=[])) == (1 if code else 0)
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == ending
    assert re.match(r"(ok|FAILED) +sample +\d+\.\d s", lines[0])
    assert ("    what it said" in lines) == bool(code)


def test_two_checks_run_at_a_time_and_all_are_counted(tmp_path: Path) -> None:
    """Each of the first two waits until the other has begun."""
    meets = """
import pathlib, sys, time
mine, other = (pathlib.Path(sys.argv[2]) / name for name in (sys.argv[3], sys.argv[4]))
mine.touch()
while not other.exists():
    time.sleep(0.01)
"""
    chosen = [
        Check("sample", [*program(meets).command, str(tmp_path), *names])
        for names in (("a", "b"), ("b", "a"), ("c", "a"))
    ]
    assert [result.counts for result in checks.run_all(chosen)] == [Counts(passed=1)] * 3


def test_an_unknown_check_is_refused_with_the_list_of_the_known() -> None:
    with pytest.raises(CommandError, match=r"no check spelling; the checks are vitest, mypy, ruff"):
        checks.run(argparse.Namespace(names=["spelling"]))


def test_a_mistake_at_the_command_line_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", "spelling"]) == 1
    assert capsys.readouterr().err.startswith("entente: There is no check spelling")


def test_every_linter_and_test_of_the_house_is_among_the_checks() -> None:
    assert set(checks.CHECKS) == {
        "mypy", "ruff", "format", "layers", "migrations", "biome", "tsc", "vitest", "pytest", "postgresql",
        "faults", "browser",
    }  # fmt: skip
