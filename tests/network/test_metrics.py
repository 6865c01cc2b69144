"""The numbers of a process: right after real traffic, for nobody without the token, and about nobody."""

from __future__ import annotations

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from messaging.live import metrics
from network.environment import BASE
from tests import servers
from tests.messaging.live.portal import Place, client, make

TOKEN = "the-token-of-whoever-watches"
AGENT = "canary-agent/1.0"
DOCUMENT = BASE / "docs" / "watching.md"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return make(tmp_path_factory.mktemp("portal"))


@pytest.fixture(scope="module")
def server(made: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    token = tmp_path_factory.mktemp("secrets") / "token"
    token.write_text(f"{TOKEN}\n")
    with servers.running(made.data, ENTENTE_METRICS_TOKEN_FILE=str(token)) as running:
        yield running


def read(server: servers.Server) -> str:
    response = httpx.get(f"{server.address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return response.text


def numbers(text: str) -> dict[str, float]:
    """Each number by its name, with the label in braces where there is one."""
    return {
        sample.name + "".join(f"{{{value}}}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_it_counts_what_happens_and_names_nobody(made: Place, server: servers.Server) -> None:
    before = numbers(await asyncio.to_thread(read, server))
    async with (
        client(made, server, 0, user_agent_header=AGENT) as sender,
        client(made, server, 1, user_agent_header=AGENT) as ear,
    ):
        message, client_id = sender.message(sender.who["sequence"], sender.who["head"])
        await sender.line.send(message)
        await sender.hear("sent")
        heard = await ear.hear("item")
        await sender.line.send(message)
        await sender.hear("sent")
        wrong = message.replace(f'"{made.plan["conversation"]}"', f'"{"0" * 64}"', 1)
        await sender.line.send(wrong)
        assert (await sender.hear("refused"))["code"] == "bad_item"
        await ear.line.send(
            json.dumps(
                {"type": "read", "conversation": made.plan["conversation"], "sequence": heard["sequence"]}
            )
        )
        await ear.hear("marks")
        open_now = await asyncio.to_thread(read, server)
        await ear.line.send("{}")
        await ear.hear("error")
        await ear.line.wait_closed()
    after = await asyncio.to_thread(read, server)

    now = numbers(open_now)
    assert now["entente_connections{listening}"] == 2
    assert now["entente_connections{arriving}"] == 0
    grown = {name: value - before[name] for name, value in numbers(after).items()}
    assert grown["entente_hellos_total"] == 2
    assert grown["entente_hellos_resumed_total"] == 0
    assert grown["entente_messages_acknowledged_total"] == 1
    assert grown["entente_messages_repeated_total"] == 1
    assert grown["entente_messages_refused_total{bad_item}"] == 1
    assert grown["entente_commit_messages_count"] == 2
    assert grown["entente_commit_messages_sum"] == 2
    assert grown["entente_commit_seconds_sum"] > 0
    assert grown["entente_marks_written_total"] >= 1
    assert grown["entente_frames_offered_total"] >= 5
    assert grown["entente_connections_closed_total{4400}"] == 1
    assert numbers(after)["entente_register_size"] == made.plan["size"]
    assert numbers(after)["process_resident_memory_bytes"] > 0

    who = [
        made.plan["network"],
        made.plan["conversation"],
        client_id,
        AGENT,
        "127.0.0.1",
        heard["body"],
        TOKEN,
    ]
    who += [value for member in made.plan["members"] for value in member.values()]
    text = (open_now + after).lower()
    assert [one for one in who if str(one).lower() in text] == []
    without_values = re.sub(r" \S+$", "", text, flags=re.MULTILINE)
    assert re.findall(r"[0-9a-f]{16,}|[^\s@]+@[^\s@]+", without_values) == []


async def test_a_socket_that_held_something_is_counted_as_come_back(
    made: Place, server: servers.Server
) -> None:
    before = numbers(await asyncio.to_thread(read, server))
    async with client(made, server, 2, held={made.plan["conversation"]: 1}):
        after = numbers(await asyncio.to_thread(read, server))
    assert after["entente_hellos_resumed_total"] - before["entente_hellos_resumed_total"] == 1


LABELS = {
    "code": {*metrics.REFUSALS, *map(str, metrics.CLOSINGS), "other"},
    "state": {"arriving", "listening"},
}


def test_labels_are_codes_from_a_list_and_nothing_else(server: servers.Server) -> None:
    for family in text_string_to_metric_families(read(server)):
        for sample in family.samples:
            for label, value in sample.labels.items():
                if label == "le" or (label == "generation" and sample.name.startswith("python_gc_")):
                    float(value)
                else:
                    assert value in LABELS[label], sample


def test_a_code_that_is_not_on_the_list_makes_no_label() -> None:
    counts = metrics.Counts()
    counts.refuse("somebody@example.org")
    counts.close(4999)
    assert counts.refused["other"] == counts.closed["other"] == 1
    assert {*counts.refused} == {*metrics.REFUSALS, "other"}


def codes_in(path: str, name: str) -> set[str]:
    """The first argument of each call of this name in a file, where it is a plain text."""
    tree = ast.parse((BASE / path).read_text("utf-8"))
    return {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == name
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_reason_to_refuse_is_on_the_list() -> None:
    given = (
        codes_in("messaging/conversations/messages.py", "Refusal")
        | codes_in("messaging/conversations/messages.py", "_stranger")
        | codes_in("messaging/conversations/headers.py", "BadMessage")
        | codes_in("messaging/live/connection.py", "refuse")
    )
    # one that is chosen between two stands in no plain call
    assert given | {"old_epoch"} == set(metrics.REFUSALS)


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ü"]
)
@pytest.mark.parametrize("token", [TOKEN, None])
def test_without_the_token_the_address_does_not_exist(
    client: Client, settings: Settings, token: str | None, shown: str | None
) -> None:
    settings.METRICS_TOKEN = token
    given = {} if shown is None else {"authorization": shown}
    answer, unknown = client.get("/metrics", headers=given), client.get("/api/unknown", headers=given)
    assert answer.status_code == 404
    assert answer.content == unknown.content
    assert dict(answer.headers) == dict(unknown.headers)


def test_no_token_set_is_not_an_empty_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = None
    assert client.get("/metrics", headers={"authorization": "Bearer None"}).status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_each_process_is_asked_by_its_own_address(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    given = {"authorization": f"Bearer {TOKEN}", "host": "10.0.0.1:8000"}
    assert client.get("/metrics", headers=given).status_code == 200


def test_the_document_lists_every_number_and_no_other(server: servers.Server) -> None:
    listed = set(re.findall(r"^\| `(entente_\w+)` \|", Path(DOCUMENT).read_text("utf-8"), re.MULTILINE))
    given = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(read(server))
        if family.name.startswith("entente_")
    }
    assert listed == given
