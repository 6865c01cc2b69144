"""HTTP of the directory."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from ninja import Field, Router, Schema, Status

from members.accounts.permissions import Request, device, recent_device, second_factor
from members.compression import compressed
from members.directory import absences, access, differing, services
from members.problems import Refused
from members.protocol.directory import MAX_BODY
from members.protocol.encoding import EncodingError, unb64

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


# --- what is signed ---

Place = Annotated[int, Field(ge=0, lt=2**53)]
Subject = Annotated[
    str, Field(pattern=r"^(authority/[0-9a-f]{32}|state/[A-Z]{2}|account/[0-9a-f]{32})$", max_length=42)
]


class SignedRowOut(Schema):
    place: int
    subject: str
    body: str
    signature: str
    at: int


class ChangesOut(Schema):
    rows: list[SignedRowOut]
    more: bool
    restored: int | None


class HistoryOut(Schema):
    rows: list[SignedRowOut]


class InstitutionOut(Schema):
    id: int
    name: str
    state: str
    central: bool
    languages: list[str]
    zone: str


class InstitutionsOut(Schema):
    institutions: list[InstitutionOut]


class SignedIn(Schema, strict=True):
    body: str = Field(max_length=MAX_BODY)
    signature: str = Field(max_length=88)


@router.get("/directory/entries", auth=second_factor, response=ChangesOut)
@compressed
def read_entries(request: Request, after: Place = 0) -> dict[str, Any]:
    """What every authority says of itself is the same for all readers, and public among them: it may be packed."""
    return access.changes(request.auth.id, profiles=False, after=after)


@router.get("/directory/profiles", auth=second_factor, response=ChangesOut)
@compressed
def read_profiles(request: Request, after: Place = 0) -> dict[str, Any]:
    return access.changes(request.auth.id, profiles=True, after=after)


@router.get("/directory/history", auth=second_factor, response=HistoryOut)
@compressed
def read_history(request: Request, subject: Subject, after: Place = 0) -> dict[str, Any]:
    """All revisions of one subject, which proves that each names the one before."""
    return {"rows": access.history(request.auth.id, subject, after=after)}


@router.get("/directory/institutions", auth=second_factor, response=InstitutionsOut)
def read_institutions(request: Request) -> dict[str, Any]:
    return {"institutions": access.institutions(request.auth.id)}


@router.post("/directory/entries", auth=recent_device, response={204: None})
def sign_entry(request: Request, given: SignedIn) -> Status[None]:
    _sign(request, given, profile=False)
    return Status(204, None)


@router.post("/directory/handed-back", auth=device, response={204: None})
def hand_back(request: Request, given: SignedIn) -> Status[None]:
    """What an older copy of the database lacks, from whoever holds it."""
    services.hand_back(reader=request.auth.id, body=given.body.encode(), signature=_signature(given))
    return Status(204, None)


@router.post("/directory/profiles", auth=device, response={204: None})
def sign_profile(request: Request, given: SignedIn) -> Status[None]:
    _sign(request, given, profile=True)
    return Status(204, None)


def _sign(request: Request, given: SignedIn, *, profile: bool) -> None:
    services.sign(
        account=request.auth.id,
        device=request.auth.device,
        body=given.body.encode(),
        signature=_signature(given),
        profile=profile,
    )


def _signature(given: SignedIn) -> bytes:
    try:
        return unb64(given.signature, 64)
    except EncodingError:
        raise Refused("refused", "Something is not canonical base64.", reason="bad_item") from None


# --- absences ---


class DaysIn(Schema, strict=True):
    first: datetime.date = Field(strict=False)
    last: datetime.date = Field(strict=False)
    zone: str = Field(max_length=64)
    stand_in: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")

    def days(self) -> absences.Days:
        return absences.Days(self.first, self.last, self.zone, self.stand_in or "")


class AbsenceIn(DaysIn):
    account: str = Field(pattern=r"^[0-9a-f]{32}$")


class AbsenceOut(Schema):
    id: str
    account: str
    first: datetime.date
    last: datetime.date
    zone: str
    stand_in: str | None
    entered_by: str


@router.get("/absences", auth=second_factor, response=list[AbsenceOut])
def list_absences(request: Request) -> list[dict[str, Any]]:
    return absences.listing(request.auth.id)


@router.post("/absences", auth=device, response=AbsenceOut)
def enter_absence(request: Request, given: AbsenceIn) -> dict[str, Any]:
    made = absences.enter(by=request.auth.id, account=given.account, days=given.days())
    return absences.as_object(made)


@router.put("/absences/{absence_id}", auth=device, response=AbsenceOut)
def change_absence(request: Request, absence_id: str, given: DaysIn) -> dict[str, Any]:
    changed = absences.change(by=request.auth.id, absence_id=absence_id, days=given.days())
    return absences.as_object(changed)


@router.delete("/absences/{absence_id}", auth=device, response={204: None})
def withdraw_absence(request: Request, absence_id: str) -> Status[None]:
    absences.withdraw(by=request.auth.id, absence_id=absence_id)
    return Status(204, None)


# --- a code that two people compared and that differs ---


class DifferedIn(Schema, strict=True):
    account: str = Field(pattern=r"^[0-9a-f]{32}$")


@router.post("/code-differs", auth=device, response={204: None})
def report_code(request: Request, given: DifferedIn) -> Status[None]:
    differing.report(by=request.auth.id, about=given.account)
    return Status(204, None)
