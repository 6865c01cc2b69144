"""What a browser meets at the address of the portal: the proxy, its certificate, and every header on the way."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

import httpx

from network.doctor.clock import judge
from network.doctor.findings import Case, Check, Finding, failed, ok, skipped, warning
from network.environment import Origin
from network.static import HASHED
from network.web import common_headers, content_policy

PATIENCE = 5.0
FEW_DAYS, TOO_FEW_DAYS = 21, 3
# of a certificate made for days or hours, which is renewed after two thirds of them
FEW_OF_LIFETIME, TOO_FEW_OF_LIFETIME = 1 / 4, 1 / 12
LONG = 365 * 24 * 3600
LARGE = 7 * 1024 * 1024
"""A body that the portal takes and that many a proxy does not, unless it is told to."""
FOREIGN = "doctor.invalid"
HSTS = "Strict-Transport-Security"
ASSET = re.compile(r"/assets/[^\"'\s>]+\.js")
WITH_VERSION = re.compile(r"/\s*v?\d|\d+\.\d+")
VERSION_HEADERS = ("Server", "X-Powered-By", "X-AspNet-Version", "Via")


def trust(case: Case) -> ssl.SSLContext:
    """The authorities that are believed; none is asked once the certificate has been told to be wrong."""
    return _context(case.authority, verify=case.certificate_holds)


@cache
def _context(authority: Path | None, *, verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()  # reads all authorities of the system, which takes a while
    if authority is not None:
        context.load_verify_locations(cafile=str(authority))
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def port_of(origin: Origin) -> int:
    return origin.port or (443 if origin.secure else 80)


def client_for(case: Case) -> httpx.Client:
    """A client as strict as a browser, which goes nowhere but where it is sent."""
    return httpx.Client(
        base_url=str(case.origin),
        verify=trust(case) if case.origin.secure else False,
        timeout=PATIENCE,
        trust_env=False,
        headers={"User-Agent": "entente-doctor", "Accept-Encoding": "br, gzip"},
    )


# --- the way there ---


def _address(case: Case) -> Iterator[Finding]:
    place, origin = "portal.address", case.origin
    try:
        socket.create_connection((origin.host, port_of(origin)), timeout=PATIENCE).close()
    except socket.gaierror:
        yield failed(
            place,
            f"The name {origin.host} is not known here.",
            "Look at its DNS record, and at the spelling.",
        )
    except OSError as error:
        why = "no answer" if isinstance(error, TimeoutError) else error.strerror or "no connection"
        yield failed(
            place,
            f"Nothing can be reached at {origin.host}, port {port_of(origin)} ({why}).",
            "Start the proxy (or the portal, if it has none), and look at the firewall.",
        )
    else:
        yield ok(place, f"Something listens at {origin}.")


def _handshake(case: Case, *, verify: bool) -> tuple[str, dict[str, Any]]:
    """The version of TLS, and the certificate (empty when it is not verified)."""
    context = _context(case.authority, verify=verify)
    with (
        socket.create_connection((case.origin.host, port_of(case.origin)), timeout=PATIENCE) as plain,
        context.wrap_socket(plain, server_hostname=case.origin.host) as secured,
    ):
        return secured.version() or "", secured.getpeercert() or {}


def _encryption(case: Case) -> Iterator[Finding]:
    place = "portal.encryption"
    if not case.origin.secure:
        yield ok(place, "Plain http, which never leaves this computer.")
        return
    try:
        version, _ = _handshake(case, verify=False)
    except OSError:
        yield failed(
            place,
            "No TLS connection of version 1.2 or above comes about.",
            "Turn on TLS 1.2 and 1.3 at the proxy, for this name and at this port.",
        )
        return
    if version == "TLSv1.3":
        yield ok(place, "TLS 1.3.")
    else:
        yield warning(place, f"{version} and not TLS 1.3.", "Turn on TLS 1.3 at the proxy.")


def _certificate(case: Case) -> Iterator[Finding]:
    place = "portal.certificate"
    if not case.origin.secure:
        yield skipped(place, "Plain http has none.")
        return
    try:
        _, certificate = _handshake(case, verify=True)
    except ssl.SSLCertVerificationError as error:
        case.certificate_holds = False
        yield failed(
            place,
            f"Browsers refuse the certificate: {error.verify_message}.",
            "Renew it for exactly this name, with all certificates between it and its authority; "
            "for a private authority name its certificate with --ca.",
        )
        return
    except OSError as error:
        yield failed(
            place, f"The connection broke ({type(error).__name__}).", "Look at the log of the proxy."
        )
        return
    begins, ends = (ssl.cert_time_to_seconds(certificate[name]) for name in ("notBefore", "notAfter"))
    days, lifetime = (ends - time.time()) / 86400, (ends - begins) / 86400
    left = f"{days:.0f} days" if days >= 1 else f"{days * 24:.0f} hours"
    saw = f"It is valid for {case.origin.host}, for {left} more."
    do = "Renew it now, and find out why that does not happen by itself."
    if days < min(TOO_FEW_DAYS, lifetime * TOO_FEW_OF_LIFETIME):
        yield failed(place, saw, do)
    elif days < min(FEW_DAYS, lifetime * FEW_OF_LIFETIME):
        yield warning(place, saw, do)
    else:
        yield ok(place, saw)


def _page(case: Case) -> Iterator[Finding]:
    place = "portal.page"
    with client_for(case) as client:
        try:
            answer = client.get("/")
        except httpx.HTTPError as error:
            yield failed(
                place, f"The page is not answered ({type(error).__name__}).", "Look at the log of the proxy."
            )
            return
    if answer.status_code == 421:
        yield failed(
            place,
            f"The portal does not know itself under {case.origin} (421).",
            "ENTENTE_ORIGIN must be exactly the address that people type, and the proxy must pass Host on unchanged.",
        )
    elif answer.status_code in (502, 503, 504):
        yield failed(
            place,
            f"The proxy answers, and the portal behind it does not ({answer.status_code}).",
            "Start the portal, and compare the address that the proxy sends to with ENTENTE_HOST and ENTENTE_PORT.",
        )
    elif answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        yield failed(
            place,
            f"Instead of the page comes an answer {answer.status_code}.",
            "Look at what the proxy does with this address: every path must go to the portal.",
        )
    else:
        yield ok(place, "The page of the portal is answered.")


# --- what the answers carry ---


def _headers(case: Case) -> Iterator[Finding]:
    """Every header exactly as the portal sends it: a proxy that takes one away, doubles or weakens it is told."""
    with client_for(case) as client:
        page = client.get("/")
        answers = {"the page": page, "the API": client.get("/api/session")}
        if found := ASSET.search(page.text):
            answers["scripts"] = client.get(found.group())
    policy = content_policy(case.origin)
    policies = {
        "the page": policy,
        "the API": "default-src 'none'; frame-ancestors 'none'",
        "scripts": policy,
    }
    faults: dict[str, list[str]] = {}
    for what, answer in answers.items():
        for name, value in (
            common_headers(case.origin) | {"Content-Security-Policy": policies[what]}
        ).items():
            if fault := _fault(answer.headers.get_list(name), value):
                faults.setdefault(f"{name} {fault}", []).append(what)
    sentences = [f"{fault} (on {', '.join(where)})" for fault, where in faults.items()]
    if not case.origin.secure:
        yield skipped("portal.hsts", "Plain http has none.")
    elif about := [one for one in sentences if one.startswith(HSTS)]:
        yield failed(
            "portal.hsts",
            f"{'; '.join(about)}.",
            "The portal sends it itself: let the proxy neither add nor remove it.",
        )
    else:
        yield ok("portal.hsts", f"{HSTS} comes once, as the portal sends it.")
    if others := [one for one in sentences if not one.startswith(HSTS)]:
        yield failed(
            "portal.headers",
            f"{'; '.join(others)}.",
            "The portal sends these itself: let the proxy neither add, change nor remove them.",
        )
    else:
        yield ok("portal.headers", "All security headers come once, as the portal sends them.")


def _fault(given: list[str], expected: str) -> str | None:
    if not given:
        return "is missing"
    if len(given) > 1:
        return f"comes {len(given)} times"
    return None if given[0] == expected else f"is {given[0]!r} instead of {expected!r}"


def _cookies(case: Case) -> Iterator[Finding]:
    place = "portal.cookies"
    with client_for(case) as client:
        given = client.get("/api/session").headers.get_list("Set-Cookie")
    if not given:
        yield failed(
            place,
            "The portal's cookie does not arrive.",
            "Let the proxy pass Set-Cookie on, and keep no answer of /api.",
        )
        return
    faults = [fault for one in given for fault in _cookie_faults(one, secure=case.origin.secure)]
    if faults:
        yield failed(
            place,
            f"{'; '.join(faults)}.",
            "Let the proxy set no cookies and leave those of the portal as they are.",
        )
    else:
        yield ok(place, "Cookies come with all their restrictions.")


def _cookie_faults(line: str, *, secure: bool) -> Iterator[str]:
    try:
        cookies = SimpleCookie(line)
    except CookieError:
        yield "a cookie cannot be read"
        return
    for name, cookie in cookies.items():
        if not name.startswith("__Host-entente-" if secure else "entente-"):
            yield f"{name} is not the portal's"
            continue
        wanted = {"HttpOnly": cookie["httponly"], "SameSite": cookie["samesite"] in ("Lax", "Strict")}
        wanted |= {"Path=/": cookie["path"] == "/"} | ({"Secure": cookie["secure"]} if secure else {})
        yield from (f"{name} has no {attribute}" for attribute, there in wanted.items() if not there)
        if cookie["domain"]:
            yield f"{name} is for a whole domain"


def _versions(case: Case) -> Iterator[Finding]:
    place = "portal.versions"
    with client_for(case) as client:
        headers = client.get("/").headers
    told = [f"{name}: {value}" for name in VERSION_HEADERS for value in headers.get_list(name)]
    # `Via` begins with the version of the protocol
    telling = [one for one in told if WITH_VERSION.search(re.sub(r"^Via: [\d.]+ ", "", one))]
    if telling:
        yield warning(
            place,
            f"The answers tell versions ({'; '.join(telling)}).",
            "Turn that off at the proxy: it helps attackers only.",
        )
    else:
        yield ok(place, "No answer tells the version of what runs here.")


def _files(case: Case) -> Iterator[Finding]:
    """What is compressed and kept for ever, and that the page itself is kept by nobody."""
    with client_for(case) as client:
        page = client.get("/")
        found = ASSET.search(page.text)
        script = client.get(found.group()) if found else None
    if script is None or script.status_code != 200 or not HASHED.match(script.url.path):
        yield failed(
            "portal.files",
            "The scripts that the page names are not answered.",
            "Pass every path on to the portal unchanged.",
        )
        return
    kept = script.headers.get("Cache-Control", "")
    lasting = re.search(r"max-age=(\d+)", kept)
    faults = []
    if "immutable" not in kept or lasting is None or int(lasting.group(1)) < LONG:
        faults.append(f"files with a hash in their name are not kept ({kept or 'no Cache-Control'})")
    if page.headers.get_list("Cache-Control") != ["no-store"]:
        faults.append(
            f"the page may be kept ({', '.join(page.headers.get_list('Cache-Control')) or 'no Cache-Control'})"
        )
    do = "Leave Cache-Control as the portal sends it: else browsers get an old page, or all files with every visit."
    if faults:
        yield warning("portal.files", f"{'; '.join(faults)}.", do)
    else:
        yield ok("portal.files", "Files are kept for ever, and the page by nobody.")
    coding = script.headers.get("Content-Encoding")
    if coding in ("br", "gzip", "zstd"):
        yield ok("portal.compression", f"Files come compressed ({coding}).")
    else:
        yield warning(
            "portal.compression",
            "Files come uncompressed, three to five times as large.",
            "Let the proxy pass Accept-Encoding on: the portal holds its files compressed.",
        )


# --- what must not work ---


def _redirect(case: Case) -> Iterator[Finding]:
    place, port = "portal.redirect", case.plain_port
    if not case.origin.secure or port is None:
        why = "Name the port of plain http with --http-port to have it looked at."
        yield skipped(place, why if case.origin.secure else "The portal is plain http itself.")
        return
    host = Origin("http", case.origin.host, None if port == 80 else port)
    try:
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            answer = client.get(f"{host}/")
    except httpx.HTTPError:
        yield warning(
            place,
            f"Nothing answers plain http at port {port}.",
            "Let the proxy send it on to https, for people who type the name alone.",
        )
        return
    to = answer.headers.get("Location", "")
    if answer.is_redirect and to.startswith(f"{case.origin}/"):
        yield ok(place, "Plain http is sent on to https.")
    else:
        saw = f"Plain http is sent to {to}." if to else f"Plain http is answered with {answer.status_code}."
        yield failed(
            place, saw, f"Let the proxy send all of it on to {case.origin}, and answer nothing itself."
        )


def _foreign_host(case: Case) -> Iterator[Finding]:
    place = "portal.host"
    with client_for(case) as client:
        try:
            answer = client.get("/", headers={"Host": FOREIGN, "X-Forwarded-Host": case.origin.netloc})
        except httpx.HTTPError:
            yield ok(place, "A foreign name is refused.")
            return
    if answer.status_code == 200 and ASSET.search(answer.text):
        yield failed(
            place,
            "The portal is answered under a foreign name.",
            "Let the proxy pass Host on as it came, and answer this name only: "
            "otherwise a foreign name pointed here can read from browsers.",
        )
    else:
        yield ok(place, f"A foreign name is refused ({answer.status_code}).")


def _metrics(case: Case) -> Iterator[Finding]:
    place = "portal.metrics"
    with client_for(case) as client:
        answer = client.get("/metrics")
    if "# TYPE" in answer.text or "# HELP" in answer.text:
        yield failed(
            place,
            "Everybody can read /metrics.",
            "Ask for the token of ENTENTE_METRICS_TOKEN_FILE there, and let the proxy answer it with 404.",
        )
    else:
        yield ok(place, f"/metrics shows nothing to strangers ({answer.status_code}).")


def _bodies(case: Case) -> Iterator[Finding]:
    """A large body arrives: the refusal that comes is the portal's own, which reads it whole before it answers."""
    place = "portal.bodies"
    do = "Raise the limit for the body of a request at the proxy to 8 MiB (nginx: client_max_body_size 8m)."
    with client_for(case) as client:
        try:
            answer = client.post(
                "/api/doctor", content=b" " * LARGE, headers={"Content-Type": "application/json"}
            )
        except httpx.HTTPError as error:
            yield failed(place, f"A body of {LARGE >> 20} MiB does not arrive ({type(error).__name__}).", do)
            return
    if answer.headers.get("Content-Type") == "application/problem+json" and answer.status_code in (403, 404):
        yield ok(place, f"A body of {LARGE >> 20} MiB arrives.")
    else:
        yield failed(
            place, f"A body of {LARGE >> 20} MiB is answered with {answer.status_code} on the way.", do
        )


