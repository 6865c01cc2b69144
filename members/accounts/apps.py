"""The app of sign-in, sessions and invitations."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "members.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
