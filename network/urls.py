"""The table of addresses; what is not named here is routed by the page itself."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from network import health, metrics, web
from network.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("metrics", metrics.give),
    path("api/", api.urls),
    # an address of the API or a file that does not exist is an error, never the page
    re_path(r"^(?:api|assets|health)(?:/|$)", web.not_found),
    re_path(r"^", web.page),
]

handler400 = web.bad_request
handler403 = web.forbidden
handler404 = web.not_found
handler500 = web.server_error
