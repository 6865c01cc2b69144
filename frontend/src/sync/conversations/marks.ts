/** Who has received and read how far, and who is typing: hints that pass, kept apart from what is verified. */
import { type Problem, post } from "../http";
import type { Socket } from "../socket";

const TYPING_LASTS = 6_000;
const TYPING_EVERY = 3_000;
const RECEIVED_EVERY = 300;

export class Marks {
  readonly #socket: () => Pick<Socket, "send"> | null;
  readonly #changed: (conversation: string) => void;
  readonly #typing = new Map<string, Map<string, ReturnType<typeof setTimeout>>>();
  readonly #told = new Map<string, number>();
  /** How far the server knows that this person has received. */
  readonly #said = new Map<string, number>();
  readonly #kept = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(socket: () => Pick<Socket, "send"> | null, changed: (conversation: string) => void) {
    this.#socket = socket;
    this.#changed = changed;
  }

  typing(conversation: string): string[] {
    return [...(this.#typing.get(conversation)?.keys() ?? [])];
  }

  heardTyping(conversation: string, account: string): void {
    const here = this.#typing.get(conversation) ?? new Map<string, ReturnType<typeof setTimeout>>();
    this.#typing.set(conversation, here);
    clearTimeout(here.get(account));
    const known = here.has(account);
    here.set(
      account,
      setTimeout(() => this.stopped(conversation, account), TYPING_LASTS),
    );
    if (!known) {
      this.#changed(conversation);
    }
  }

  stopped(conversation: string, account: string): void {
    const here = this.#typing.get(conversation);
    if (here?.has(account) === true) {
      clearTimeout(here.get(account));
      here.delete(account);
      this.#changed(conversation);
    }
  }

  /** At most once in three seconds, and only over a live line. */
  tellTyping(conversation: string): void {
    const now = Date.now();
    if (now - (this.#told.get(conversation) ?? 0) >= TYPING_EVERY) {
      this.#told.set(conversation, now);
      this.#socket()?.send({ type: "typing", conversation });
    }
  }

  /** The vault has it up to here: the others are told soon, however quickly more comes. */
  keeps(conversation: string, sequence: number): void {
    if (sequence <= (this.#said.get(conversation) ?? 0)) {
      return;
    }
    this.#kept.set(conversation, sequence);
    this.#timer ??= setTimeout(() => this.#tellReceived(), RECEIVED_EVERY);
  }

  async tellRead(conversation: string, sequence: number): Promise<void> {
    if (this.#socket()?.send({ type: "read", conversation, sequence }) === true) {
      this.#said.set(conversation, Math.max(sequence, this.#said.get(conversation) ?? 0));
    } else {
      await post(`/api/conversations/${conversation}/read`, { sequence }).catch((_: Problem) => undefined);
    }
  }

  /** What the server knows of this person, after each welcome; what it lacks, as after a loss, is said again. */
  async level(
    conversation: string,
    here: { received: number; read: number },
    there: { received: number; read: number },
  ): Promise<void> {
    this.#said.set(conversation, there.received);
    if (here.read > there.read) {
      await this.tellRead(conversation, here.read);
    }
    this.keeps(conversation, here.received);
  }

  close(): void {
    for (const here of this.#typing.values()) {
      for (const timer of here.values()) {
        clearTimeout(timer);
      }
    }
    this.#typing.clear();
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  #tellReceived(): void {
    this.#timer = null;
    const kept = [...this.#kept];
    this.#kept.clear();
    for (const [conversation, sequence] of kept) {
      if (sequence <= (this.#said.get(conversation) ?? 0)) {
        continue; // reading has said it already
      }
      if (this.#socket()?.send({ type: "received", conversation, sequence }) !== true) {
        return; // said after the next welcome
      }
      this.#said.set(conversation, sequence);
    }
  }
}
