"""What the tests of members share."""

from __future__ import annotations

from tests.kit import time as time
