"""What is over is removed in the background, and what somebody relies on stays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from members import clock
from members.accounts import tasks, throttle
from members.accounts.models import (
    Account,
    Attempts,
    Invitation,
    SignedInSession,
    SignInReset,
    fresh_id,
)
from members.register.models import Proposal
from tests import kit
from tests.kit import Time

pytestmark = pytest.mark.django_db


# --- sessions and guesses ---


def test_sessions_go_when_they_are_over_and_not_before(time: Time) -> None:
    person = kit.make_account()
    kit.sign_in(Client(), person)
    time.pass_by(12 * clock.HOUR - 1)
    kit.sign_in(Client(), person)
    tasks.remove_ended_sessions.function()
    assert SignedInSession.objects.count() == 2
    time.pass_by(1)
    tasks.remove_ended_sessions.function()
    standing = SignedInSession.objects.get()
    assert list(Session.objects.values_list("session_key", flat=True)) == [standing.session_key]


def test_many_sessions_go_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.background.deleting.AT_ONCE", 10)
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)
    Session.objects.bulk_create(
        Session(session_key=f"{number:032x}", session_data="", expire_date=long_ago) for number in range(25)
    )
    tasks.remove_ended_sessions.function()
    assert not Session.objects.exists()


def test_guesses_are_forgotten_after_a_day(time: Time) -> None:
    Attempts.objects.create(key="ab" * 32, failures=3, last_at=clock.now())
    time.pass_by(throttle.FORGOTTEN_AFTER)
    tasks.remove_old_attempts.function()
    assert Attempts.objects.exists()
    time.pass_by(1)
    tasks.remove_old_attempts.function()
    assert not Attempts.objects.exists()


# --- invitations ---


def invitation(**more: object) -> Invitation:
    values: dict[str, object] = {
        "kind": "officer",
        "role": "officer",
        "email": f"{fresh_id()}@example.org",
        "name": "Amina",
        "expires_at": clock.now() + 7 * clock.DAY,
    }
    return Invitation.objects.create(
        id=fresh_id(),
        token_hash=fresh_id() * 2,
        account_id_given=fresh_id(),
        **(values | more),
    )


def test_an_unused_invitation_goes_three_months_after_it_was_over(time: Time) -> None:
    invitation()
    time.pass_by(7 * clock.DAY + tasks.REMEMBERED)
    tasks.remove_unused_invitations.function()
    assert Invitation.objects.exists()
    time.pass_by(1)
    tasks.remove_unused_invitations.function()
    assert not Invitation.objects.exists()


def test_a_withdrawn_invitation_goes_too(time: Time) -> None:
    invitation(withdrawn_at=clock.now(), expires_at=clock.now() + 300 * clock.DAY)
    time.pass_by(tasks.REMEMBERED + 1)
    tasks.remove_unused_invitations.function()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    "why",
    [
        {"used_at": 1},
        {"done_at": 1},
        {"keys": {"identity_key": "key"}},
        {"founding": True},
        {"used_at": 1, "withdrawn_at": 1},
    ],
)
def test_an_invitation_that_says_who_came_or_can_come_stays(time: Time, why: dict[str, object]) -> None:
    invitation(**why)
    time.pass_by(10 * 365 * clock.DAY)
    tasks.remove_unused_invitations.function()
    assert Invitation.objects.exists()


def test_an_invitation_that_a_proposal_names_stays(time: Time) -> None:
    Proposal.objects.create(payload=b"", type="sample", invitation=invitation(), proposed_by=fresh_id())
    time.pass_by(10 * 365 * clock.DAY)
    tasks.remove_unused_invitations.function()
    assert Proposal.objects.exists()


# --- factors that were begun ---


def reset(account: Account, **more: object) -> SignInReset:
    values: dict[str, object] = {"expires_at": clock.now() + clock.DAY, "password": "a hash"}
    return SignInReset.objects.create(
        id=fresh_id(),
        token_hash=fresh_id() * 2,
        account=account,
        requested_by=fresh_id(),
        second_needed=False,
        **(values | more),
    )


def test_what_was_begun_with_a_reset_goes_when_it_is_over_and_the_reset_stays(time: Time) -> None:
    person = kit.make_account()
    begun = TOTPDevice.objects.create(user=person, name="authenticator", confirmed=False)
    given = reset(person)
    tasks.remove_factors_never_in_force.function()
    given.refresh_from_db()
    assert given.password
    assert TOTPDevice.objects.filter(pk=begun.pk).exists()
    time.pass_by(clock.DAY)
    tasks.remove_factors_never_in_force.function()
    given.refresh_from_db()
    assert not given.password
    assert list(TOTPDevice.objects.values_list("confirmed", flat=True)) == [True]


def test_a_reset_that_was_withdrawn_leaves_no_password() -> None:
    given = reset(kit.make_account(), withdrawn_at=1)
    tasks.remove_factors_never_in_force.function()
    given.refresh_from_db()
    assert not given.password


def test_whoever_has_not_ended_the_enrolment_keeps_what_was_begun(time: Time) -> None:
    person = kit.make_account()
    Account.objects.update(enrolled_at=None)
    TOTPDevice.objects.update(confirmed=False)
    time.pass_by(clock.DAY)
    tasks.remove_factors_never_in_force.function()
    assert TOTPDevice.objects.filter(user=person).exists()
