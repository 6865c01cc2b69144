"""How far the models walk: a thousand acts or so with every run of the suite, as many as one likes by `--steps`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--steps", type=int, default=150, help="how many steps the model of a network takes")
