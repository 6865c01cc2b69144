"""Whatever somebody changes behind the Register's back is found."""

from __future__ import annotations

import stat

import pytest
from django.db import transaction

from members.protocol import statements
from members.register import ledger, signer, verification
from members.register.models import Entry, Head, RegisterAccount, RegisterAuthority, RegisterDevice
from members.register.services import append
from tests import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def authority() -> kit.Authority:
    return kit.admit(kit.found_network(), "Integrity Commission", "XE")


def findings() -> str:
    return " ".join(verification.findings())


def test_nothing_is_found_where_nothing_was_changed(authority: kit.Authority) -> None:
    assert verification.findings() == []


def test_a_row_that_was_changed_is_found(authority: kit.Authority) -> None:
    RegisterAccount.objects.filter(pk=authority.lead.id).update(held=True, generation=7)
    assert f"account {authority.lead.id} differs in held, generation" in findings()


def test_rows_that_were_added_or_taken_away_are_found(authority: kit.Authority) -> None:
    RegisterAuthority.objects.create(
        id="ab" * 16, name="Sham", state="XX", kind="member", status="active", lead=None
    )
    RegisterDevice.objects.filter(account=authority.lead.id).delete()
    assert f"authority {'ab' * 16} is in the table and not in the log" in findings()
    assert f"device {authority.lead.device} is missing" in findings()


def test_an_entry_that_was_changed_is_found_and_nothing_more_is_appended(authority: kit.Authority) -> None:
    entry = Entry.objects.get(index=4)
    entry.data = Entry.objects.get(index=5).data
    entry.save()
    assert "Entry 4 does not have the hash that is kept with it" in findings()
    assert "Entry 5 does not apply" in findings()
    ledger._held = ledger.Ledger()  # as after a restart
    with pytest.raises(ledger.RegisterDamaged):
        ledger.current()


def test_an_entry_that_was_taken_away_is_found(authority: kit.Authority) -> None:
    Entry.objects.filter(index=4).delete()
    assert "Entry 4 is missing" in findings()


def test_a_head_that_was_moved_is_found(authority: kit.Authority) -> None:
    Head.objects.update(root="00" * 32)
    assert "The head does not belong to the entries" in findings()


def test_a_checkpoint_that_was_forged_is_found(authority: kit.Authority) -> None:
    head = Head.objects.get()
    head.checkpoint = head.checkpoint.replace(f"\n{head.size}\n", f"\n{head.size + 1}\n")
    head.save()
    assert "The checkpoint is refused" in findings()


def test_what_was_rolled_back_is_not_remembered(authority: kit.Authority) -> None:
    before = ledger.current()
    point = transaction.savepoint()
    kit.appoint(authority)
    assert ledger.current().size == before.size + 3
    transaction.savepoint_rollback(point)
    after = ledger.current()
    assert (after.size, after.root) == (before.size, before.root)
    kit.appoint(authority)
    assert verification.findings() == []


def test_the_register_key_is_readable_by_its_owner_only(authority: kit.Authority) -> None:
    assert stat.S_IMODE(signer.key_file().stat().st_mode) == 0o600


def test_without_its_key_the_register_does_not_grow(
    authority: kit.Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = ledger.current().size
    monkeypatch.setattr(signer, "_seed", lambda: bytes(range(32)))
    enrolled, box_key = authority.lead.enrol_device()
    with pytest.raises(signer.RegisterKeyMissing):
        append(entries=[enrolled], sent=box_key, by=authority.lead.id)
    assert ledger.current().size == size
    assert statements.parse_entry(enrolled).hash not in set(Entry.objects.values_list("leaf", flat=True))
