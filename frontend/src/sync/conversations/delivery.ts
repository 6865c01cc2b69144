/**
 * One attempt to hand a pending message to the server: under the newest epoch where that is what the newest Register
 * derives, and otherwise together with a new one.
 */
import type { Conversation } from "../../crypto/conversation";
import { readersOf, type SealedEpoch } from "../../crypto/epochs";
import type { WaitReason } from "../contract";
import { CoreFailure } from "../failure";
import type { Hands } from "../hands";
import { Problem, post } from "../http";
import * as wire from "../wire";
import {
  asEpochItem,
  asItem,
  asRow,
  authorOf,
  currentKey,
  type ItemOut,
  message,
  nextEpoch,
  type Progress,
} from "./composing";
import type { Pending } from "./records";
import type { SocketSender } from "./sender";
import type { Given, Thread } from "./thread";

export interface DeliveryContext {
  readonly hands: Hands;
  readonly sender: SocketSender;
  thread(id: string): Thread | undefined;
  /** Brings the conversation to what the server holds. */
  pull(): Promise<void>;
  progress(conversation: string): Progress;
}

/** `later`: nobody knows whether it arrived, or something keeps it here. */
export type Outcome = "sent" | { later: WaitReason } | { failure: string };

const LONGEST_FRAME = 64 * 1024;
/** How long an answer of the server shows that the line is up. */
const LINE_LASTS = 3_000;

export class Delivery {
  readonly #context: DeliveryContext;
  /** Called before the server is given anything: afterwards nobody can be sure that it does not have it. */
  readonly #handing: (pending: Pending) => Promise<void>;
  #answeredAt = 0;

  constructor(context: DeliveryContext, handing: (pending: Pending) => Promise<void>) {
    this.#context = context;
    this.#handing = handing;
  }

  /** Rejects with the server's refusal. */
  async attempt(pending: Pending): Promise<Outcome> {
    const { hands } = this.#context;
    const thread = this.#context.thread(pending.conversation);
    if (thread === undefined) {
      return { failure: "not_member" };
    }
    await this.#needLine();
    const verifier = await thread.verifier();
    const { state } = hands.register;
    if (
      !readersOf(state, verifier.participants).some(({ account }) => account === hands.keyring.whose.account)
    ) {
      return { failure: "not_member" };
    }
    const author = authorOf(hands);
    const plaintext = { kind: "text", text: pending.text } as const;
    const present = currentKey(verifier, hands);
    if (present === null) {
      const progress = this.#context.progress(pending.conversation);
      const { number, made } = await nextEpoch(verifier, hands, author, progress);
      const epoch = { number, key: made.sealed.key };
      const items = [asEpochItem(made)];
      if (thread.meta.subject !== null && joins(verifier, made.sealed)) {
        // Whoever comes in cannot read the first epoch, where the subject stands.
        const subject = { kind: "subject", text: thread.meta.subject } as const;
        items.push(asItem(await message(author, verifier, epoch, subject)));
      }
      items.push(asItem(await message(author, verifier, epoch, plaintext, pending.clientId)));
      const rows = new Map([[number, asRow(number, made.sealed, hands.keyring.whose.account)]]);
      await this.#handing(pending);
      await this.#post(thread, items, rows);
      return "sent";
    }
    const sent = asItem(await message(author, verifier, present, plaintext, pending.clientId));
    await this.#handing(pending);
    if (sent.body.length < LONGEST_FRAME && this.#context.sender.online) {
      const answer = await this.#context.sender.send(thread.id, pending.clientId, sent);
      if (answer === null) {
        return { later: "offline" };
      }
      await this.#entered(thread, [sent], [answer]);
    } else {
      await this.#post(thread, [sent]);
    }
    return "sent";
  }

  /** Without a socket the line is tried with a question first: what fails then was given to nobody. */
  async #needLine(): Promise<void> {
    if (this.#context.sender.online || Date.now() - this.#answeredAt < LINE_LASTS) {
      return;
    }
    try {
      await this.#context.pull();
    } catch (error) {
      const answered = error instanceof CoreFailure || (error instanceof Problem && error.status !== 0);
      if (!answered) {
        throw error;
      }
    }
  }

  async #post(
    thread: Thread,
    items: readonly ItemOut[],
    epochs?: ReadonlyMap<number, wire.EpochRow>,
  ): Promise<void> {
    const { results } = await post(`/api/conversations/${thread.id}/items`, { items }, wire.sent);
    this.#answeredAt = Date.now();
    await this.#entered(thread, items, results, epochs);
  }

  /** The server has it: it enters the vault like any other item, and leaves the outbox with that. */
  async #entered(
    thread: Thread,
    items: readonly ItemOut[],
    places: readonly { sequence: number; head: string; received_at: number }[],
    epochs?: ReadonlyMap<number, wire.EpochRow>,
  ): Promise<void> {
    const given: Given = {
      items: items.flatMap(({ body, signature }, index) => {
        const place = places[index];
        return place === undefined
          ? []
          : [{ sequence: place.sequence, received_at: place.received_at, body, signature }];
      }),
      before_head: null,
      heads: new Map(places.map(({ sequence, head }) => [sequence, head])),
      ...(epochs === undefined ? {} : { epochs }),
    };
    if ((await thread.take(given)) === "gap") {
      await this.#context.pull();
    }
  }
}

/** Whether the new epoch has somebody in it whom the one before did not have. */
function joins(verifier: Conversation, sealed: SealedEpoch): boolean {
  const before = new Set(verifier.epoch?.table.map(({ account }) => account) ?? []);
  return sealed.table.some(({ account }) => !before.has(account));
}
