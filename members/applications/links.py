"""How an applicant comes back without an account: by a link in a mail, which stands for one application.

The token is in the fragment of the link, so no server and no log on its way has it; here only its hash is kept.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from members import clock
from members.accounts import throttle
from members.accounts.models import normal_email
from members.applications import form, words
from members.applications.models import Application, ApplicationLink
from members.holding import hold
from members.mail.services import queue_mail
from members.problems import NotFound, Refused, SlowDown

VALID_DAYS = 30
MOST_LINKS_A_DAY = 5
MOST_DRAFTS_AN_HOUR = 300
TOKEN = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
SESSION_KEY = "application"

OPEN = (
    Application.Status.DRAFT,
    Application.Status.VETTING,
    Application.Status.RETURNED,
    Application.Status.OFFERED,
)


def ask(request: HttpRequest, *, email: str, language: str) -> None:
    """Mail a link to the open application of this address, or to a new one. Nobody learns whether there was one.

    An address that was sent many links since yesterday is sent no other, and that is not said either. Raises SlowDown
    for a network of computers or a portal that asks too often.
    """
    address = _checked(email)
    throttle.count_application(request)  # whatever comes of it: a refusal takes nothing back
    with transaction.atomic():
        found = _open_application(address, language)
        lately = found.links.filter(made_at__gt=clock.now() - clock.DAY)
        if lately.count() < MOST_LINKS_A_DAY:
            _mail_link(found)


@transaction.atomic
def enter(request: HttpRequest, *, officer: str, email: str, language: str) -> Application:
    """A new application that an officer enters for an applicant, who gets the link; opened in this session too."""
    made = _new(_checked(email), language, entered_by=officer)
    _mail_link(made)
    request.session[SESSION_KEY] = made.pk
    return made


def open_link(request: HttpRequest, token: str) -> Application:
    """Put the application behind this token into the session; raises NotFound for every other token."""
    attempt = throttle.count_token_attempt(request)
    found = None
    if TOKEN.fullmatch(token):
        digest = hashlib.sha256(token.encode()).hexdigest()
        links = ApplicationLink.objects.select_related("application")
        found = links.filter(pk=digest, expires_at__gt=clock.now()).first()
    if found is None:
        raise NotFound
    attempt.succeeded()
    request.session[SESSION_KEY] = found.application_id
    return found.application


def leave(request: HttpRequest) -> None:
    request.session.pop(SESSION_KEY, None)


def held(request: HttpRequest) -> Application:
    """The application that was opened in this session; raises NotFound where none was."""
    return _found(request, Application.objects.select_related("pipeline"))


@contextmanager
def changing(request: HttpRequest) -> Iterator[Application]:
    """The same, locked until the end of the transaction that this is."""
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related("pipeline")
        yield _found(request, locked)


def _found(request: HttpRequest, applications: QuerySet[Application]) -> Application:
    found = applications.filter(pk=request.session.get(SESSION_KEY, "")).first()
    if found is None:
        raise NotFound
    return found


def tell_news(application: Application) -> None:
    """Mail the applicant that something happened, with a fresh link."""
    _mail(application, words.NEWS)


def _mail_link(application: Application) -> None:
    _mail(application, words.LINK)


def _mail(application: Application, texts: dict[str, tuple[str, str]]) -> None:
    token = secrets.token_urlsafe(16)
    ApplicationLink.objects.create(
        token_hash=hashlib.sha256(token.encode()).hexdigest(),
        application=application,
        expires_at=clock.now() + VALID_DAYS * clock.DAY,
    )
    subject, text = texts[application.language]
    address = f"{settings.ORIGIN}/apply#{token}"
    queue_mail(to=application.email, subject=subject, text=text.format(address=address, days=VALID_DAYS))


def _checked(email: str) -> str:
    address = normal_email(email)
    try:
        validate_email(address)
    except ValidationError:
        raise Refused("invalid", "This is no address that mail can be sent to.", fields=["email"]) from None
    return address


def _open_application(email: str, language: str) -> Application:
    hold("application", email)
    found = Application.objects.filter(email=email, status__in=OPEN).order_by("-created_at").first()
    return found or _new(email, language)


def _new(email: str, language: str, *, entered_by: str = "") -> Application:
    hold("applications in an hour")
    recent = Application.objects.filter(created_at__gt=clock.now() - clock.HOUR)
    if recent.count() >= MOST_DRAFTS_AN_HOUR:
        raise SlowDown(retry_after=1800)
    return Application.objects.create(
        email=email,
        language=language,
        form=form.empty(),
        nonce=secrets.token_hex(32),
        entered_by=entered_by,
    )
