"""HTTP of the directory."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema

from members.accounts.permissions import Request, second_factor
from members.directory import access

router = Router(tags=["directory"])


class PersonOut(Schema):
    account: str
    salt: str | None
    name: str
    function: str
    language: str


class AuthorityNamesOut(Schema):
    id: str
    name_translations: dict[str, str]


class DirectoryOut(Schema):
    people: list[PersonOut]
    authorities: list[AuthorityNamesOut]


@router.get("/directory", auth=second_factor, response=DirectoryOut)
def read_directory(request: Request) -> dict[str, Any]:
    return access.directory(request.auth.id)
