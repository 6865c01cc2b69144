"""What a person does with their own keys: a new device, a new generation, a new recovery code, a device revoked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from members import clock
from members.protocol import boxes, person, recovery, statements
from members.protocol.boxes import BoxKeyPair, BoxRefused
from members.protocol.encoding import unb64
from members.protocol.person import KeyMismatch, KeysStatement, Unlock, attach, new_seed
from members.protocol.state import Account, UnlockKey
from network.client.enrolment import RecoveryCode, check_own_identity, new_code, now
from network.client.http import Http, Problem
from network.client.memory import Memory
from network.client.register import Register

RENEWED_AFTER: Final = 90 * clock.DAY


class CodeUnknown(Exception):
    """A recovery code opens nothing here; `serial` is that of the code that would, where it is known."""

    def __init__(self, sentence: str, serial: int | None = None) -> None:
        super().__init__(sentence)
        self.serial = serial


@dataclass(frozen=True)
class Kept:
    """Own `account.keys` statements, the oldest first, and the bytes that they name."""

    statements: list[dict[str, Any]]
    bytes: dict[str, bytes]


class OwnKeys:
    """Acts of one person on their own account."""

    def __init__(self, http: Http, memory: Memory, register: Register) -> None:
        self._http = http
        self._memory = memory
        self._register = register

    @property
    def _account(self) -> Account:
        return self._register.account(self._memory.keys.account)

    # opening

    async def kept(self) -> Kept:
        """What the server keeps of this person's keys."""
        answer = await self._http.get("/api/account/keys")
        fields = [statements.parse_payload(unb64(each["payload"])) for each in answer["statements"]]
        kept = Kept(fields, {name: unb64(data) for name, data in answer["attachments"].items()})
        self._memory.holdings.keep_attachments(_newest(kept))
        return kept

    async def open_with_code(self, code: str, network: str) -> None:
        """Open the identity seed and every reading seed with the recovery code, and check them all by the Register.

        `network` stands on the same sheet as the code. The Register is replayed from the bookmark, or from the start.
        """
        keys = self._memory.keys
        secret = recovery.read(code)
        unlock = recovery.unlock_key(secret, network, keys.account)
        kept = await self.kept()
        newest = _naming(kept, unlock)
        named = next(each for each in newest["unlock_keys"] if each["key"] == unlock.hash)
        keys.identity_seed = boxes.open_box(
            unlock.seed,
            person.identity_info(network, keys.account, unlock.hash),
            kept.bytes[named["identity_box"]],
        )
        keys.reading_seeds = _reading_seeds(kept, unlock, network, keys.account)
        keys.network = network
        await self._register.resume_from_bookmark(network, secret, named["serial"])
        await self._register.catch_up()
        check_own_identity(self._memory, self._register)
        self._check_reading_keys()

    async def read_new_generations(self) -> None:
        """Open, with this device, generations that another device of this person has made."""
        account, keys = self._account, self._memory.keys
        if account.generation in keys.reading_seeds or account.generation == 0:
            return
        kept, pair = await self.kept(), keys.device_box
        keys.reading_seeds = {
            **_reading_seeds(kept, pair, self._register.network, keys.account),
            **keys.reading_seeds,
        }
        self._check_reading_keys()

    def _check_reading_keys(self) -> None:
        """Drop what the Register does not name; raise KeyMismatch when the present generation is not among the rest."""
        account, keys = self._account, self._memory.keys
        keys.reading_seeds = {
            generation: seed
            for generation, seed in keys.reading_seeds.items()
            if boxes.key_pair(seed).hash == account.reading_keys.get(generation)
        }
        if account.reading_key is not None and account.generation not in keys.reading_seeds:
            raise KeyMismatch("the present reading key does not open")

    # acts

    async def enrol_device(self, *, revokes: tuple[str, ...] = ()) -> None:
        """Enter this device, and box the reading key to it; needs the identity seed."""
        keys, account = self._memory.keys, self._account
        identity_seed = self._identity_seed()
        enrolled = statements.sign_entry(
            self._register.payload(
                "device.enrolled",
                self._subject(),
                now(),
                **person.enrolment_fields(
                    account=keys.account,
                    device_key=keys.device_key,
                    device_box_key=keys.device_box.public,
                    revokes=revokes,
                ),
            ),
            identity_seed,
            keys.device_seed,
        )
        devices = [each.box_key for device, each in account.active_devices().items() if device not in revokes]
        fresh = bool(revokes) or account.tainted or account.reading_key is None
        made, seed = await self._make_keys(devices, next_generation=fresh, own_device=True)
        follows = statements.entry_hash(enrolled)
        signed = self._sign_keys(made, identity_seed, previous=follows)
        attachments = made.attachments | attach(keys.device_box.public)
        await self._register.append([enrolled, signed], attachments)
        keys.reading_seeds[made.fields["generation"]] = seed

    async def renew(self) -> None:
        """See to a new generation of the reading key; this device is enough. Another device may be quicker."""
        before = self._account.generation
        while self._account.generation == before or self._account.tainted:
            await self._unless_stale(self._renew)

    async def renew_where_due(self) -> None:
        """A new generation where nobody boxes to the present one, or where it is 90 days old."""
        await self._register.catch_up()
        if self._account.tainted or await self._is_old():
            await self.renew()

    async def _is_old(self) -> bool:
        present = self._account.generation
        made = [each["time"] for each in (await self.kept()).statements if each["generation"] == present]
        return bool(made) and now() - min(made) > RENEWED_AFTER

    async def _renew(self) -> None:
        keys, account = self._memory.keys, self._account
        devices = [each.box_key for each in account.active_devices().values()]
        made, seed = await self._make_keys(devices, next_generation=True)
        await self._register.append([self._sign_keys(made, keys.device_seed)], made.attachments)
        keys.reading_seeds[made.fields["generation"]] = seed

    async def _unless_stale(self, act: Callable[[], Awaitable[None]]) -> bool:
        """Whether the act was done; otherwise another device of this person was quicker, and was read."""
        try:
            await act()
        except Problem as problem:
            if problem.code != "stale":
                raise
            await self._register.catch_up()
            await self.read_new_generations()
            return False
        return True

    async def revoke_device(self, device: str) -> None:
        """Revoke another device of one's own, and make the next generation in the same append."""
        while not await self._unless_stale(partial(self._revoke_device, device)):
            pass

    async def _revoke_device(self, device: str) -> None:
        keys, account = self._memory.keys, self._account
        revoked = statements.sign_entry(
            self._register.payload(
                "device.revoked", self._subject(), now(), account=keys.account, device=device
            ),
            keys.device_seed,
        )
        left = [each.box_key for one, each in account.active_devices().items() if one != device]
        made, seed = await self._make_keys(left, next_generation=True)
        follows = statements.entry_hash(revoked)
        signed = self._sign_keys(made, keys.device_seed, previous=follows)
        await self._register.append([revoked, signed], made.attachments)
        keys.reading_seeds[made.fields["generation"]] = seed

    async def replace_recovery_code(self) -> RecoveryCode:
        """Retire every recovery code and make a new one; needs the identity seed."""
        keys, account = self._memory.keys, self._account
        serial = 1 + max(
            (each.serial for each in account.unlock_keys if each.kind == "recovery_code"), default=0
        )
        code, unlock = new_code(self._register.network, keys.account, serial=serial)
        devices = [each.box_key for each in account.active_devices().values()]
        made, _ = await self._make_keys(devices, next_generation=account.tainted, replaced=unlock)
        self._register.seal_bookmark_key(recovery.read(code.code), self._register.network, serial)
        await self._register.append([self._sign_keys(made, self._identity_seed())], made.attachments)
        await self._register.give_bookmark_key()
        return code

    # making

    async def _make_keys(
        self,
        devices: list[str],
        *,
        next_generation: bool,
        own_device: bool = False,
        replaced: Unlock | None = None,
    ) -> tuple[KeysStatement, bytes]:
        """An `account.keys` for these devices (box key hashes), and the reading seed that it boxes."""
        keys, account, network = self._memory.keys, self._account, self._register.network
        kept = [each for each in account.unlock_keys if replaced is None or each.kind != "recovery_code"]
        public = await self._register.public_keys([*devices, *(each.key for each in kept)])
        receivers = [public[each] for each in devices] + ([keys.device_box.public] if own_device else [])
        seed = new_seed() if next_generation else keys.reading_seeds[account.generation]
        generation = account.generation + (1 if next_generation else 0)
        hand_on = next_generation and account.reading_key is not None
        previous = keys.reading_seeds[account.generation] if hand_on else None
        made = person.make_keys(
            network=network,
            account=keys.account,
            generation=generation,
            reading_seed=seed,
            device_box_keys=receivers,
            unlocks=[] if replaced is None else [replaced],
            identity_seed=keys.identity_seed,
            kept_unlock_keys=_with_keys(kept, public),
            previous_seed=previous,
            previous_box=None if next_generation else account.previous_box,
        )
        return made, seed

    def _sign_keys(self, made: KeysStatement, seed: bytes, **fields: Any) -> bytes:
        payload = self._register.payload("account.keys", self._subject(), now(), **made.fields, **fields)
        return statements.sign_entry(payload, seed)

    def _subject(self) -> str:
        return statements.own(self._memory.keys.account, bytes.fromhex(self._account.identity_hex))

    def _identity_seed(self) -> bytes:
        seed = self._memory.keys.identity_seed
        if seed is None:
            raise CodeUnknown("the identity key is locked: give the recovery code")
        return seed


