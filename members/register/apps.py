"""The app of the Register."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "members.register"
    label = "register"
    default_auto_field = "django.db.models.BigAutoField"
