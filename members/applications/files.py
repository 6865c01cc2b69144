"""Files that belong to no document any more."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import default_storage

from members.background.registry import task


@task("applications.forget_files")
def forget_files(*, paths: Sequence[str]) -> None:
    """Delete files; a second run finds nothing more to do."""
    for path in paths:
        default_storage.delete(path)
