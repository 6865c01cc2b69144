"""No body is taken in that is larger than any address accepts, whoever sends it.

daphne gathers the whole body of a request in memory before the application sees the first byte of it, and so before
anybody is asked who they are. Django's own bound comes too late for that.
"""

from __future__ import annotations

import json
from typing import Any

from daphne import http_protocol

REFUSED = json.dumps(
    {
        "type": "about:blank",
        "title": "Too large",
        "status": 413,
        "code": "too_large",
        "detail": "No address of this portal takes that much.",
    }
).encode()


def bound_bodies(most: int) -> None:
    """From now on this process cuts off every request whose body is longer than `most` bytes."""

    class BoundedRequest(http_protocol.WebRequest):  # type: ignore[misc]  # daphne has no types
        """A request that ends as soon as its body is, or says that it will be, too long."""

        received = 0
        refused = False

        def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
            super().gotLength(0 if length is not None and length > most else length)
            if length is not None and length > most:
                self._refuse()

        def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
            self.received += len(data)
            if self.received > most:
                self._refuse()
            elif not self.refused:
                super().handleContentChunk(data)

        def process(self) -> Any:
            return None if self.refused else super().process()

        def _refuse(self) -> None:
            if self.refused:
                return
            self.refused = True
            self.content.close()
            self.transport.write(
                b"HTTP/1.1 413 Content Too Large\r\nContent-Type: application/problem+json\r\n"
                b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(REFUSED), REFUSED)
            )
            self.channel.loseConnection()

    # daphne names the class in its factory and offers no other way
    http_protocol.WebRequest = BoundedRequest
