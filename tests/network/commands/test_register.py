"""An exported Register is verified without any server, and whatever was changed in it is found."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import pytest

from network import cli, exported
from network.commands import register
from tests.members.protocol.world import secret
from tests.vectors.logs import long_history, note_for

JUNK = b'{"not":"an entry"}'


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    entries = long_history().entries
    exported.write(tmp_path, note_for(entries), entries)
    return tmp_path


def run(directory: Path, network: str | None = None) -> int:
    return register.run(argparse.Namespace(what="verify", directory=directory, network=network))


def test_a_whole_register_is_verified(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    world = long_history()
    assert run(directory, world.network) == 0
    assert f"{len(world.entries)} entries verified. Network {world.network}" in capsys.readouterr().out


def test_the_directory_is_as_tile_clients_read_it(directory: Path) -> None:
    found = sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())
    size = len(long_history().entries)
    assert found == ["checkpoint", f"tile/0/000.p/{size}", f"tile/entries/000.p/{size}"]


def test_a_large_register_has_full_and_partial_tiles(tmp_path: Path) -> None:
    entries = [*long_history().entries, *([JUNK] * 500)]
    exported.write(tmp_path, note_for(entries), entries)
    assert (tmp_path / "tile/entries/001").is_file()
    assert (tmp_path / "tile/1/000.p/2").is_file()
    replay, growth = exported.verify(tmp_path)
    assert replay.size == len(entries)
    assert len(growth.rejected) == 500


def _change_entry(directory: Path) -> None:
    (path,) = (directory / "tile/entries").rglob("*.p/*")
    data = bytearray(path.read_bytes())
    data[-10] ^= 1
    path.write_bytes(bytes(data))


def _cut_entries(directory: Path) -> None:
    (path,) = (directory / "tile/entries").rglob("*.p/*")
    path.write_bytes(path.read_bytes()[:-1])


def _change_tile(directory: Path) -> None:
    (path,) = (directory / "tile/0").rglob("*.p/*")
    path.write_bytes(bytes(len(path.read_bytes())))


def _leave_out(directory: Path) -> None:
    (path,) = (directory / "tile/entries").rglob("*.p/*")
    path.unlink()


def _sign_otherwise(directory: Path) -> None:
    entries = long_history().entries
    (directory / "checkpoint").write_text(note_for(entries, seed=secret("another")), "utf-8")


def _no_checkpoint(directory: Path) -> None:
    (directory / "checkpoint").write_text("hello", "utf-8")


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (_change_entry, "forked"),
        (_cut_entries, "forked"),
        (_change_tile, "forked"),
        (_leave_out, "forked"),
        (_sign_otherwise, "bad_signature"),
        (_no_checkpoint, "bad_signature"),
    ],
)
def test_what_was_changed_is_found(
    directory: Path, change: Callable[[Path], None], finding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(directory)
    assert run(directory) == 1
    assert capsys.readouterr().out.startswith(f"{finding}: ")


def test_another_network_is_found(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(directory, secret("another network").hex()) == 1
    assert capsys.readouterr().out.startswith("other_network: ")


def test_an_entry_that_does_not_apply_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = [*long_history().entries, JUNK]
    exported.write(tmp_path, note_for(entries), entries)
    assert run(tmp_path) == 1
    assert f"Entry {len(entries) - 1} does not apply (malformed)" in capsys.readouterr().out


@pytest.mark.django_db
def test_an_empty_register_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(cli.CommandError, match="no network is founded"):
        register.run(argparse.Namespace(what="export", directory=tmp_path))
