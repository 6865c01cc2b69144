"""A browser finds out by what others have signed that something is kept from it, and says how old its Register is."""

from __future__ import annotations

import io
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from network import exported
from network.commands import register
from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled
from tests.hostile import lies
from tests.hostile.test_lies_in_the_browser import goes_on, raises_the_alarm, saved_evidence, without_items
from tests.hostile.test_withholding_from_clients import tells

Record = Callable[[str, object], None]

WITHHELD = "Something is being kept from this browser"


@contextmanager
def frozen(stage: Settled, person: Person, conversation: str) -> Iterator[None]:
    """A browser hears nothing new of one conversation; everything else is as it is."""
    with ExitStack() as lying:
        lying.enter_context(stage.proxy.lie_in_frames(without_items, person))
        for path in ("/conversations/sync", "/conversations/newest"):
            lying.enter_context(stage.proxy.lie(path, lies.without(conversation), person))
        yield


def told_by_the_command(stage: Settled, saved: str, directory: Path) -> str:
    """What `entente register evidence` says of it by an exported Register."""
    (directory / "evidence.txt").write_text(saved, "utf-8")
    ana = stage["Ana"]
    stage.run(ana.register.catch_up())
    note = stage.run(ana.http.get_text("/api/register/checkpoint"))
    exported.write(
        directory / "register", note, stage.run(ana.register._entries(0, ana.register.checkpoint[0]))
    )
    said = io.StringIO()
    with redirect_stdout(said):
        register.run(
            Namespace(what="evidence", file=directory / "evidence.txt", directory=directory / "register")
        )
    return said.getvalue()


def test_a_conversation_that_is_frozen_for_one_browser(
    stage: Settled, record_property: Record, tmp_path: Path
) -> None:
    conversation = stage.begin("Ana", "South", "Frozen for a browser", "First")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Frozen for a browser").sees_message("First")
    with frozen(stage, sol, conversation):
        stage.say("Ana", conversation, f"Second {CANARY}")
        tells(stage, "Ana")
        begun = time.perf_counter()
        sol.page.reload()
        raises_the_alarm(sol, WITHHELD)
        says = told_by_the_command(stage, saved_evidence(sol), tmp_path)
        assert "Finding withheld" in says
        assert f"sighting by {stage['Ana'].account}" in says
        assert "the signature holds" in says
        assert "NOT signed" not in says
        record_property("frozen conversation: withheld, seconds", round(time.perf_counter() - begun, 1))
    goes_on(sol)
    sol.sees_message("Second")


def test_members_of_an_epoch_that_are_kept_back(stage: Settled) -> None:
    """What could not be loaded is not what is not there: it is said, and read as soon as it can be."""
    conversation = stage.begin("Ana", "South", "Members kept back", "Under the first key")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Members kept back").sees_message("Under the first key")

    def without_members(answer: Any) -> None:
        for page in answer["conversations"]:
            page["epochs"] = []

    with ExitStack() as lying:
        no_rows = lies.in_json(lambda answer: answer.clear())
        lying.enter_context(stage.proxy.lie("/epochs", no_rows, sol))
        lying.enter_context(stage.proxy.lie("/conversations/sync", lies.in_json(without_members), sol))
        stage.appoint("Ana", "Ilse")
        stage.say("Ana", conversation, f"Under the next key {CANARY}")
        sol.sees("Newer messages of 1 conversation could not be loaded.")
        sol.sees("Newer messages of this conversation could not be loaded.")
        sol.check()
    sol.sees_message("Under the next key")
    sol.does_not_see("Newer messages of this conversation could not be loaded.")
    sol.does_not_see("Newer messages of 1 conversation could not be loaded.")
    sol.check()


def test_a_register_that_is_frozen_for_one_browser(stage: Settled, record_property: Record) -> None:
    """The server confirms the old one each hour, and shows it to browsers alone."""
    sol = stage.watch("Sol")
    before = stage.run(stage["Ana"].http.get_text("/api/register/checkpoint")).encode()
    size, root = stage["Ana"].register.checkpoint

    def with_old_register(frame: dict[str, Any]) -> list[dict[str, Any]]:
        if frame["type"] == "register":
            return []
        if frame["type"] == "welcome":
            frame["register"] = {"size": size, "root": root}
        return [frame]

    sol.page.reload()
    sol.page.get_by_role("navigation").first.wait_for()
    with (
        stage.proxy.lie_in_frames(with_old_register, sol),
        stage.proxy.lie("/register/checkpoint", lambda _: before, sol),
    ):
        stage.run(stage["Ana"].own_keys.renew())
        tells(stage, "Ana")
        begun = time.perf_counter()
        sol.page.reload()
        raises_the_alarm(sol, WITHHELD)
        record_property("frozen Register: withheld, seconds", round(time.perf_counter() - begun, 1))
    goes_on(sol)


def test_a_register_that_nobody_has_confirmed_of_late(stage: Settled) -> None:
    """A day old, it is said; a week old, what is written waits and says why; and then it leaves by itself."""
    stage.appoint("Sol", "Vera")
    conversation = stage.begin("Ana", "South", "An old Register", "First")
    vera = stage.stranger(stage.secrets("Vera"))
    with stage.proxy.lie("/register/checkpoint", lies.with_time(stage.data, hours=8 * 24), vera):
        stage.come_in(vera, "Choose a conversation")
        vera.sees("The Register was last confirmed").sees("Nothing is sent for now.")
        vera.open_conversation("An old Register").sees_message("First")
        vera.say(f"Written by an old Register {CANARY}").sees("Waiting until the Register is up to date")
        vera.check()
    with stage.proxy.lie("/register/checkpoint", lies.with_time(stage.data, hours=30), vera):
        vera.press("Check again").sees("Members may have changed since then.")
        vera.does_not_see("Nothing is sent for now.")
        vera.check()
    vera.press("Check again").does_not_see("The Register was last confirmed")
    vera.sees_everything_sent()
    assert stage.read("Ana", conversation) == ["First", f"Written by an old Register {CANARY}"]
    vera.check()
