/** The keys of a person: made, boxed to whoever of theirs may need them, and opened again only when they match. */

import { type BoxKeyPair, boxKeyPair, info, openBox, sealBox } from "./boxes.ts";
import { type Bytes, equal, fromBase64, fromHex, Malformed, randomBytes, toBase64 } from "./encoding.ts";
import { DoesNotOpen, derive, hashHex } from "./seal.ts";
import { type DeviceKey, deviceSigner, publicKeyOf, type Signer, seedSigner } from "./signing.ts";
import { type AccountState, activeDevices } from "./state.ts";
import { accountSubject, entryHash, makeEntry, type StatementOf, type UnlockKey } from "./statements.ts";

/** Bytes that lie beside the Register, by the hash that a statement names. */
export type Attachments = ReadonlyMap<string, Bytes>;

export type KeysStatement = StatementOf<"account.keys">;

/** What of an account its next `account.keys` depends on. */
export type KeyHolder = Pick<
  AccountState,
  "devices" | "generation" | "identity_key" | "previous_box" | "reading_key" | "unlock_keys"
>;

/** Somebody, somewhere: the network and the account. */
export interface Whose {
  readonly network: string;
  readonly account: string;
}

export const identityInfo = ({ network, account }: Whose, unlockKey: string): Bytes =>
  info("entente/v1/identity", network, account, unlockKey);

export const readingInfo = ({ network, account }: Whose, generation: number, receiver: string): Bytes =>
  info("entente/v1/reading", network, account, generation, receiver);

/** `generation` is that of the seed inside; `readingKey` is the hash of the next reading key. */
export const previousInfo = ({ network, account }: Whose, generation: number, readingKey: string): Bytes =>
  info("entente/v1/reading-previous", network, account, generation, readingKey);

/** The unlock key of a recovery code (its 20 bytes). */
export async function unlockKeyOf(code: Bytes, { network, account }: Whose): Promise<BoxKeyPair> {
  const label = `entente/v1/unlock/recovery_code\n${account}`;
  return boxKeyPair(await derive(code, fromHex(network, 32), label));
}

/** A new unlock key as `account.keys` names it, with the box of the identity seed to it. */
export async function makeUnlockKey(
  whose: Whose,
  unlock: BoxKeyPair,
  identitySeed: Bytes,
  facts: Pick<UnlockKey, "date" | "kind" | "serial">,
): Promise<{ unlockKey: UnlockKey; attachments: Attachments }> {
  const box = await sealBox(unlock.publicKey, identityInfo(whose, unlock.hash), identitySeed);
  const identity_box = await hashHex(box);
  const { date, kind, serial } = facts;
  return {
    unlockKey: { date, identity_box, key: unlock.hash, kind, serial },
    attachments: new Map([
      [unlock.hash, unlock.publicKey],
      [identity_box, box],
    ]),
  };
}

export interface MadeKeys {
  readonly entry: Bytes;
  readonly said: KeysStatement;
  readonly attachments: Attachments;
  readonly reading: BoxKeyPair;
}

/**
 * The next `account.keys`: of the present generation when `reading` is the present reading key, else of the next one.
 * `publicKeys` holds the box keys of all receivers by their hash; `previous` is the head of the account's chain;
 * `previousReading` is needed for a next generation when there is a present one.
 */
