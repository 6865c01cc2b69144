"""The app of devices and keys."""

from __future__ import annotations

from django.apps import AppConfig


class DevicesConfig(AppConfig):
    name = "members.devices"
    label = "devices"
    default_auto_field = "django.db.models.BigAutoField"
