"""Files in the data directory, which have no address: whoever may read one is asked by the code that hands it out."""

from __future__ import annotations

from typing import NoReturn

from django.core.files.storage import FileSystemStorage


class PrivateFiles(FileSystemStorage):
    """Nothing in here is served from anywhere."""

    def url(self, name: str | None) -> NoReturn:
        raise NotImplementedError("Files have no address of their own.")