export async function makeKeys(input: {
  readonly whose: Whose;
  readonly holder: KeyHolder;
  readonly previous: string | null;
  readonly reading: BoxKeyPair;
  readonly previousReading: BoxKeyPair | null;
  readonly unlockKeys: readonly UnlockKey[];
  readonly publicKeys: Attachments;
  readonly time: number;
  readonly signer: Signer;
}): Promise<MadeKeys> {
  const { whose, holder, reading, previousReading, unlockKeys } = input;
  const attachments = new Map<string, Bytes>([[reading.hash, reading.publicKey]]);
  const repeats = holder.reading_key === reading.hash;
  const generation = repeats ? holder.generation : holder.generation + 1;
  let previous_box = repeats ? holder.previous_box : null;
  if (!repeats && holder.reading_key !== null) {
    if (previousReading?.hash !== holder.reading_key)
      throw new Malformed("the present reading key is needed");
    const receiver = previousInfo(whose, generation - 1, reading.hash);
    const box = await sealBox(reading.publicKey, receiver, previousReading.seed);
    previous_box = await hashHex(box);
    attachments.set(previous_box, box);
  }
  const receivers = new Set([
    ...activeDevices(holder as AccountState).map((device) => device.box_key),
    ...unlockKeys.map((unlock) => unlock.key),
  ]);
  const reading_boxes: { box: string; key: string }[] = [];
  for (const key of [...receivers].sort()) {
    const publicKey = input.publicKeys.get(key);
    if (publicKey === undefined || (await hashHex(publicKey)) !== key) {
      throw new Malformed("a receiver's box key is missing, or not the one that was named");
    }
    const box = await sealBox(publicKey, readingInfo(whose, generation, key), reading.seed);
    const name = await hashHex(box);
    reading_boxes.push({ box: name, key });
    attachments.set(name, box);
  }
  const said: KeysStatement = {
    account: whose.account,
    generation,
    network: whose.network,
    previous: input.previous,
    previous_box,
    reading_boxes,
    reading_key: reading.hash,
    subject: accountSubject(whose.account, fromBase64(holder.identity_key, 32)),
    time: input.time,
    type: "account.keys",
    unlock_keys: [...unlockKeys].sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
  return { entry: await makeEntry(said, input.signer), said, attachments, reading };
}

/** Says that a device is this person's; the box key's bytes are in `attachments`. */
export async function enrolDevice(input: {
  readonly whose: Whose;
  readonly identity: Signer;
  readonly device: DeviceKey;
  readonly deviceBox: BoxKeyPair;
  readonly revokes: readonly string[];
  readonly previous: string | null;
  readonly time: number;
}): Promise<{ entry: Bytes; attachments: Attachments }> {
  const { whose, identity, device, deviceBox } = input;
  const entry = await makeEntry(
    {
      account: whose.account,
      device_box_key: deviceBox.hash,
      device_key: toBase64(device.publicKey),
      network: whose.network,
      previous: input.previous,
      revokes: [...input.revokes].sort(),
      subject: accountSubject(whose.account, identity.publicKey),
      time: input.time,
      type: "device.enrolled",
    },
    identity,
    deviceSigner(device),
  );
  return { entry, attachments: new Map([[deviceBox.hash, deviceBox.publicKey]]) };
}

export interface NewPerson {
  readonly identityKey: Bytes;
  readonly deviceBox: BoxKeyPair;
  readonly reading: BoxKeyPair;
  readonly unlock: UnlockKey;
  /** `device.enrolled` and `account.keys`, to be appended in this order. */
  readonly entries: readonly [Bytes, Bytes];
  readonly attachments: Attachments;
}

/** All keys of a person who comes in: first device, first generation, first recovery code. */
export async function makePerson(input: {
  readonly whose: Whose;
  readonly identitySeed: Bytes;
  readonly device: DeviceKey;
  /** The 20 bytes of the recovery code. */
  readonly code: Bytes;
  /** Milliseconds; of the code and of the statements. */
  readonly time: number;
  /** The generation the account has reached, for a person who was re-keyed; else 0. */
  readonly generation?: number;
  /** Of the recovery code; counted on where there was one before. */
  readonly serial?: number;
}): Promise<NewPerson> {
  const { whose, identitySeed, device, time } = input;
  const identity = await seedSigner(identitySeed);
  const deviceBox = await boxKeyPair(randomBytes(32));
  const reading = await boxKeyPair(randomBytes(32));
  const unlock = await unlockKeyOf(input.code, whose);
  const facts = { date: time, kind: "recovery_code", serial: input.serial ?? 1 } as const;
  const made = await makeUnlockKey(whose, unlock, identitySeed, facts);
  const enrolled = await enrolDevice({
    whose,
    identity,
    device,
    deviceBox,
    revokes: [],
    previous: null,
    time,
  });
  const holder: KeyHolder = {
    devices: { [device.id]: { active: true, box_key: deviceBox.hash, key: toBase64(device.publicKey) } },
    generation: input.generation ?? 0,
    identity_key: toBase64(identity.publicKey),
    previous_box: null,
    reading_key: null,
    unlock_keys: [],
  };
  const keys = await makeKeys({
    whose,
    holder,
    previous: await entryHash(enrolled.entry),
    reading,
    previousReading: null,
    unlockKeys: [made.unlockKey],
    publicKeys: new Map([
      [deviceBox.hash, deviceBox.publicKey],
      [unlock.hash, unlock.publicKey],
    ]),
    time,
    signer: identity,
  });
  return {
    identityKey: identity.publicKey,
    deviceBox,
    reading,
    unlock: made.unlockKey,
    entries: [enrolled.entry, keys.entry],
    attachments: new Map([...enrolled.attachments, ...made.attachments, ...keys.attachments]),
  };
}

/** Where an unlock key stands: the present one, one that was replaced, or none that this account ever named. */
export function recognizeUnlockKey(
  person: Pick<AccountState, "unlock_keys">,
  statements: readonly KeysStatement[],
  key: string,
): { readonly current: boolean; readonly unlockKey: UnlockKey } | null {
  const current = person.unlock_keys.find((unlock) => unlock.key === key);
  if (current !== undefined) return { current: true, unlockKey: current };
  for (const said of [...statements].reverse()) {
    const old = said.unlock_keys.find((unlock) => unlock.key === key);
    if (old !== undefined) return { current: false, unlockKey: old };
  }
  return null;
}

/** The identity seed, which must give the identity key of the account; throws `DoesNotOpen`. */
export async function openIdentity(
  whose: Whose,
  person: Pick<AccountState, "identity_key" | "unlock_keys">,
  unlock: BoxKeyPair,
  attachments: Attachments,
): Promise<Bytes> {
  const named = person.unlock_keys.find((one) => one.key === unlock.hash);
  const box = named === undefined ? undefined : attachments.get(named.identity_box);
  if (box === undefined) throw new DoesNotOpen("no identity box for this unlock key");
  const seed = await openBox(unlock.seed, identityInfo(whose, unlock.hash), box);
  if (seed.length !== 32 || !equal(await publicKeyOf(seed), fromBase64(person.identity_key, 32))) {
    throw new DoesNotOpen("the identity box holds another identity");
  }
  return seed;
}

async function tryReading(
  seed: Bytes,
  boxInfo: Bytes,
  box: Bytes | undefined,
  expected: string | undefined,
): Promise<BoxKeyPair | null> {
  if (box === undefined || expected === undefined) return null;
  try {
    const pair = await boxKeyPair(await openBox(seed, boxInfo, box));
    return pair.hash === expected ? pair : null;
  } catch (error) {
    if (error instanceof DoesNotOpen || error instanceof Malformed) return null;
    throw error;
  }
}

/**
 * Every reading key that these keys (device box key, unlock key, or reading keys held already) lead to, by generation.
 * Each counts only when its hash is what the Register says; where the newest box does not open, earlier ones are tried.
 */
export async function openReadings(
  whose: Whose,
  person: Pick<AccountState, "reading_keys">,
  statements: readonly KeysStatement[],
  attachments: Attachments,
  keys: readonly BoxKeyPair[],
  held: ReadonlyMap<number, BoxKeyPair> = new Map(),
): Promise<Map<number, BoxKeyPair>> {
  const found = new Map(held);
  const newestFirst = [...statements].sort((a, b) => b.generation - a.generation);
  for (const said of newestFirst) {
    const { generation } = said;
    const expected = person.reading_keys[String(generation)];
    for (const { box, key } of said.reading_boxes) {
      const own = keys.find((one) => one.hash === key);
      if (own === undefined || found.has(generation)) continue;
      const boxInfo = readingInfo(whose, generation, key);
      const pair = await tryReading(own.seed, boxInfo, attachments.get(box), expected);
      if (pair !== null) found.set(generation, pair);
    }
    const reading = found.get(generation);
    if (reading === undefined || said.previous_box === null || found.has(generation - 1)) continue;
    const boxInfo = previousInfo(whose, generation - 1, reading.hash);
    const before = person.reading_keys[String(generation - 1)];
    const pair = await tryReading(reading.seed, boxInfo, attachments.get(said.previous_box), before);
    if (pair !== null) found.set(generation - 1, pair);
  }
  return found;
}
