"""HTTP of the personas; answers 404 wherever this is no demonstration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from members.accounts.permissions import anyone
from network.demo import personas

router = Router(tags=["demonstration"])


class PersonaOut(Schema):
    id: str
    title: str
    authority: str | None
    authority_name: str
    state: str
    language: str
    role: str
    story: str


class FilledOut(Schema):
    email: str
    password: str
    code: str
    recovery_code: str


@router.get("/demo/personas", auth=anyone, response=list[PersonaOut])
def list_personas(request: HttpRequest) -> list[dict[str, Any]]:
    return [asdict(one) for one in personas.held()]


@router.post("/demo/personas/{persona_id}/fill", auth=anyone, response=FilledOut)
def fill_persona(request: HttpRequest, persona_id: str) -> dict[str, str]:
    return personas.fill(persona_id)
