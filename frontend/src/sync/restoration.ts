/**
 * A portal whose database was put back to an older copy is closed to writing, and browsers hand back what it lacks; each
 * piece proves itself at its place (docs/protocol.md). Before it is said that the server shows less than it did, it is
 * asked whether that is so. Nothing is gained by a server that only claims it: it is given what it has signed or served
 * before, nothing is sealed or signed for it meanwhile, and once it stops claiming it is judged like any other.
 */
import { toBase64 } from "../crypto/encoding";
import { AlarmRaised } from "./alarm";
import type { Snapshot } from "./contract";
import type { Conversations, Less } from "./conversations/conversations";
import { inRequests, rawAbove } from "./conversations/raw";
import { CoreFailure, isOurs } from "./failure";
import type { Hands } from "./hands";
import { get, Problem, post, RESTORING } from "./http";
import { ownAttachments } from "./ownAttachments";
import { Coalesced, Queue } from "./queue";
import type { JudgeLess } from "./registerSync";
import type { SnapshotStore } from "./snapshot";
import * as wire from "./wire";

const DAY = 24 * 60 * 60 * 1000;
/** For so long after its end what was not there in time is still taken. */
const TAKEN_FOR = 30 * DAY;
/** So often in a row a question may stay without an answer before the server is judged by what it shows. */
const MOST_UNANSWERED = 20;
const NO_HEAD = "0".repeat(64);

export interface RestorationContext {
  readonly hands: Hands;
  readonly conversations: () => Conversations;
  /** Officers have no conversations. */
  readonly officer: () => boolean;
  /** Runs what was found in passing. */
  readonly soon: (task: () => Promise<void>) => void;
  /** The portal is whole again: what waited goes on. */
  readonly whole: () => void;
}

export class Restoration {
  readonly #context: RestorationContext;
  /** Nobody judges while something is being handed back, nor the other way round. */
  readonly #queue = new Queue();
  readonly #handing = new Coalesced(() => this.#queue.run(() => this.#handBack()));
  readonly #settling = new Coalesced(() => this.#queue.run(() => this.#settle()));
  #status: wire.Restoration | null = null;
  #restoring = false;
  /** It showed less, or was being completed, and was not found to be whole since. */
  #unsettled = false;
  #unanswered = 0;
  /** What was handed back of the present restoration: how far of each conversation, and which note to which size. */
  readonly #given = new Map<string, number>();
  #givenNote = "";
  #handed = 0;
  #closed = false;

  constructor(context: RestorationContext) {
    this.#context = context;
    context.hands.snapshots.set({ restoration: null }); // whatever stood over a stay before this one
    context.hands.register.judgeLess = (found) => this.#judgeRegister(found);
  }

  close(): void {
    this.#closed = true;
  }

  /** What the socket says, of itself or when it greets. */
  async heard(restoring: boolean): Promise<void> {
    if (restoring) {
      this.#given.clear();
      this.#givenNote = "";
      this.#begin(this.#status);
      await this.handBack();
    } else if (this.#unsettled) {
      await this.settle();
    }
  }

  /** Something was refused because the portal is being completed. */
  refused(): void {
    if (!this.#restoring && !this.#closed) {
      this.#begin(this.#status);
      this.#context.soon(() => this.handBack());
    }
  }

  /** Whether the server says that it is being completed; asked where nothing is known of it yet. */
  async look(): Promise<boolean> {
    if (!this.#restoring) {
      const status = await this.#ask();
      if (status?.restoring === true) {
        this.#begin(status);
        this.#context.soon(() => this.handBack());
      }
    }
    return this.#restoring;
  }

  /** What goes by the clock: what is new is handed back, or it is looked whether all is there again. */
  async tick(): Promise<void> {
    if (this.#restoring) {
      await this.handBack();
    } else if (this.#unsettled) {
      await this.settle();
    }
  }

  handBack(): Promise<void> {
    return this.#handing.run();
  }

  /** Judges by what the server shows after its end, and only then lets everything go on. */
  settle(): Promise<void> {
    return this.#settling.run();
  }

  /** The server shows less of these conversations than was verified. Rejects with the finding where that is so. */
  async judgeConversations(less: readonly Less[]): Promise<void> {
    if (less.length === 0 || this.#restoring) {
      return; // what is held is handed back
    }
    const before = this.#doubt();
    const status = await this.#ask();
    if (status?.restoring === true) {
      this.#begin(status);
      this.#context.soon(() => this.handBack());
      return;
    }
    const { restored_at } = status ?? { restored_at: null };
    const found = less.flatMap((one) => one.found ?? []);
    if (restored_at !== null && Date.now() - restored_at < TAKEN_FOR) {
      await this.#giveLate(less);
    } else if (found[0] !== undefined) {
      throw found[0];
    }
    this.#show(false, before);
  }

