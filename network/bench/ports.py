"""Ports of this computer for servers that come and go."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port of this computer that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