def _clock(case: Case) -> Iterator[Finding]:
    place = "clock.portal"
    with client_for(case) as client:
        before = time.time()
        date = client.get("/health/live").headers.get("Date")
        after = time.time()
    try:
        # the header is cut to whole seconds
        stated = parsedate_to_datetime(date or "").timestamp() + 0.5
    except ValueError:
        yield skipped(place, "The answers carry no Date.")
        return
    # the answer was dated at some moment between: a slow one is no sign of a wrong clock
    apart = min(stated - before, 0.0) + max(stated - after, 0.0)
    yield judge(place, apart, f"{datetime.fromtimestamp(stated, UTC):%H:%M:%S} at the portal")


REACHED = ("portal.page",)
CHECKS = (
    Check("portal.address", _address, 10),
    Check("portal.encryption", _encryption, 10, needs=("portal.address",)),
    Check("portal.certificate", _certificate, 10, needs=("portal.encryption",)),
    Check("portal.page", _page, needs=("portal.encryption",), after=("portal.certificate",)),
    Check("portal.headers", _headers, 20, needs=REACHED),
    Check("portal.cookies", _cookies, needs=REACHED),
    Check("portal.versions", _versions, needs=REACHED),
    Check("portal.files", _files, 20, needs=REACHED),
    Check("portal.redirect", _redirect, needs=("portal.address",)),
    Check("portal.host", _foreign_host, needs=REACHED),
    Check("portal.metrics", _metrics, needs=REACHED),
    Check("portal.bodies", _bodies, 60, needs=REACHED),
    Check("clock.portal", _clock, needs=REACHED),
)
