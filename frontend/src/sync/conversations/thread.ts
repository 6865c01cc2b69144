/**
 * One conversation in this browser: takes what the server gives in order, verifies it, keeps it in one transaction, and
 * only then lets it be seen. Taking the same twice changes nothing.
 */
import {
  type Conversation,
  ConversationBroken,
  checkAhead,
  type NumberedItem,
  type RegisterView,
  type Taken,
} from "../../crypto/conversation";
import { fromHex, toBase64 } from "../../crypto/encoding";
import { nameOf } from "../../crypto/judging";
import type { Change } from "../../vault";
import { AlarmRaised } from "../alarm";
import { CoreFailure } from "../failure";
import type { Hands } from "../hands";
import { get } from "../http";
import { Coalesced, Queue } from "../queue";
import * as wire from "../wire";
import type { EpochBoxes } from "./boxes";
import { History } from "./history";
import { keepRaw } from "./raw";
import type { Meta, StoredItem } from "./records";
import { registerAtHand, registerFor } from "./registerOf";
import { Understanding } from "./understanding";

/** Older items for somebody who waits for them. */
const AT_ONCE = 120;

/** Consecutive items, and the head before the first of them. */
export interface Given {
  items: readonly wire.Item[];
  before_head: string | null;
  /** What lies between what was asked from and these items, where that is left out; from `first` on for a newcomer. */
  skeleton?: readonly wire.Item[] | undefined;
  first?: number | undefined;
  /** The head after an item, where the server says it. */
  heads: ReadonlyMap<number, string>;
  /** Tables and boxes that are at hand already, as after making an epoch here. */
  epochs?: ReadonlyMap<number, wire.EpochRow>;
}

export interface ThreadContext {
  readonly hands: Hands;
  readonly boxes: EpochBoxes;
  /** What changes in the outbox when the message with this client id, and these words, is in the conversation. */
  leaving(clientId: string, text: string | null): readonly Change[];
  sent(clientId: string): void;
  changed(thread: Thread, items: readonly StoredItem[]): void;
}

type MarksOf = Readonly<Record<string, number>>;

/** The further of both for everybody; null when nobody has come further. */
function further(held: MarksOf, news: MarksOf): Record<string, number> | null {
  const moved = Object.entries(news).filter(([who, upTo]) => (held[who] ?? 0) < upTo);
  return moved.length === 0 ? null : { ...held, ...Object.fromEntries(moved) };
}

export class Thread {
  #meta: Meta;
  readonly #context: ThreadContext;
  readonly #queue = new Queue();
  readonly #hearing = new Coalesced(() => this.#takeHeard());
  readonly #heard = new Map<number, { item: wire.Item; head: string }>();
  #history: History | null = null;
  #older: Promise<boolean> | null = null;

  constructor(meta: Meta, context: ThreadContext) {
    this.#meta = meta;
    this.#context = context;
  }

  get id(): string {
    return this.#meta.id;
  }

  get meta(): Readonly<Meta> {
    return this.#meta;
  }

  /** Everything above it, up to the newest, is here; what is readable below it is still to come. */
  get floor(): number {
    return this.#meta.firstKnown;
  }

