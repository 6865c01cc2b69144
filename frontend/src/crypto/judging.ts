/** Judges one item at its place in a conversation, by what is known to stand before it (section 5.5). */

import type { Bytes } from "./encoding.ts";
import { equal, fromBase64, Malformed } from "./encoding.ts";
import { fitsReaders, type MemberRow, readersOf, readTable } from "./epochs.ts";
import { type Header, type HeaderOf, type Item, type ReadItem, readItem, type Seen } from "./items.ts";
import { hashHex } from "./seal.ts";
import { payloadTypes, verify } from "./signing.ts";
import { isTainted, type State } from "./state.ts";

export type ItemRefusal =
  | "bad_item"
  | "device_inactive"
  | "bad_signature"
  | "bad_checkpoint"
  | "bad_history"
  | "repeated"
  | "bad_epoch"
  | "old_epoch"
  | "not_member"
  | "bad_late_box";

/** What the verifier asks of the Register. `Replay` is one; a client may answer `rootAt` by consistency proofs. */
export interface RegisterView {
  readonly size: number;
  readonly state: State;
  stateAt(size: number): State | null;
  rootAt(size: number): Promise<string | null>;
}

export interface Created {
  readonly participants: readonly string[];
  readonly administrators: readonly string[];
}

export interface Epoch extends Created {
  readonly number: number;
  /** The item hash of the epoch. */
  readonly hash: string;
  readonly previous: string;
  readonly commitment: string;
  readonly table: readonly MemberRow[];
  readonly checkpoint: number;
  readonly sequence: number;
  readonly author: string;
  /** False when the Register of that time was not at hand, so that nobody here checked its members. */
  readonly membersChecked: boolean;
}

export interface LateBox {
  readonly epoch: number;
  readonly account: string;
  readonly generation: number;
  /** The hash of the box. */
  readonly box: string;
  readonly author: string;
  readonly sequence: number;
}

/** An item as the server gives it; `table` are the bytes of the member table of an epoch. */
export interface NumberedItem extends Item {
  readonly sequence: number;
  /** The head after this item, where the server states it. */
  readonly head?: string;
  readonly table?: Bytes;
}

export interface TakenMessage {
  readonly kind: "message";
  readonly sequence: number;
  readonly header: HeaderOf<"message">;
  readonly headerBytes: Bytes;
  readonly content: Bytes;
}

export type Taken =
  | { readonly kind: "created"; readonly sequence: number; readonly header: HeaderOf<"conversation.created"> }
  | {
      readonly kind: "epoch";
      readonly sequence: number;
      readonly header: HeaderOf<"epoch">;
      readonly epoch: Epoch;
      readonly joined: readonly string[];
      readonly left: readonly string[];
    }
  | TakenMessage
  | { readonly kind: "late_box"; readonly sequence: number; readonly header: HeaderOf<"late_box"> }
  /** Left out, and named. `by` is the account whose device signed it, or null when that is not certain. */
  | {
      readonly kind: "refused";
      readonly sequence: number;
      readonly reason: ItemRefusal;
      readonly detail: string;
      readonly by: string | null;
    }
  /** Not taken: first the Register must reach this size, or the member table must be fetched. */
  | { readonly kind: "needs"; readonly sequence: number; readonly register: number }
  | { readonly kind: "needs"; readonly sequence: number; readonly table: string };

/** The server's sequence cannot be this conversation: stop it, and keep what it gave as evidence. */
export class ConversationBroken extends Error {
  override readonly name = "ConversationBroken";
}

class Refused extends Error {
  override readonly name = "Refused";
  readonly reason: ItemRefusal;
  constructor(reason: ItemRefusal, detail = "") {
    super(detail);
    this.reason = reason;
  }
}

/** A `seen` that cannot be compared yet: the item that named it, its author, and what it named. */
export interface SeenLater {
  readonly item: number;
  readonly by: string;
  readonly seen: Seen;
}

/** What is known of a conversation before one place in it. */
export interface Ground {
  readonly network: string;
  readonly id: string;
  readonly created: Created | undefined;
  /** The newest epoch before the place. */
  readonly before: Epoch | null;
  /** The epoch at the place itself, where the skeleton had it. */
  readonly here: Epoch | null;
  /** Nothing is known of what stands before: the first epoch met is taken as it is. */
  readonly begun: boolean;
  /** Whether an epoch of this number can only be one that the skeleton left out. */
  hidden(number: number): boolean;
  headAt(sequence: number): string | null;
  /** Whether an item before the place was accepted with this device and client id. */
  used(name: string): boolean;
}

