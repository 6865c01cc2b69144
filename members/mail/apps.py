"""The app of mail; it has no tables: what waits to be sent is a background task."""

from __future__ import annotations

from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "members.mail"
    label = "mail"
