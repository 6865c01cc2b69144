"""The app of sightings."""

from __future__ import annotations

from django.apps import AppConfig


class SightingsConfig(AppConfig):
    name = "messaging.sightings"
    label = "sightings"
