/** Follows one conversation, upwards and downwards, and lets through only what section 5 allows. */

import type { BoxKeyPair } from "./boxes.ts";
import { type Bytes, Malformed } from "./encoding.ts";
import { fitsCommitment, isDue, openEpochBox } from "./epochs.ts";
import { firstHead, itemHash, nextHead } from "./items.ts";
import {
  ConversationBroken,
  type Created,
  type Epoch,
  type Ground,
  type ItemRefusal,
  type Judged,
  judge,
  type LateBox,
  type NumberedItem,
  type RegisterView,
  type SeenLater,
  type Taken,
  type TakenMessage,
} from "./judging.ts";
import { openMessage, type Plaintext } from "./messages.ts";
import { DoesNotOpen, hashHex } from "./seal.ts";
import type { State } from "./state.ts";

export {
  ConversationBroken,
  checkAhead,
  type Epoch,
  type ItemRefusal,
  type LateBox,
  type NumberedItem,
  type RegisterView,
  type SeenLater,
  type Taken,
  type TakenMessage,
} from "./judging.ts";

/** Heads that are known in one piece: after `first`, up to the one after `last`. */
export interface Island {
  readonly first: number;
  readonly last: number;
}

/** Where to begin: at the beginning, or after an item whose sequence and head a valid signed item confirms. */
export interface Anchor {
  readonly sequence: number;
  readonly head: string;
  readonly epochs?: readonly Epoch[];
  readonly created?: Created;
  readonly lateBoxes?: readonly LateBox[];
  /** Of a conversation followed before. */
  readonly floor?: number;
  readonly ground?: number;
  readonly islands?: readonly Island[];
  readonly heads?: readonly (readonly [number, string])[];
  readonly clientIds?: readonly (readonly [string, number])[];
  readonly later?: readonly SeenLater[];
  readonly skeleton?: readonly (readonly [number, string])[];
}

/** A verdict on an item above that what stands below has changed. */
export interface Overturned {
  readonly sequence: number;
  readonly reason: Extract<ItemRefusal, "bad_history" | "repeated">;
  readonly by: string | null;
}

export type Older =
  | { readonly kind: "taken"; readonly taken: readonly Taken[]; readonly overturned: readonly Overturned[] }
  | Extract<Taken, { kind: "needs" }>;

type ViewOf = (item: NumberedItem) => Promise<RegisterView>;

export class Conversation {
  readonly network: string;
  readonly id: string;
  readonly epochs = new Map<number, Epoch>();
  lateBoxes: LateBox[];
  /** The epoch keys that were opened, by number; each fits its epoch's commitment. */
  readonly keys = new Map<number, Bytes>();
  #sequence: number;
  #floor: number;
  #ground: number;
  #islands: Island[];
  readonly #heads: Map<number, string>;
  readonly #clientIds: Map<string, number>;
  #created: Created | undefined;
  #later: SeenLater[];
  /** Item hashes that the skeleton named at places that were not met yet. */
  readonly #skeleton: Map<number, string>;
  #inOrder: readonly Epoch[] = [];

  constructor(network: string, id: string, anchor: Anchor = { sequence: 0, head: firstHead }) {
    this.network = network;
    this.id = id;
    this.#sequence = anchor.sequence;
    this.#floor = anchor.floor ?? anchor.sequence;
    this.#ground = anchor.ground ?? this.#floor + 1;
    this.#islands = [...(anchor.islands ?? [])];
    this.#heads = new Map(anchor.heads ?? [[anchor.sequence, anchor.head]]);
    this.#clientIds = new Map(anchor.clientIds ?? []);
    this.#created = anchor.created;
    this.lateBoxes = [...(anchor.lateBoxes ?? [])];
    this.#later = [...(anchor.later ?? [])];
    this.#skeleton = new Map(anchor.skeleton ?? []);
    this.#remember(anchor.epochs ?? []);
    if (this.#heads.get(anchor.sequence) !== anchor.head || !this.#heads.has(this.#floor)) {
      throw new Malformed("an anchor that does not add up");
    }
  }

