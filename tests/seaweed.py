"""An S3-compatible service of its own, on loopback, for tests of what is stored in a bucket."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from network.bench.ports import free_port

PROGRAM = Path(sys.executable).parent / "weed"
KEY_ID, SECRET, BUCKET = "portal", "right-secret", "files"
SLOWEST_START = 60.0


@dataclass
class Seaweed:
    """A service that runs, with one identity that may do everything."""

    directory: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _start(service: Seaweed) -> subprocess.Popen[bytes]:
    identity = {
        "name": "portal",
        "credentials": [{"accessKey": KEY_ID, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "Write", "List"],
    }
    config = service.directory / "s3.json"
    config.write_text(json.dumps({"identities": [identity]}), encoding="utf-8")
    options = {
        "dir": service.directory,
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 20,
        "s3.config": config,
        "s3.port": service.port,
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": service.directory / "s3.sock",
        "filer.localSocket": service.directory / "filer.sock",
    }
    others = ("master.port", "volume.port", "filer.port")
    ports = [name for each in others for name in (each, f"{each}.grpc")] + ["s3.port.grpc"]
    options |= {name: free_port() for name in ports}
    words = [f"-{name}={value}" for name, value in options.items()]
    with (service.directory / "log").open("wb") as log:
        return subprocess.Popen(
            [PROGRAM, "server", "-filer", "-s3", *words],
            cwd=service.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )


@contextmanager
def running(directory: Path) -> Iterator[Seaweed]:
    """A service without any bucket, gone when the block ends."""
    service = Seaweed(directory, free_port())
    process = _start(service)
    try:
        _wait_until_it_answers(service, process)
        yield service
    finally:
        process.kill()
        process.wait()


def _wait_until_it_answers(service: Seaweed, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SLOWEST_START
    while True:
        try:
            if httpx.get(f"{service.address}/healthz").is_success:
                return
        except httpx.TransportError:
            pass
        said = (service.directory / "log").read_text("utf-8", "replace")
        assert process.poll() is None, said
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
