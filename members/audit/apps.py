"""The app of the audit log."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "members.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
