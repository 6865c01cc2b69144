"""What the tests of conversations share."""

from __future__ import annotations

import pytest

from tests.messaging.case import Case, make_case


@pytest.fixture
def case(db: None) -> Case:
    return make_case()
