/**
 * Messages that were written and are not acknowledged yet. Each is kept in the vault before anything else happens to it,
 * and leaves it in the same transaction in which the sent item enters. They go out in the order they were written,
 * under the client id they were born with, after a reconnect and after a reload. Other words under the same client id
 * are the same message: only one wording can arrive, and the one that did not is never lost.
 */
import { makeClientId } from "../../crypto/items";
import { type Change, VaultFailure, VaultLocked } from "../../vault";
import { AlarmRaised } from "../alarm";
import type { Snapshot, WaitReason } from "../contract";
import { CoreFailure } from "../failure";
import { Problem, RESTORING } from "../http";
import { Queue } from "../queue";
import { refuseTooLong } from "./composing";
import { Delivery, type DeliveryContext, type Outcome } from "./delivery";
import { outboxSchema, type Pending } from "./records";
import { closedFor } from "./view";

export interface OutboxContext extends DeliveryContext {
  changed(conversation: string): void;
  alarm(raised: AlarmRaised): void;
  /** Storage failed under what was being sent: it is put right, or said. */
  failed(failure: VaultFailure): void;
}

/** Refusals after which the same message is made anew by what is true now. */
const MOVED_ON = new Set([
  "epoch_due",
  "old_epoch",
  "epoch_exists",
  "members_changed",
  "bad_history",
  "bad_epoch",
]);
/** Refusals that say that the server has an item of this client id already. */
const TAKEN = new Set(["repeated", "used_client_id"]);
/** Refusals that waiting does not cure. */
const FINAL = new Set([
  "not_member",
  "not_found",
  "too_large",
  "bad_item",
  "nobody_there",
  "not_in_register",
]);
/** The server took the earlier wording of a message that was changed meanwhile. */
const EARLIER_WORDING = "earlier_wording";
const ATTEMPTS = 5;
const RETRY_AFTER = 5_000;