  get sequence(): number {
    return this.#sequence;
  }

  get head(): string {
    return this.#heads.get(this.#sequence) ?? firstHead;
  }

  /** Everything above it was taken in one piece; the head after it is known. */
  get floor(): number {
    return this.#floor;
  }

  /** The epochs from this sequence on are known. */
  get ground(): number {
    return this.#ground;
  }

  /** What was taken before, below a gap; the highest first. */
  get islands(): readonly Island[] {
    return this.#islands;
  }

  get epoch(): Epoch | null {
    return this.#inOrder.at(-1) ?? null;
  }

  get created(): Created | undefined {
    return this.#created;
  }

  get participants(): readonly string[] {
    return this.epoch?.participants ?? this.#created?.participants ?? [];
  }

  get administrators(): readonly string[] {
    return this.epoch?.administrators ?? this.#created?.administrators ?? [];
  }

  get later(): readonly SeenLater[] {
    return this.#later;
  }

  get skeleton(): ReadonlyMap<number, string> {
    return this.#skeleton;
  }

  /** Everything that `new Conversation(network, id, anchor)` needs to go on from here (keys are not in it). */
  get anchor(): Anchor {
    return {
      sequence: this.#sequence,
      head: this.head,
      epochs: [...this.epochs.values()],
      ...(this.#created === undefined ? {} : { created: this.#created }),
      lateBoxes: [...this.lateBoxes],
      floor: this.#floor,
      ground: this.#ground,
      islands: [...this.#islands],
      heads: [...this.#heads],
      clientIds: [...this.#clientIds],
      later: [...this.#later],
      skeleton: [...this.#skeleton],
    };
  }

  /** The head after an item; null where it is not known. */
  headAt(sequence: number): string | null {
    return this.#heads.get(sequence) ?? null;
  }

  /** Whether an item of this device with this client id was accepted, as far as this conversation was followed. */
  holds(device: string, clientId: string): boolean {
    return this.#clientIds.has(`${device}${clientId}`);
  }

  /** Whether the next sender must make a new epoch first; also when there is none yet. */
  isDue(state: State): boolean {
    const { epoch } = this;
    return epoch === null || isDue(state, epoch.participants, epoch.table);
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
    const judged = await judge(item, hash, this.#groundAt(sequence), register);
    if (judged.taken.kind === "needs") return judged.taken;
    this.#sequence = sequence;
    this.#heads.set(sequence, head);
    if (judged.name !== null) this.#clientIds.set(judged.name, sequence);
    if (judged.later !== null) this.#later.push(judged.later);
    this.#settle(judged);
    return judged.taken;
  }

  /**
   * Takes the skeleton from one sequence to another: above everything held, before `beginAt`; or right below the place
   * from which the epochs are known. What it gives opens epochs, and is judged in full when it is met at its place.
   */
  async takeSkeleton(
    items: readonly NumberedItem[],
    [from, to]: readonly [number, number],
    view: ViewOf,
  ): Promise<Extract<Taken, { kind: "needs" }> | readonly Taken[]> {
    const above = from > this.#sequence;
    if (above ? from !== this.#sequence + 1 && this.#sequence > 0 : to !== this.#ground - 1) {
      throw new Malformed("a skeleton that does not join what is held");
    }
    let last = from - 1;
    let before = this.#epochBefore(from);
    let created = this.#created;
    const epochs: Epoch[] = [];
    const late: LateBox[] = [];
    const taken: Taken[] = [];
    const hashes: [number, string][] = [];
    for (const item of items) {
      const { sequence } = item;
      if (sequence <= last || sequence > to) throw new ConversationBroken("a skeleton out of order");
      last = sequence;
      const hash = await itemHash(item);
      if (sequence === 1 && hash !== this.id) throw new ConversationBroken("another first item");
      const ground = { ...this.#groundAt(sequence), before, created, here: null, hidden: () => false };
      const begun = before === null && created === undefined && from > 1;
      const judged = await judge(item, hash, { ...ground, begun }, await view(item), true);
      if (judged.taken.kind === "needs") return judged.taken;
      if (judged.taken.kind === "refused") throw new ConversationBroken(`skeleton: ${judged.taken.reason}`);
      if (judged.taken.kind === "created") created = judged.taken.header;
      if (judged.taken.kind === "epoch") {
        before = judged.taken.epoch;
        epochs.push(before);
      }
      late.push(...judged.late);
      taken.push(judged.taken);
      hashes.push([sequence, hash]);
    }
    if (from === 1 && created === undefined) throw new ConversationBroken("a skeleton without the creation");
    if (!above) this.#checkJoint(before, created);
    if (created !== undefined) this.#created = only(created);
    this.#remember(epochs);
    this.lateBoxes = [...late, ...this.lateBoxes];
    for (const [sequence, hash] of hashes) this.#skeleton.set(sequence, hash);
    if (this.#sequence === 0 || !above) this.#ground = from;
    return taken;
  }

  /** Goes on after an item that was not taken; the head after it is the server's word until what is below confirms it. */
  beginAt(sequence: number, head: string): void {
    if (sequence <= this.#sequence && this.#sequence > 0)
      throw new Malformed("that is not above what is held");
    if (this.#sequence > 0) this.#islands.unshift({ first: this.#floor, last: this.#sequence });
    else this.#heads.clear();
    this.#sequence = sequence;
    this.#floor = sequence;
    this.#heads.set(sequence, head);
  }

  /** Takes the items that end at the floor; the epochs must be known from the first of them on. */
  async takeOlder(beforeHead: string, items: readonly NumberedItem[], view: ViewOf): Promise<Older> {
    const first = items[0]?.sequence ?? 0;
    if (items.some((item, place) => item.sequence !== first + place) || first < this.#ground) {
      throw new ConversationBroken("not the items before");
    }
    const lowest = this.#islands[0]?.last ?? 0;
    if (first <= lowest || first + items.length - 1 !== this.#floor) {
      throw new ConversationBroken("not the items before");
    }
    const [heads, hashes] = await this.#fold(beforeHead, items);
    const names = new Map<string, number>();
    const all: Judged[] = [];
    for (const [place, item] of items.entries()) {
      const ground = this.#groundAt(item.sequence);
      const headAt = (sequence: number) => heads.get(sequence) ?? this.headAt(sequence);
      const used = (name: string) => names.has(name) || ground.used(name);
      const judged = await judge(item, hashes[place] ?? "", { ...ground, headAt, used }, await view(item));
      const { taken } = judged;
      if (taken.kind === "needs") return taken;
      if (taken.kind === "refused" && this.#skeleton.has(item.sequence)) {
        throw new ConversationBroken(`an item of the skeleton is refused at its place: ${taken.reason}`);
      }
      if (taken.kind === "epoch" && ground.here === null) {
        throw new ConversationBroken("an epoch is left out of the skeleton");
      }
      if (judged.name !== null) names.set(judged.name, item.sequence);
      all.push(judged);
    }
    const overturned = this.#overturn(heads, names);
    for (const [sequence, head] of heads) this.#heads.set(sequence, head);
    for (const [name, sequence] of names) this.#clientIds.set(name, sequence);
    for (const judged of all) {
      this.#skeleton.delete(judged.taken.sequence);
      if (judged.later !== null) this.#later.push(judged.later);
      this.#settle(judged);
    }
    this.#floor = first - 1;
    const [island] = this.#islands;
    if (island?.last === this.#floor) {
      this.#floor = island.first;
      this.#islands.shift();
    }
    return { kind: "taken", taken: all.map(({ taken }) => taken), overturned };
  }

  /** The heads from before the first item to the last, which must come out at what is known, and the items' hashes. */
  async #fold(before: string, items: readonly NumberedItem[]): Promise<[Map<number, string>, string[]]> {
    const first = items[0]?.sequence ?? 0;
    const hashes = await Promise.all(items.map((item) => itemHash(item)));
    if (first === 1 && (before !== firstHead || hashes[0] !== this.id)) {
      throw new ConversationBroken("another first item");
    }
    if ((this.headAt(first - 1) ?? before) !== before) throw new ConversationBroken("another head");
    const heads = new Map([[first - 1, before]]);
    let head = before;
    for (const [place, hash] of hashes.entries()) {
      head = await nextHead(head, hash);
      heads.set(first + place, head);
      if ((this.#skeleton.get(first + place) ?? hash) !== hash) {
        throw new ConversationBroken("another item than in the skeleton");
      }
    }
    if (head !== this.headAt(this.#floor)) throw new ConversationBroken("another head");
    return [heads, hashes];
  }

  /** What the page says of items above it that were accepted for the time being. */
  #overturn(heads: ReadonlyMap<number, string>, names: ReadonlyMap<string, number>): Overturned[] {
    const overturned = new Map<number, Overturned>();
    this.#later = this.#later.filter(({ item, by, seen }) => {
      const known = heads.get(seen.sequence);
      if (known !== undefined && known !== seen.head) {
        overturned.set(item, { sequence: item, reason: "bad_history", by });
      }
      return known === undefined;
    });
    for (const name of names.keys()) {
      const above = this.#clientIds.get(name);
      if (above !== undefined && !overturned.has(above)) {
        overturned.set(above, { sequence: above, reason: "repeated", by: null });
      }
    }
    if (this.#inOrder.some(({ sequence }) => overturned.has(sequence))) {
      throw new ConversationBroken("an epoch that others have to refuse");
    }
    this.lateBoxes = this.lateBoxes.filter(({ sequence }) => !overturned.has(sequence));
    return [...overturned.values()];
  }

  /** What follows the last epoch of a skeleton below must be the first that was held. */
  #checkJoint(last: Epoch | null, created: Created | undefined): void {
    const next = this.#inOrder[0];
    if (next === undefined) return;
    const before = last ?? created;
    const follows =
      last === null
        ? created === undefined || (next.number === 1 && next.previous === this.id)
        : next.number === last.number + 1 &&
          next.previous === last.hash &&
          next.checkpoint >= last.checkpoint;
    const same =
      before === undefined ||
      (before.participants.join() === next.participants.join() &&
        before.administrators.join() === next.administrators.join());
    if (!follows || !same) throw new ConversationBroken("the epochs of the skeleton do not join those held");
  }

  #groundAt(sequence: number): Ground {
    const before = this.#epochBefore(sequence);
    const place = this.#inOrder.find((epoch) => epoch.sequence === sequence);
    return {
      network: this.network,
      id: this.id,
      created: this.#created,
      before,
      here: place ?? null,
      begun: this.#created === undefined && sequence > 1,
      hidden: (number) => this.#gaps && number > (this.epoch?.number ?? 0),
      headAt: (one) => this.headAt(one),
      used: (name) => (this.#clientIds.get(name) ?? sequence) < sequence,
    };
  }

  /** Whether something was passed over that the skeleton speaks for. */
  get #gaps(): boolean {
    return this.#islands.length > 0 || this.#floor >= this.#ground;
  }

  #epochBefore(sequence: number): Epoch | null {
    let [low, high] = [0, this.#inOrder.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#inOrder[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return this.#inOrder[low - 1] ?? null;
  }

  #settle({ taken, late }: Judged): void {
    if (taken.kind === "created") this.#created = only(taken.header);
    if (taken.kind === "epoch") this.#remember([taken.epoch]);
    if (taken.kind === "late_box") {
      this.lateBoxes = [...this.lateBoxes.filter(({ sequence }) => sequence !== taken.sequence), ...late];
    }
  }

  #remember(epochs: readonly Epoch[]): void {
    for (const epoch of epochs) this.epochs.set(epoch.number, epoch);
    this.#inOrder = [...this.epochs.values()].sort((a, b) => a.sequence - b.sequence);
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

function only({ participants, administrators }: Created): Created {
  return { participants, administrators };
}