  /** Hands back what was not there in time. The server must then have it, whoever else has written since. */
  async #giveLate(less: readonly Less[]): Promise<void> {
    const conversations = this.#context.conversations();
    const open: Less[] = [];
    for (const one of less) {
      const held = conversations.held()[one.id] ?? 0;
      const answer = await this.#giveConversation(one.id, one.from);
      if (answer === null || !answer.taken || answer.sequence < held) {
        open.push(one);
      }
    }
    if (open.some(({ found }) => found !== null)) {
      // Somebody else may have handed back the same, and others have written after it: then it goes on from there.
      await this.#pull();
      const heads = await get("/api/conversations", wire.conversationHeads);
      const held = conversations.held();
      for (const { id, found } of open) {
        const own = held[id] ?? 0;
        const { sequence, head } = heads.find((one) => one.id === id) ?? { sequence: 0, head: NO_HEAD };
        const another = sequence === own && head !== (await conversations.headAt(id, own));
        if (found !== null && (sequence < own || another)) {
          throw found;
        }
      }
    }
  }

  async #judgeRegister(found: AlarmRaised): ReturnType<JudgeLess> {
    if (this.#restoring) {
      return null; // it is asked each minute, and judged once it says that it is over
    }
    this.#doubt();
    let status = await this.#ask();
    if (status !== null && !status.restoring) {
      // Signed evidence that the server had more: an honest one is closed by it, and takes what it lacks.
      await this.#giveRegister(status);
      status = await this.#ask();
    }
    if (status === null) {
      throw found;
    }
    if (!status.restoring) {
      return () => this.#context.soon(() => this.settle());
    }
    this.#begin(status);
    this.#context.soon(() => this.handBack());
    return null;
  }

  async #settle(): Promise<void> {
    if (!this.#unsettled || this.#closed) {
      return;
    }
    const status = await this.#ask();
    if (status?.restoring === true) {
      this.#begin(status);
      return;
    }
    this.#restoring = false;
    const { register } = this.#context.hands;
    await register.catchUp();
    if (!this.#context.officer() && !this.#isRestoring) {
      const conversations = this.#context.conversations();
      const before = conversations.held();
      await this.#pull();
      const heads = await get("/api/conversations", wire.conversationHeads);
      await conversations.checkHeads(Object.fromEntries(heads.map((one) => [one.id, one])), before);
    }
    if (!this.#isRestoring && !this.#closed) {
      this.#show(false, false);
      this.#context.whole();
    }
  }

  /** It may have begun anew while something else was awaited. */
  get #isRestoring(): boolean {
    return this.#restoring;
  }

  async #handBack(): Promise<void> {
    const status = await this.#ask();
    if (status === null || !status.restoring) {
      this.#context.soon(() => this.settle());
      return;
    }
    this.#begin(status);
    await this.#giveRegister(status);
    if (!this.#context.officer()) {
      const heads = await get("/api/conversations", wire.conversationHeads);
      const there = new Map(heads.map(({ id, sequence }) => [id, sequence]));
      for (const [id, sequence] of Object.entries(this.#context.conversations().held())) {
        const from = Math.max(there.get(id) ?? 0, this.#given.get(id) ?? 0);
        if (sequence > from && !this.#closed) {
          await this.#giveConversation(id, from);
          this.#show(this.#restoring, this.#unsettled);
        }
      }
    }
    const after = await this.#ask();
    this.#status = after ?? this.#status;
    this.#show(this.#restoring, this.#unsettled);
  }

  async #giveRegister({ size }: wire.Restoration): Promise<void> {
    const { register } = this.#context.hands;
    const { note } = register;
    const name = `${size}\n${note}`;
    if (note === null || name === this.#givenNote) {
      return;
    }
    const entries = size < register.size ? (register.entriesFrom(size) ?? []) : [];
    const given = {
      checkpoint: note,
      first: Math.min(size, register.size),
      entries: entries.map((entry) => toBase64(entry)),
      attachments: await ownAttachments(this.#context.hands),
    };
    const answer = await orRefused(() => post("/api/restoration/register", given, wire.registerHandedBack));
    if (answer !== null) {
      this.#givenNote = name;
      this.#handed += entries.length;
      this.#show(this.#restoring, this.#unsettled);
    }
  }

  /** Everything above `from` that is kept here, in pieces; the last answer, or null where it takes nothing. */
  async #giveConversation(id: string, from: number): Promise<wire.ConversationHandedBack | null> {
    const { vault } = this.#context.hands;
    let last: wire.ConversationHandedBack | null = null;
    for (const items of inRequests(await rawAbove(vault, id, from))) {
      const first = items[0]?.sequence ?? 1;
      const before = first === 1 ? NO_HEAD : await this.#context.conversations().headAt(id, first - 1);
      if (before === null || this.#closed) {
        continue;
      }
      const given = { conversation: id, before_head: before, items };
      last = await orRefused(() =>
        post("/api/restoration/conversations", given, wire.conversationHandedBack),
      );
      if (last === null) {
        return null;
      }
      if (last.taken) {
        this.#given.set(id, first + items.length - 1);
        this.#handed += items.length;
        if (items.some(({ members }) => members !== undefined)) {
          await this.#context.conversations().lostBoxes(id);
        }
      }
    }
    return last;
  }

  /** What fails in one conversation by itself is no hindrance here. */
  async #pull(): Promise<void> {
    await this.#context
      .conversations()
      .pull()
      .catch((error: unknown) => {
        if (!(error instanceof CoreFailure) && !isOurs(error)) {
          throw error;
        }
      });
  }

  /**
   * Null where the server knows nothing of restorations, or has not answered for long. Rejects where there is no answer
   * now: until there is one, nothing is sealed or signed.
   */
  async #ask(): Promise<wire.Restoration | null> {
    try {
      const status = await get("/api/restoration", wire.restoration);
      this.#unanswered = 0;
      return status;
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 401) {
        throw error;
      }
      this.#unanswered += 1;
      if (error.status === 404 || this.#unanswered > MOST_UNANSWERED) {
        return null;
      }
      throw error;
    }
  }

  #begin(status: wire.Restoration | null): void {
    if (status?.since !== this.#status?.since) {
      this.#given.clear();
      this.#givenNote = "";
      this.#handed = 0;
    }
    this.#status = status;
    this.#show(true, true);
  }

  /** From now on, until it was judged, nothing is sealed or signed; tells whether that was so before. */
  #doubt(): boolean {
    const before = this.#unsettled;
    this.#show(this.#restoring, true);
    return before;
  }

  #show(restoring: boolean, unsettled: boolean): void {
    this.#restoring = restoring;
    this.#unsettled = unsettled;
    const { register, snapshots } = this.#context.hands;
    register.holding = restoring || unsettled;
    const shown = snapshots.current.restoration;
    // It stands there until it was judged: whoever reads no more of it can go on.
    const now = restoring || (unsettled && shown !== null) ? this.#view : null;
    if (!this.#closed && JSON.stringify(now) !== JSON.stringify(shown)) {
      snapshots.set({ restoration: now });
    }
  }

  get #view(): Snapshot["restoration"] {
    const { since, came, expected, size, known } = this.#status ?? UNKNOWN;
    const registerComplete = size >= Math.max(known, this.#context.hands.register.size);
    return { since, handed: this.#handed, came, expected, registerComplete };
  }
}

