"""A database that is put back to an older copy: browsers hand back what it lacks, and nobody loses a word."""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.canary import CANARY
from tests.browser.person import PATIENCE_SECONDS, Person
from tests.browser.settled import Settled, settled
from tests.hostile import lies
from tests.servers import DAPHNE, start, until_it_answers

IN_A_FILE = {"ENTENTE_DATABASE": ""}
"""SQLite, whatever the other tests run on: the copy is a file."""

PUT_BACK = "The portal was put back to an older copy and is being completed."
OFFICE = "Secretariat"
WAITS = "Waiting until the portal is complete again"


@pytest.fixture(scope="module")
def stage(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    """A network of its own: nobody else wants a database that is put back."""
    with settled(browser, tmp_path_factory.mktemp("put-back") / "data", **IN_A_FILE) as made:
        yield made


@dataclass
class Drill:
    """What an operator does: keeps a copy while the portal runs, puts it back, looks how far it is, and ends it."""

    stage: Settled
    kept: Path
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.kept.with_suffix(".log")

    @property
    def file(self) -> Path:
        return self.stage.data / "entente.sqlite3"

    def keep(self) -> None:
        with contextlib.closing(sqlite3.connect(self.file)) as file:
            file.execute("VACUUM INTO ?", [str(self.kept)])

    def put_back(self) -> None:
        server = self.stage.server
        server.process.kill()
        server.process.wait()
        for beside in ("-wal", "-shm"):
            Path(f"{self.file}{beside}").unlink(missing_ok=True)
        shutil.copyfile(self.kept, self.file)
        with self.log.open("a", encoding="utf-8") as log:
            origin = self.stage.address
            more = {"ENTENTE_ORIGIN": origin, **IN_A_FILE}
            server.process = start(DAPHNE, log, port=server.port, data=self.stage.data, **more)
        until_it_answers(server, self.log.read_text)

    def says(self, *words: str) -> tuple[int, str]:
        command = ["-m", "network", "restoration", *words]
        process = start(command, port=self.stage.server.port, data=self.stage.data, **IN_A_FILE)
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
        return process.returncode, said

    def places(self, conversation: str) -> list[int]:
        with contextlib.closing(sqlite3.connect(self.file)) as file:
            rows = file.execute(
                "SELECT item.sequence FROM conversations_item item JOIN conversations_conversation one"
                " ON item.conversation_id = one.id WHERE one.identifier = ? ORDER BY item.sequence",
                [conversation],
            )
            return [place for (place,) in rows]


@pytest.fixture
def drill(stage: Settled, tmp_path: Path) -> Drill:
    return Drill(stage, tmp_path / "copy")


def has_handed_back(person: Person) -> None:
    person.sees(PUT_BACK).sees(re.compile(r"This browser has handed back \d+ items? so far\."))


def test_nobody_loses_a_word(stage: Settled, drill: Drill) -> None:
    subject, later = "Before and after the copy", "Begun after the copy"
    conversation = stage.begin("Ana", "South", subject, "In the copy")
    ana, sol, ben, cleo = (stage.watch(name) for name in ("Ana", "Sol", "Ben", "Cleo"))
    for one in (ana, sol, ben, cleo):
        one.go("Conversations").open_conversation(subject).sees_message("In the copy")
    officer = stage.watch("officer 1", OFFICE)
    ben.leave()
    cleo.leave()

    drill.keep()
    ana.say(f"After the copy {CANARY}").sees_everything_sent()
    sol.sees_message("After the copy")
    stage.run(stage["Sol"].membership.remove(stage["Tam"].account))
    sol.sees("Only these 4 people can read this").say("Under the next key").sees_everything_sent()
    ana.sees_message("Under the next key")
    ana.go("Conversations").write_to("South", later, f"Another matter {CANARY}").sees_everything_sent()
    sol.go("Conversations").open_conversation(later).sees_message("Another matter")
    before = drill.places(conversation)

    drill.put_back()
    for one in (ana, sol):
        has_handed_back(one)
    ana.say(f"Written meanwhile {CANARY}").sees(WAITS)
    sol.go("Conversations").open_conversation(subject).sees_message("Under the next key")
    sol.say("Waits as well").sees(WAITS)
    ana.check_accessibility()
    ben.come_back().sees(PUT_BACK).sees("This browser has had nothing to hand back so far.")
    anew = stage.stranger(stage.secrets("Ben")).sign_in_past_the_forms()
    anew.sees(PUT_BACK).paste_recovery_code().sees("takes nothing new until then").check_accessibility()
    officer.sees(PUT_BACK).sees("How far the portal is complete")
    officer.sees("Register: every entry that is known of is there again").check_accessibility()

    code, said = drill.says("status")
    assert code == 0, said
    code, said = drill.says("end")
    assert code == 0, said
    for one in (ana, sol, ben, officer):
        one.does_not_see(PUT_BACK)
    anew.paste_recovery_code().sees_heading("Choose a conversation")
    cleo.come_back()

    ana.sees_everything_sent()
    sol.sees_everything_sent()
    expected = ["In the copy", f"After the copy {CANARY}", "Under the next key", "Waits as well"]
    assert drill.places(conversation)[: len(before)] == before
    for one in (ana, sol, ben, cleo, anew):
        one.go("Conversations").open_conversation(subject).sees_message("Waits as well")
        expect(one.messages).to_have_count(len(expected))
        assert one.texts() == expected
        one.go("Conversations").open_conversation(later).sees_message("Written meanwhile")
        assert one.texts() == [f"Another matter {CANARY}", f"Written meanwhile {CANARY}"]
        one.page.reload()
        one.sees_message("Written meanwhile")
        assert one.undecryptable() == 0
        one.check()
    officer.check()


def test_who_was_away_hands_back_what_nobody_else_has_brought(stage: Settled, drill: Drill) -> None:
    subject = "Nobody came in time"
    conversation = stage.begin("Ana", "South", subject, "In the copy")
    ana, sol = stage.watch("Ana"), stage.watch("Sol")
    for one in (ana, sol):
        one.go("Conversations").open_conversation(subject).sees_message("In the copy")
    drill.keep()
    ana.say(f"After the copy {CANARY}").sees_everything_sent()
    sol.sees_message("After the copy")
    before = drill.places(conversation)
    stage.leave()
    drill.put_back()
    drill.says("begin")  # if the portal has not noticed by itself
    code, said = drill.says("end")
    assert code == 0, said
    assert drill.places(conversation) == before[:-1]

    for one in (sol, ana):
        one.come_back().go("Conversations").open_conversation(subject).sees_message("After the copy")
        one.say(f"{one.secrets.sign_in.email} goes on").sees_everything_sent()
        one.does_not_see(PUT_BACK)
        one.check()
    sol.sees_message("ana@example.org goes on")
    assert drill.places(conversation) == [*before, before[-1] + 1, before[-1] + 2]
    assert sol.texts() == ana.texts()
    assert sol.undecryptable() == ana.undecryptable() == 0


def test_a_server_that_only_claims_it_gets_nothing_sealed_and_is_found_out(stage: Settled) -> None:
    """It shows an older Register, says that it is being completed, and stops saying so."""
    ana, sol = stage.watch("Ana"), stage.watch("Sol")
    subject = "Claimed and no more"
    ana.go("Conversations").write_to("South", subject, "Before the claim").sees_everything_sent()
    sol.go("Conversations").open_conversation(subject).sees_message("Before the claim")
    before = ana.context.request.get(f"{stage.address}/api/register/checkpoint").body()
    stage.run(stage["Cleo"].own_keys.renew())
    ana.say("By the newer Register").sees_everything_sent()
    sol.sees_message("By the newer Register")

    def claiming(answer: dict[str, object]) -> None:
        answer["restoring"], answer["since"] = True, 1

    with stage.proxy.lie("/register/checkpoint$", lambda _: before, sol):
        with stage.proxy.lie("/api/restoration$", lies.in_json(claiming), sol) as claim:
            sol.page.reload()
            sol.sees(PUT_BACK).say(f"Never under an older Register {CANARY}").sees(WAITS)
            sol.check()
            assert claim.times > 0
        sol.page.reload()
        sol.sees_heading("The Register has lost entries")
    ana.say("Still without it")
    assert ana.texts() == ["Before the claim", "By the newer Register", "Still without it"]
    sol.press("Check again")
    sol.sees_message("Still without it").sees_everything_sent()
    ana.sees_message("Never under an older Register")
    sol.check()