  /** The oldest sequence that this person may read. */
  get first(): number {
    return Math.min(this.#meta.first ?? this.#meta.ground ?? this.floor + 1, this.floor + 1);
  }

  /** How many items that this person may read are not here yet. */
  get missing(): number {
    const { islands, sequence } = this.#meta;
    const held = islands.reduce((sum, { first, last }) => sum + last - Math.max(first, this.first - 1), 0);
    return sequence === 0 ? 0 : Math.max(0, this.floor - this.first + 1 - held);
  }

  /** Up to here this browser has received everything that came since it, or a former one, was last here. */
  get receivedTo(): number {
    const { islands, sequence } = this.#meta;
    return islands[0]?.last ?? sequence;
  }

  /** How far this person has read. */
  get readTo(): number {
    return this.#meta.read[this.#context.hands.keyring.whose.account] ?? 0;
  }

  /** Where the unread begins: where items in between are still to come, the first of those. */
  get firstUnread(): number | null {
    const { unread, sequence, without } = this.#meta;
    let from = this.#unreadAbove + 1;
    for (const { first, last } of without) {
      from = first <= from && from <= last ? last + 1 : from;
    }
    return from <= this.floor && this.missing > 0 && sequence > 0 ? from : (unread[0] ?? null);
  }

  /** Nothing up to here is unread: this person read it, or it was written before they came. */
  get #unreadAbove(): number {
    return Math.max(this.readTo, this.first - 1, (this.#meta.ground ?? 1) - 1);
  }

  /** How many are unread, counting each item that is still to come as one. */
  get unread(): number {
    const { islands, unread, without } = this.#meta;
    const lowest = this.#unreadAbove;
    const held = islands.reduce(
      (sum, { first, last }) => sum + Math.max(0, last - Math.max(first, lowest)),
      0,
    );
    const handed = without.reduce(
      (sum, { first, last }) => sum + Math.max(0, Math.min(last, this.floor) - Math.max(first - 1, lowest)),
      0,
    );
    return unread.length + Math.max(0, this.floor - lowest - held - handed);
  }

  /** What the server says of the oldest item that this person may read. */
  mayReadFrom(sequence: number): void {
    this.#meta = { ...this.#meta, first: sequence };
  }

  /** Brings older items until this one is here; `step` is called after each page, and ends it early with true. */
  async reach(sequence: number, step: () => boolean): Promise<void> {
    while (this.floor >= sequence && (await this.takeOlder(AT_ONCE)) && !step());
  }

  /** Takes the items right below those that are here; false when there are none, or the line gives nothing. */
  takeOlder(limit: number): Promise<boolean> {
    this.#older ??= this.#fetchOlder(limit).finally(() => {
      this.#older = null;
    });
    return this.#older;
  }

  /** The verifier with all that was verified before. */
  async verifier(): Promise<Conversation> {
    return (await this.#load()).verifier;
  }

  /** Takes what follows; `gap` when something between is missing. */
  take(given: Given): Promise<"taken" | "gap"> {
    return this.#queue.run(() => this.#take(given));
  }

  /** Takes what the line brings; what comes while something is being taken is taken after it, all together. */
  hear(item: wire.Item, head: string): Promise<"taken" | "gap"> {
    if (!this.#heard.has(item.sequence)) {
      this.#heard.set(item.sequence, { item, head });
    }
    return this.#hearing.run();
  }

  async #takeHeard(): Promise<"taken" | "gap"> {
    const heard = [...this.#heard.values()].sort((a, b) => a.item.sequence - b.item.sequence);
    this.#heard.clear();
    const from = heard[0]?.item.sequence ?? 0;
    const unbroken = heard.filter(({ item }, place) => item.sequence === from + place);
    const taken = await this.take({
      items: unbroken.map(({ item }) => item),
      before_head: null,
      heads: new Map(unbroken.map(({ item, head }) => [item.sequence, head])),
    });
    return unbroken.length < heard.length ? "gap" : taken;
  }

  /** Opens what waited for keys that have arrived since. */
  openWaiting(numbers: readonly number[], rows?: ReadonlyMap<number, wire.EpochRow>): Promise<void> {
    return this.#queue.run(() => this.#openWaiting(numbers, rows));
  }

  /** Takes marks that are further than those held; tells whether there were any. */
  async takeMarks(read: MarksOf, received: MarksOf = {}): Promise<boolean> {
    if (further(this.#meta.read, read) === null && further(this.#meta.received, received) === null) {
      return false;
    }
    await this.#queue.run(async () => {
      const nowReceived = further(this.#meta.received, received);
      if (nowReceived !== null) {
        this.#meta = { ...this.#meta, received: nowReceived }; // kept with whatever is written next
      }
      const nowRead = further(this.#meta.read, read);
      if (nowRead !== null) {
        const own = nowRead[this.#context.hands.keyring.whose.account] ?? 0;
        const unread = this.#meta.unread.filter((one) => one > own);
        this.#meta = { ...this.#meta, read: nowRead, unread };
        await this.#write([]);
      }
    });
    this.#context.changed(this, []);
    return true;
  }

  /** The server has lost boxes of members: whether they have others is asked from now on. */
  async lostBoxes(): Promise<void> {
    await this.#queue.run(async () => {
      if (!this.#meta.emptyRows) {
        this.#meta = { ...this.#meta, emptyRows: true };
        await this.#write([]);
      }
    });
  }

  async #load(): Promise<History> {
    if (this.#history === null) {
      const { vault, keyring } = this.#context.hands;
      const { network } = keyring.whose;
      this.#history =
        this.#meta.sequence === 0
          ? History.begin(network, this.id)
          : await History.load(vault, network, this.#meta);
    }
    return this.#history;
  }

  async #take(given: Given): Promise<"taken" | "gap"> {
    let history = await this.#load();
    const fresh = given.items.filter(({ sequence }) => sequence > history.verifier.sequence);
    const first = fresh[0];
    if (first === undefined) {
      return "taken";
    }
    const before = this.#meta;
    let failure: unknown;
    const gap = first.sequence > history.verifier.sequence + 1;
    if (gap && (given.before_head === null || (before.sequence > 0 && given.skeleton === undefined))) {
      return "gap";
    }
    try {
      if (gap && before.sequence === 0 && (given.first ?? first.sequence) >= first.sequence) {
        // What came before this person's time they may not read; signed items confirm the head they begin from.
        const head = given.before_head ?? "";
        fromHex(head, 32);
        history = History.begin(history.verifier.network, this.id, { sequence: first.sequence - 1, head });
        this.#history = history;
      }
      const understanding = new Understanding(history, before, this.#context.hands, this.#context.boxes);
      // What the line brought while the answer was on its way is held already, and lies above what was asked from.
      const held = before.sequence === 0 ? 0 : history.verifier.sequence;
      const skeleton = (given.skeleton ?? []).filter(
        ({ sequence }) => held < sequence && sequence < first.sequence,
      );
      await understanding.prepare([...skeleton, ...fresh], given.epochs);
      if (first.sequence > history.verifier.sequence + 1) {
        await this.#leap(history, understanding, skeleton, given, first.sequence - 1);
      }
      this.#checkHead(history, first.sequence - 1, given.items[0] === first ? given.before_head : null);
      failure = await this.#takeAll(history, understanding, fresh, given);
      await this.#commit(history, understanding, given.first ?? before.first);
    } catch (error) {
      // Whatever was not kept is taken again later, from what the vault holds.
      this.#history = null;
      this.#meta = before;
      throw error;
    }
    if (failure !== undefined) {
      throw failure;
    }
    return "taken";
  }

  /** Begins anew at the newest items, above everything that is held; what is between comes later. */
  async #leap(
    history: History,
    understanding: Understanding,
    skeleton: readonly wire.Item[],
    given: Given,
    to: number,
  ): Promise<void> {
    const { verifier } = history;
    const from = verifier.sequence === 0 ? (given.first ?? 1) : verifier.sequence + 1;
    const head = given.before_head ?? "";
    fromHex(head, 32);
    await this.#takeSkeleton(history, understanding, skeleton, [from, to]);
    verifier.beginAt(to, head);
    history.note(to, null);
  }

