"""An authority applies without an account: a link by mail, a form that is left and taken up again, documents."""

from __future__ import annotations

import email
import re
import struct
import zlib
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, ViewportSize, expect

from network.client.memory import SignIn
from tests.browser.person import Person, Secrets
from tests.browser.settled import Settled
from tests.network.workers import wait_for

ADDRESS = "liaison@agency.example"
LINK = re.compile(r"/apply#\S+")
ANSWERS = {
    "Name of the authority": "Агентство по противодействию коррупции",
    "Name in English": "Anti-Corruption Agency",
    "Postal address": "1 Harbour Street",
    "Telephone of the switchboard": "+999 1 234 567",
    "Mandate": "Investigates corruption of public officials.",
    "Legal basis": "Anti-Corruption Act of 2011, articles 4 to 9",
    "How its independence is secured": "Parliament appoints its head for seven years.",
    "Physical and technical protection": "A guarded building and a network of its own.",
    "Legal protection": "Secrecy by law.",
}
NARROW: ViewportSize = {"width": 375, "height": 812}


def picture() -> bytes:
    """One black point, as a PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\0"))
        + chunk(b"IEND", b"")
    )


LAW = FilePayload(name="law.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7\n" + bytes(700_000))
LETTER = FilePayload(name="letter.png", mimeType="image/png", buffer=picture())
PROGRAM = FilePayload(name="program.pdf", mimeType="application/pdf", buffer=b"MZ" + bytes(100))


def links_to(address: str, data: Path) -> list[str]:
    """The links in the mails that left the portal for this address."""
    found = []
    for file in sorted((data / "mail").glob("*"), key=lambda one: one.stat().st_mtime):
        message = email.message_from_bytes(file.read_bytes(), policy=default)
        body = message.get_body(("plain",))
        if message["To"] == address and body is not None:
            found += LINK.findall(body.get_content())
    return found


@pytest.fixture
def applicant(stage: Settled) -> Person:
    """Somebody without an account, at a browser that knows nothing."""
    return stage.stranger(Secrets(SignIn(email=ADDRESS)))


def fits(person: Person) -> None:
    """Nothing is wider than a telephone."""
    before = person.page.viewport_size
    person.page.set_viewport_size(NARROW)
    assert person.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    if before is not None:
        person.page.set_viewport_size(before)


def speak(person: Person, language: str) -> None:
    person.page.locator(f".languages__one[lang={language}]").click()
    expect(person.page.locator(f"html[lang={language}]")).to_be_attached()


def looked_at(person: Person) -> None:
    """The screen is open to everybody, fits a telephone, and does so from right to left."""
    person.check()
    fits(person)
    speak(person, "ar")
    person.check()
    fits(person)
    speak(person, "en")


def name_focal_points(person: Person) -> None:
    people = person.page.locator("fieldset")
    for place, name in enumerate(("Ana", "Ben")):
        one = people.nth(place)
        one.get_by_label("Function", exact=True).fill(f"Desk of {name}")
        one.get_by_label("Name", exact=True).fill(name)
        one.get_by_label("Official e-mail address").fill(f"{name.lower()}@agency.example")


def add(person: Person, purpose: str, file: FilePayload) -> None:
    with person.page.expect_file_chooser() as chosen:
        person.press(re.compile(f"^Add files {purpose}"))
    chosen.value.set_files(file)


def test_an_authority_applies_by_a_link_and_sees_where_it_stands(stage: Settled, applicant: Person) -> None:
    page = applicant.page
    page.goto(stage.address)
    page.get_by_role("link", name="Apply to join").click()
    applicant.sees_heading("Apply to join the network").sees("not end-to-end encrypted")
    looked_at(applicant)
    applicant.type("Official e-mail address", ADDRESS).press("Send me the link")
    applicant.sees("We have sent a link").sees("Nothing came?").check()
    wait_for(lambda: links_to(ADDRESS, stage.data), "the mail with the link")

    # the link opens it and leaves the address bar
    page.goto(stage.address + links_to(ADDRESS, stage.data)[0])
    applicant.sees_heading("Your application").sees("things are still missing")
    assert page.evaluate("location.hash") == ""
    applicant.press("Submit the application").sees("This is still missing.")
    looked_at(applicant)

    # what was typed is there again after a reload
    for label, text in ANSWERS.items():
        applicant.type(label, text)
    page.get_by_role("combobox", name="State").fill("Kenya")
    page.get_by_role("option", name="Kenya").click()
    applicant.tick("Investigates")
    applicant.sees("All saved")
    page.reload()
    expect(page.get_by_label("Name in English")).to_have_value("Anti-Corruption Agency")
    name_focal_points(applicant)
    signatory = page.locator("#apply-section-signatory")
    signatory.get_by_label("Name", exact=True).fill("Dana")
    signatory.get_by_label("Function", exact=True).fill("Director")

    # files: what they are decides, and not how they are called
    add(applicant, "Text of the mandate", PROGRAM)
    applicant.sees("neither a PDF nor a PNG").press(re.compile("^Remove from the list"))
    add(applicant, "Text of the mandate", LAW)
    expect(page.get_by_role("link", name="Download law.pdf")).to_be_visible()
    add(applicant, "State confirmation", LETTER)
    applicant.press(re.compile("^Look at it letter.png"))
    shown = page.frame_locator("iframe[sandbox='']").locator("img")
    expect(shown).to_be_visible()
    assert shown.evaluate("(one) => one.naturalWidth") == 1
    applicant.check()
    applicant.press("Close")
    applicant.sees("Nothing is missing.").sees("All saved")
    looked_at(applicant)

    # handed in
    applicant.press("Submit the application").sees_heading("Your application is being examined")
    page.reload()
    applicant.sees_heading("Your application is being examined").sees("Completeness")
    applicant.sees("The application was submitted.").sees("law.pdf")
    looked_at(applicant)

    # closed here, opened by the same link elsewhere, and taken back
    applicant.press("Close it in this browser").sees_heading("Apply to join the network")
    page.goto(f"{stage.address}/apply#{'x' * 22}")
    applicant.sees("This link opens nothing any more").check()
    page.goto(stage.address + links_to(ADDRESS, stage.data)[-1])
    applicant.sees_heading("Your application is being examined").press("Withdraw the application")
    applicant.press("Withdraw it").sees_heading("The application was withdrawn").check()
