/** Follows one conversation item by item and lets through only what section 5 allows. */

import type { BoxKeyPair } from "./boxes.ts";
import { type Bytes, fromBase64, Malformed } from "./encoding.ts";
import {
  fitsCommitment,
  fitsReaders,
  isDue,
  type MemberRow,
  openEpochBox,
  readersOf,
  readTable,
} from "./epochs.ts";
import {
  firstHead,
  type Header,
  type HeaderOf,
  type Item,
  itemHash,
  nextHead,
  type ReadItem,
  readItem,
} from "./items.ts";
import { openMessage, type Plaintext } from "./messages.ts";
import { DoesNotOpen, hashHex } from "./seal.ts";
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

export interface Epoch {
  readonly number: number;
  /** The item hash of the epoch. */
  readonly hash: string;
  readonly previous: string;
  readonly commitment: string;
  readonly participants: readonly string[];
  readonly administrators: readonly string[];
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

/** Where to begin: at the beginning, or after an item whose sequence and head a valid signed item confirms. */
export interface Anchor {
  readonly sequence: number;
  readonly head: string;
  readonly epochs?: readonly Epoch[];
  readonly created?: { readonly participants: readonly string[]; readonly administrators: readonly string[] };
  readonly lateBoxes?: readonly LateBox[];
  /** Of a conversation followed before: `heads[i]` is the head after `firstKnown + i`. */
  readonly firstKnown?: number;
  readonly heads?: readonly string[];
  readonly clientIds?: readonly string[];
}

export class Conversation {
  readonly network: string;
  readonly id: string;
  readonly epochs = new Map<number, Epoch>();
  readonly lateBoxes: LateBox[];
  /** The epoch keys that were opened, by number; each fits its epoch's commitment. */
  readonly keys = new Map<number, Bytes>();
  private readonly firstKnown: number;
  private readonly heads: string[];
  private readonly clientIds: Set<string>;
  private created: Anchor["created"];
  private newest: Epoch | null = null;

  constructor(network: string, id: string, anchor: Anchor = { sequence: 0, head: firstHead }) {
    this.network = network;
    this.id = id;
    this.firstKnown = anchor.firstKnown ?? anchor.sequence;
    this.heads = [...(anchor.heads ?? [anchor.head])];
    this.clientIds = new Set(anchor.clientIds ?? []);
    this.created = anchor.created;
    this.lateBoxes = [...(anchor.lateBoxes ?? [])];
    for (const epoch of anchor.epochs ?? []) this.remember(epoch);
    if (this.head !== anchor.head || this.sequence !== anchor.sequence) {
      throw new Malformed("an anchor that does not add up");
    }
  }

  get sequence(): number {
    return this.firstKnown + this.heads.length - 1;
  }

  get head(): string {
    return this.heads[this.heads.length - 1] ?? firstHead;
  }

  get epoch(): Epoch | null {
    return this.newest;
  }

  get participants(): readonly string[] {
    return this.newest?.participants ?? this.created?.participants ?? [];
  }

  get administrators(): readonly string[] {
    return this.newest?.administrators ?? this.created?.administrators ?? [];
  }

  /** Everything that `new Conversation(network, id, anchor)` needs to go on from here (keys are not in it). */
  get anchor(): Anchor {
    return {
      sequence: this.sequence,
      head: this.head,
      epochs: [...this.epochs.values()],
      ...(this.created === undefined ? {} : { created: this.created }),
      lateBoxes: [...this.lateBoxes],
      firstKnown: this.firstKnown,
      heads: [...this.heads],
      clientIds: [...this.clientIds],
    };
  }

  /** The head after an item; null where this conversation was not followed. */
  headAt(sequence: number): string | null {
    return this.heads[sequence - this.firstKnown] ?? null;
  }

  /** Whether an item of this device with this client id was accepted, as far as this conversation was followed. */
  holds(device: string, clientId: string): boolean {
    return this.clientIds.has(`${device}${clientId}`);
  }

  /** Whether the next sender must make a new epoch first; also when there is none yet. */
  isDue(state: State): boolean {
    return this.newest === null || isDue(state, this.newest.participants, this.newest.table);
  }