  async #takeSkeleton(
    { verifier }: History,
    understanding: Understanding,
    skeleton: readonly wire.Item[],
    reach: readonly [number, number],
  ): Promise<void> {
    const numbered = skeleton.map((item) => understanding.numbered(item, undefined));
    const { register } = this.#context.hands;
    const evidence = () => ({ ...this.#place(), skeleton, reach });
    const taken = await this.#unbroken(evidence, () =>
      verifier.takeSkeleton(numbered, reach, ({ sequence }) =>
        registerAtHand(understanding.header(sequence)?.checkpoint ?? null, register),
      ),
    );
    if ("kind" in taken) {
      throw new CoreFailure("keys_missing", "The server does not have the members of an epoch.");
    }
    await understanding.takeSkeleton(taken, skeleton);
  }

  async #fetchOlder(limit: number): Promise<boolean> {
    const { verifier } = await this.#queue.run(() => this.#load());
    const { floor } = verifier;
    if (this.missing === 0) {
      return false;
    }
    let skeleton: wire.Skeleton | null = null;
    if (floor < verifier.ground) {
      skeleton = await get(`/api/conversations/${this.id}/skeleton`, wire.skeleton);
      if (skeleton.first >= verifier.ground) {
        this.mayReadFrom(verifier.ground);
        this.#context.changed(this, []);
        return false;
      }
    }
    const ground = skeleton === null ? verifier.ground : skeleton.first;
    const lowest = Math.max(verifier.islands[0]?.last ?? 0, ground - 1);
    const most = Math.min(limit, floor - lowest);
    const page = await get(
      `/api/conversations/${this.id}/items?before=${floor + 1}&limit=${most}`,
      wire.page,
    );
    if (page.items.length === 0 || page.sequence < floor) {
      return false; // that it shows less than it did is judged where it says how far it goes
    }
    await this.#queue.run(() => this.#takeOlder(floor, page, skeleton));
    return true;
  }

  async #takeOlder(floor: number, page: wire.Page, skeleton: wire.Skeleton | null): Promise<void> {
    const history = await this.#load();
    const { verifier } = history;
    if (verifier.floor !== floor) {
      return; // it began anew at the end meanwhile
    }
    const before = this.#meta;
    const { hands, boxes } = this.#context;
    try {
      const understanding = new Understanding(history, before, hands, boxes);
      const below = (skeleton?.items ?? []).filter(({ sequence }) => sequence < verifier.ground);
      await understanding.prepare([...below, ...page.items]);
      if (skeleton !== null) {
        await this.#takeSkeleton(history, understanding, below, [skeleton.first, verifier.ground - 1]);
        for (const change of [...verifier.epochs.keys()]) {
          history.keyless.delete(change);
        }
        await understanding.prepare([...below, ...page.items], understanding.rows);
      }
      await this.#takePage(history, understanding, page);
      await this.#commit(history, understanding, skeleton?.first ?? before.first);
    } catch (error) {
      this.#history = null;
      this.#meta = before;
      throw error;
    }
  }

  async #takePage(history: History, understanding: Understanding, page: wire.Page): Promise<void> {
    const { verifier } = history;
    const { hands } = this.#context;
    const numbered = page.items.map((item) => understanding.numbered(item, undefined));
    checkAhead(numbered, hands.register.state);
    const { floor } = verifier;
    const evidence = () => ({
      ...this.#place(),
      page,
      held: { sequence: floor, head: verifier.headAt(floor) },
    });
    const older = await this.#unbroken(evidence, () =>
      verifier.takeOlder(page.before_head, numbered, ({ sequence }) =>
        registerFor(understanding.header(sequence)?.checkpoint ?? null, hands.register),
      ),
    );
    if (older.kind === "needs") {
      throw new CoreFailure("keys_missing", "The server does not have the members of an epoch.");
    }
    history.note((page.items[0]?.sequence ?? 1) - 1, null);
    for (const [place, taken] of older.taken.entries()) {
      const item = page.items[place];
      if (item !== undefined && taken.kind !== "needs") {
        this.#refuseServer(taken, item);
        history.note(item.sequence, taken.kind === "refused" ? null : nameOf(taken.header));
        await understanding.take(taken, item);
        await understanding.keep(item);
      }
    }
    for (const { sequence, by, reason } of older.overturned) {
      if (reason === "bad_history") {
        // Its author signed that they had seen something else below it than what the server shows now.
        throw new AlarmRaised("bad_history", { ...this.#place(), sequence, by, page });
      }
      await understanding.overturn(sequence, by, reason);
    }
  }

  /** Gives what has failed at one item where those before it are taken nevertheless. */
  async #takeAll(
    history: History,
    understanding: Understanding,
    fresh: readonly wire.Item[],
    given: Given,
  ): Promise<unknown> {
    const all = fresh.map((item) => understanding.numbered(item, given.heads.get(item.sequence)));
    checkAhead(all, this.#context.hands.register.state);
    for (const [place, item] of fresh.entries()) {
      try {
        await this.#takeOne(history, understanding, item, all[place] as NumberedItem);
      } catch (error) {
        const untouched = history.verifier.sequence < item.sequence;
        const whole = this.#meta.sequence === 0; // what begins here is shown from its beginning, or not yet
        if (place === 0 || whole || !untouched || error instanceof AlarmRaised) {
          throw error;
        }
        return error;
      }
    }
    return undefined;
  }

  async #takeOne(
    history: History,
    understanding: Understanding,
    item: wire.Item,
    numbered: NumberedItem,
  ): Promise<void> {
    const named = understanding.header(item.sequence)?.checkpoint ?? null;
    const view = await registerFor(named, this.#context.hands.register);
    const taken = await this.#follow(history.verifier, numbered, view, item);
    if (taken.kind === "needs") {
      if ("table" in taken && numbered.table !== undefined) {
        throw new AlarmRaised("bad_history", {
          ...this.#evidence(item),
          reason: "the members that the server names are not those that the epoch's author signed",
          table: toBase64(numbered.table),
        });
      }
      throw new CoreFailure("keys_missing", "The server does not have the members of an epoch.");
    }
    this.#refuseServer(taken, item);
    history.note(item.sequence, taken.kind === "refused" ? null : nameOf(taken.header));
    await understanding.take(taken, item);
    await understanding.keep(item);
  }

  async #commit(history: History, understanding: Understanding, first: number | undefined): Promise<void> {
    const { verifier } = history;
    const own = [...understanding.clientIds];
    this.#meta = {
      ...understanding.result,
      sequence: verifier.sequence,
      head: verifier.head,
      epoch: verifier.epoch?.number,
      firstKnown: verifier.floor,
      ground: verifier.ground,
      islands: [...verifier.islands],
      // The key that was handed over is of an epoch further back; where that begins the skeleton will say.
      first: understanding.handed ? 1 : first,
      participants: [...verifier.participants],
      administrators: [...verifier.administrators],
      lateBoxes: verifier.lateBoxes,
    };
    const changes = [
      ...understanding.items.map((item) => this.#itemChange(item)),
      ...understanding.epochs.map((number) => history.epochChange(number)),
      ...history.changes(),
      ...own.flatMap(([clientId, place]) => this.#context.leaving(clientId, understanding.textAt(place))),
    ];
    await this.#write(changes, keepRaw(this.id, understanding.raw, Date.now()));
    for (const [clientId] of own) {
      this.#context.sent(clientId);
    }
    this.#context.changed(this, understanding.items);
    if (understanding.opened.length > 0) {
      await this.#openWaiting(understanding.opened);
    }
  }

  async #openWaiting(numbers: readonly number[], rows?: ReadonlyMap<number, wire.EpochRow>): Promise<void> {
    const history = await this.#load();
    const { hands, boxes } = this.#context;
    const understanding = new Understanding(history, this.#meta, hands, boxes);
    await understanding.openLater(numbers, rows);
    this.#meta = understanding.result;
    await this.#write([
      ...understanding.items.map((item) => this.#itemChange(item)),
      ...understanding.epochs.map((number) => history.epochChange(number)),
    ]);
    this.#context.changed(this, understanding.items);
  }

  /** A sequence, first item or head that cannot be this conversation's is the server's doing. */
  async #follow(
    verifier: Conversation,
    numbered: NumberedItem,
    view: RegisterView,
    item: wire.Item,
  ): Promise<Taken> {
    try {
      return await verifier.take(numbered, view);
    } catch (error) {
      if (error instanceof ConversationBroken) {
        throw new AlarmRaised("bad_history", {
          ...this.#evidence(item),
          reason: error.message,
          held: { sequence: verifier.sequence, head: verifier.head },
          stated: numbered.head ?? null,
        });
      }
      throw error;
    }
  }

  /** What the server refuses from everybody, and yet gave: signed proof that it showed its author another log. */
  #refuseServer(taken: Taken, item: wire.Item): void {
    if (taken.kind !== "refused" || taken.by === null) {
      return;
    }
    const evidence = { ...this.#evidence(item), reason: taken.reason, by: taken.by };
    if (taken.reason === "bad_history") {
      throw new AlarmRaised("bad_history", { ...evidence, held: this.#history?.verifier.head });
    }
    if (taken.reason === "bad_checkpoint") {
      throw new AlarmRaised("forked", { ...evidence, shown: this.#context.hands.register.note });
    }
  }

  /** What the server gives of the past cannot be this conversation's: its doing. */
  async #unbroken<T>(evidence: () => object, act: () => Promise<T>): Promise<T> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof ConversationBroken) {
        throw new AlarmRaised("bad_history", { ...evidence(), reason: error.message });
      }
      throw error;
    }
  }

  #place() {
    return { network: this.#context.hands.keyring.whose.network, conversation: this.id };
  }

  #evidence({ sequence, body, signature }: wire.Item) {
    return { ...this.#place(), sequence, item: { body, signature } };
  }

  #checkHead(history: History, sequence: number, stated: string | null): void {
    const own = history.verifier.headAt(sequence);
    if (stated !== null && own !== null && own !== stated) {
      const { network } = this.#context.hands.keyring.whose;
      const evidence = { network, conversation: this.id, sequence, computed: own, stated };
      throw new AlarmRaised("bad_history", evidence);
    }
  }

  #itemChange(item: StoredItem): Change {
    return { store: "items", key: [this.id, item.sequence], value: item };
  }

  async #write(changes: readonly Change[], spare: readonly Change[] = []): Promise<void> {
    const meta: Change = { store: "conversations", key: this.id, value: this.#meta };
    const { vault } = this.#context.hands;
    await (spare.length === 0 ? vault.write([...changes, meta]) : vault.writeWith([...changes, meta], spare));
  }
}
