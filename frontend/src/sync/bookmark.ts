/** Tells the server, sealed for this person alone, how far this browser has verified the Register. */
import type { BoxKeyPair } from "../crypto/boxes";
import { fromBase64, toBase64 } from "../crypto/encoding";
import { openReadings, type Whose } from "../crypto/person";
import { openBookmark, sealBookmark } from "../crypto/register";
import { DoesNotOpen } from "../crypto/seal";
import type { OwnStatements } from "./beside";
import type { Hands } from "./hands";
import { get, Problem, put } from "./http";
import { newestReading } from "./keyring";
import type { RegisterSync } from "./registerSync";
import * as wire from "./wire";

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

/** What another browser of this person verified last must be part of what this one was shown. */
export async function checkBookmark(
  whose: Whose,
  register: RegisterSync,
  own: OwnStatements,
  unlock: BoxKeyPair,
): Promise<void> {
  let sealed: { generation: number; sealed: string };
  try {
    sealed = await get("/api/bookmark", wire.bookmark);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      return; // absent: there is nothing to compare with
    }
    throw error;
  }
  // By the statements alone: a Register that was put back does not know the generation of the bookmark any more.
  const reading_keys = Object.fromEntries(
    own.statements.map(({ generation, reading_key }) => [String(generation), reading_key]),
  );
  const { statements, attachments } = own;
  const readings = await openReadings(whose, { reading_keys }, statements, attachments, [unlock]);
  const reading = readings.get(sealed.generation);
  if (reading === undefined) {
    return;
  }
  try {
    const bytes = fromBase64(sealed.sealed);
    const { position } = await openBookmark(reading.seed, whose.network, whose.account, bytes);
    await register.require(position.size, position.root, "bookmark");
  } catch (error) {
    if (!(error instanceof DoesNotOpen)) {
      throw error;
    }
    // Whoever holds the bookmark could as well have withheld it.
  }
}
