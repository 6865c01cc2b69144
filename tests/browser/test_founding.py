"""From an empty portal to the first message, with five people in five browsers, and on to a new browser."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from network.bench.ports import free_port
from network.client.memory import SignIn
from network.environment import BASE
from tests.browser.canary import CANARY, find_readable
from tests.browser.person import PASSWORD, Person, Secrets
from tests.servers import Server, running

LINK = re.compile(r"http://\S+/enrol#\S+")


@dataclass
class Scene:
    """A portal in its beginning, and the browsers of those who come in."""

    browser: Browser
    server: Server
    data: Path
    links: list[str]
    stack: ExitStack

    def person(self, email: str, *, careful: bool = False) -> Person:
        return self.again(Secrets(SignIn(email, PASSWORD)), careful=careful)

    def again(self, secrets: Secrets, *, careful: bool = False) -> Person:
        """Another browser of the same person."""
        person = Person(self.browser, self.server.address, secrets, careful=careful)
        self.stack.callback(person.close)
        return person


@pytest.fixture
def scene(browser: Browser, tmp_path: Path) -> Iterator[Scene]:
    port, data = free_port(), tmp_path / "data"
    environment = {"ENTENTE_DATA": str(data), "ENTENTE_PORT": str(port), "PATH": "/usr/bin:/bin"}
    printed = subprocess.run(
        [sys.executable, "-m", "network", "init"],
        cwd=BASE,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    with ExitStack() as stack, running(data, port=port) as server:
        yield Scene(browser, server, data, LINK.findall(printed), stack)
        stack.close()
    assert find_readable(data, server.output) == []


def found(scene: Scene) -> list[Person]:
    """Three officers enrol, compare and sign; afterwards each has a recovery code and is in."""
    officers = []
    for number, link in enumerate(scene.links, start=1):
        officer = scene.person(f"officer{number}@example.org", careful=number == 1)
        officer.open_link(link).sees_heading("Found the network")
        officer.press("Make my founding key")
        officers.append(officer)
    for officer in officers:
        officer.sees("Compare before you sign")
        officer.tick("All three of us see the same code")
        officer.press("Sign the founding")
    for officer in officers:
        officer.make_keys()  # each page looks again by itself, and goes on
    return officers


def admit(officers: list[Person], scene: Scene, name: str, state: str, email: str) -> Person:
    """Two officers sign the admission of an authority with its lead; the lead is in."""
    first, second = officers[:2]
    first.go("Secretariat").press("Admit without an application")
    first.type("Name of the authority", name).type("State", state)
    first.type("Name of the person", f"Lead of {state}").type("Function", "Head of investigations")
    first.type("E-mail address", email).press("Make the link")
    link = first.hand_over_link()
    lead = scene.person(email, careful=state == "XD")
    lead.open_link(link).make_keys()
    lead.sees_heading("Two officers sign now")
    first.press("Sign first").unlock_if_asked("Signed. Now another officer must sign.")
    second.go("Secretariat").sees(name)
    second.tick("The code is the same")
    second.press("Sign and admit").unlock_if_asked("Signed. It is in force.")
    lead.page.get_by_role("navigation").first.wait_for()
    return lead


def test_five_people_come_from_an_empty_portal_to_the_first_message(scene: Scene) -> None:
    officers = found(scene)
    belmara = admit(officers, scene, "Financial Investigations Service", "XD", "lead@belmara.example")
    qasrain = admit(officers, scene, "Integrity Commission", "XE", "lead@qasrain.example")

    belmara.write_to("Integrity Commission", "Account of a trading company", f"Urgent: {CANARY}")
    qasrain.go("Conversations").open_conversation("Account of a trading company")
    qasrain.sees_message(CANARY).say(f"Received at once: {CANARY}")
    belmara.sees_message(f"Received at once: {CANARY}")
    expect(belmara.page.get_by_text(re.compile("^Read"))).to_be_visible()

    laptop = scene.again(qasrain.secrets)
    laptop.sign_in().paste_recovery_code()
    laptop.open_conversation("Account of a trading company")
    laptop.sees_message(f"Urgent: {CANARY}").sees_message(f"Received at once: {CANARY}")
    laptop.say("And from the new computer.")
    belmara.sees_message("And from the new computer.")

    for person in (*officers, belmara, qasrain, laptop):
        person.check()
