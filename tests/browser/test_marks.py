"""What was received and read looks the same to everybody: to both sides, in each browser and in each tab."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, expect

from tests.browser.person import PATIENCE_SECONDS, Person
from tests.browser.settled import Settled


def state_of(person: Person, text: str, state: str) -> None:
    """What a message of one's own says of its way."""
    bubble = person.page.locator("article", has_text=text)
    expect(bubble.locator(".msg__foot")).to_contain_text(state)


def is_seen_typing(person: Person, *places: Locator) -> None:
    """That somebody is typing is shown for seconds only: they type on until it is seen in all these places."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not all(place.is_visible() for place in places):
        assert time.monotonic() < until, f"nobody sees {person.secrets.sign_in.email} typing"
        person.page.locator("textarea.write__text").press_sequentially("…")


def test_a_message_is_sent_then_delivered_then_read(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "How far it came", "First words")
    ana = stage.watch("Ana")
    ana.go("Conversations").open_conversation("How far it came").sees_message("First words")
    sol = stage.watch("Sol")
    sol.go("Directory")
    state_of(ana, "First words", "Delivered")
    expect(sol.page).to_have_title(re.compile(r"^\(\d+\) "))
    sol.go("Conversations").open_conversation("How far it came").sees_message("First words")
    state_of(ana, "First words", "Read in")
    ana.page.locator(".state--open").last.click()
    dialog = ana.page.get_by_role("dialog", name="Who has received and read this message")
    expect(dialog.locator("dt", has_text="Read by").locator("+ dd")).to_contain_text("Sol")
    ana.check()
    ana.press("Close", within=dialog)
    stage.say("Sol", conversation, "An answer from elsewhere")
    ana.sees_message("An answer from elsewhere")
    sol.check()


def test_typing_is_seen_in_the_thread_and_in_the_list_and_ends(stage: Settled) -> None:
    stage.begin("Ana", "South", "Somebody writes", "Are you writing?")
    ana, sol = stage.watch("Ana"), stage.watch("Sol")
    for person in (ana, sol):
        person.go("Conversations").open_conversation("Somebody writes").sees_message("Are you writing?")
    is_seen_typing(
        sol, *(ana.page.locator(place).filter(has_text="Sol") for place in (".typing", ".conv__typing"))
    )
    sol.say("Yes, I am")
    ana.sees_message("Yes, I am")
    expect(ana.page.locator(".typing")).to_have_count(0)
    expect(ana.page.locator(".conv__typing")).to_have_count(0)


def test_what_was_read_in_one_browser_is_read_in_the_other(stage: Settled) -> None:
    conversation = stage.begin("Ana", "South", "Two browsers", "For both")
    sol, other = stage.watch("Sol"), stage.arrive("Sol")
    sol.go("Directory")
    row = other.page.get_by_role("link", name=re.compile("Two browsers"))
    expect(row.locator(".count")).to_contain_text("1")
    stage.say("Ana", conversation, "One more")
    expect(row.locator(".count")).to_contain_text("2")
    sol.go("Conversations").open_conversation("Two browsers").sees_message("One more")
    expect(row.locator(".count")).to_have_count(0)
    other.open_conversation("Two browsers").sees_message("One more")
    expect(other.page.get_by_text("New since you last read")).to_have_count(0)

    sol.say("To be read by Ana")
    other.sees_message("To be read by Ana")
    ana = stage.watch("Ana")
    ana.go("Conversations").open_conversation("Two browsers").sees_message("To be read by Ana")
    for browser in (sol, other):
        state_of(browser, "To be read by Ana", "Read in")
    is_seen_typing(ana, *(browser.page.locator(".typing").filter(has_text="Ana") for browser in (sol, other)))
    other.check()


COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) { window.tones += 1; start.call(this, when); };
"""
TONES_OF_A_SOUND = 2


def test_a_quiet_sound_comes_once_and_only_where_it_is_wanted_and_tabs_agree(stage: Settled) -> None:
    stage.appoint("Sol", "Tova")  # somebody to whom nothing else is unread
    conversation = stage.begin("Ana", "South", "Quiet sound", "Nobody hears this")
    tova = stage.arrive("Tova")
    tova.context.add_init_script(COUNT_TONES)
    tova.page.reload()
    tova.open_conversation("Quiet sound").sees_message("Nobody hears this")
    stage.say("Ana", conversation, "Nor this")
    tova.sees_message("Nor this")

    def tones(person: Person) -> int:
        return int(person.page.evaluate("window.tones"))

    tova.go("Directory")
    stage.say("Ana", conversation, "Nor this in another place")
    expect(tova.page).to_have_title(re.compile(r"^\(1\) "))
    assert tones(tova) == 0, "off, until somebody wants it"

    tova.go("Conversations").open_conversation("Quiet sound")
    tova.page.evaluate("localStorage.setItem('entente.sound', 'on')")
    tova.page.reload()
    tova.sees_message("Nor this in another place")
    beside = tova.another_tab("/directory")
    beside.sees_heading("Directory")
    tova.go("Directory")
    expect(tova.page).not_to_have_title(re.compile(r"^\("))
    expect(beside.page).not_to_have_title(re.compile(r"^\("))
    stage.fill("Ana", conversation, 3, "Heard once")  # in one request: what comes later may sound again
    for tab in (tova, beside):
        expect(tab.page).to_have_title(re.compile(r"^\(3\) "))
    until = time.monotonic() + PATIENCE_SECONDS
    while tones(tova) + tones(beside) == 0:
        assert time.monotonic() < until, "nobody hears it"

    tova.page.bring_to_front()
    tova.go("Conversations").open_conversation("Quiet sound").sees_message("Heard once 3")
    for tab in (tova, beside):
        expect(tab.page).not_to_have_title(re.compile(r"^\("))
    stage.say("Tova", conversation, "From my other computer")
    tova.sees_message("From my other computer")
    heard = tones(tova) + tones(beside)
    assert heard == TONES_OF_A_SOUND, "once for three messages and two tabs, and never for one's own"
    tova.check()
