"""The Django application of conversations."""

from __future__ import annotations

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "messaging.conversations"
    label = "conversations"
