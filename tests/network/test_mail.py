"""Mail goes through the worker to a real mail server, checked by its certificate; what it refuses is kept and shown."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.test import override_settings

from members import clock
from members.background import access, services
from members.background.models import Task
from members.background.worker import attempt
from members.mail.services import queue_mail
from network.addresses import Mail
from network.bench.ports import free_port
from network.services_beside import mail
from tests.kit import Time
from tests.kit import time as time  # the fixture

pytestmark = pytest.mark.django_db(transaction=True)

USER, PASSWORD = "portal", "right-password"
SENDER, RECIPIENT = "portal@example.org", "amina@example.org"


@dataclass
class Received:
    """A mail server that takes what it is given, unless `refuse` names an answer to every recipient."""

    envelopes: list[Envelope] = field(default_factory=list)
    refuse: str | None = None

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuse is not None:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == right, handled=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this computer with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail of the tests")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate, in which this computer trusts as an operator would have it: by a variable of OpenSSL."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@contextmanager
def serving(received: Received, *, tls: Path | None = None, starttls: Path | None = None) -> Iterator[int]:
    """A mail server on loopback; gives its port."""

    def context(path: Path) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(path)
        return made

    options: dict[str, Any] = {}
    if starttls is not None:
        options = {"tls_context": context(starttls), "require_starttls": True}
    controller = Controller(
        received,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context(tls) if tls is not None else None,
        authenticator=knows,
        auth_require_tls=False,
        **options,
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


Settings = Callable[..., AbstractContextManager[object]]


def speaking_to(port: int, *, tls: bool = False, password: str | None = None, **more: Any) -> Any:
    """The settings of a portal with this mail server."""
    user = USER if password is not None else ""
    found = mail(Mail("127.0.0.1", port, user, password, tls=tls, sender=SENDER), Path("unused"))
    return override_settings(**(found | more))


def queue() -> int:
    return queue_mail(to=RECIPIENT, subject="Entente", text="Something waits for you.")


def run_once() -> None:
    """What a worker does with one task."""
    claim = services.claim("a worker")
    assert claim is not None, "nothing is due"
    failure = attempt(claim)
    if failure is None:
        services.complete(claim)
    else:
        services.fail(claim, failure)


def failure() -> str:
    """The one task that failed, as it is shown."""
    (one,) = access.failing()
    assert not one.worker
    assert not one.given_up
    return one.failure


def test_a_mail_arrives_over_tls_with_a_password(trusted: Path) -> None:
    received = Received()
    with serving(received, tls=trusted) as port, speaking_to(port, tls=True, password=PASSWORD):
        queue()
        run_once()
    (envelope,) = received.envelopes
    assert isinstance(envelope.content, bytes)
    arrived = message_from_bytes(envelope.content, policy=policy.default)
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, [RECIPIENT])
    assert (arrived["From"], arrived["To"], arrived["Subject"]) == (SENDER, RECIPIENT, "Entente")
    assert arrived.get_content().strip() == "Something waits for you."
    assert not Task.objects.exists()


def test_a_mail_arrives_after_starttls(trusted: Path) -> None:
    received = Received()
    with (
        serving(received, starttls=trusted) as port,
        speaking_to(port, EMAIL_USE_TLS=True, password=PASSWORD),
    ):
        queue()
        run_once()
    assert len(received.envelopes) == 1


def test_starttls_is_asked_of_every_server_but_this_computer() -> None:
    elsewhere = Mail("mail.example.org", 587, "", None, tls=False, sender=SENDER)
    here = Mail("127.0.0.1", 25, "", None, tls=False, sender=SENDER)
    assert mail(elsewhere, Path("unused"))["EMAIL_USE_TLS"] is True
    assert mail(here, Path("unused"))["EMAIL_USE_TLS"] is False


def test_a_server_that_offers_no_starttls_is_told_nothing() -> None:
    received = Received()
    with serving(received) as port, speaking_to(port, EMAIL_USE_TLS=True, password=PASSWORD):
        queue()
        run_once()
    assert received.envelopes == []
    assert failure().startswith("The mail server cannot do what is asked of it")


def test_on_this_computer_mail_needs_no_tls() -> None:
    received = Received()
    with serving(received) as port, speaking_to(port):
        queue()
        run_once()
    assert len(received.envelopes) == 1


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path, way: str) -> None:
    received = Received()
    with (
        serving(received, **{way: certificate}) as port,
        speaking_to(port, tls=way == "tls", EMAIL_USE_TLS=way == "starttls", password=PASSWORD),
    ):
        queue()
        run_once()
    assert received.envelopes == []
    assert failure().startswith("The certificate of the mail server is not valid")


def test_a_wrong_password_is_kept_and_shown_until_it_is_right(trusted: Path, time: Time) -> None:
    received = Received()
    with serving(received, tls=trusted) as port:
        with speaking_to(port, tls=True, password="wrong-password"):
            queue()
            run_once()
        assert failure() == "The mail server refuses the user or the password (535)."
        time.pass_by(10 * clock.SECOND)
        with speaking_to(port, tls=True, password=PASSWORD):
            run_once()
    assert len(received.envelopes) == 1
    assert not Task.objects.exists()


def test_a_refused_recipient_is_shown_without_the_address(time: Time) -> None:
    received = Received(refuse=f"550 No such user {RECIPIENT}")
    with serving(received) as port, speaking_to(port):
        queue()
        run_once()
        assert failure() == "The mail server refuses the recipient (550)."
        received.refuse = None
        time.pass_by(10 * clock.SECOND)
        run_once()
    assert len(received.envelopes) == 1


def test_a_mail_outlives_a_server_that_is_down(time: Time) -> None:
    received = Received()
    port = free_port()
    with speaking_to(port):
        queue()
        for wait in (10, 20, 40):
            run_once()
            assert failure() == "The mail server cannot be reached, or the line broke: Connection refused."
            assert services.claim("a worker") is None
            time.pass_by(wait * clock.SECOND)
    with serving(received) as port, speaking_to(port):
        run_once()
    assert len(received.envelopes) == 1


def test_a_mail_that_nobody_takes_for_days_is_kept_and_can_be_sent_again(time: Time) -> None:
    with speaking_to(free_port()):
        queue()
        began = time.at
        while not Task.objects.get().given_up:
            time.pass_by(max(0, Task.objects.get().due_at - time.at))
            run_once()
    assert time.at - began > 2 * clock.DAY
    time.pass_by(30 * clock.DAY)
    assert services.claim("a worker") is None
    received = Received()
    assert services.try_again([]) == 1
    with serving(received) as port, speaking_to(port):
        run_once()
    assert len(received.envelopes) == 1


def test_a_mail_that_is_sent_twice_has_one_identity() -> None:
    received = Received()
    with serving(received) as port, speaking_to(port):
        queue()
        claim = services.claim("a worker that dies too early")
        assert claim is not None
        assert attempt(claim) is None
        services.bury(claim.worker, 0)
        run_once()
    first, second = received.envelopes
    assert first.content == second.content


def test_a_transaction_that_is_rolled_back_sends_nothing() -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert services.claim("a worker") is None


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("amina@example.org\nBcc: ben@example.org", "Entente"),
        ("amina@example.org", "Entente\r\nBcc: ben@example.org"),
        ("amina@example.org, ben@example.org", "Entente"),
        ("Amina <amina@example.org>", "Entente"),
        ("amina", "Entente"),
        ("", "Entente"),
    ],
)
def test_what_no_mail_can_have_is_not_queued(to: str, subject: str) -> None:
    with pytest.raises(ValueError, match=r"one line|no address"):
        queue_mail(to=to, subject=subject, text="Something waits for you.")
    assert not Task.objects.exists()


def test_without_a_server_mail_is_kept_where_only_the_owner_reads(tmp_path: Path) -> None:
    with override_settings(**mail(None, tmp_path / "mail")):
        queue()
        run_once()
    (kept,) = (tmp_path / "mail").iterdir()
    assert f"To: {RECIPIENT}" in kept.read_text()
    assert (tmp_path / "mail").stat().st_mode & 0o777 == 0o700
