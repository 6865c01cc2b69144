"""Hostile servers and hostile members act upon a network of their own, in the fashion of the browser tests."""

from __future__ import annotations

from tests.browser.conftest import browser_type_launch_args, living_network, stage

__all__ = ["browser_type_launch_args", "living_network", "stage"]
