"""Finds the system's Chromium, for tests and pictures of the screens; no test tool brings a browser of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No sandbox: as root and in containers Chromium cannot make one. The rest keeps it from talking to anybody.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ChromiumMissing(Exception):
    """There is no Chromium here and none could be installed; the message says what to do."""


def find() -> Path | None:
    """The Chromium of this computer, if it has one."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else None


def require() -> Path:
    """The Chromium of this computer; installed as a Debian package where that is allowed."""
    found = find()
    if found:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = find()
    if not found:
        raise ChromiumMissing(
            "The browser tests need Chromium, which is not here: install it (on Debian: apt-get install chromium)."
        )
    return found


def _install() -> None:
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
        command = ["apt-get", "-qq", *words]
        # a failure shows in that Chromium is still missing
        subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False)
