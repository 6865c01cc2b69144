"""What waits to leave can be seen, changed and deleted, and outlives tabs, sessions and changes of the key."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.person import Person
from tests.browser.settled import Settled


def end_session_behind(stage: Settled, person: Person) -> None:
    """The session ends at the server while the browser has no line to it."""
    cookies = {each["name"]: each["value"] for each in person.context.cookies()}
    headers = {"Host": f"localhost:{stage.proxy.port}", "Origin": stage.address}
    behind = f"http://127.0.0.1:{stage.server.port}"
    with httpx.Client(base_url=behind, cookies=cookies, headers=headers) as client:
        token = client.get("/api/session").json()["csrf_token"]
        assert client.delete("/api/session", headers={"X-CSRFToken": token}).is_success


def ask_to_sign_out(person: Person) -> None:
    person.page.locator("button.me").click()
    person.page.get_by_role("menuitem", name="Sign out").click()


def test_what_waits_says_why_and_can_be_changed_and_deleted(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Second thoughts", "At which hour?")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Second thoughts").sees_message("At which hour?")
    stage.run(stage.proxy.cut())
    sol.sees("No connection since").say(f"At nine {CANARY}").say("Or later").say("Better not this")
    sol.sees("Waiting for connection").sees(re.compile("^written |^for \\d+ minute")).sees("3 not sent yet")
    sol.check()

    first = sol.messages.filter(has_text="At nine")
    sol.press("Change", within=first)
    dialog = sol.page.get_by_role("dialog", name="Change the message before it leaves")
    dialog.get_by_label("Message").fill(f"At ten {CANARY}")
    sol.check_accessibility()
    sol.press("Save the change", within=dialog)
    expect(dialog).to_have_count(0)
    sol.press("Delete", within=sol.messages.filter(has_text="Better not this"))
    sol.sees("It was not sent. Nobody else has its words.").press("Delete it")
    sol.sees("2 not sent yet")
    ask_to_sign_out(sol)
    sol.sees_heading("2 messages were not sent yet").check_accessibility()
    sol.press("Stay signed in")

    stage.run(stage.proxy.mend())
    sol.sees_everything_sent()
    expect(sol.page.locator("a.conv").filter(has_text="Second thoughts")).not_to_contain_text("not sent yet")
    expected = ["At which hour?", f"At ten {CANARY}", "Or later"]
    assert stage.read("Ana", conversation) == sol.texts() == expected
    sol.check()


def test_a_closed_tab_and_another_key_lose_nothing(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Closed too early", "Who is there?")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Closed too early").sees_message("Who is there?")
    stage.run(stage.proxy.cut())
    sol.sees("No connection since")
    for line in ("One", "Two", "Three"):
        sol.say(f"{line} {CANARY}")
    sol.page.close()
    stage.run(stage.proxy.mend())

    stage.appoint("Ana", "Nora")
    stage.say("Ana", conversation, "Nora reads with us now")
    sol.open_tab()
    sol.page.goto(f"{stage.address}/conversations/{conversation}")
    sol.sees("Nora was appointed; from here on they can read")
    sol.sees_message("Three").sees_everything_sent()
    mine = [f"{line} {CANARY}" for line in ("One", "Two", "Three")]
    assert stage.read("Ana", conversation) == ["Who is there?", "Nora reads with us now", *mine]
    assert stage.read("Nora", conversation) == ["Nora reads with us now", *mine]
    sol.check()


def test_a_session_that_ends_leaves_what_waits_for_the_next_one(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Session over", "Still there?")
    tam = stage.watch("Tam")
    tam.go("Conversations").open_conversation("Session over").sees_message("Still there?")
    stage.run(stage.proxy.cut())
    tam.sees("No connection since").say(f"I was about to say {CANARY}").say("and more")
    end_session_behind(stage, tam)
    stage.run(stage.proxy.mend())

    tam.sees("Your session has ended").sees(re.compile("^2 messages of yours wait on this computer"))
    tam.check_accessibility()
    tam.press("Sign in again").sees_heading("Sign in")
    tam.page.reload()
    # whoever sits down here next learns nothing of what others have written
    tam.sees_heading("Sign in")
    expect(tam.page.get_by_text(re.compile("on this computer"))).to_have_count(0)
    tam.sign_in_with_backup_code()
    tam.open_conversation("Session over").sees_message("and more").sees_everything_sent()

    expected = ["Still there?", f"I was about to say {CANARY}", "and more"]
    assert stage.read("Ana", conversation) == tam.texts() == expected
    tam.check()