  /**
   * Takes the next item, one call at a time. What is not allowed is refused and named, and yet has its place in the
   * history.
   * Throws `ConversationBroken` for what only the server can be guilty of: a sequence number that is not the next
   * one, another first item, or a head (where it is given) that does not follow.
   */
  async take(item: NumberedItem, register: RegisterView): Promise<Taken> {
    const { sequence } = item;
    if (sequence !== this.sequence + 1) throw new ConversationBroken("not the next item of the conversation");
    const hash = await itemHash(item);
    if (sequence === 1 && hash !== this.id) throw new ConversationBroken("another first item");
    const head = await nextHead(this.head, hash);
    if (item.head !== undefined && item.head !== head) throw new ConversationBroken("another head");
    let by: string | null = null;
    let taken: Taken;
    try {
      const read = this.form(item);
      const { header } = read;
      if (header.checkpoint.size > register.size) {
        return { kind: "needs", sequence, register: header.checkpoint.size };
      }
      await this.checkAuthor(item, header, register);
      by = header.account;
      await this.checkClaims(sequence, header, register);
      const result = await this.byKind(item, read, hash, register);
      if (result.kind === "needs") return result;
      taken = result;
      this.clientIds.add(`${header.device}${header.client_id}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      taken = { kind: "refused", sequence, reason: error.reason, detail: error.message, by };
    }
    this.heads.push(head);
    if (taken.kind === "epoch") this.remember(taken.epoch);
    return taken;
  }

  private form(item: NumberedItem): ReadItem {
    let read: ReadItem;
    try {
      read = readItem(item.body);
    } catch (error) {
      throw new Refused("bad_item", error instanceof Malformed ? error.message : "unreadable");
    }
    const { header } = read;
    if (header.network !== this.network) throw new Refused("bad_item", "of another network");
    if ((header.kind === "conversation.created") !== (item.sequence === 1)) {
      throw new Refused("bad_item", "a conversation begins once, with its first item");
    }
    if (header.kind !== "conversation.created" && header.conversation !== this.id) {
      throw new Refused("bad_item", "of another conversation");
    }
    return read;
  }

  private async checkAuthor(item: Item, header: Header, register: RegisterView): Promise<void> {
    const then = register.stateAt(header.checkpoint.size);
    const device = (then ?? register.state).accounts.get(header.account)?.devices[header.device];
    if (device === undefined || (then !== null && !device.active)) throw new Refused("device_inactive");
    if (!(await verify(fromBase64(device.key, 32), payloadTypes.item, item.body, item.signature))) {
      throw new Refused("bad_signature");
    }
  }

  private async checkClaims(sequence: number, header: Header, register: RegisterView): Promise<void> {
    const root = await register.rootAt(header.checkpoint.size);
    if (root !== null && root !== header.checkpoint.root) throw new Refused("bad_checkpoint");
    if (header.kind !== "conversation.created") {
      const { seen } = header;
      const known = seen.sequence >= this.firstKnown;
      if (seen.sequence >= sequence || (known && this.headAt(seen.sequence) !== seen.head)) {
        throw new Refused("bad_history");
      }
    }
    if (this.clientIds.has(`${header.device}${header.client_id}`)) throw new Refused("repeated");
  }

  private async byKind(
    item: NumberedItem,
    { header, headerBytes, content }: ReadItem,
    hash: string,
    register: RegisterView,
  ): Promise<Taken> {
    const { sequence } = item;
    switch (header.kind) {
      case "conversation.created":
        this.created = { participants: header.participants, administrators: header.administrators };
        return { kind: "created", sequence, header };
      case "epoch":
        return this.takeEpoch(item, header, hash, register);
      case "message":
        if (header.epoch !== this.newest?.number) throw new Refused("old_epoch");
        this.checkMember(header.account);
        return { kind: "message", sequence, header, headerBytes, content };
      case "late_box":
        this.checkMember(header.account);
        this.takeLateBox(sequence, header, register);
        return { kind: "late_box", sequence, header };
    }
  }

  private checkMember(account: string): void {
    if (this.newest?.table.some((row) => row.account === account) !== true) throw new Refused("not_member");
  }

  private async takeEpoch(
    item: NumberedItem,
    header: HeaderOf<"epoch">,
    hash: string,
    register: RegisterView,
  ): Promise<Taken> {
    this.checkSuccession(header);
    if (item.table === undefined || (await hashHex(item.table)) !== header.members) {
      return { kind: "needs", sequence: item.sequence, table: header.members };
    }
    let table: readonly MemberRow[];
    try {
      table = readTable(item.table);
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
    const before = new Set(this.newest?.table.map((row) => row.account) ?? []);
    const now = new Set(table.map((row) => row.account));
    const { number, previous, commitment, participants, administrators, account, checkpoint } = header;
    return {
      kind: "epoch",
      sequence: item.sequence,
      header,
      epoch: {
        number,
        hash,
        previous,
        commitment,
        participants,
        administrators,
        table,
        checkpoint: checkpoint.size,
        sequence: item.sequence,
        author: account,
        membersChecked: then !== null,
      },
      joined: [...now].filter((one) => !before.has(one)),
      left: [...before].filter((one) => !now.has(one)),
    };
  }

  /** Number, previous hash, participants and checkpoint follow those of the epoch before. */
  private checkSuccession(header: HeaderOf<"epoch">): void {
    const { newest, created } = this;
    if (newest === null && created === undefined) return; // begun in the middle: the first epoch met is the anchor
    const number = newest === null ? 1 : newest.number + 1;
    const previous = newest === null ? this.id : newest.hash;
    if (header.number !== number || header.previous !== previous) {
      throw new Refused("bad_epoch", "does not follow the epoch before");
    }
    if (header.checkpoint.size < (newest?.checkpoint ?? 0))
      throw new Refused("bad_epoch", "an older checkpoint");
    const same = (a: readonly string[], b: readonly string[]) => a.join() === b.join();
    if (!same(header.participants, this.participants) || !same(header.administrators, this.administrators)) {
      throw new Refused("bad_epoch", "other participants or administrators");
    }
  }

  private takeLateBox(sequence: number, header: HeaderOf<"late_box">, register: RegisterView): void {
    const { account_for, generation } = header;
    const then = register.stateAt(header.checkpoint.size);
    const person = (then ?? register.state).accounts.get(account_for);
    if (then === null) {
      // The Register of that time is not at hand; today's tells only that there was such a generation.
      if (person?.reading_keys[generation] === undefined) {
        throw new Refused("bad_late_box", "no reading key of anybody");
      }
    } else {
      const reads = readersOf(then, this.participants).some((reader) => reader.account === account_for);
      if (person === undefined || !reads || isTainted(person))
        throw new Refused("bad_late_box", "not for a reader");
      if (generation !== person.generation) throw new Refused("bad_late_box", "not the current reading key");
    }
    for (const { epoch } of header.boxes) {
      if (epoch > (this.newest?.number ?? 0)) throw new Refused("bad_late_box", "an epoch that is not there");
      const taken = this.lateBoxes.some(
        (late) => late.epoch === epoch && late.account === account_for && late.generation === generation,
      );
      if (taken) throw new Refused("bad_late_box", "there is one already");
    }
    for (const { box, epoch } of header.boxes) {
      this.lateBoxes.push({ epoch, account: account_for, generation, box, author: header.account, sequence });
    }
  }

  private remember(epoch: Epoch): void {
    this.epochs.set(epoch.number, epoch);
    if (this.newest === null || epoch.number > this.newest.number) this.newest = epoch;
  }

  /**
   * Opens a person's own box of an epoch, be it of the member table or a late one, and keeps the key.
   * Throws `DoesNotOpen`; then `boxAuthor` names who made it.
   */
  async openBox(
    number: number,
    account: string,
    box: Bytes,
    readings: ReadonlyMap<number, BoxKeyPair>,
  ): Promise<Bytes> {
    const epoch = this.epochs.get(number);
    const hash = await hashHex(box);
    const row = epoch?.table.find((one) => one.account === account && one.box === hash);
    const late = this.lateBoxes.find(
      (one) => one.epoch === number && one.account === account && one.box === hash,
    );
    const generation = row?.generation ?? late?.generation;
    const reading = generation === undefined ? undefined : readings.get(generation);
    if (epoch === undefined || generation === undefined || reading === undefined) {
      throw new DoesNotOpen("not a box that anybody signed for this person, or its reading key is not held");
    }
    const place = { network: this.network, conversation: this.id, number };
    const key = await openEpochBox(place, epoch, account, generation, reading, box);
    this.keys.set(number, key);
    return key;
  }

  /** Takes a key that was opened before, for instance from the vault, if it fits; tells whether it did. */
  async addKey(number: number, key: Bytes): Promise<boolean> {
    const epoch = this.epochs.get(number);
    const place = { network: this.network, conversation: this.id, number };
    if (epoch === undefined || !(await fitsCommitment(place, epoch, key))) return false;
    this.keys.set(number, key);
    return true;
  }

  /** What a message says; null while the key of its epoch is not held. Throws `DoesNotOpen` for a bad one. */
  async open(message: TakenMessage): Promise<Plaintext | null> {
    const { header, headerBytes, content } = message;
    const key = this.keys.get(header.epoch);
    return key === undefined ? null : openMessage(key, header.device, headerBytes, content);
  }
}
