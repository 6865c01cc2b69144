/**
 * Messages that were written and are not acknowledged yet. Each is kept in the vault before anything else happens to it,
 * and leaves it in the same transaction in which the sent item enters. They go out in the order they were written,
 * under the client id they were born with, after a reconnect and after a reload.
 */
import { makeClientId } from "../../crypto/items";
import { VaultLocked } from "../../vault";
import { AlarmRaised } from "../alarm";
import { CoreFailure } from "../failure";
import { Problem } from "../http";
import { Queue } from "../queue";
import { refuseTooLong } from "./composing";
import { Delivery, type DeliveryContext, type Outcome } from "./delivery";
import { outboxSchema, type Pending } from "./records";
import { closedFor } from "./view";

export interface OutboxContext extends DeliveryContext {
  changed(conversation: string): void;
  alarm(raised: AlarmRaised): void;
}

/** Refusals after which the same message is made anew by what is true now. */
const MOVED_ON = new Set([
  "epoch_due",
  "old_epoch",
  "epoch_exists",
  "members_changed",
  "bad_history",
  "bad_epoch",
  "repeated",
  "used_client_id",
]);
/** Refusals that waiting does not cure. */
const FINAL = new Set([
  "not_member",
  "not_found",
  "too_large",
  "bad_item",
  "nobody_there",
  "not_in_register",
]);
const ATTEMPTS = 5;
const RETRY_AFTER = 5_000;

export class Outbox {
  readonly #context: OutboxContext;
  readonly #delivery: Delivery;
  readonly #pending = new Map<string, Pending>();
  readonly #queues = new Map<string, Queue>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(context: OutboxContext) {
    this.#context = context;
    this.#delivery = new Delivery(context);
  }

  /** What an earlier page, or another tab, left. */
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
      .sort((a, b) => (a.clientId < b.clientId ? -1 : 1));
  }

  get(clientId: string): Pending | undefined {
    return this.#pending.get(clientId);
  }

  /** The vault holds the sent item instead. */
  sent(clientId: string): void {
    const pending = this.#pending.get(clientId);
    this.#pending.delete(clientId);
    if (pending !== undefined) {
      this.#context.changed(pending.conversation);
    }
  }

  /** Resolves as soon as the message is safe here; sending goes on by itself. */
  async add(conversation: string, text: string): Promise<void> {
    refuseTooLong(text);
    const { register, keyring } = this.#context.hands;
    const thread = this.#context.thread(conversation);
    const closed =
      thread === undefined ? "not_member" : closedFor(register.state, thread.meta, keyring.whose.account);
    if (closed !== null) {
      throw new CoreFailure(closed, "Nobody could read this here.");
    }
    const createdAt = this.#laterThanAll();
    await this.#keep({ clientId: makeClientId(createdAt), conversation, text, createdAt, failure: null });
    void this.flush(conversation);
  }

  async retry(clientId: string): Promise<void> {
    const pending = this.#pending.get(clientId);
    if (pending !== undefined) {
      await this.#keep({ ...pending, failure: null });
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
    await this.#queue(conversation)
      .run(() => this.#exclusively(conversation, () => this.#flush(conversation)))
      .catch((error: unknown) => {
        if (error instanceof AlarmRaised) {
          this.#context.alarm(error);
        } else if (!(error instanceof VaultLocked)) {
          this.#tryAgainLater();
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

  /** Two tabs have one vault: one of them sends. */
  #exclusively(conversation: string, task: () => Promise<void>): Promise<void> {
    const locks = globalThis.navigator?.locks;
    const { account } = this.#context.hands.keyring.whose;
    return locks === undefined
      ? task()
      : locks.request(`entente-outbox-${account}-${conversation}`, task).then(() => undefined);
  }

  async #flush(conversation: string): Promise<void> {
    for (;;) {
      const next = this.of(conversation).find(({ failure }) => failure === null);
      if (next === undefined || this.#closed) {
        return;
      }
      const kept = await this.#context.hands.vault.read("outbox", next.clientId, outboxSchema);
      if (kept === undefined) {
        // Another tab has sent it; the item itself comes like everybody else's.
        this.sent(next.clientId);
        await this.#context.pull();
        continue;
      }
      const outcome = await this.#send(next);
      if (outcome === "later") {
        this.#tryAgainLater();
        return;
      }
      if (outcome !== "sent") {
        await this.#keep({ ...next, failure: outcome.failure });
      }
    }
  }

  async #send(pending: Pending): Promise<Outcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!this.#pending.has(pending.clientId)) {
        return "sent"; // it came with what was pulled
      }
      try {
        return await this.#delivery.attempt(pending);
      } catch (error) {
        if (!(error instanceof Problem) && !(error instanceof CoreFailure)) {
          throw error;
        }
        const code = reasonOf(error);
        if (code === "repeated" || code === "used_client_id" || MOVED_ON.has(code)) {
          await this.#context.pull();
          await this.#context.hands.register.catchUp();
          continue;
        }
        if (FINAL.has(code)) {
          await this.#context.pull().catch(() => undefined);
          return this.#pending.has(pending.clientId) ? { failure: code } : "sent";
        }
        return "later";
      }
    }
    return "later";
  }

  #tryAgainLater(): void {
    if (this.#retry === null && !this.#closed) {
      this.#retry = setTimeout(() => {
        this.#retry = null;
        this.flushAll();
      }, RETRY_AFTER);
    }
  }
}

function reasonOf(error: Problem | CoreFailure): string {
  if (error instanceof Problem && typeof error.extra.reason === "string") {
    return error.extra.reason;
  }
  return error.code;
}
