/** All conversations of this person in this browser, kept level with the server. One that fails never stops the others. */
import type { VaultFailure } from "../../vault";
import { AlarmRaised } from "../alarm";
import type { ConversationView, FormerWindow, ThreadPlace } from "../contract";
import { CoreFailure, isOurs } from "../failure";
import type { Hands } from "../hands";
import { get } from "../http";
import type { KeyActs } from "../keyActs";
import { Coalesced } from "../queue";
import { HERE } from "../snapshot";
import type { Socket } from "../socket";
import type { Extent } from "../storage";
import * as wire from "../wire";
import { Backfill } from "./backfill";
import { begin } from "./beginning";
import { EpochBoxes } from "./boxes";
import { Handing } from "./handing";
import { LateBoxes } from "./lateBoxes";
import { Marks } from "./marks";
import { OpenThread } from "./open";
import { Outbox } from "./outbox";
import { pullAll } from "./pulling";
import { emptyMeta, metaSchema, type StoredItem } from "./records";
import { SocketSender } from "./sender";
import { Thread, type ThreadContext } from "./thread";
import { closedFor, summaryOf, viewOf } from "./view";

/** What comes in quickly is shown in the list together. */
const LIST_EVERY = 150;
/** Late boxes are passed on after a pause of chance length, so that not everybody does it at once. */
const LATE_AFTER = 100;
const LATE_WITHIN = 1_000;

/** The server states less of a conversation than was verified here, or nothing at all. */
export interface Less {
  readonly id: string;
  /** How far it goes there. */
  readonly from: number;
  /** Null where it may be that this person may not read it any more. */
  readonly found: AlarmRaised | null;
}

export interface ConversationsOptions {
  readonly hands: Hands;
  readonly keyActs: KeyActs;
  readonly socket: () => Socket | null;
  readonly alarm: (raised: AlarmRaised) => void;
  /** Hears of storage that fails in the background. */
  readonly failed?: (failure: VaultFailure) => void;
  /** Asked before it is said that the server shows less than it did; rejects with the finding where that is so. */
  readonly judgeLess?: (less: readonly Less[]) => Promise<void>;
  /** Hears of everything that is taken. */
  readonly taken?: (items: readonly StoredItem[]) => void;
}

