/**
 * One conversation in this browser: takes what the server gives in order, verifies it, keeps it in one transaction, and
 * only then lets it be seen. Taking the same twice changes nothing.
 */
import {
  type Conversation,
  ConversationBroken,
  type NumberedItem,
  type RegisterView,
  type Taken,
} from "../../crypto/conversation";
import { fromHex, toBase64 } from "../../crypto/encoding";
import type { Change } from "../../vault";
import { AlarmRaised } from "../alarm";
import { CoreFailure } from "../failure";
import type { Hands } from "../hands";
import { Queue } from "../queue";
import type * as wire from "../wire";
import type { EpochBoxes } from "./boxes";
import { History } from "./history";
import type { Meta, StoredItem } from "./records";
import { registerFor } from "./registerOf";
import { Understanding } from "./understanding";

/** Consecutive items, and the head before the first of them. */
export interface Given {
  items: readonly wire.Item[];
  before_head: string | null;
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

export class Thread {
  #meta: Meta;
  readonly #context: ThreadContext;
  readonly #queue = new Queue();
  #history: History | null = null;

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

  /** Below this everything readable is still to be fetched; above it, up to the newest, everything is here. */
  get floor(): number {
    return this.#meta.firstKnown;
  }

  /** The oldest sequence that this person may read. */
  get first(): number {
    return this.#meta.firstKnown + 1;
  }

  /** How far this person has read. */
  get readTo(): number {
    return this.#meta.read[this.#context.hands.keyring.whose.account] ?? 0;
  }

  get firstUnread(): number | null {
    return this.#meta.unread[0] ?? null;
  }

  /** Brings older items until this one is here; `step` is called after each page, and ends it early with true. */
  async reach(_sequence: number, _step: () => boolean): Promise<void> {}

  /** The verifier with all that was verified before. */
  async verifier(): Promise<Conversation> {
    return (await this.#load()).verifier;
  }

  /** Takes what follows; `gap` when something between is missing. */
  take(given: Given): Promise<"taken" | "gap"> {
    return this.#queue.run(() => this.#take(given));
  }

  /** Opens what waited for keys that have arrived since. */
  openWaiting(numbers: readonly number[], rows?: ReadonlyMap<number, wire.EpochRow>): Promise<void> {
    return this.#queue.run(() => this.#openWaiting(numbers, rows));
  }

  /** Takes read marks that are further than those held; tells whether there were any. */
  async markRead(marks: Readonly<Record<string, number>>): Promise<boolean> {
    const news = Object.entries(marks).filter(([who, upTo]) => (this.#meta.read[who] ?? 0) < upTo);
    if (news.length === 0) {
      return false;
    }
    await this.#queue.run(async () => {
      const read = { ...this.#meta.read, ...Object.fromEntries(news) };
      const own = read[this.#context.hands.keyring.whose.account] ?? 0;
      this.#meta = { ...this.#meta, read, unread: this.#meta.unread.filter((one) => one > own) };
      await this.#write([]);
    });
    this.#context.changed(this, []);
    return true;
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
    if (first.sequence > history.verifier.sequence + 1) {
      if (history.verifier.sequence > 0 || given.before_head === null) {
        return "gap";
      }
      // What came before this person's time they may not read; signed items confirm the head they begin from.
      fromHex(given.before_head, 32);
      history = History.begin(history.verifier.network, this.id, {
        sequence: first.sequence - 1,
        head: given.before_head,
      });
      this.#history = history;
      this.#meta = { ...this.#meta, firstKnown: first.sequence - 1 };
    }
    this.#checkHead(history, first.sequence - 1, given.items[0] === first ? given.before_head : null);
    const before = this.#meta;
    const understanding = new Understanding(history, this.#meta, this.#context.hands, this.#context.boxes);
    try {
      await this.#takeAll(history, understanding, fresh, given);
      await this.#commit(history, before.sequence, understanding);
    } catch (error) {
      // Whatever was not kept is taken again later, from what the vault holds.
      this.#history = null;
      this.#meta = before;
      throw error;
    }
    return "taken";
  }

  async #takeAll(
    history: History,
    understanding: Understanding,
    fresh: readonly wire.Item[],
    given: Given,
  ): Promise<void> {
    const { hands } = this.#context;
    await understanding.prepare(fresh, given.epochs);
    for (const item of fresh) {
      const numbered = understanding.numbered(item, given.heads.get(item.sequence));
      const named = understanding.header(item.sequence)?.checkpoint ?? null;
      const view = await registerFor(named, hands.register);
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
      history.note(taken.kind === "refused" ? "" : `${taken.header.device}${taken.header.client_id}`);
      await understanding.take(taken, item);
    }
  }

  async #commit(history: History, since: number, understanding: Understanding): Promise<void> {
    const { verifier } = history;
    const own = [...understanding.clientIds];
    this.#meta = {
      ...understanding.result,
      sequence: verifier.sequence,
      head: verifier.head,
      participants: [...verifier.participants],
      administrators: [...verifier.administrators],
      lateBoxes: verifier.lateBoxes,
    };
    await this.#write([
      ...understanding.items.map((item) => this.#itemChange(item)),
      ...understanding.epochs.map((number) => history.epochChange(number)),
      ...history.changesSince(since),
      ...own.flatMap(([clientId, place]) => this.#context.leaving(clientId, understanding.textAt(place))),
    ]);
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

  #evidence({ sequence, body, signature }: wire.Item) {
    const { network } = this.#context.hands.keyring.whose;
    return { network, conversation: this.id, sequence, item: { body, signature } };
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

  async #write(changes: readonly Change[]): Promise<void> {
    await this.#context.hands.vault.write([
      ...changes,
      { store: "conversations", key: this.id, value: this.#meta },
    ]);
  }
}
