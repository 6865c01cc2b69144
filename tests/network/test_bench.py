"""The benchmark measures, prints and writes; how fast it is, is no test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from network.bench.clientid import new_client_id
from network.bench.line import Line
from network.commands.bench import COLUMNS, table
from network.environment import BASE


def test_it_measures_the_running_code_and_writes_what_it_found(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    words = ["-m", "network", "bench", "--members", "3", "--senders", "1", "2", "--seconds", "0.5"]
    answer = subprocess.run(
        [sys.executable, *words, "--json", str(figures)],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    found = json.loads(figures.read_text())
    assert found["server"] == "daphne"
    assert [run["senders"] for run in found["runs"]] == [1, 2]
    for run in found["runs"]:
        assert run.keys() == {*COLUMNS, "members"}
        assert run["acknowledged_per_second"] > 0
        # everybody but the sender is given each message
        assert run["deliveries_per_second"] > run["acknowledged_per_second"]
        assert run["delivery_p50_ms"] <= run["delivery_p99_ms"]
    assert "acked/s" in answer.stdout


def test_the_table_has_one_line_per_number_of_senders() -> None:
    run = dict.fromkeys(COLUMNS, 1.5)
    lines = table([run, run]).splitlines()
    assert len(lines) == 3
    assert len({len(line) for line in lines}) == 1


async def test_the_line_puts_frames_together_however_they_arrive() -> None:
    heard: list[bytes] = []
    line = Line(b"", heard.append)
    long = b"x" * 70_000
    stream = b"HTTP/1.1 101 Switching\r\nA: b\r\n\r\n" + b"".join(
        (
            b"\x81\x02hi",
            b"\x81\x7e" + (300).to_bytes(2, "big") + b"y" * 300,
            b"\x81\x7f" + (70_000).to_bytes(8, "big") + long,
        )
    )
    for at in range(0, len(stream), 7):
        line.data_received(stream[at : at + 7])
    assert heard == [b"hi", b"y" * 300, long]
    await line.ready


def test_client_ids_are_uuids_of_version_7_and_all_different() -> None:
    made = [new_client_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert {one[14] for one in made} == {"7"}
    assert {one[19] for one in made} <= set("89ab")
    assert sorted(one[:13] for one in made) == [one[:13] for one in made]
