"""Browser tests run in the system's Chromium against a real server, in a process of their own.

Synchronous Playwright keeps an event loop running, which breaks asynchronous tests after it: hence the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from network import chromium
from tests.browser.person import PATIENCE_SECONDS
from tests.browser.settled import Settled, settled
from tests.servers import Server, running

expect.set_options(timeout=PATIENCE_SECONDS * 1000)

# Each window prepares two pages under its address bar, which cost more than ours; of several lists the last one
# counts, so this one has what Playwright does without as well.
WITHOUT = "--disable-features=" + ",".join(
    (
        "AvoidCorsURLLoaderRestartOnRedirect",
        "AvoidUnnecessaryBeforeUnloadCheckSync",
        "DestroyProfileOnBrowserClose",
        "HttpsUpgrades",
        "HttpsFirstBalancedModeAutoEnable",
        "LensOverlay",
        "MediaRouter",
        "NetworkTimeServiceQuerying",
        "OptimizationHints",
        "PaintHolding",
        "PreconnectToSearch",
        "ThirdPartyStoragePartitioning",
        "WebUIOmniboxAimPopup",
        "WebUIOmniboxFullPopup",
        "WebUIOmniboxPopup",
    )
)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    return {"executable_path": str(chromium.require()), "args": [*chromium.ARGUMENTS, WITHOUT]}


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An ordinary portal, not yet founded."""
    with running(tmp_path_factory.mktemp("portal")) as server:
        yield server


@pytest.fixture(scope="session")
def living_network(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settled]:
    with settled(browser, tmp_path_factory.mktemp("settled") / "data") as made:
        yield made


@pytest.fixture(scope="module")
def stage(living_network: Settled) -> Iterator[Settled]:
    """A network that lives, for all stories: each brings conversations of its own, and people if it loses some."""
    yield living_network
    living_network.leave()  # each open page follows everything that is written: after its stories nobody needs it


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser complains of on this page: errors, and whatever the content policy refused."""
    said: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: said.append(str(error)))
    return said
