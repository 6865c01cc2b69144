"""The page opens in a real browser, under its real content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import PATIENCE_SECONDS
from tests.servers import Server


def test_the_page_opens_and_nothing_is_refused(page: Page, portal: Server, complaints: list[str]) -> None:
    page.goto(portal.address)
    expect(page.get_by_text("Entente").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert complaints == []


def test_the_first_load_is_small(page: Page, portal: Server) -> None:
    """A slow line of 256 kbit/s takes eight seconds for 250 kB: all that the first page needs stays below."""
    loaded: dict[str, int] = {}
    page.on(
        "requestfinished", lambda request: loaded.update({request.url: request.sizes()["responseBodySize"]})
    )
    page.goto(portal.address)
    page.wait_for_load_state("networkidle")
    assert any(address.endswith(".js") for address in loaded)
    assert sum(loaded.values()) < 250_000, loaded


REFUSED = {
    "require-trusted-types-for": "document.body.innerHTML = '<b>bold</b>'",
    "connect-src": "await fetch('http://127.0.0.1:9/')",
    "img-src": "document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/picture.png'}))",
    "style-src-attr": "document.body.setAttribute('style', 'color: red')",
    "style-src-elem": "document.head.append(Object.assign(document.createElement('style'), {textContent: 'b{}'}))",
}


@pytest.mark.parametrize("directive", REFUSED)
def test_the_content_policy_is_in_force(page: Page, portal: Server, directive: str) -> None:
    page.goto(portal.address)
    refused = page.evaluate(
        f"""async (patience) => {{
            const told = new Promise((tell) => {{
                document.addEventListener("securitypolicyviolation", (event) => tell(event.effectiveDirective));
                setTimeout(tell, patience);
            }});
            try {{ {REFUSED[directive]} }} catch {{ /* that is what we hope for */ }}
            return await told;
        }}""",
        PATIENCE_SECONDS * 1000,
    )
    assert refused == directive


def test_no_string_becomes_code(page: Page, portal: Server) -> None:
    page.goto(portal.address)
    # in a task of the page's own: what the debugger evaluates directly is exempt from the policy
    attempt = """() => new Promise((done) => setTimeout(() => {
        try { done(new Function("return 1")()) } catch (error) { done(error.name) }
    }))"""
    assert page.evaluate(attempt) == "EvalError"
