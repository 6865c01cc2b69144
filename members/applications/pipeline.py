"""The steps of vetting: data that a network sets, checked here, and shipped as the field does it.

A step is an object with exactly these fields: `key`; `kind` (see `KINDS`); `days` that it may take, or that the
window for objections is open, or null; `officers` who alone may decide it, or null for any; `another`, whether it is
decided by somebody else than the step before; `title` and `text` by language, or null for the words of the interface.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from django.db import transaction

from members import clock
from members.applications.models import Application, Pipeline
from members.audit.actions import Action
from members.audit.services import record
from members.charter.access import require_officer
from members.holding import hold
from members.problems import Problem, Refused
from members.protocol import schema
from members.protocol.charter import LANGUAGES
from members.protocol.schema import Malformed

Step: TypeAlias = "dict[str, Any]"

RECEIPT, ADMISSION, OBJECTION = "receipt", "admission", "objection"
KINDS: Final = (RECEIPT, "check", "eligibility", "confirmation", OBJECTION, ADMISSION)
MOST_STEPS: Final = 12
MOST_DAYS: Final = 365
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def _step(key: str, kind: str, days: int | None = None, *, another: bool = False) -> Step:
    return {
        "key": key,
        "kind": kind,
        "days": days,
        "officers": None,
        "another": another,
        "title": None,
        "text": None,
    }


SHIPPED: Final[list[Step]] = [
    _step("received", RECEIPT),
    _step("completeness", "check", 5),
    _step("eligibility", "eligibility", 10),
    _step("state_confirmation", "confirmation", 30),
    _step("objections", OBJECTION, 14),
    _step("admission", ADMISSION, 10),
]
"""Until a network sets its own."""


class PipelineChanged(Problem):
    """Somebody has changed the steps since they were read."""

    def __init__(self) -> None:
        super().__init__("pipeline_changed", 409, "The steps have been changed since you read them.")


def current() -> Pipeline:
    """The newest version; the shipped one is written down when it is first asked for."""
    newest = Pipeline.objects.order_by("-version").first()
    if newest is not None:
        return newest
    return Pipeline.objects.get_or_create(version=1, defaults={"steps": SHIPPED})[0]


@transaction.atomic
def change(*, officer: str, steps: Sequence[Mapping[str, Any]], seen: int) -> Pipeline:
    """Set the steps for applications that are submitted from now on; `seen` is the version that was read."""
    require_officer(officer)
    hold("pipeline")
    if current().version != seen:
        raise PipelineChanged
    try:
        checked = check(steps)
    except Malformed as error:
        raise Refused("invalid", f"These are no steps of vetting: {error}.") from error
    made = Pipeline.objects.create(version=seen + 1, steps=checked, changed_by=officer)
    record(Action.PIPELINE_CHANGED, actor=officer, version=made.version)
    return made


# --- the form of steps ---


def _key(value: Any, where: str) -> None:
    if not isinstance(value, str) or _KEY.fullmatch(value) is None:
        raise Malformed(f"{where}: not the key of a step")


def _days(value: Any, where: str) -> None:
    schema.at_least(1)(value, where)
    if value > MOST_DAYS:
        raise Malformed(f"{where}: more than {MOST_DAYS} days")


_STEP: Final = schema.closed(
    key=_key,
    kind=schema.one_of(*KINDS),
    days=schema.nullable(_days),
    officers=schema.nullable(schema.sorted_list(schema.identifier, least=1, most=50)),
    another=schema.boolean,
    title=schema.nullable(schema.closed(**dict.fromkeys(LANGUAGES, schema.text(1, 80)))),
    text=schema.nullable(schema.closed(**dict.fromkeys(LANGUAGES, schema.text(1, 600)))),
)


def check(steps: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The steps, if they can be gone through; raises Malformed.

    They begin with the receipt and end with the admission, each of which is there once; no key is there twice; there
    is one window for objections at most, and it has days.
    """
    found = [dict(one) for one in steps]
    if not 2 <= len(found) <= MOST_STEPS:
        raise Malformed(f"between 2 and {MOST_STEPS} steps")
    for one in found:
        _STEP(one, "step")
    kinds = [one["kind"] for one in found]
    if kinds[0] != RECEIPT or kinds[-1] != ADMISSION or kinds.count(RECEIPT) + kinds.count(ADMISSION) != 2:
        raise Malformed("the first step is the receipt and the last one the admission")
    if kinds.count(OBJECTION) > 1 or any(one["kind"] == OBJECTION and one["days"] is None for one in found):
        raise Malformed("there is one window for objections at most, and it has days")
    if len({one["key"] for one in found}) != len(found):
        raise Malformed("two steps have the same key")
    return found


# --- going through them ---


def steps_of(application: Application) -> list[Step]:
    """The steps that it goes through: those that it began with, or those of now while it is not submitted."""
    return list((application.pipeline or current()).steps)


def find(steps: Sequence[Step], key: str) -> Step:
    return next(one for one in steps if one["key"] == key)


def after(steps: Sequence[Step], key: str) -> Step:
    """The step after this one, which is not the admission."""
    keys = [one["key"] for one in steps]
    return steps[keys.index(key) + 1]


def due(step: Step) -> int | None:
    """By when a step that begins now is to be decided."""
    return None if step["days"] is None else clock.now() + step["days"] * clock.DAY
