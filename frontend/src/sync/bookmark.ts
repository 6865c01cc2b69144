/** Tells the server, sealed for this person alone, how far this browser has verified the Register. */
import { toBase64 } from "../crypto/encoding";
import { sealBookmark } from "../crypto/register";
import type { Hands } from "./hands";
import { put } from "./http";
import { newestReading } from "./keyring";

const AT_MOST_EVERY = 60_000;

export class BookmarkWriter {
  readonly #hands: Hands;
  #written = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  soon(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = null;
        void this.#write().catch(() => undefined); // the next growth writes it again
      },
      Math.max(0, this.#written + AT_MOST_EVERY - Date.now()),
    );
  }

  close(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
  }

  async #write(): Promise<void> {
    const { keyring, register } = this.#hands;
    const newest = newestReading(keyring.readings);
    if (newest === null) {
      return;
    }
    this.#written = Date.now();
    const { network, account } = keyring.whose;
    const { generation, pair } = newest;
    const sealed = await sealBookmark(pair.seed, network, account, generation, register.replay.position);
    await put("/api/bookmark", { generation, sealed: toBase64(sealed) });
  }
}
