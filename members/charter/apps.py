"""The app of the charter."""

from __future__ import annotations

from django.apps import AppConfig


class CharterConfig(AppConfig):
    name = "members.charter"
    label = "charter"
    default_auto_field = "django.db.models.BigAutoField"