export interface Judged {
  readonly taken: Taken;
  readonly late: readonly LateBox[];
  /** Device and client id of an item that was accepted. */
  readonly name: string | null;
  readonly later: SeenLater | null;
}

export const nameOf = (header: Header): string => `${header.device}${header.client_id}`;

/** `skeleton`: out of place, so that neither `seen` nor client id nor a message's epoch is judged. */
export async function judge(
  item: NumberedItem,
  hash: string,
  ground: Ground,
  register: RegisterView,
  skeleton = false,
): Promise<Judged> {
  const { sequence } = item;
  let by: string | null = null;
  let later: SeenLater | null = null;
  try {
    const read = form(item, ground);
    const { header } = read;
    if (header.checkpoint.size > register.size) return needs({ register: header.checkpoint.size, sequence });
    await checkAuthor(item, header, register);
    by = header.account;
    const root = await register.rootAt(header.checkpoint.size);
    if (root !== null && root !== header.checkpoint.root) throw new Refused("bad_checkpoint");
    if (!skeleton) {
      later = checkSeen(sequence, header, ground);
      if (ground.used(nameOf(header))) throw new Refused("repeated");
    }
    const { taken, late } = await byKind(item, read, hash, ground, register, skeleton);
    return { taken, late, later, name: taken.kind === "needs" ? null : nameOf(header) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const refused = { kind: "refused", sequence, reason: error.reason, detail: error.message, by } as const;
    return { taken: refused, late: [], name: null, later: error.reason === "bad_history" ? null : later };
  }
}

function needs(what: { sequence: number; register: number } | { sequence: number; table: string }): Judged {
  return { taken: { kind: "needs", ...what }, late: [], name: null, later: null };
}

function form(item: NumberedItem, ground: Ground): ReadItem {
  let read: ReadItem;
  try {
    read = readItem(item.body);
  } catch (error) {
    throw new Refused("bad_item", error instanceof Malformed ? error.message : "unreadable");
  }
  const { header } = read;
  if (header.network !== ground.network) throw new Refused("bad_item", "of another network");
  if ((header.kind === "conversation.created") !== (item.sequence === 1)) {
    throw new Refused("bad_item", "a conversation begins once, with its first item");
  }
  if (header.kind !== "conversation.created" && header.conversation !== ground.id) {
    throw new Refused("bad_item", "of another conversation");
  }
  return read;
}

async function checkAuthor(item: Item, header: Header, register: RegisterView): Promise<void> {
  const then = register.stateAt(header.checkpoint.size);
  const device = (then ?? register.state).accounts.get(header.account)?.devices[header.device];
  if (device === undefined || (then !== null && !device.active)) throw new Refused("device_inactive");
  if (!(await isSigned(item, device.key))) {
    throw new Refused("bad_signature");
  }
}

interface Checking {
  readonly key: string;
  readonly signature: Bytes;
  readonly good: Promise<boolean>;
}
const checking = new WeakMap<Bytes, Checking>();

/** Begins to check the signatures of many items at once, which judging one after the other then finds done. */
export function checkAhead(items: readonly Item[], state: State): void {
  for (const item of items) {
    try {
      const { account, device } = readItem(item.body).header;
      const key = state.accounts.get(account)?.devices[device]?.key;
      if (key !== undefined) void isSigned(item, key);
    } catch {
      // What cannot be read is refused when it is judged.
    }
  }
}

function isSigned({ body, signature }: Item, key: string): Promise<boolean> {
  const known = checking.get(body);
  if (known?.key === key && equal(known.signature, signature)) return known.good;
  const good = verify(fromBase64(key, 32), payloadTypes.item, body, signature);
  checking.set(body, { key, signature, good });
  return good;
}

function checkSeen(sequence: number, header: Header, ground: Ground): SeenLater | null {
  if (header.kind === "conversation.created") return null;
  const { seen } = header;
  const known = ground.headAt(seen.sequence);
  if (seen.sequence >= sequence || (known !== null && known !== seen.head)) throw new Refused("bad_history");
  return known === null ? { item: sequence, by: header.account, seen } : null;
}

async function byKind(
  item: NumberedItem,
  { header, headerBytes, content }: ReadItem,
  hash: string,
  ground: Ground,
  register: RegisterView,
  skeleton: boolean,
): Promise<{ taken: Taken; late: readonly LateBox[] }> {
  const { sequence } = item;
  switch (header.kind) {
    case "conversation.created":
      return { taken: { kind: "created", sequence, header }, late: [] };
    case "epoch":
      return { taken: await judgeEpoch(item, header, hash, ground, register), late: [] };
    case "message": {
      const taken = { kind: "message", sequence, header, headerBytes, content } as const;
      if (skeleton) return { taken, late: [] };
      if (ground.hidden(header.epoch)) {
        throw new ConversationBroken("an epoch is left out of the skeleton");
      }
      if (header.epoch !== ground.before?.number) throw new Refused("old_epoch");
      checkMember(header.account, ground);
      return { taken, late: [] };
    }
    case "late_box": {
      if (!skeleton) {
        checkMember(header.account, ground);
        checkLateBox(header, ground, register);
      }
      const { account_for, generation, account } = header;
      const late = header.boxes.map(({ box, epoch }) => ({
        ...{ epoch, account: account_for, generation, box },
        ...{ author: account, sequence },
      }));
      return { taken: { kind: "late_box", sequence, header }, late };
    }
  }
}

function checkMember(account: string, { before }: Ground): void {
  if (before?.table.some((row) => row.account === account) !== true) throw new Refused("not_member");
}

async function judgeEpoch(
  item: NumberedItem,
  header: HeaderOf<"epoch">,
  hash: string,
  ground: Ground,
  register: RegisterView,
): Promise<Taken> {
  checkSuccession(header, ground);
  const known = ground.here?.hash === hash ? ground.here.table : null;
  if (known === null && (item.table === undefined || (await hashHex(item.table)) !== header.members)) {
    return { kind: "needs", sequence: item.sequence, table: header.members };
  }
  let table: readonly MemberRow[];
  try {
    table = known ?? readTable(item.table as Bytes);
  } catch {
    throw new Refused("bad_epoch", "the member table has no good form");
  }
  const then = register.stateAt(header.checkpoint.size);
  if (then !== null && !fitsReaders(table, readersOf(then, header.participants))) {
    throw new Refused("bad_epoch", "the members are not those that the Register derives");
  }
  if (!table.some((row) => row.account === header.account)) {
    throw new Refused("bad_epoch", "made by somebody who is not in it");
  }
  const before = new Set(ground.before?.table.map((row) => row.account) ?? []);
  const now = new Set(table.map((row) => row.account));
  const { number, previous, commitment, participants, administrators, account, checkpoint } = header;
  return {
    kind: "epoch",
    sequence: item.sequence,
    header,
    epoch: {
      ...{ number, hash, previous, commitment, participants, administrators, table },
      ...{ checkpoint: checkpoint.size, sequence: item.sequence, author: account },
      membersChecked: then !== null,
    },
    joined: [...now].filter((one) => !before.has(one)),
    left: [...before].filter((one) => !now.has(one)),
  };
}

/** Number, previous hash, participants and checkpoint follow those of the epoch before. */
function checkSuccession(header: HeaderOf<"epoch">, ground: Ground): void {
  const { before } = ground;
  if (before === null && ground.begun) return; // begun in the middle: the first epoch met is the anchor
  const number = before === null ? 1 : before.number + 1;
  const previous = before === null ? ground.id : before.hash;
  if (header.number > number && ground.hidden(header.number)) {
    throw new ConversationBroken("an epoch is left out of the skeleton");
  }
  if (header.number !== number || header.previous !== previous) {
    throw new Refused("bad_epoch", "does not follow the epoch before");
  }
  if (header.checkpoint.size < (before?.checkpoint ?? 0))
    throw new Refused("bad_epoch", "an older checkpoint");
  const same = (a: readonly string[], b: readonly string[] | undefined) => a.join() === b?.join();
  const { participants, administrators } = before ?? ground.created ?? {};
  if (!same(header.participants, participants) || !same(header.administrators, administrators)) {
    throw new Refused("bad_epoch", "other participants or administrators");
  }
}

function checkLateBox(
  header: HeaderOf<"late_box">,
  { before, created }: Ground,
  register: RegisterView,
): void {
  const { account_for, generation } = header;
  const then = register.stateAt(header.checkpoint.size);
  const person = (then ?? register.state).accounts.get(account_for);
  if (then === null) {
    // The Register of that time is not at hand; today's tells only that there was such a generation.
    if (person?.reading_keys[generation] === undefined) {
      throw new Refused("bad_late_box", "no reading key of anybody");
    }
  } else {
    const participants = (before ?? created)?.participants ?? [];
    const reads = readersOf(then, participants).some((reader) => reader.account === account_for);
    if (person === undefined || !reads || isTainted(person))
      throw new Refused("bad_late_box", "not for a reader");
    if (generation !== person.generation) throw new Refused("bad_late_box", "not the current reading key");
  }
  if (header.boxes.some(({ epoch }) => epoch > (before?.number ?? 0))) {
    throw new Refused("bad_late_box", "an epoch that is not there");
  }
}
