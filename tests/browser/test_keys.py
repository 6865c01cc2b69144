"""What a person does with their own keys, sessions and recovery code, seen from every browser that it concerns."""

from __future__ import annotations

import re

from tests.browser.canary import CANARY
from tests.browser.settled import Settled


def with_another_last_character(group: str) -> str:
    """A group as it is misread from paper."""
    return group[:-1] + ("0" if group[-1] != "0" else "1")


def test_a_revoked_browser_is_out_at_once_and_the_others_go_on(stage: Settled) -> None:
    stage.appoint("Sol", "Mila")
    conversation = stage.begin("Ana", "South", "Lost computer", f"Before it was lost: {CANARY}")
    kept, lost, other = stage.arrive("Mila"), stage.arrive("Mila"), stage.watch("Ana")
    for person in (kept, lost, other):
        person.go("Conversations").open_conversation("Lost computer").sees_message("Before it was lost")
    device = lost.device

    kept.go_to("/account/keys").sees_heading("Browsers with keys")
    kept.press(re.compile("^Revoke the keys of Chrome")).sees("This cannot be undone")
    kept.check()
    with stage.writing("Tam", conversation, f"Meanwhile {CANARY}") as said:
        other.sees_message("Meanwhile")
        kept.press("Revoke its keys").sees("The keys of that browser were revoked.")
        lost.sees_at_once("The keys of this browser were revoked")
        lines = stage.proxy.ended_lines_of(device)
        assert lines[-1].closed in (1000, 4401, 4403)  # by the server, unless the browser was faster
        got = [len(line.frames) for line in lines]
        written = len(said)
        other.sees_message(f"Meanwhile {CANARY} {written + 3}")

    assert stage.proxy.lines_of(device) == lines
    assert [len(line.frames) for line in lines] == got
    assert lost.context.request.get(f"{stage.address}/api/conversations").status in (401, 403)
    other.sees("New conversation key, because a reader has new keys")
    other.say(f"The lost computer does not read this: {CANARY}")
    kept.go("Conversations").open_conversation("Lost computer")
    kept.sees_message("The lost computer does not read this").sees_message(f"Meanwhile {CANARY} {len(said)}")
    kept.say(f"Nor this: {CANARY}")
    other.sees_message("Nor this")
    for person in (kept, lost, other):
        person.check()


def test_a_session_that_is_ended_elsewhere_locks_its_browser_at_once(stage: Settled) -> None:
    office, cafe = stage.watch("Sol"), stage.arrive("Sol")
    office.go_to("/account/sessions").sees_heading("Sessions")
    office.check()
    office.press(re.compile("^End the session in Chrome")).sees("The session was ended.")
    cafe.sees_at_once("Your session has ended")
    cafe.check()

    cafe.press("Sign in again").sees_heading("Sign in")
    cafe.sign_in_with_backup_code().sees_heading("Choose a conversation")
    cafe.check()
    office.go("Conversations").check()


def test_a_wrong_group_and_an_old_recovery_code_are_named(stage: Settled) -> None:
    stage.appoint("Sol", "Runa")
    stage.begin("Ana", "South", "New code", f"Read everywhere: {CANARY}")
    first = stage.arrive("Runa")
    first.go_to("/account/keys").sees_heading("Your keys")
    first.press("Replace the recovery code").unlock_if_asked("Write down your recovery code")
    first.check()
    first.keep_recovery_code().sees("The recovery code was replaced.")
    old, new = first.secrets.former_recovery, first.secrets.recovery
    assert old != new

    third = stage.stranger(first.secrets)
    third.sign_in_with_backup_code().sees_heading("Open your messages on this browser")
    third.type("Group 3", with_another_last_character(new[2]))
    third.sees("Group 3 is not right. Look at it again.")
    third.check()
    third.give_recovery_code(old).sees(
        re.compile("^This is recovery code 1. The present one is recovery code 2")
    )
    third.check()
    third.give_recovery_code(new).sees_heading("Choose a conversation")
    third.open_conversation("New code").sees_message("Read everywhere").say("From the third browser")
    first.go("Conversations").open_conversation("New code").sees_message("From the third browser")
    for person in (first, third):
        person.check()
