"""The Django application of the live side; it has no tables."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "messaging.live"
    label = "live"
