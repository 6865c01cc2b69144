"""Serves the portal as always, with bounds of time and number that a test can wait for: `name=value ...`."""

from __future__ import annotations

import runpy
import sys

from network import bounds


def main() -> None:
    for word in sys.argv[1:]:
        name, _, value = word.partition("=")
        setattr(bounds, name, type(getattr(bounds, name))(float(value)))
    sys.argv = ["network", "serve"]
    runpy.run_module("network", run_name="__main__")


if __name__ == "__main__":
    main()
