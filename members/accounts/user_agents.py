"""Says in words which browser and system a session belongs to; a claim of the browser, for its owner to recognize."""

from __future__ import annotations

import re

# The first pattern that matches wins: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:HeadlessChrome|Chrome|CriOS|Chromium)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari/"),
    ("Entente client", r"entente-client/(\d+)"),
)
SYSTEMS = (
    ("Android", r"Android"),
    ("iOS", r"iPhone|iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux|X11"),
)


def label(user_agent: str) -> str:
    """Such as "Firefox 130, Windows"; "Unknown browser" when nothing is recognized."""
    agent = user_agent[:500]
    browser = "Unknown browser"
    for name, pattern in BROWSERS:
        if match := re.search(pattern, agent):
            browser = f"{name} {match.group(1)}"
            break
    system = next((name for name, pattern in SYSTEMS if re.search(pattern, agent)), "")
    return f"{browser}, {system}" if system else browser
