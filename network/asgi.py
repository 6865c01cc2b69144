"""The portal as one ASGI application, for any ASGI server."""

from __future__ import annotations

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "network.settings")

import django

django.setup(set_prefix=False)  # before whatever imports models

from network.threads import Handler

pages_and_api = Handler()

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.urls import path, re_path

from messaging.live.consumer import LiveConsumer
from network.bodies import with_bounded_bodies
from network.forwarded import behind_proxy
from network.static import with_static_files


async def no_socket_here(scope: Any, receive: Any, send: Any) -> None:
    """Refuses the handshake on every address that has no socket."""
    await receive()
    await send({"type": "websocket.close", "code": 4404, "reason": "not_found"})


addresses: list[Any] = [  # channels routes applications where Django's types expect views
    # knows its session by the cookie, without the middleware of Channels
    path("ws", cast("Any", LiveConsumer.as_asgi())),
    re_path(r"^", cast("Any", no_socket_here)),
]
sockets = URLRouter(addresses)

application: Any = ProtocolTypeRouter(
    {
        "http": with_static_files(
            with_bounded_bodies(pages_and_api, most=settings.DATA_UPLOAD_MAX_MEMORY_SIZE),
            settings.PAGES,
            settings.ORIGIN,
        ),
        # a page of any other origin cannot open a socket with the cookies of a person who is signed in here
        "websocket": OriginValidator(sockets, [str(settings.ORIGIN)]),
    }
)
if settings.BEHIND_PROXY:
    application = behind_proxy(application)
