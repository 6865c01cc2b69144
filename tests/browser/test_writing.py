"""What somebody writes arrives once and in order: without a line, over a reload, from two tabs, in two directions."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.canary import CANARY
from tests.browser.settled import Settled


def test_what_is_written_without_a_line_leaves_once_and_in_order(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "On the train", f"Are you there? {CANARY}")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("On the train").sees_message("Are you there?")
    lines = [f"Line {number} {CANARY}" for number in range(1, 6)]

    stage.run(stage.proxy.cut())
    sol.sees("No connection since")
    for line in lines[:3]:
        sol.say(line)
    sol.sees("Waiting for connection")
    sol.check()
    stage.run(stage.proxy.mend())
    expect(sol.page.get_by_text("No connection since")).to_have_count(0)
    expect(sol.page.get_by_text("Waiting for connection")).to_have_count(0)
    for line in lines[3:]:
        sol.say(line)
    sol.sees_everything_sent()

    assert stage.read("Ana", conversation) == [f"Are you there? {CANARY}", *lines]
    assert sol.texts() == [f"Are you there? {CANARY}", *lines]
    sol.check()


def test_a_pending_message_outlives_a_reload(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Reload", "Before the reload")
    sol = stage.watch("Sol")
    sol.go("Conversations").open_conversation("Reload").sees_message("Before the reload")
    stage.run(stage.proxy.cut())
    sol.sees("No connection since").say(f"Written without a line {CANARY}")
    stage.run(stage.proxy.mend())
    sol.page.reload()
    sol.sees_heading("Reload").sees_message("Written without a line").sees_everything_sent()

    assert stage.read("Ana", conversation) == ["Before the reload", f"Written without a line {CANARY}"]
    sol.check()


def test_two_tabs_of_one_browser_show_the_same(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Two tabs", "For both tabs")
    first = stage.watch("Sol")
    first.go("Conversations").open_conversation("Two tabs").sees_message("For both tabs")
    second = first.another_tab(f"/conversations/{conversation}")
    second.sees_message("For both tabs").say(f"From the second tab {CANARY}")
    first.sees_message("From the second tab").say(f"From the first tab {CANARY}")
    second.sees_message("From the first tab").sees_everything_sent()

    expected = ["For both tabs", f"From the second tab {CANARY}", f"From the first tab {CANARY}"]
    assert stage.read("Ana", conversation) == first.texts() == second.texts() == expected
    for tab in (first, second):
        tab.check()
    second.page.close()


def test_the_same_exchange_in_arabic(stage: Settled) -> None:
    stage.begin("Ana", "South", "ملف رقم 7431", "السلام عليكم، هل وصلكم الطلب؟")
    ana, tam = stage.watch("Ana"), stage.arrive("Tam")
    tam.speak("ar")
    assert tam.page.evaluate("document.documentElement.dir") == "rtl"
    tam.check()
    tam.page.get_by_role("link", name="ملف رقم 7431").first.click()
    tam.sees_message("هل وصلكم الطلب؟")
    mixed = f"نعم، وصلنا الطلب ABC-7431 من Norvik، {CANARY}"
    tam.page.locator("textarea.write__text").fill(mixed)
    tam.page.locator(".write__send").get_by_role("button", name="إرسال").click()
    tam.sees_message(mixed)
    english = f"Received: the account 7431 (رقم الحساب) is frozen. {CANARY}"
    ana.go("Conversations").open_conversation("ملف رقم 7431").sees_message(mixed).say(english)
    tam.sees_message(english)

    assert tam.direction_of(mixed) == ana.direction_of(mixed) == "rtl"
    assert tam.direction_of(english) == ana.direction_of(english) == "ltr"
    assert ana.page.evaluate("document.documentElement.dir") == "ltr"
    for person in (tam, ana):
        person.check()
