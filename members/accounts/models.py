"""What the server keeps about a person who signs in. Nothing here says who belongs: the Register does."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from members import clock

HEX_ID, HEX_HASH = 32, 64
LANGUAGES = ("ar", "zh", "en", "fr", "ru", "es")


def fresh_id() -> str:
    """An identifier of an account, an authority, an invitation or a session: 16 random bytes in hexadecimal."""
    return secrets.token_hex(16)


def normal_email(text: str) -> str:
    """The one form in which an address is stored and looked up: without spaces around it, in lower case."""
    return text.strip().lower()


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email=normal_email(username or ""))


class Account(AbstractBaseUser):
    """One person who can sign in. `is_active` ends with the removal from the Register."""

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    email = models.EmailField(unique=True, max_length=254)
    language = models.CharField(max_length=2, choices=[(code, code) for code in LANGUAGES], default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.BigIntegerField(default=clock.now)
    enrolled_at = models.BigIntegerField(
        null=True, help_text="When both factors were set up; nobody signs in before."
    )
    sign_in_reset_at = models.BigIntegerField(
        null=True, help_text="When somebody else let both factors be replaced; until the person has seen it."
    )

    objects = AccountManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.id


def one_at_a_time(*accounts: str) -> None:
    """Until the end of this transaction nobody else does what is done one at a time for any of these accounts.

    SQLite has one writer in any case.
    """
    wanted = Account.objects.select_for_update(no_key=True).filter(pk__in=accounts)
    list(wanted.order_by("pk").values_list("pk"))  # in one order for all, so that no two wait for each other


class SignedInSession(models.Model):
    """A session with both factors, as its owner sees it in the list. It stands and falls with Django's session."""

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    session_key = models.CharField(max_length=40, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    created_at = models.BigIntegerField(default=clock.now)
    last_seen_at = models.BigIntegerField(default=clock.now)
    ends_at = models.BigIntegerField()
    device = models.CharField(max_length=HEX_HASH, default="", blank=True, db_index=True)
    passkey_at = models.BigIntegerField(null=True, help_text="When a passkey was touched in it last.")
    label = models.CharField(max_length=100)
    address = models.CharField(max_length=45)

    def __str__(self) -> str:
        return self.id


class Attempts(models.Model):
    """How often guessing failed lately under one key (see throttle.py). Keys are hashes: no address lies here."""

    key = models.CharField(primary_key=True, max_length=HEX_HASH)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key


class Revocations(models.Model):
    """One row with one number that grows whenever a session, a device or a person is cut off (revocations.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.count)


class Invitation(models.Model):
    """A link for one person, used once. The token is kept as a hash only, and its secret never comes here."""

    class Kind(models.TextChoices):
        FOCAL_POINT = "focal_point"
        LEAD = "lead"
        OFFICER = "officer"
        REKEY = "rekey"

    id = models.CharField(primary_key=True, max_length=HEX_ID)
    token_hash = models.CharField(max_length=HEX_HASH, unique=True)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    founding = models.BooleanField(
        default=False, help_text="One of the first officers: no network exists yet."
    )
    email = models.EmailField(max_length=254)
    account_id_given = models.CharField(max_length=HEX_ID, db_index=True)
    authority = models.CharField(max_length=HEX_ID, blank=True, default="")
    authority_name = models.CharField(max_length=200, blank=True, default="")
    authority_state = models.CharField(max_length=2, blank=True, default="")
    authority_kind = models.CharField(max_length=10, blank=True, default="")
    application = models.CharField(
        max_length=HEX_ID,
        blank=True,
        default="",
        db_default="",
        help_text="The application that names this lead.",
    )
    role = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    function = models.CharField(max_length=200)
    language = models.CharField(max_length=2, default="en")
    salt = models.CharField(max_length=HEX_HASH, blank=True, default="")
    commitment = models.CharField(max_length=HEX_HASH, blank=True, default="")
    inviter = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="invitations")
    attestation = models.JSONField(null=True)
    secret_box = models.TextField(blank=True, default="")
    created_at = models.BigIntegerField(default=clock.now)
    expires_at = models.BigIntegerField()
    used_at = models.BigIntegerField(null=True)
    withdrawn_at = models.BigIntegerField(null=True)
    done_at = models.BigIntegerField(null=True)
    taken_over_from = models.CharField(
        max_length=HEX_ID,
        blank=True,
        default="",
        db_default="",
        help_text="Who made it; the secret of its link is boxed to them alone.",
    )
    keys = models.JSONField(
        null=True, help_text="Identity key, mac and statements that wait beside the Register."
    )
    keys_session = models.CharField(
        max_length=40,
        blank=True,
        default="",
        help_text="The session that handed the new keys in (rekey only).",
    )

    class Meta:
        indexes = [models.Index(fields=["inviter", "created_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id_given"],
                condition=~models.Q(kind="rekey"),
                name="one_invitation_brings_in_an_account",
            )
        ]

    def __str__(self) -> str:
        return self.id


class SignInReset(models.Model):
    """A link with which one person chooses both factors anew. It touches no key, and who gave it stays on record.

    What is chosen lies here and in an authenticator that is not in force, until the second factor is proved.
    """

    id = models.CharField(primary_key=True, max_length=HEX_ID)
    token_hash = models.CharField(max_length=HEX_HASH, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_in_resets")
    requested_by = models.CharField(max_length=HEX_ID)
    requested_at = models.BigIntegerField(default=clock.now)
    second_needed = models.BooleanField(help_text="Of a lead or an officer: another officer confirms it.")
    confirmed_by = models.CharField(max_length=HEX_ID, blank=True, default="")
    confirmed_at = models.BigIntegerField(null=True)
    expires_at = models.BigIntegerField()
    withdrawn_at = models.BigIntegerField(null=True)
    password = models.CharField(max_length=128, blank=True, default="", help_text="Hashed; waits for a code.")
    done_at = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.id


class Passkey(models.Model):
    """A passkey or security key of a person: a second factor, and by itself a whole sign-in.

    The server holds the public key alone. What the authenticator derives for unlocking (docs/protocol.md, 2.5) never
    comes here; `prf` is only what the browser said of it, for the list.
    """

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="passkeys")
    credential_hash = models.CharField(max_length=HEX_HASH, unique=True)
    credential = models.BinaryField(
        help_text="Attested credential data (WebAuthn, 6.5.1): id and public key."
    )
    transports = models.JSONField(default=list)
    name = models.CharField(max_length=60)
    counter = models.BigIntegerField(default=0)
    synced = models.BooleanField(help_text="Its maker may keep copies of it elsewhere.")
    prf = models.BooleanField(help_text="It can derive an unlock key.")
    unlock_key = models.CharField(
        max_length=HEX_HASH, null=True, help_text="Hash of the unlock key that it derives, as its owner says."
    )
    sealed_bookmark_key = models.BinaryField(
        null=True, help_text="The key of the owner's bookmarks, sealed under what it derives."
    )
    created_at = models.BigIntegerField(default=clock.now)
    last_used_at = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.id


class PasskeyChallenge(models.Model):
    """What an authenticator was asked to sign: taken once, by the session that it was made for (passkeys.py)."""

    class Purpose(models.TextChoices):
        ADD = "add"
        SIGN_IN = "sign_in"
        SECOND_FACTOR = "second_factor"
        CONFIRM = "confirm"

    challenge_hash = models.CharField(primary_key=True, max_length=HEX_HASH)
    session_key = models.CharField(max_length=40)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    account = models.CharField(max_length=HEX_ID, blank=True, default="", help_text="Empty before a sign-in.")
    made_at = models.BigIntegerField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["session_key", "purpose"])]

    def __str__(self) -> str:
        return self.challenge_hash
