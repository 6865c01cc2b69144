/** Sealed epochs: who can read is derived from the Register, and the key is boxed to exactly those (section 5.2). */

import { type BoxKeyPair, info, openBox, sealBox } from "./boxes.ts";
import { canonical, parse } from "./canonical.ts";
import { type Bytes, fromHex, Malformed, randomBytes, u32, utf8 } from "./encoding.ts";
import { DoesNotOpen, hashHex } from "./seal.ts";
import { type Checked, hash, id, integer, nullable, object, sorted } from "./shapes.ts";
import { isTainted, peopleOf, type State } from "./state.ts";

export const mostMembers = 1000;
const epochKeyLength = 32;

const rowShape = object({ account: id, box: nullable(hash), generation: integer(1) });
const tableShape = sorted(rowShape, (row) => row.account);
/** `box` is the hash of the box, or null for a tainted account. */
export type MemberRow = Checked<typeof rowShape>;

/** Which box is meant: part of what every epoch box and late box is bound to. */
export interface EpochPlace {
  readonly network: string;
  readonly conversation: string;
  readonly number: number;
}

export interface Reader {
  readonly account: string;
  readonly generation: number;
  /** The hash of the reading key; null when there is none to box to. */
  readonly readingKey: string | null;
}

/** The readers of these authorities, each once, sorted by account. A tainted one has no key to box to. */
export function readersOf(state: State, participants: readonly string[]): Reader[] {
  const readers: Reader[] = [];
  for (const authority of new Set(participants)) {
    const { kind, status } = state.authorities.get(authority) ?? {};
    if (kind !== "member" || status !== "active") continue;
    for (const [account, person] of peopleOf(state, authority)) {
      if (!person.active || person.held || person.generation < 1) continue;
      const readingKey = isTainted(person) ? null : person.reading_key;
      readers.push({ account, generation: person.generation, readingKey });
    }
  }
  return readers.sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** Whether the next sender has to make a new epoch first. */
export function isDue(state: State, participants: readonly string[], table: readonly MemberRow[]): boolean {
  const readers = readersOf(state, participants);
  if (readers.length !== table.length) return true;
  return table.some((row, i) => {
    const tainted = state.accounts.get(row.account)?.tainted_through ?? 0;
    return row.account !== readers[i]?.account || (row.box !== null && row.generation <= tainted);
  });
}

/** Whether the table says exactly what the state does. */
export function fitsReaders(table: readonly MemberRow[], readers: readonly Reader[]): boolean {
  return (
    table.length === readers.length &&
    table.every((row, i) => {
      const reader = readers[i];
      return (
        row.account === reader?.account &&
        row.generation === reader.generation &&
        (row.box === null) === (reader.readingKey === null)
      );
    })
  );
}

export function writeTable(rows: readonly MemberRow[]): Bytes {
  return canonical([...rows].sort((a, b) => (a.account < b.account ? -1 : 1)));
}

/** Throws `Malformed`. */
export function readTable(bytes: Uint8Array): readonly MemberRow[] {
  const table = parse(bytes);
  if (!tableShape(table) || table.length > mostMembers) throw new Malformed("not a member table");
  return table;
}

/** `previous` is the item hash of the previous epoch, or the conversation id for number 1. */
export function epochCommitment(previous: string, number: number, key: Bytes): Promise<string> {
  return hashHex(utf8("entente/v1/epoch-commitment\n"), fromHex(previous, 32), u32(number), key);
}

export function epochInfo(place: EpochPlace, account: string, generation: number): Bytes {
  return info("entente/v1/epoch", place.network, place.conversation, place.number, account, generation);
}

export interface SealedEpoch {
  readonly key: Bytes;
  readonly commitment: string;
  readonly table: readonly MemberRow[];
  readonly tableBytes: Bytes;
  /** The hash of the table. */
  readonly members: string;
  /** By account; none for tainted ones. */
  readonly boxes: ReadonlyMap<string, Bytes>;
}

/** A new random key, boxed to every reader. `publicKeys` holds their reading keys by hash; each box takes some ms. */
export async function sealEpoch(input: {
  readonly place: EpochPlace;
  readonly previous: string;
  readonly readers: readonly Reader[];
  readonly publicKeys: ReadonlyMap<string, Bytes>;
  readonly progress?: (done: number, total: number) => void;
  /** For test vectors alone. */
  readonly key?: Bytes;
}): Promise<SealedEpoch> {
  const { place, readers } = input;
  const key = input.key ?? randomBytes(epochKeyLength);
  const boxes = new Map<string, Bytes>();
  const table: MemberRow[] = [];
  for (const { account, generation, readingKey } of readers) {
    let box: string | null = null;
    if (readingKey !== null) {
      const sealed = await boxTo(
        place,
        account,
        generation,
        readingKey,
        input.publicKeys.get(readingKey),
        key,
      );
      boxes.set(account, sealed);
      box = await hashHex(sealed);
    }
    table.push({ account, box, generation });
    input.progress?.(table.length, readers.length);
  }
  const tableBytes = writeTable(table);
  return {
    key,
    commitment: await epochCommitment(input.previous, place.number, key),
    table,
    tableBytes,
    members: await hashHex(tableBytes),
    boxes,
  };
}

/** Boxes an epoch key to a reading key, whose bytes must have the hash that the Register names. */
export async function boxTo(
  place: EpochPlace,
  account: string,
  generation: number,
  readingKey: string,
  publicKey: Bytes | undefined,
  epochKey: Bytes,
): Promise<Bytes> {
  if (publicKey === undefined || (await hashHex(publicKey)) !== readingKey) {
    throw new Malformed(`the reading key of ${account} is missing, or not the one that was named`);
  }
  return sealBox(publicKey, epochInfo(place, account, generation), epochKey);
}

/** The epoch key in a box, which must fit the commitment of its epoch; throws `DoesNotOpen`. */
export async function openEpochBox(
  place: EpochPlace,
  epoch: { readonly previous: string; readonly commitment: string },
  account: string,
  generation: number,
  reading: Pick<BoxKeyPair, "seed">,
  box: Uint8Array,
): Promise<Bytes> {
  const key = await openBox(reading.seed, epochInfo(place, account, generation), box);
  if (!(await fitsCommitment(place, epoch, key))) {
    throw new DoesNotOpen("the box opens to a key that its epoch did not commit to");
  }
  return key;
}

export async function fitsCommitment(
  place: EpochPlace,
  epoch: { readonly previous: string; readonly commitment: string },
  key: Bytes,
): Promise<boolean> {
  if (key.length !== epochKeyLength) return false;
  return (await epochCommitment(epoch.previous, place.number, key)) === epoch.commitment;
}
