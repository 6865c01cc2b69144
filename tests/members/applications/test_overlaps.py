"""What two people do to one application at once comes after one another, and nobody waits for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from members.applications import documents, objections, services, vetting
from members.applications.models import Application, Event
from members.protocol import statements
from members.protocol.encoding import b64, unb64
from members.register import proposals
from members.register.models import Proposal, RegisterAuthority
from tests import applications
from tests.members.applications.conftest import Desk
from tests.members.applications.test_admission import proposed
from tests.overlap import overlap

pytestmark = pytest.mark.django_db(transaction=True)


def second_signature(desk: Desk) -> Callable[[], object]:
    listed = proposals.listing(desk.officers[1])[0]
    seed = desk.network.officers[1].identity_seed
    signature = statements.sign_payload(unb64(listed["envelope"]["payload"]), seed)
    return partial(
        proposals.sign,
        account=desk.officers[1],
        proposal_id=listed["id"],
        keyid=signature.keyid,
        sig=b64(signature.signature),
    )


def declining(desk: Desk, application: Application) -> Callable[[], object]:
    return partial(vetting.decline, desk.officers[2], application.pk, revision=1, text="No.")


def test_what_is_being_declined_is_not_admitted(desk: Desk) -> None:
    application = desk.at("admission")
    proposed(desk, application)
    _, answer = overlap(declining(desk, application), second_signature(desk))
    assert answer == "not_found"
    assert not RegisterAuthority.objects.filter(state="XH").exists()


def test_what_is_being_admitted_is_not_declined(desk: Desk) -> None:
    application = desk.at("admission")
    proposed(desk, application)
    _, answer = overlap(second_signature(desk), declining(desk, application))
    assert answer == "not_now"
    assert applications.again(application).status == "admitted"
    assert not Proposal.objects.exists()


def test_an_application_is_handed_in_once(desk: Desk) -> None:
    draft = applications.draft()

    def submit() -> None:
        with transaction.atomic():
            held = Application.objects.select_for_update().get(pk=draft.pk)
            services.submit(held, seen=draft.changed_at)

    draft = applications.again(draft)
    _, answer = overlap(submit, submit)
    assert answer == "application_changed"
    assert applications.again(draft).revision == 1


def test_two_of_an_authority_who_object_at_once_object_once(desk: Desk) -> None:
    window = desk.at("objections")
    lead = partial(objections.object_to, desk.qasrain.lead.id, window.pk, text="We know them.")
    deputy = partial(objections.object_to, desk.deputy.id, window.pk, text="We know them well.")
    overlap(lead, deputy)
    assert Event.objects.filter(act="objected", settled=False).count() == 1


def test_a_step_is_passed_once(desk: Desk) -> None:
    application = desk.at("completeness")
    first, second = (
        partial(vetting.pass_step, officer, application.pk, step="completeness", revision=1, text="In order.")
        for officer in desk.officers[:2]
    )
    _, answer = overlap(first, second)
    assert answer == "application_changed"
    assert applications.again(application).step == "eligibility"


def test_no_part_is_kept_of_a_document_that_is_being_taken_out(desk: Desk) -> None:
    draft = applications.draft()
    client = applications.opened(draft)
    data = applications.PDF + b"more"
    begun = documents.begin(
        draft, name="Law", purpose="other", size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )

    def take_out() -> None:
        documents.remove(Application.objects.select_for_update().get(pk=draft.pk), begun.pk)

    def put_part() -> int:
        path = f"/api/application/documents/{begun.pk}/parts/0"
        return int(client.put(path, data, content_type="application/octet-stream").status_code)

    _, answer = overlap(take_out, put_part)
    assert answer == 404
    assert not any(default_storage.exists(path) for path in documents.paths_of([begun]))
