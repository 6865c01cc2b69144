"""Walks the main path in the system's Firefox, which Playwright cannot drive as it comes from a distribution.

Run it by hand: `python -m tests.browser.in_firefox` (on Debian: apt-get install firefox-esr). It speaks WebDriver BiDi
(https://www.w3.org/TR/webdriver-bidi/) over the socket that Firefox opens: signs in to a demonstration, opens the keys,
writes, loads anew, and lets a second tab take over.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect

from network.bench.ports import free_port

PERSONA = "qasrain_duty"
PATIENCE_SECONDS = 60

LIST = "document.querySelector('a.conv')"
MESSAGES = "[...document.querySelectorAll('article.msg__body')]"
WRITE = """
const field = document.querySelector("textarea.write__text");
Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, %s);
field.dispatchEvent(new Event("input", { bubbles: true }));
"""

MIDDLE = """
const box = %s;
box.scrollIntoView({ block: "center" });
for (let before = -1; ; ) {
  const { x, y, width, height } = box.getBoundingClientRect();
  if (y === before) return [Math.round(x + width / 2), Math.round(y + height / 2)];
  before = y;
  await new Promise((stands) => setTimeout(stands, 100));
}
"""


def tell(what: str, value: object = "") -> None:
    sys.stdout.write(f"{what}: {value}\n" if value != "" else f"{what}\n")
    sys.stdout.flush()


class Firefox:
    """One tab at a time of one browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked = 0
        self.tab = ""
        self.complaints: list[str] = []

    @classmethod
    async def at(cls, port: int) -> Self:
        """The browser that listens there, as soon as it does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                made = cls(await connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None))
                break
            except OSError:
                assert time.monotonic() < deadline, "Firefox did not start"
                await asyncio.sleep(0.1)
        await made.ask("session.new", capabilities={})
        await made.ask("session.subscribe", events=["log.entryAdded"])
        made.tab = (await made.ask("browsingContext.getTree"))["contexts"][0]["context"]
        return made

    async def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._asked += 1
        await self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            said = json.loads(await self._socket.recv())
            if said.get("method") == "log.entryAdded" and said["params"]["level"] == "error":
                self.complaints.append(str(said["params"]["text"]))
            if said.get("id") == self._asked:
                assert said["type"] == "success", said
                return dict(said["result"])

    async def open(self, address: str) -> None:
        await self.ask("browsingContext.navigate", context=self.tab, url=address, wait="complete")

    async def run(self, code: str) -> Any:
        """What the code returns, as JSON."""
        answer = await self.ask(
            "script.callFunction",
            functionDeclaration=f"async () => JSON.stringify((await (async () => {{ {code} }})()) ?? null)",
            awaitPromise=True,
            target={"context": self.tab},
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    async def until(self, condition: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not await self.run(f"return !!({condition})"):
            assert time.monotonic() < deadline, (condition, await self.run("return document.body.innerText"))
            await asyncio.sleep(0.05)

    async def sees(self, text: str) -> None:
        await self.until(f"document.body.innerText.includes({json.dumps(text)})")

    async def click(self, element: str) -> None:
        """With the mouse, in the middle of it."""
        await self.until(element)
        x, y = await self.run(MIDDLE % element)
        steps = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self.ask(
            "input.performActions",
            context=self.tab,
            actions=[{"type": "pointer", "id": "mouse", "actions": steps}],
        )

    async def press(self, label: str) -> None:
        await self.click(
            "[...document.querySelectorAll('button')]"
            f".find((one) => one.textContent.trim().startsWith({json.dumps(label)}))"
        )

    async def say(self, text: str) -> None:
        await self.run(WRITE % json.dumps(text))
        await self.press("Send")
        await self.until(f"{MESSAGES}.some((one) => one.textContent.includes({json.dumps(text)}))")
        await self.until("!document.querySelector('.state--pending, .state--failed')")


@contextlib.contextmanager
def started(words: list[str], directory: Path) -> Iterator[None]:
    """A process that lives as long as the block."""
    with (directory / "output").open("ab") as output:
        process = subprocess.Popen(
            words, stdout=output, stderr=output, env=os.environ | {"HOME": str(directory)}
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()


async def walk(firefox: Firefox, address: str) -> None:
    await firefox.open(address)
    await firefox.run("localStorage.setItem('entente.language', 'en')")
    await firefox.open(address)
    await firefox.press("Show all")
    place = await firefox.run(
        "const all = await (await fetch('/api/demo/personas')).json();"
        f"return all.findIndex(({{ id }}) => id === '{PERSONA}');"
    )
    await firefox.click(f"document.querySelectorAll('button.persona')[{place}]")
    await firefox.press("Continue")
    await firefox.sees("Confirm that it is you")
    await firefox.run("localStorage.setItem('entente.language', 'en')")
    await firefox.until("/^\\d{6}$/.test(document.querySelector('main input')?.value)")
    await firefox.press("Sign in")
    await firefox.sees("Open your messages on this browser")
    await firefox.press("Demonstration: fill in the recovery code")
    await firefox.until("[...document.querySelectorAll('main input')].every(({ value }) => value !== '')")
    began = time.monotonic()
    await firefox.press("Open my messages")
    await firefox.until(LIST)
    tell("recovery code to the list", f"{time.monotonic() - began:.2f} s")

    await firefox.click(LIST)
    await firefox.until(f"{MESSAGES}.length > 0")
    await firefox.say("From Firefox")
    conversation = await firefox.run("return location.href")
    await firefox.open(conversation)
    await firefox.until(f"{MESSAGES}.some((one) => one.textContent.includes('From Firefox'))")
    tell("written, and there after loading anew")

    first = firefox.tab
    firefox.tab = (await firefox.ask("browsingContext.create", type="tab"))["context"]
    await firefox.open(conversation)
    await firefox.until(f"{MESSAGES}.length > 0")
    await firefox.ask("browsingContext.close", context=first)
    began = time.monotonic()
    await firefox.say("From the second tab")
    tell("the second tab took over and sent", f"{time.monotonic() - began:.2f} s")
    assert await firefox.run("return document.documentElement.dataset.undecryptable") == "0"
    assert firefox.complaints == []


def main() -> None:
    browser = shutil.which("firefox-esr") or shutil.which("firefox")
    assert browser, "There is no Firefox here (on Debian: apt-get install firefox-esr)."
    port, listening = free_port(), free_port()
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place)
        (directory / "profile").mkdir()
        demo = [
            sys.executable,
            "-m",
            "network",
            "demo",
            "--port",
            str(port),
            "--data",
            str(directory / "demo"),
        ]
        remote = [
            browser,
            "--headless",
            "--remote-debugging-port",
            str(listening),
            "--profile",
            str(directory / "profile"),
        ]
        with started(demo, directory), started(remote, directory):
            asyncio.run(arrive(port, listening))


async def arrive(port: int, listening: int) -> None:
    firefox = await Firefox.at(listening)
    while True:
        try:
            _, writer = await asyncio.open_connection("localhost", port)
            writer.close()
            break
        except OSError:
            await asyncio.sleep(0.2)
    await walk(firefox, f"http://localhost:{port}/")


if __name__ == "__main__":
    main()