def _newest(kept: Kept) -> dict[str, bytes]:
    """The bytes that the newest statement names."""
    named: list[str | None] = []
    for fields in kept.statements[-1:]:
        named += [fields["reading_key"], fields["previous_box"]]
        named += [each[name] for each in fields["reading_boxes"] for name in ("key", "box")]
        named += [each[name] for each in fields["unlock_keys"] for name in ("key", "identity_box")]
    return {name: kept.bytes[name] for name in named if name is not None and name in kept.bytes}


def _with_keys(kept: list[UnlockKey], public: dict[str, bytes]) -> list[tuple[UnlockKey, bytes]]:
    return [(each, public[each.key]) for each in kept]


def _naming(kept: Kept, unlock: BoxKeyPair) -> dict[str, Any]:
    """The newest statement that names this unlock key, which must be the newest of all."""
    if not kept.statements:
        raise CodeUnknown("there are no keys to open")
    newest = kept.statements[-1]
    if any(each["key"] == unlock.hash for each in newest["unlock_keys"]):
        return newest
    codes = [each["serial"] for each in newest["unlock_keys"] if each["kind"] == "recovery_code"]
    present = max(codes, default=None)
    for older in reversed(kept.statements[:-1]):
        if any(each["key"] == unlock.hash for each in older["unlock_keys"]):
            raise CodeUnknown("this is an older recovery code", present)
    raise CodeUnknown("this recovery code is not one of this account", present)


