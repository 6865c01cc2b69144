"""Makes large networks and many conversations quickly: every statement and item is real, and they enter in bulk.

What the server checks on the path of a message is what it is in earnest: the Register is appended to through its
own service, in one transaction; conversations, epochs and boxes are signed and sealed as browsers do it, and only
their rows are written together.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any, Final

from django.db import transaction

from members import clock
from members.accounts.models import Account, SignedInSession
from members.protocol import person, statements
from members.register import ledger
from members.register.services import append
from messaging.conversations import due
from messaging.conversations.models import Box, Conversation, Epoch, Participant
from messaging.conversations.models import Item as ItemRow
from messaging.conversations.roster import current
from messaging.protocol import epochs, items
from messaging.protocol import messages as sealing
from network.bench.clientid import new_client_id
from network.bench.people import SESSION_LASTS, Made, Member, fresh_id

ROWS_AT_ONCE: Final = 500
STATES: Final = ("XA", "XB", "XC", "XD")


@dataclass(frozen=True)
class Begun:
    """A conversation that can be written to: where it stands after its first items."""

    identifier: str
    people: Sequence[Member]
    sequence: int
    head: str


class Crowd:
    """A network of any size, and what its people need to be measured."""

    def __init__(self) -> None:
        self.made = Made()

    def people(self, sizes: Sequence[int]) -> list[list[Member]]:
        """Authorities with this many focal points each, all of them with keys; the first of each is its lead."""
        authorities: list[list[Member]] = []
        entries: list[bytes] = []
        sent: dict[str, bytes] = {}
        for number, size in enumerate(sizes):
            made, attached, group = self._authority(f"Authority {number + 1}", STATES[number % 4], size)
            entries += made
            sent |= attached
            authorities.append(group)
        everybody = [one for group in authorities for one in group]
        with transaction.atomic():
            Account.objects.bulk_create(_account(one) for one in everybody)
            append(entries=entries, sent=sent, by=self.made.officers[0].account)
        self.made.members |= {one.account: one for one in everybody}
        return authorities

    def _authority(
        self, name: str, state: str, size: int
    ) -> tuple[list[bytes], dict[str, bytes], list[Member]]:
        """The statements that bring an authority and its people in, each following the one before it."""
        authority = fresh_id()
        group = [Member(fresh_id(), authority=authority) for _ in range(size)]
        lead = group[0]
        admitted = self.made.statement(
            "authority.admitted",
            statements.standing(authority),
            *self.made.threshold(),
            application=None,
            authority=authority,
            kind="member",
            lead={
                "account": lead.account,
                "commitment": secrets.token_hex(32),
                "identity_key": lead.identity_key(),
            },
            name=name,
            state=state,
            verification="code_compared",
        )
        first = self._first(lead)
        entries, sent = [admitted, first.device_enrolled, first.account_keys], dict(first.attachments)
        previous: str | None = None
        for one in group[1:]:
            appointed = self.made.statement(
                "focal_point.appointed",
                statements.people(authority),
                lead.identity,
                account=one.account,
                authority=authority,
                commitment=secrets.token_hex(32),
                identity_key=one.identity_key(),
                role="member",
                verification="invitation_secret",
                previous=previous,
            )
            previous = statements.entry_hash(appointed)
            first = self._first(one)
            entries += [appointed, first.device_enrolled, first.account_keys]
            sent |= first.attachments
        return entries, sent, group

    def _first(self, one: Member) -> person.Waiting:
        return person.first_statements(
            network=self.made.network,
            account=one.account,
            identity_seed=one.identity,
            device_seed=one.device_seed,
            device_box_seed=one.device_box.seed,
            reading_seed=one.reading[1].seed,
            unlocks=[person.Unlock(one.unlock.public, 1, clock.now())],
            time=clock.now(),
        )

    def conversations(self, groups: Iterable[Sequence[Member]]) -> list[Begun]:
        """One conversation of each group, which has to be all the people of its authorities."""
        keys = {pair.hash: pair.public for one in self.made.members.values() for pair in one.reading.values()}
        begun: list[Begun] = []
        waiting = iter(groups)
        while some := list(islice(waiting, ROWS_AT_ONCE)):
            with transaction.atomic():
                begun += self._begin(some, keys)
        with transaction.atomic():
            due.settle(current(locked=True))
        return begun

    def _begin(self, groups: Sequence[Sequence[Member]], keys: dict[str, bytes]) -> list[Begun]:
        drafts = [_Draft(self.made.network, group, keys) for group in groups]
        rows = Conversation.objects.bulk_create(draft.conversation for draft in drafts)
        pairs = list(zip(drafts, rows, strict=True))
        Participant.objects.bulk_create(
            Participant(conversation=row, authority=one) for draft, row in pairs for one in draft.participants
        )
        ItemRow.objects.bulk_create(
            draft.row(row, sequence, item) for draft, row in pairs for sequence, item in draft.items
        )
        Epoch.objects.bulk_create(
            Epoch(conversation=row, number=1, sequence=2, members=draft.sealed.table) for draft, row in pairs
        )
        Box.objects.bulk_create(
            (
                Box(conversation=row, number=1, account=account, generation=1, box=box)
                for draft, row in pairs
                for account, box in draft.sealed.boxes.items()
            ),
            batch_size=2_000,
        )
        return [
            Begun(draft.conversation.identifier, draft.people, len(draft.items), draft.conversation.head)
            for draft in drafts
        ]

    @staticmethod
    def sessions(people: Iterable[Member]) -> list[str]:
        """A session of each of them that may open a socket; returns the session keys."""
        ends_at = clock.now() + SESSION_LASTS
        rows = SignedInSession.objects.bulk_create(
            (
                SignedInSession(
                    session_key=secrets.token_hex(16),
                    account_id=one.account,
                    ends_at=ends_at,
                    device=one.device,
                    label="Measured",
                    address="127.0.0.1",
                )
                for one in people
            ),
            batch_size=ROWS_AT_ONCE,
        )
        return [row.session_key for row in rows]


class _Draft:
    """The first three items of a conversation, not yet stored."""

    def __init__(self, network: str, people: Sequence[Member], keys: dict[str, bytes]) -> None:
        now = ledger.current()
        self.people, self.author = people, people[0]
        self.participants = sorted({one.authority for one in people})
        self.items: list[tuple[int, items.Item]] = []
        self.heads: list[str] = [items.START]
        self._network, self._checkpoint = network, (now.size, now.root)
        administrators = [self.author.authority]
        created = self._add(
            "conversation.created",
            administrators=administrators,
            nonce=secrets.token_hex(32),
            participants=self.participants,
        )
        key = epochs.new_key()
        self.sealed = epochs.seal_key(
            key,
            network=network,
            conversation=created.hash,
            number=1,
            members={one.account: now.state.accounts[one.account] for one in people},
            reading_keys=keys,
        )
        epoch = self._add(
            "epoch",
            administrators=administrators,
            commitment=epochs.commitment(created.hash, 1, key),
            members=epochs.table_hash(self.sealed.table),
            number=1,
            participants=self.participants,
            previous=created.hash,
            reason="created",
        )
        self._add("message", key=key, epoch=1)
        self.at = clock.now()
        self.conversation = Conversation(
            identifier=created.hash,
            participants=self.participants,
            administrators=administrators,
            sequence=len(self.items),
            head=self.heads[-1],
            epoch=1,
            epoch_hash=epoch.hash,
            epoch_size=now.size,
            created_at=self.at,
            last_at=self.at,
        )

    def _add(self, kind: str, key: bytes = b"", **fields: Any) -> items.Item:
        if self.items:
            fields |= {
                "conversation": self.items[0][1].hash,
                "seen": (len(self.items), self.heads[-1]),
            }
        header = items.make_header(
            kind,
            network=self._network,
            account=self.author.account,
            device=self.author.device,
            checkpoint=self._checkpoint,
            client_id=new_client_id(),
            time=clock.now(),
            **fields,
        )
        content = b""
        if key:
            subject = sealing.make_plaintext("A measured case", "subject")
            content = sealing.seal_message(key, device=self.author.device, header=header, plaintext=subject)
        item = items.sign(self.author.device_seed, header, content)
        self.items.append((len(self.items) + 1, item))
        self.heads.append(items.next_head(self.heads[-1], item.hash))
        return item

    def row(self, conversation: Conversation, sequence: int, item: items.Item) -> ItemRow:
        return ItemRow(
            conversation=conversation,
            sequence=sequence,
            kind=item.kind,
            account=self.author.account,
            device=self.author.device,
            client_id=item.header["client_id"],
            body=item.body,
            signature=item.signature,
            head=self.heads[sequence],
            received_at=self.at,
        )


def _account(one: Member) -> Account:
    account = Account(id=one.account, email=f"{fresh_id()}@measured.example", enrolled_at=clock.now())
    account.set_unusable_password()
    return account


def pairs_of(people: Sequence[Member], number: int) -> list[tuple[Member, Member]]:
    """So many different pairs of these people, with everybody in about as many of them."""
    there = list(combinations(range(len(people)), 2))
    # those whose members lie apart in the same way stand together, and each such set goes once around
    there.sort(key=lambda pair: pair[1] - pair[0])
    return [(people[first], people[second]) for first, second in there[:number]]
