"""What applicants hand in, what officers decide, and the steps that a network has set for it."""

from __future__ import annotations

from django.db import models

from members import clock
from members.accounts.models import HEX_HASH, HEX_ID, fresh_id


class Pipeline(models.Model):
    """The steps of vetting, as officers have set them; an application keeps those that it began with."""

    version = models.PositiveIntegerField(unique=True)
    steps = models.JSONField()
    changed_by = models.CharField(max_length=HEX_ID, blank=True, default="")
    changed_at = models.BigIntegerField(default=clock.now)

    def __str__(self) -> str:
        return f"pipeline {self.version}"


class Application(models.Model):
    """One application. `form` is what the applicant writes; officers read the newest `Revision` of it."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        VETTING = "vetting"
        RETURNED = "returned"
        OFFERED = "offered"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        ADMITTED = "admitted"

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    email = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    pipeline = models.ForeignKey(Pipeline, null=True, on_delete=models.PROTECT)
    step = models.CharField(max_length=40, blank=True, default="")
    passed = models.JSONField(default=dict, help_text="By key of a step: when it was passed, and by whom.")
    form = models.JSONField()
    wanted = models.JSONField(default=list, help_text="What an officer has marked as missing.")
    revision = models.PositiveIntegerField(default=0)
    nonce = models.CharField(max_length=HEX_HASH)
    created_at = models.BigIntegerField(default=clock.now)
    changed_at = models.BigIntegerField(default=clock.now, db_index=True)
    submitted_at = models.BigIntegerField(null=True)
    closed_at = models.BigIntegerField(null=True)
    due_at = models.BigIntegerField(null=True)
    objections_until = models.BigIntegerField(null=True)
    asked = models.BooleanField(default=False)
    entered_by = models.CharField(max_length=HEX_ID, blank=True, default="")
    authority = models.CharField(max_length=HEX_ID, blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["status"])]

    def __str__(self) -> str:
        return f"application {self.id}"


class ApplicationLink(models.Model):
    """A link that was mailed to an applicant: whoever holds it may go on with the application."""

    token_hash = models.CharField(primary_key=True, max_length=HEX_HASH)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="links")
    made_at = models.BigIntegerField(default=clock.now)
    expires_at = models.BigIntegerField()

    def __str__(self) -> str:
        return f"link to {self.application_id}"


class Revision(models.Model):
    """What was submitted, as it was submitted; its digest is what an admission names."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=HEX_HASH, unique=True)
    form = models.JSONField()
    documents = models.JSONField()
    at = models.BigIntegerField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="one_revision_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.number}"


class Document(models.Model):
    """A file of an applicant. It comes in parts; `media_type` says what its first bytes are, once it is whole.

    One that was submitted stays readable for officers after the applicant has taken it out (`removed_at`).
    """

    id = models.CharField(primary_key=True, max_length=HEX_ID, default=fresh_id)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(max_length=200)
    purpose = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=HEX_HASH)
    media_type = models.CharField(max_length=20, blank=True, default="")
    judgement = models.CharField(max_length=10, blank=True, default="")
    remark = models.CharField(max_length=500, blank=True, default="")
    begun_at = models.BigIntegerField(default=clock.now)
    removed_at = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"document {self.id}"


class Event(models.Model):
    """One thing that happened to an application: the history that officers see, and in part the applicant."""

    class By(models.TextChoices):
        APPLICANT = "applicant"
        OFFICER = "officer"
        MEMBER = "member"
        PORTAL = "portal"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="events")
    at = models.BigIntegerField(default=clock.now)
    act = models.CharField(max_length=24)
    step = models.CharField(max_length=40, blank=True, default="")
    by = models.CharField(max_length=10, choices=By.choices)
    account = models.CharField(max_length=HEX_ID, blank=True, default="")
    authority = models.CharField(max_length=HEX_ID, blank=True, default="")
    text = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=0)
    settled = models.BooleanField(default=False, help_text="An objection that was answered or taken back.")

    def __str__(self) -> str:
        return f"{self.act} {self.application_id}"
