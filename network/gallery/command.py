"""`entente gallery OUT`: a picture of every screen and designed state, with an index page."""

from __future__ import annotations

import argparse
import html
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from network.cli import CommandError
from network.environment import BASE
from network.gallery.stage import Picture, Stage

SLOWEST_START = 120.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("out", type=Path, help="directory for the pictures")
    parser.add_argument(
        "--port", type=int, default=8765, help="port for the demonstration while it is photographed"
    )


def run(arguments: argparse.Namespace) -> int:
    from playwright.sync_api import sync_playwright

    from network import chromium
    from network.gallery import scenes

    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    try:
        executable = chromium.require()
    except chromium.ChromiumMissing as missing:
        raise CommandError(str(missing)) from missing
    began = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as data,
        _demonstration(Path(data), arguments.port) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=executable, args=chromium.ARGUMENTS)
        stage = Stage(browser, f"http://localhost:{arguments.port}", out)
        try:
            with _empty_portal(Path(data), arguments.port + 1) as (address, link):
                beginning = Stage(browser, address, out)
                scenes.founding(beginning, link)
            scenes.everything(stage, server.stop, partial(operate, Path(data) / "demo"))
            stage.pictures[:0] = beginning.pictures
        finally:
            stage.close()
            browser.close()
    (out / "index.html").write_text(_index(stage.pictures), encoding="utf-8")
    print(
        f"{len(stage.pictures)} pictures in {out}, {time.monotonic() - began:.0f} s. Open {out / 'index.html'}."
    )
    return 0


@contextmanager
def _demonstration(data: Path, port: int) -> Iterator[_Server]:
    """A fresh demonstration on this port, until the block ends."""
    words = [sys.executable, "-m", "network", "demo", "--port", str(port), "--data", str(data / "demo")]
    server = _Server(subprocess.Popen(words, cwd=BASE, stdout=subprocess.DEVNULL))
    try:
        _wait(server.process, port)
        yield server
    finally:
        server.stop()


def operate(data: Path, word: str) -> None:
    """What an operator does at the command line while browsers look on: `entente restoration` with a word."""
    environment = {"ENTENTE_DATA": str(data), "PATH": os.defpath}
    words = [sys.executable, "-m", "network", "restoration", word]
    subprocess.run(words, cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def _empty_portal(data: Path, port: int) -> Iterator[tuple[str, str]]:
    """An ordinary portal before its founding, and the link of its first officer."""
    environment = {"ENTENTE_DATA": str(data / "empty"), "ENTENTE_PORT": str(port), "PATH": os.defpath}
    words = [sys.executable, "-m", "network"]
    made = subprocess.run(
        [*words, "init"], cwd=BASE, env=environment, check=True, capture_output=True, text=True
    )
    link = next(word for word in made.stdout.split() if "/enrol#" in word)
    server = _Server(
        subprocess.Popen([*words, "serve"], cwd=BASE, env=environment, stdout=subprocess.DEVNULL)
    )
    try:
        _wait(server.process, port)
        yield f"http://localhost:{port}", link
    finally:
        server.stop()


@dataclass(frozen=True)
class _Server:
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it; harmless when it has ended."""
        self.process.terminate()
        self.process.wait()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while True:
        try:
            urlopen(f"http://127.0.0.1:{port}/health/live").close()
        except (URLError, ConnectionError) as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise CommandError("The demonstration did not start.") from error
            time.sleep(0.1)
        else:
            return


def _index(pictures: Sequence[Picture]) -> str:
    """A page that shows all pictures, a row for each scene."""
    rows: dict[str, list[Picture]] = {}
    for picture in pictures:
        rows.setdefault(picture.title, []).append(picture)
    body = "".join(
        f"<section><h2>{html.escape(title)}</h2>"
        + "".join(
            f'<a href="{one.file}"><img src="{one.file}" loading="lazy" alt="{one.language}, {one.width} px"></a>'
            for one in shown
        )
        + "</section>"
        for title, shown in rows.items()
    )
    style = (
        "body{font:15px system-ui;margin:2rem;background:#f4f6f8}section{margin-block-end:2rem}"
        "img{block-size:20rem;margin-inline-end:1rem;border:1px solid #d2d9e1;vertical-align:top}"
    )
    return f"<!doctype html><meta charset=utf-8><title>Entente: every screen</title><style>{style}</style>{body}\n"