def _reading_seeds(kept: Kept, pair: BoxKeyPair, network: str, account: str) -> dict[int, bytes]:
    """Every reading seed that opens: the newest first, then down the chain, then older boxes to the same key."""
    found: dict[int, bytes] = {}
    for fields in reversed(kept.statements):
        generation, reading_key = fields["generation"], fields["reading_key"]
        if generation not in found:
            for each in fields["reading_boxes"]:
                info = person.reading_info(network, account, generation, pair.hash)
                if each["key"] == pair.hash:
                    _open(found, generation, reading_key, pair.seed, info, kept.bytes.get(each["box"]))
        below = generation - 1
        if generation in found and below not in found and fields["previous_box"] is not None:
            info = person.previous_info(network, account, below, reading_key)
            expected = next(
                (each["reading_key"] for each in kept.statements if each["generation"] == below), None
            )
            _open(found, below, expected, found[generation], info, kept.bytes.get(fields["previous_box"]))
    return found


def _open(
    found: dict[int, bytes],
    generation: int,
    expected: str | None,
    seed: bytes,
    info: bytes,
    box: bytes | None,
) -> None:
    """Take a seed out of a box, if it opens to the key that was stated; another box may still hold it otherwise."""
    if box is None:
        return
    try:
        opened = boxes.open_box(seed, info, box)
        if boxes.key_pair(opened).hash == expected:
            found[generation] = opened
    except BoxRefused:
        return