const UNKNOWN = { since: null, came: 0, expected: 0, size: 0, known: 0 };

/** Null where the server does not take it; what it shows afterwards is judged. */
async function orRefused<T>(give: () => Promise<T>): Promise<T | null> {
  try {
    return await give();
  } catch (error) {
    const refused = error instanceof Problem && [404, 409, 413, 422, 429].includes(error.status);
    if (refused) {
      return null;
    }
    throw error;
  }
}

/** For whoever has no open vault yet: that the portal is being completed, as long as this screen stands. */
export async function showRestoring(snapshots: SnapshotStore): Promise<void> {
  const status = await get("/api/restoration", wire.restoration).catch(() => null);
  if (status?.restoring === true) {
    const { since, came, expected, size, known } = status;
    snapshots.set({
      restoration: { since, handed: 0, came, expected, registerComplete: size >= known },
    });
  }
}

/**
 * For whoever has no open vault yet: what the server lacks of what somebody has seen before is no finding while it is
 * being completed.
 */
export async function unlessRestoring<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof AlarmRaised && error.alarm.kind === "rolled_back") {
      const status = await get("/api/restoration", wire.restoration).catch(() => null);
      if (status?.restoring === true) {
        throw new CoreFailure(RESTORING, "The portal is being completed after its database was put back.");
      }
    }
    throw error;
  }
}
