"""The log is read in tiles, whose bytes for one width never change, and proved from its leaves."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

from members.problems import NotFound
from members.protocol import merkle, tiles
from members.register import ledger, services
from members.register import tiles as served
from members.register.models import Entry, Head, SubtreeHash
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> kit.Network:
    return kit.found_network()


@pytest.fixture
def client(network: kit.Network) -> Client:
    return kit.quick_client(network.officers[0].account)


def pretend_entries(count: int) -> list[bytes]:
    """Fill the tables with entries that no rule has seen, so that tiles get full."""
    raw = [f"entry {number}".encode() for number in range(count)]
    Entry.objects.bulk_create(
        Entry(
            index=index,
            leaf=merkle.leaf_hash(data).hex(),
            root="",
            type="",
            subject="",
            data=data,
        )
        for index, data in enumerate(raw)
    )
    return raw


def test_the_tiles_lead_to_the_checkpoint(client: Client) -> None:
    size = ledger.current().size
    raw = client.get(f"/api/register/tile/entries/000.p/{size}").content
    leaves = [merkle.leaf_hash(entry) for entry in tiles.parse_bundle(raw)]
    assert client.get(f"/api/register/tile/0/000.p/{size}").content == b"".join(leaves)
    assert merkle.root(leaves).hex() == Head.objects.get().root


def test_a_full_tile_may_be_kept_for_good_and_a_partial_one_not() -> None:
    raw = pretend_entries(300)
    client = kit.quick_client(kit.make_account())
    full = client.get("/api/register/tile/entries/000")
    assert full.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert tiles.parse_bundle(full.content) == raw[:256]
    partial = client.get("/api/register/tile/entries/001.p/44")
    assert partial.headers["Cache-Control"] == "no-store"
    assert tiles.parse_bundle(partial.content) == raw[256:]


def test_a_width_that_was_once_served_is_served_for_good() -> None:
    pretend_entries(300)
    tile, data = served.read("0/000.p/17")
    assert tile.width == 17
    assert len(data) == 17 * 32


def test_higher_tiles_are_made_when_subtrees_become_full(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = pretend_entries(600)
    leaves = [merkle.leaf_hash(data) for data in raw]
    services._grow_subtrees(0, 300)
    services._grow_subtrees(300, 600)
    assert SubtreeHash.objects.count() == 2
    tile, data = served.read("1/000.p/2")
    assert data == tiles.hash_tile(leaves, tile)


def test_entries_are_compressed_for_whoever_understands_it(client: Client) -> None:
    size = ledger.current().size
    address = f"/api/register/tile/entries/000.p/{size}"
    plain = client.get(address).content
    small = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain
    assert len(small.content) < len(plain)


@pytest.mark.parametrize("path", ["0/000", "entries/001", "1/000", "0/0", "9/../0", "entries/000.p/256", "x"])
def test_beyond_the_log_there_is_nothing(network: kit.Network, path: str) -> None:
    with pytest.raises(NotFound):
        served.read(path)


def test_the_past_of_the_log_is_proved(client: Client, network: kit.Network) -> None:
    leaves = list(ledger.current().leaves)
    first = len(leaves)
    kit.admit(network, "Integrity Commission")
    known = ledger.current()
    proof = client.get(f"/api/register/proof/consistency?first={first}&second={known.size}").json()["proof"]
    assert merkle.verify_consistency(
        first,
        known.size,
        merkle.root(leaves),
        bytes.fromhex(known.root),
        [bytes.fromhex(one) for one in proof],
    )
    proof = client.get(f"/api/register/proof/inclusion?index=2&size={known.size}").json()["proof"]
    assert merkle.verify_inclusion(
        leaves[2], 2, known.size, [bytes.fromhex(one) for one in proof], bytes.fromhex(known.root)
    )


@pytest.mark.parametrize("query", ["first=5&second=2", "first=0&second=999", "first=-1&second=1"])
def test_proofs_beyond_the_log_are_refused(client: Client, query: str) -> None:
    assert client.get(f"/api/register/proof/consistency?{query}").status_code == 422


def test_the_server_says_when_it_added_each_entry(client: Client) -> None:
    size = ledger.current().size
    times = client.get(f"/api/register/times?first=0&last={size - 1}").json()
    assert len(times) == size
    assert times == sorted(times)
    assert client.get("/api/register/times?first=5&last=1").status_code == 422


@pytest.mark.parametrize(
    "address", ["checkpoint", "tile/0/000.p/1", "tile/entries/000.p/1", "times?first=0&last=3"]
)
def test_reading_takes_few_queries(client: Client, address: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):  # Django's session, the caller, the log
        assert client.get(f"/api/register/{address}").status_code == 200
