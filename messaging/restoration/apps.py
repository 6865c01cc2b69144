"""The app of what is handed back."""

from __future__ import annotations

from django.apps import AppConfig


class RestorationConfig(AppConfig):
    name = "messaging.restoration"
    label = "restoration"
    default_auto_field = "django.db.models.BigAutoField"
