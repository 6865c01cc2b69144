"""The files of the built application, served compressed and for ever, since their names hold their hashes."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from servestatic import ServeStaticASGI

from network.environment import Origin
from network.web import common_headers, content_policy

Application = Callable[[Any, Any, Any], Awaitable[None]]
HASHED = re.compile(r"^/assets/[^/]+-[A-Za-z0-9_-]{8}\.[a-z0-9.]+$")


def with_static_files(application: Application, pages: Path, origin: Origin) -> Application:
    """The application with the files of `pages` before it; the page itself is not among them.

    The files are looked up once: after a new build the server is started again.
    """
    # a worker obeys the policy that its own file came with, not the one of the page
    headers = common_headers(origin) | {"Content-Security-Policy": content_policy(origin)}

    def add_headers(given: Headers, path: str, url: str) -> None:
        for name, value in headers.items():
            given[name] = value

    files = ServeStaticASGI(
        application,
        max_age=3600,
        allow_all_origins=False,
        immutable_file_test=lambda path, url: HASHED.match(url) is not None,
        add_headers_function=add_headers,
    )
    if pages.is_dir():
        files.add_files(pages, prefix="/")
        # the page carries headers of its own and is never kept by a cache
        files.files = {url: file for url, file in files.files.items() if "index.html" not in url}
    served: Application = files
    return served