export class Conversations {
  readonly outbox: Outbox;
  readonly sender = new SocketSender();
  readonly handing: Handing;
  readonly #options: ConversationsOptions;
  readonly #threads = new Map<string, Thread>();
  readonly #context: ThreadContext;
  readonly #marks: Marks;
  readonly #late: LateBoxes;
  /** Conversations in which somebody says that no box of theirs opens. */
  readonly #reported = new Set<string>();
  readonly #backfill: Backfill;
  readonly #pulling = new Coalesced(() =>
    pullAll({
      held: () => this.held(),
      thread: (id) => this.#thread(id),
      alarm: (raised) => this.#options.alarm(raised),
      toldOf: (stalled) => this.#toldOf(stalled),
      over: () => this.#closed,
    }).finally(() => {
      this.#noteLoaded(false);
      this.publish();
      this.#bringOlder();
    }),
  );
  readonly #sealing = new Map<string, ConversationView["sealing"]>();
  /** What each tab has on its screen, and what it asked for last. */
  readonly #open = new Map<string, OpenThread>();
  readonly #wanted = new Map<string, string>();
  #listTimer: ReturnType<typeof setTimeout> | null = null;
  #lateTimer: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(options: ConversationsOptions) {
    this.#options = options;
    const { hands, keyActs } = options;
    this.#marks = new Marks(options.socket, (conversation) => {
      this.#show(conversation);
      this.#listSoon();
    });
    this.#late = new LateBoxes(hands);
    this.#backfill = new Backfill({
      vault: hands.vault,
      threads: () => this.#threads.values(),
      isOpen: (id) => [...this.#open.values()].some(({ thread }) => thread.id === id),
      show: (history) => hands.snapshots.set({ history }),
      faults: hands.snapshots.faults,
      alarm: options.alarm,
      failed: (failure) => options.failed?.(failure),
    });
    this.handing = new Handing({
      hands,
      threads: () => this.#threads.values(),
      pull: () => this.#pullForOne(),
      changed: (conversation) => this.#show(conversation),
    });
    this.outbox = new Outbox({
      hands,
      sender: this.sender,
      thread: (id) => this.#threads.get(id),
      pull: () => this.#pullForOne(),
      changed: () => this.publish(),
      progress: (conversation) => (sealing) => {
        this.#sealing.set(conversation, sealing);
        this.#show(conversation);
      },
      alarm: options.alarm,
      failed: (failure) => options.failed?.(failure),
    });
    this.#context = {
      hands,
      boxes: new EpochBoxes(hands.keyring, keyActs),
      leaving: (clientId, text) => this.outbox.leaving(clientId, text),
      sent: (clientId) => this.outbox.sent(clientId),
      changed: (thread, items) => this.#changed(thread, items),
    };
  }

  /** What the vault holds: enough to show everything before the server has said a word. */
  async load(): Promise<void> {
    const { hands } = this.#options;
    const stored = await hands.vault.readMany("conversations", metaSchema);
    for (const { value } of stored) {
      this.#threads.set(value.id, new Thread(value, this.#context));
    }
    await this.outbox.load();
    await this.#backfill.load();
    this.#backfill.show();
    this.publish();
  }

  /** What each tab has asked for last. */
  get wanted(): ReadonlyMap<string, string> {
    return new Map(this.#wanted);
  }

  /** From where on everything is here, of each conversation. */
  get extents(): Extent[] {
    return [...this.#threads.values()].map(({ id, floor, meta: { sequence, epoch } }) => ({
      id,
      floor,
      sequence,
      ...(epoch === undefined ? {} : { epoch }),
    }));
  }

  held(): Record<string, number> {
    return Object.fromEntries([...this.#threads.values()].map((thread) => [thread.id, thread.meta.sequence]));
  }

  /** Where every conversation stands that this person may read by the newest Register. */
  readable(): { id: string; sequence: number; head: string; lastAt: number }[] {
    const { register, keyring } = this.#options.hands;
    return [...this.#threads.values()]
      .map(({ meta }) => meta)
      .filter((meta) => meta.sequence > 0)
      .filter((meta) => closedFor(register.state, meta, keyring.whose.account) !== "not_member");
  }

  /**
   * Whatever head the server states, in passing too, must be the one that follows from the items. And what was held
   * `before` it was asked must be there, unless it has taken back what it gave.
   */
  async checkHeads(
    stated: Readonly<Record<string, { readonly sequence: number; readonly head: string }>>,
    before: Readonly<Record<string, number>>,
  ): Promise<void> {
    const less: Less[] = [];
    for (const [id, { sequence, head }] of Object.entries(stated)) {
      const meta = this.#threads.get(id)?.meta;
      if (meta === undefined) {
        continue;
      }
      const another = meta.sequence === sequence && sequence > 0 && meta.head !== head;
      if (another || sequence < (before[id] ?? 0)) {
        const { network } = this.#options.hands.keyring.whose;
        const held = { sequence: meta.sequence, head: meta.head };
        const evidence = { network, conversation: id, held, stated: { sequence, head } };
        const found = new AlarmRaised("bad_history", evidence);
        if (another) {
          throw found;
        }
        less.push({ id, from: sequence, found });
      }
    }
    const absent = this.readable().filter(({ id }) => stated[id] === undefined && (before[id] ?? 0) > 0);
    less.push(...absent.map(({ id }) => ({ id, from: 0, found: null })));
    const [first] = less.flatMap(({ found }) => found ?? []);
    if (this.#options.judgeLess !== undefined) {
      await this.#options.judgeLess(less);
    } else if (first !== undefined) {
      throw first;
    }
  }

  /** The head after an item, as it was verified here; null where that is not known. */
  async headAt(id: string, sequence: number): Promise<string | null> {
    const verifier = await this.#threads.get(id)?.verifier();
    return verifier?.headAt(sequence) ?? null;
  }

  /** An epoch was handed back with one's own box alone: whoever did not hand back theirs is given another. */
  async lostBoxes(id: string): Promise<void> {
    await this.#threads.get(id)?.lostBoxes();
  }

  close(): void {
    this.#closed = true;
    this.#marks.close();
    this.#backfill.close();
    this.outbox.close();
    this.sender.lost();
    if (this.#lateTimer !== null) {
      clearTimeout(this.#lateTimer);
    }
    if (this.#listTimer !== null) {
      clearTimeout(this.#listTimer);
    }
    this.#open.clear();
    this.#wanted.clear();
    this.#threads.clear();
  }

  /** Brings everything to what the server holds; resolves when that is kept. */
  pull(): Promise<void> {
    return this.#pulling.run();
  }

  #toldOf(stalled: readonly string[]): void {
    const { snapshots } = this.#options.hands;
    this.#noteLoaded(true);
    if (stalled.join() !== snapshots.current.stalled.join()) {
      snapshots.set({ stalled: [...stalled] });
    }
  }

  #noteLoaded(came: boolean): void {
    if (!this.#closed) {
      this.#options.hands.snapshots.setLoaded("conversations", came);
    }
  }

  /** For whoever waits for one conversation: what fails in another by itself is no hindrance. */
  async #pullForOne(): Promise<void> {
    await this.pull().catch((error: unknown) => {
      if (!(error instanceof CoreFailure) && !isOurs(error)) {
        throw error;
      }
    });
  }

  /** What everybody has received and read, this person in another browser too; tells the server what it lacks. */
  async fetchMarks(): Promise<void> {
    const { account } = this.#options.hands.keyring.whose;
    const heads = await get("/api/conversations", wire.conversationHeads);
    for (const { id, read, received, first_sequence } of heads) {
      const thread = this.#thread(id);
      thread.mayReadFrom(first_sequence);
      await thread.takeMarks(read, received);
      await this.#marks.level(
        id,
        { received: thread.receivedTo, read: Math.min(thread.readTo, thread.meta.sequence) },
        { received: received[account] ?? 0, read: read[account] ?? 0 },
      );
    }
  }

  /** The Register has grown: who can read, and who lacks a key, may be different now. */
  registerGrown(): void {
    this.publish();
    this.outbox.flushAll();
    this.passOnLater();
  }

  passOnLater(): void {
    if (this.#lateTimer === null && !this.#closed) {
      const pause = LATE_AFTER + Math.random() * LATE_WITHIN;
      this.#lateTimer = setTimeout(() => {
        this.#lateTimer = null;
        void this.#passOn();
      }, pause);
    }
  }

  async heard(frame: wire.Frame): Promise<void> {
    this.sender.heard(frame);
    switch (frame.type) {
      case "item": {
        const { conversation, sequence, received_at, body, signature, head } = frame;
        const thread = this.#thread(conversation);
        if ((await thread.hear({ sequence, received_at, body, signature }, head)) === "gap") {
          await this.pull();
        }
        this.publish();
        if (thread.missing > 0) {
          this.#bringOlder(); // a key of earlier items was handed over
        }
        break;
      }
      case "conversation":
        await this.pull();
        break;
      case "due":
        await this.#options.hands.register.catchUp();
        break;
      case "missing":
        this.#reported.add(frame.conversation);
        this.passOnLater();
        break;
      case "marks":
        await this.#threads.get(frame.conversation)?.takeMarks(frame.read, frame.received);
        break;
      case "typing":
        this.#marks.heardTyping(frame.conversation, frame.account);
        break;
      default:
        break;
    }
  }

  async start(authorities: readonly string[], subject: string, text: string): Promise<string> {
    const { hands } = this.#options;
    const id = await begin(hands, authorities, subject, text, () => undefined);
    // It is made: nothing may say otherwise, for whoever hears that it is not sends the words once more.
    await this.pull().catch((error: unknown) => hands.snapshots.faults.met("beginning", error));
    return id;
  }

  async open(id: string | null, tab = HERE, former?: FormerWindow): Promise<void> {
    if (id === null) {
      this.left(tab);
      this.#options.hands.snapshots.show(tab, null);
      return;
    }
    this.#wanted.set(tab, id);
    let thread = this.#threads.get(id);
    if (thread === undefined) {
      const failure = await this.pull().catch((error: unknown) => error);
      thread = this.#threads.get(id);
      if (thread === undefined && failure !== undefined) {
        throw failure;
      } // what fails elsewhere is no hindrance here
    }
    if (thread === undefined) {
      throw new CoreFailure("not_found", "There is no such conversation, or you have no access to it.");
    }
    const open = await OpenThread.open(thread, this.#options.hands, former);
    if (this.#wanted.get(tab) === id) {
      this.#open.set(tab, open);
      this.#showIn(tab);
      this.#fill(tab, open);
    }
  }

  #fill(tab: string, open: OpenThread): void {
    void open
      .fill(() => this.#showIn(tab))
      .catch((error: unknown) => {
        if (error instanceof AlarmRaised) {
          this.#options.alarm(error);
        } // without a line the reader asks for older messages by hand
      });
  }

  /** What is on a screen comes even while the rest of the history is paused. */
  #bringOlder(): void {
    for (const [tab, open] of this.#open) {
      this.#fill(tab, open);
    }
    this.#backfill.wake();
  }

  /** The tab shows no conversation any more, or is gone. */
  left(tab: string): void {
    this.#wanted.delete(tab);
    this.#open.delete(tab);
  }

  async loadOlder(id: string, tab = HERE): Promise<void> {
    const open = this.#open.get(tab);
    if (open?.thread.id === id) {
      await open.loadOlder(() => this.#showIn(tab));
    }
  }

  async loadNewer(id: string, tab = HERE): Promise<void> {
    const open = this.#open.get(tab);
    if (open?.thread.id === id) {
      await open.loadNewer(() => this.#showIn(tab));
    }
  }

  async jumpTo(id: string, place: ThreadPlace, tab = HERE): Promise<number | null> {
    const open = this.#open.get(tab);
    return open?.thread.id === id ? open.jumpTo(place, () => this.#showIn(tab)) : null;
  }

  pauseHistory(paused: boolean): Promise<void> {
    return this.#backfill.pause(paused);
  }

  async send(id: string, text: string, clientId?: string): Promise<void> {
    await this.outbox.add(id, text, clientId);
  }

  async markRead(id: string, sequence: number): Promise<void> {
    const { account } = this.#options.hands.keyring.whose;
    if ((await this.#threads.get(id)?.takeMarks({ [account]: sequence })) === true) {
      await this.#marks.tellRead(id, sequence);
    }
  }

  typing(id: string): void {
    this.#marks.tellTyping(id);
  }

  publish(): void {
    this.#list();
    for (const tab of this.#open.keys()) {
      this.#showIn(tab);
    }
  }

  #list(): void {
    if (this.#closed) {
      return;
    }
    const { hands } = this.#options;
    const self = hands.keyring.whose.account;
    const all = [...this.#threads.values()].filter(({ meta }) => meta.sequence > 0);
    const listed = all
      .map((thread) => ({
        ...summaryOf(hands.register.state, thread.meta, self),
        unread: thread.unread,
        waiting: this.outbox.of(thread.id).length,
        typing: this.#marks.typing(thread.id),
      }))
      .sort((a, b) => b.lastAt - a.lastAt);
    // What looks as before need not be drawn again, as when only the past of a conversation has grown.
    const same = JSON.stringify(listed) === JSON.stringify(hands.snapshots.current.conversations);
    hands.snapshots.set({
      ...(same ? {} : { conversations: listed }),
      waiting: this.outbox.waiting,
      undecryptable: all.reduce((sum, { meta }) => sum + meta.undecryptable, 0),
    });
  }

  /** The list follows what comes in, a little later, and once for all of it. */
  #listSoon(): void {
    this.#listTimer ??= setTimeout(() => {
      this.#listTimer = null;
      this.#list();
    }, LIST_EVERY);
  }

  #thread(id: string): Thread {
    let thread = this.#threads.get(id);
    if (thread === undefined) {
      thread = new Thread(emptyMeta(id), this.#context);
      this.#threads.set(id, thread);
    }
    return thread;
  }

  async #passOn(): Promise<void> {
    for (const thread of this.#threads.values()) {
      if (this.#closed) {
        return;
      }
      const reported = this.#reported.delete(thread.id);
      try {
        if (await this.#late.passOn(thread, reported)) {
          await this.pull();
        }
        this.#options.hands.snapshots.faults.passed("late boxes");
      } catch (error) {
        // The others are not kept waiting; the next growth of the Register tries again.
        if (reported) {
          this.#reported.add(thread.id);
        }
        if (!this.#closed) {
          this.#options.hands.snapshots.faults.met("late boxes", error);
        }
      }
    }
  }

  #changed(thread: Thread, items: readonly StoredItem[]): void {
    this.#options.taken?.(items);
    this.#marks.keeps(thread.id, thread.receivedTo);
    for (const item of items) {
      if (item.type === "message") {
        this.#marks.stopped(thread.id, item.account);
      }
    }
    this.handing.grown(thread.id, items);
    for (const open of this.#open.values()) {
      if (open.thread === thread) {
        open.merge(items);
      }
    }
    this.#show(thread.id);
    this.#listSoon();
  }

  /** In every tab that has this conversation open. */
  #show(conversation: string): void {
    for (const [tab, open] of this.#open) {
      if (open.thread.id === conversation) {
        this.#showIn(tab);
      }
    }
  }

  #showIn(tab: string): void {
    const open = this.#open.get(tab);
    if (open === undefined || this.#closed) {
      return;
    }
    const conversation = open.thread.id;
    const { hands } = this.#options;
    const { whose, device } = hands.keyring;
    const view = viewOf({
      state: hands.register.state,
      meta: open.thread.meta,
      self: whose.account,
      device: device.id,
      items: open.items,
      pending: this.outbox.of(conversation),
      waits: this.outbox.why(conversation),
      firstUnread: open.firstUnread,
      hasOlder: open.hasOlder,
      hasNewer: open.hasNewer,
      loadingOlder: open.loadingOlder,
      loadingNewer: open.loadingNewer,
      firstSequence: open.thread.first,
      typing: this.#marks.typing(conversation),
      readsFrom: this.handing.of(open.thread),
      sealing: this.#sealing.get(conversation) ?? null,
    });
    hands.snapshots.show(tab, view);
  }
}
