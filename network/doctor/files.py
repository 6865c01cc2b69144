"""Whether the secrets and the data are where they should be, for us to read and for nobody else."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from network.doctor.findings import Case, Check, Finding, failed, ok, warning
from network.environment import VARIABLES
from network.secret import SHORTEST

MOUNTED = Path("/run/secrets")
"""Where container engines put secrets, readable in the container for whoever needs them."""
SCARCE, TOO_LITTLE = 2 * 1024**3, 200 * 1024**2


def _data(case: Case) -> Iterator[Finding]:
    place, data = "files.data", case.environment.data
    if not data.is_dir():
        yield failed(
            place,
            f"There is no directory {data}.",
            "Set ENTENTE_DATA to it, or start the portal once: it is made then.",
        )
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield failed(
            place,
            f"This user cannot read and write {data}.",
            "Run this as the user of the portal, or give the directory to it.",
        )
        return
    yield ok(place, f"{data} is there, to read and to write.")


def _space(case: Case) -> Iterator[Finding]:
    place, free = "files.space", shutil.disk_usage(case.environment.data).free
    saw = f"{free / 1024**3:.1f} GiB are free where the data lies."
    do = "Make room or enlarge the volume: without space nothing more can be sent."
    if free < TOO_LITTLE:
        yield failed(place, saw, do)
    elif free < SCARCE:
        yield warning(place, saw, do)
    else:
        yield ok(place, saw)


def _named(case: Case) -> list[tuple[str, Path]]:
    """Every file that holds a secret of this portal, by the name under which the operator knows it."""
    named = [
        (name, Path(os.environ[name]))
        for name in VARIABLES
        if name.endswith("_FILE") and os.environ.get(name)
    ]
    if case.environment.secret_key_file is None:
        named.append(("The secret key", case.environment.data / "secret_key"))
    return named


def _secrets(case: Case) -> Iterator[Finding]:
    place, named = "files.secrets", _named(case)
    broken = False
    for name, path in named:
        try:
            held = path.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            fault = failed(
                place, f"{name}: there is no file {path}.", "Name the right file, or start the portal once."
            )
        except (OSError, UnicodeDecodeError):
            fault = failed(
                place, f"{name}: {path} cannot be read.", "Give the file to the user of the portal."
            )
        else:
            is_key = name in ("The secret key", "ENTENTE_SECRET_KEY_FILE")
            if not is_key or len(held) >= SHORTEST:
                continue
            fault = failed(
                place, f"{name}: {path} is shorter than {SHORTEST} characters.", "Make a longer one."
            )
        broken = True
        yield fault
    if not broken:
        yield ok(place, f"{len(named)} secret files can be read.")


def _closed(case: Case) -> Iterator[Finding]:
    """Nobody else on this computer reads what is in the data directory and in the secret files."""
    place, faults = "files.closed", []
    for name, path in [("The data directory", case.environment.data), *_named(case)]:
        if not path.exists() or path.is_relative_to(MOUNTED):
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        # a file is as closed as the directories above it
        way_there = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.absolute().parents)
        if mode & 0o007 and way_there:
            saw = f"{name}: others on this computer get into {path} (mode {mode:03o})."
            do = f"chmod go= {path}; make a new secret if others have been on this computer."
            faults.append(failed(place, saw, do))
        elif mode & 0o077:
            saw = f"{name}: {path} is open to more than its owner (mode {mode:03o})."
            faults.append(
                warning(place, saw, f"chmod go= {path}, unless a group or a closed directory is meant.")
            )
    yield from faults or [ok(place, "The data and the secrets are for their owner alone.")]


CHECKS = (
    Check("files.data", _data, 5),
    Check("files.space", _space, 5, needs=("files.data",)),
    Check("files.secrets", _secrets, 5, needs=("files.data",)),
    Check("files.closed", _closed, 5, needs=("files.data",)),
)
