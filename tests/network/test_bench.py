"""The benchmark measures, prints and writes; how fast it is, is no test."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from network.bench import document
from network.bench.clientid import new_client_id
from network.bench.crew import Seen
from network.bench.drawing import svg
from network.bench.figures import Bar, Curve, Drawing, Section, markdown, table
from network.bench.line import Line
from network.bench.load import SEALED_BYTES, Load, sent_at
from network.bench.processes import cpu_seconds, tree
from network.commands.bench import DOCUMENT, GROWTH, STANDARD
from network.environment import BASE


def measured(folder: Path, *words: str) -> tuple[dict[str, Any], str]:
    """The figures of a tiny run, and what it said."""
    figures = folder / "figures.json"
    answer = subprocess.run(
        [sys.executable, "-m", "network", "bench", "--tiny", *words, "--json", str(figures)],
        cwd=BASE,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(figures.read_text("utf-8")), answer.stdout


def rows_of(section: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(section["columns"], row, strict=True)) for row in section["rows"]]


@pytest.fixture(scope="module")
def on_daphne(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """Two scenarios in one run, for what it takes to make the portals."""
    return measured(tmp_path_factory.mktemp("bench"), "--only", "path", "killed", "--servers", "daphne")


def test_the_path_is_measured_on_every_portal(on_daphne: tuple[dict[str, Any], str]) -> None:
    found, said = on_daphne
    section, _ = found["sections"]
    rows = rows_of(section)
    assert {row["portal"] for row in rows} == {"embedded", "postgresql", "several"}
    for row in rows:
        assert row["acked/s"] > 0
        # everybody but the sender is given each message
        assert row["deliveries/s"] > row["acked/s"]
        assert row["p50 ms"] <= row["p99 ms"]
        assert row["portal"] != "embedded" or row["database"] == 0
        assert row["load CPU s/1000"] > 0
    assert any("ejabberd" in bar["what"] for bar in section["bars"])
    assert "acked/s" in said
    assert "bars are met" in said


def test_commits_and_connections_are_measured_on_both_databases(tmp_path: Path) -> None:
    words = ("--only", "commits", "fanout", "idle", "--servers", "uvicorn")
    found, said = measured(tmp_path, *words, "--portals", "embedded", "postgresql")
    commits, fanout, idle = found["sections"]
    assert [row["what"] for row in rows_of(commits)] == [
        "pgbench: counter and insert",
        "embedded, uvicorn",
        "postgresql, uvicorn",
    ]
    assert all(row["commits/s"] > 0 for row in rows_of(commits))
    for section in (fanout, idle):
        assert [row["portal"] for row in rows_of(section)] == ["embedded", "postgresql"]
    assert all(row["messages"] > 0 for row in rows_of(fanout))
    assert all(row["opened/s"] > 0 for row in rows_of(idle))
    assert "pgbench" in said


def test_nothing_acknowledged_is_lost_when_all_is_killed(on_daphne: tuple[dict[str, Any], str]) -> None:
    found, _ = on_daphne
    _, section = found["sections"]
    assert [row["portal"] for row in rows_of(section)] == ["embedded", "postgresql"]
    for row in rows_of(section):
        assert row["acknowledged"] > 0
        assert (row["missing"], row["stored twice"], row["gaps"]) == (0, 0, 0)


def test_growth_is_measured_and_drawn(tmp_path: Path) -> None:
    found, _ = measured(
        tmp_path, "--only", "growth", "--portals", "postgresql", "--svg", str(tmp_path / "drawn")
    )
    (section,) = found["sections"]
    assert [drawing["name"] for drawing in section["drawings"]] == [
        "conversations",
        "stored",
        "members",
        "connections",
    ]
    assert all(row["acked/s"] > 0 for row in rows_of(section))
    for drawing in section["drawings"]:
        ElementTree.parse(tmp_path / "drawn" / f"performance-{drawing['name']}.svg")


def test_a_bar_is_met_from_the_right_side() -> None:
    assert Bar("cost", 0.9, 1.0).met
    assert not Bar("cost", 1.1, 1.0).met
    assert Bar("speed", 1.1, 1.0, at_least=True).met
    assert not Bar("speed", 0.9, 1.0, at_least=True).met


def test_times_are_read_at_their_share() -> None:
    seen = Seen(1.0, 0, 0, {}, 0.0)
    seen.delivery.update(dict.fromkeys(range(1, 101), 1))
    assert (seen.delivery_ms(0.5), seen.delivery_ms(0.99), seen.delivery_ms(1)) == (0.5, 0.99, 1.0)


def test_a_table_has_one_line_per_row_and_numbers_to_the_right() -> None:
    lines = table(("what", "how much"), [["one", 1.0], ["another", 2_000]]).splitlines()
    assert lines == ["what     how much", "one             1", "another     2,000"]


def test_the_document_has_a_place_for_everything_that_is_measured(tmp_path: Path) -> None:
    copy = tmp_path / "performance.md"
    copy.write_text(DOCUMENT.read_text("utf-8"), "utf-8")
    drawing = Drawing(
        "members", "What it costs", "members", "seconds", [Curve("embedded", [(0, 1), (10, 2)])]
    )
    sections = [
        Section(name, name, ("what", "how much"), [[name, 12.5]], [Bar(name, 1, 2)], [drawing])
        for name in (*STANDARD, GROWTH)
    ]
    document.write(copy, sections, "A computer.")
    text = copy.read_text("utf-8")
    assert "A computer." in text
    for section in sections:
        assert markdown(section.columns, section.rows) in text
    assert (tmp_path / "images" / "performance-members.svg").is_file()
    document.write(copy, sections, "A computer.")
    assert copy.read_text("utf-8") == text
    with pytest.raises(document.NoPlace):
        document.write(copy, [Section("unheard of", "", ("a",), [["b"]])], "A computer.")


def test_curves_lie_within_their_drawing_and_zero_has_its_place() -> None:
    points = [(0.0, 0.5), (10.0, 3.0), (5_000.0, 7.9)]
    root = ElementTree.fromstring(svg(Drawing("x", "A <title>", "across", "up", [Curve("a", points)])))
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    dots = root.findall("{http://www.w3.org/2000/svg}circle")
    across = [float(dot.attrib["cx"]) for dot in dots]
    up = [float(dot.attrib["cy"]) for dot in dots]
    assert across == sorted(set(across))
    assert up == sorted(set(up), reverse=True)
    assert all(0 < at < width for at in across)
    assert all(0 < at < height for at in up)
    assert not [one for one in root.iter() if "style" in one.attrib or "class" in one.attrib]


@pytest.fixture
def two_ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_the_line_puts_frames_together_however_they_arrive(
    two_ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = two_ends
    heard: list[bytes] = []
    opened: list[bool] = []
    line = Line(near, lambda data, start, end: heard.append(data[start:end]), lambda: opened.append(True))
    long = b"x" * 70_000
    stream = b"HTTP/1.1 101 Switching\r\nA: b\r\n\r\n" + b"".join(
        (
            b"\x81\x02hi",
            b"\x89\x01p",
            b"\x81\x7e" + (300).to_bytes(2, "big") + b"y" * 300,
            b"\x81\x7f" + (70_000).to_bytes(8, "big") + long,
        )
    )
    for at in range(0, len(stream), 7):
        line.feed(stream[at : at + 7])
    assert heard == [b"hi", b"y" * 300, long]
    assert opened == [True]
    assert far.recv(100) == b"\x8a\x81\0\0\0\0p"  # the ping was answered


def test_the_line_says_when_the_other_side_has_gone(
    two_ends: tuple[socket.socket, socket.socket],
) -> None:
    near, far = two_ends
    line = Line(near, lambda *_: None, lambda: None)
    assert line.read()  # nothing has come yet
    far.close()
    assert not line.read()


def test_who_is_welcomed_again_is_waited_for_no_more_than_the_others() -> None:
    everybody = [{"account": "a", "port": 1, "session": "s", "device": "d"}] * 2
    load = Load({"root": "", "size": 1, "network": "", "people": everybody})
    load._unopened.clear()
    first, second = load._peers
    frame = b'{"type":"welcome","heads":{}}'
    for peer, missing in ((first, 1), (first, 1), (second, 0), (first, 0)):
        peer.heard(frame, 0, len(frame))
        assert load._missing == missing


def test_a_copy_says_when_it_was_sent_wherever_its_padding_falls() -> None:
    from base64 import b64encode

    for longer in range(3):
        body = os.urandom(700 + longer) + os.urandom(SEALED_BYTES - 8) + (123_456_789).to_bytes(8, "big")
        signature = b64encode(bytes(64))
        frame = b'{"type":"item","body":"%b","signature":"%b"}' % (b64encode(body), signature)
        buffer = b"before" + frame + b"after"
        assert sent_at(buffer, len(b"before" + frame)) == 123_456_789


def test_the_time_of_a_child_is_counted_while_it_runs_and_after_it_has_ended() -> None:
    burn = "import time\nwhile time.process_time() < 0.3: pass\nprint('burnt', flush=True)\ninput()"
    inner = [sys.executable, "-c", burn]
    outer = f"import subprocess; subprocess.run({inner!r}); print('over', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", outer], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "burnt\n"
        assert len(tree(process.pid)) == 2
        assert cpu_seconds([process.pid]) >= 0.3
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "over\n"
        assert len(tree(process.pid)) == 1
        assert cpu_seconds([process.pid]) >= 0.3
        process.stdin.write("\n")
    assert cpu_seconds([process.pid]) == 0


def test_client_ids_are_uuids_of_version_7_and_all_different() -> None:
    made = [new_client_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert {one[14] for one in made} == {"7"}
    assert {one[19] for one in made} <= set("89ab")
    assert sorted(one[:13] for one in made) == [one[:13] for one in made]