export class Outbox {
  readonly #context: OutboxContext;
  readonly #delivery: Delivery;
  readonly #pending = new Map<string, Pending>();
  readonly #queues = new Map<string, Queue>();
  readonly #reasons = new Map<string, WaitReason>();
  /** Wordings that were not those that arrived, by the client id under which the others did. */
  readonly #left = new Map<string, Pending | null>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(context: OutboxContext) {
    this.#context = context;
    this.#delivery = new Delivery(context, (pending) => this.#attempted(pending));
  }

  /** What an earlier core left. */
  async load(): Promise<void> {
    const stored = await this.#context.hands.vault.readMany("outbox", outboxSchema);
    for (const { value } of stored) {
      if (!this.#pending.has(value.clientId)) {
        this.#pending.set(value.clientId, value);
      }
    }
  }

  of(conversation: string): Pending[] {
    return [...this.#pending.values()]
      .filter((one) => one.conversation === conversation)
      .sort((a, b) => a.createdAt - b.createdAt || (a.clientId < b.clientId ? -1 : 1));
  }

  /** Everything that waits, also where its conversation is not here. */
  get all(): Pending[] {
    return [...this.#pending.values()];
  }

  /** How many messages of this person were not sent, and since when. */
  get waiting(): Snapshot["waiting"] {
    const written = [...this.#pending.values()].map(({ createdAt }) => createdAt);
    return written.length === 0 ? null : { messages: written.length, oldest: Math.min(...written) };
  }

  /** What keeps the messages of this conversation from leaving. */
  why(conversation: string): WaitReason | null {
    return this.#reasons.get(conversation) ?? null;
  }

  /** What changes here when the message with this client id and these words enters the vault as sent. */
  leaving(clientId: string, text: string | null): Change[] {
    const pending = this.#pending.get(clientId);
    if (pending === undefined) {
      return [];
    }
    const gone: Change = { store: "outbox", key: clientId, value: undefined };
    if (text === null || text === pending.text) {
      this.#left.set(clientId, null);
      return [gone];
    }
    const again = {
      ...pending,
      clientId: makeClientId(Date.now()),
      failure: EARLIER_WORDING,
      attempted: false,
    };
    this.#left.set(clientId, again);
    return [gone, { store: "outbox", key: again.clientId, value: again }];
  }

  /** The vault holds the sent item instead. */
  sent(clientId: string): void {
    const pending = this.#pending.get(clientId);
    const again = this.#left.get(clientId);
    this.#pending.delete(clientId);
    this.#left.delete(clientId);
    if (again !== undefined && again !== null) {
      this.#pending.set(again.clientId, again);
    }
    if (pending !== undefined) {
      this.#context.changed(pending.conversation);
    }
  }

  /**
   * Resolves as soon as the message is safe here; sending goes on by itself. The same client id again, after a call
   * whose answer was lost, is the same message.
   */
  async add(conversation: string, text: string, clientId?: string): Promise<void> {
    refuseTooLong(text);
    const { register, keyring } = this.#context.hands;
    const thread = this.#context.thread(conversation);
    const closed =
      thread === undefined ? "not_member" : closedFor(register.state, thread.meta, keyring.whose.account);
    if (closed !== null) {
      throw new CoreFailure(closed, "Nobody could read this here.");
    }
    if (clientId !== undefined && this.#pending.has(clientId)) {
      return;
    }
    const createdAt = this.#laterThanAll();
    await this.#keep({
      clientId: clientId ?? makeClientId(createdAt),
      conversation,
      text,
      createdAt,
      failure: null,
      // What leaves at once need not be written twice.
      attempted: this.#context.sender.online && !register.holding && this.of(conversation).length === 0,
    });
    void this.flush(conversation);
  }

  /** Other words at the same place, under the same client id. */
  async edit(clientId: string, text: string): Promise<{ mayHaveLeft: boolean }> {
    refuseTooLong(text);
    const { conversation } = this.#find(clientId);
    return this.#queue(conversation).run(async () => {
      const pending = this.#find(clientId); // what was under way may have arrived
      await this.#update(clientId, { text, failure: null });
      void this.flush(conversation);
      return { mayHaveLeft: pending.attempted };
    });
  }

  async retry(clientId: string): Promise<void> {
    const pending = this.#pending.get(clientId);
    if (pending !== undefined) {
      await this.#update(clientId, { failure: null });
      void this.flush(pending.conversation);
    }
  }

  /** Only at the person's own wish. */
  async discard(clientId: string): Promise<void> {
    const pending = this.#pending.get(clientId);
    if (pending !== undefined) {
      await this.#queue(pending.conversation).run(async () => {
        await this.#context.hands.vault.write([{ store: "outbox", key: clientId, value: undefined }]);
        this.sent(clientId);
      });
    }
  }

  flushAll(): void {
    for (const conversation of new Set([...this.#pending.values()].map((one) => one.conversation))) {
      void this.flush(conversation);
    }
  }

  /** Never rejects: what cannot be sent now stays, and is tried again. */
  async flush(conversation: string): Promise<void> {
    const { faults } = this.#context.hands.snapshots;
    await this.#queue(conversation)
      .run(async () => {
        await this.#flush(conversation);
        faults.passed("outbox");
      })
      .catch((error: unknown) => {
        if (error instanceof AlarmRaised) {
          this.#context.alarm(error);
        } else if (!(error instanceof VaultLocked) && !this.#closed) {
          if (error instanceof VaultFailure) {
            this.#waits(conversation, "storage");
            this.#context.failed(error);
          }
          this.#tryAgainLater(faults.met("outbox", error, RETRY_AFTER));
        }
      });
  }

  close(): void {
    this.#closed = true;
    if (this.#retry !== null) {
      clearTimeout(this.#retry);
    }
    this.#pending.clear();
  }

  /** Client ids sort by time, so the order of writing is the order of ids. */
  #laterThanAll(): number {
    const newest = Math.max(0, ...[...this.#pending.values()].map(({ createdAt }) => createdAt));
    return Math.max(Date.now(), newest + 1);
  }

  #find(clientId: string): Pending {
    const pending = this.#pending.get(clientId);
    if (pending === undefined) {
      throw new CoreFailure("already_sent", "The message has left already.");
    }
    return pending;
  }

  /** Before the server is given these words: from now on nobody can be sure that it does not have them. */
  async #attempted(pending: Pending): Promise<void> {
    if (!pending.attempted) {
      await this.#update(pending.clientId, { attempted: true });
    }
  }

  /** Changes what still waits; what leaves meanwhile stays gone. */
  async #update(clientId: string, changes: Partial<Pending>): Promise<void> {
    const before = this.#pending.get(clientId);
    if (before === undefined) {
      return;
    }
    const { vault } = this.#context.hands;
    const after = { ...before, ...changes };
    // At once: what arrives while it is written is compared with the words that the person has given by now.
    this.#pending.set(clientId, after);
    try {
      await vault.write([{ store: "outbox", key: clientId, value: after }]);
    } catch (error) {
      if (this.#pending.get(clientId) === after) {
        this.#pending.set(clientId, before);
      }
      throw error;
    }
    if (this.#pending.has(clientId)) {
      this.#context.changed(after.conversation);
    } else if (!this.#closed) {
      await vault.write([{ store: "outbox", key: clientId, value: undefined }]); // it arrived meanwhile
    }
  }

  async #keep(pending: Pending): Promise<void> {
    await this.#context.hands.vault.write([{ store: "outbox", key: pending.clientId, value: pending }]);
    this.#pending.set(pending.clientId, pending);
    this.#context.changed(pending.conversation);
  }

  #queue(conversation: string): Queue {
    let queue = this.#queues.get(conversation);
    if (queue === undefined) {
      queue = new Queue();
      this.#queues.set(conversation, queue);
    }
    return queue;
  }

  async #flush(conversation: string): Promise<void> {
    for (;;) {
      const next = this.of(conversation).find(({ failure }) => failure === null);
      if (next === undefined || this.#closed) {
        return;
      }
      const outcome = await this.#send(next.clientId);
      if (outcome !== "sent" && "later" in outcome) {
        this.#waits(conversation, outcome.later);
        if (outcome.later !== "charter") {
          this.#tryAgainLater(); // an acceptance is told of, and everything is tried again then
        }
        return;
      }
      this.#waits(conversation, null);
      if (outcome !== "sent") {
        await this.#update(next.clientId, { failure: outcome.failure });
      }
    }
  }

  async #send(clientId: string): Promise<Outcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#forgetTaken(clientId); // it came with what was pulled, or had left before it was given here again
      const pending = this.#pending.get(clientId);
      if (pending === undefined) {
        return "sent";
      }
      try {
        return await this.#delivery.attempt(pending);
      } catch (error) {
        if (!(error instanceof Problem) && !(error instanceof CoreFailure)) {
          throw error;
        }
        const code = reasonOf(error);
        if (TAKEN.has(code)) {
          await this.#context.pull();
          await this.#forgetTaken(clientId);
          // What this browser has not read yet it meets later; until then nothing is forgotten.
          return this.#pending.has(clientId) ? { later: "server" } : "sent";
        }
        await this.#refused(clientId, error);
        if (MOVED_ON.has(code)) {
          await this.#context.pull();
          await this.#context.hands.register.catchUp();
          continue;
        }
        if (FINAL.has(code)) {
          await this.#context.pull().catch(() => undefined);
          return this.#pending.has(clientId) ? { failure: code } : "sent";
        }
        return { later: waitsFor(code) };
      }
    }
    return { later: "server" };
  }

  /** Where the vault has an item of this client id nothing is left to send. */
  async #forgetTaken(clientId: string): Promise<void> {
    const pending = this.#pending.get(clientId);
    const { vault, keyring } = this.#context.hands;
    if (pending === undefined) {
      return;
    }
    const verifier = await this.#context.thread(pending.conversation)?.verifier();
    if (verifier?.holds(keyring.device.id, clientId) === true) {
      await vault.write([{ store: "outbox", key: clientId, value: undefined }]);
      this.sent(clientId);
    }
  }

  /** After a clear refusal the server has nothing of it. */
  async #refused(clientId: string, error: Problem | CoreFailure): Promise<void> {
    const pending = this.#pending.get(clientId);
    const answered = error instanceof Problem && error.status >= 400;
    const clear = answered && (error.status < 500 || error.code === RESTORING);
    if (clear && pending?.attempted === true) {
      await this.#update(clientId, { attempted: false });
    }
  }

  #waits(conversation: string, reason: WaitReason | null): void {
    if (this.why(conversation) !== reason) {
      if (reason === null) {
        this.#reasons.delete(conversation);
      } else {
        this.#reasons.set(conversation, reason);
      }
      this.#context.changed(conversation);
    }
  }

  #tryAgainLater(after = RETRY_AFTER): void {
    if (this.#retry === null && !this.#closed) {
      this.#retry = setTimeout(() => {
        this.#retry = null;
        this.flushAll();
      }, after);
    }
  }
}

function waitsFor(code: string): WaitReason {
  switch (code) {
    case "offline":
      return "offline";
    case "keys_missing":
      return "keys";
    case "charter_not_accepted":
      return "charter";
    case "register_stopped":
    case "rolled_back":
      return "register";
    case RESTORING:
      return "restoring";
    default:
      return "server";
  }
}

function reasonOf(error: Problem | CoreFailure): string {
  if (error instanceof Problem && typeof error.extra.reason === "string") {
    return error.extra.reason;
  }
  return error.code;
}
