"""`python -m network COMMAND`, which ./entente runs when everything is in place."""

from __future__ import annotations

import sys

from network.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
