/** Read marks and who is typing: hints that pass, kept apart from what is verified. */
import { type Problem, post } from "../http";
import type { Socket } from "../socket";

const TYPING_LASTS = 6_000;
const TYPING_EVERY = 3_000;

export class Marks {
  readonly #socket: () => Socket | null;
  readonly #changed: (conversation: string) => void;
  readonly #typing = new Map<string, Map<string, ReturnType<typeof setTimeout>>>();
  readonly #told = new Map<string, number>();

  constructor(socket: () => Socket | null, changed: (conversation: string) => void) {
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

  async tellRead(conversation: string, sequence: number): Promise<void> {
    if (this.#socket()?.send({ type: "read", conversation, sequence }) !== true) {
      await post(`/api/conversations/${conversation}/read`, { sequence }).catch((_: Problem) => undefined);
    }
  }

  close(): void {
    for (const here of this.#typing.values()) {
      for (const timer of here.values()) {
        clearTimeout(timer);
      }
    }
    this.#typing.clear();
  }
}
