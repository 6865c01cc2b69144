/** Keeps at the server, sealed for this person alone, how far this browser has verified the Register. */
import type * as v from "valibot";
import { openBookmark, openBookmarkKey, sealBookmark, sealBookmarkKey } from "../crypto/bookmark";
import { type Bytes, fromBase64, Malformed, toBase64 } from "../crypto/encoding";
import { unlockKeyOf, type Whose } from "../crypto/person";
import type { Position } from "../crypto/register";
import { DoesNotOpen } from "../crypto/seal";
import { type Hands, self } from "./hands";
import { get, Problem, put } from "./http";
import { type SealedBookmarkKey, type SealedForPasskey, saveKeyring } from "./keyring";
import type { Opener } from "./unlocking";
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
    this.#written = Date.now();
    if (register.holding) {
      return; // the growth that ends this writes it
    }
    const key = keyring.bookmark.key.slice(); // a stay that ends meanwhile wipes its own
    await giveBookmarkKey(this.#hands);
    const sealed = await sealBookmark(key, keyring.whose, register.replay.position);
    await put("/api/bookmark", { sealed: toBase64(sealed) });
  }
}

/** The bookmark key under a recovery code, ready for the server. */
export async function sealedFor(
  code: Bytes,
  whose: Whose,
  bookmarkKey: Bytes,
  serial: number,
): Promise<SealedBookmarkKey> {
  const key = bookmarkKey.slice(); // a stay that ends meanwhile wipes its own
  const unlock = await unlockKeyOf(code, whose);
  const sealed = toBase64(await sealBookmarkKey(code, whose, key));
  return { unlockKey: unlock.hash, serial, sealed };
}

/** The bookmark key under what a passkey derives, ready for the server. */
export async function sealedForPasskey(
  { secret, unlock }: Opener,
  whose: Whose,
  bookmarkKey: Bytes,
  passkey: string,
): Promise<SealedForPasskey> {
  const key = bookmarkKey.slice(); // a stay that ends meanwhile wipes its own
  return { unlockKey: unlock.hash, passkey, sealed: toBase64(await sealBookmarkKey(secret, whose, key)) };
}

/** Gives the server the sealed bookmark keys that wait for it, once the Register names what they are for. */
export async function giveBookmarkKey(hands: Hands): Promise<void> {
  await giveForCode(hands);
  await giveForPasskeys(hands);
}

async function giveForPasskeys(hands: Hands): Promise<void> {
  const { bookmark } = hands.keyring;
  for (const waiting of [...bookmark.forPasskeys]) {
    if (!self(hands).unlock_keys.some(({ key }) => key === waiting.unlockKey)) {
      continue;
    }
    const body = { unlock_key: waiting.unlockKey, sealed: waiting.sealed };
    try {
      await put(`/api/passkeys/${waiting.passkey}/unlock`, body);
    } catch (error) {
      if (!(error instanceof Problem && error.status === 404)) {
        throw error; // where it was removed meanwhile, nothing waits any more
      }
    }
    bookmark.forPasskeys = bookmark.forPasskeys.filter((one) => one !== waiting);
    await saveKeyring(hands.vault, hands.keyring);
  }
}

async function giveForCode(hands: Hands): Promise<void> {
  const { bookmark } = hands.keyring;
  const waiting = bookmark.toGive;
  if (waiting === null || !self(hands).unlock_keys.some(({ key }) => key === waiting.unlockKey)) {
    return;
  }
  await put("/api/bookmark/key", { serial: waiting.serial, sealed: waiting.sealed });
  if (bookmark.toGive === waiting) {
    bookmark.toGive = null;
    await saveKeyring(hands.vault, hands.keyring);
  }
}

/** What the code or passkey opens of what the server keeps: nothing that anybody made who does not have it. */
export async function openWith(
  { kind, secret, unlock }: Opener,
  whose: Whose,
): Promise<{ key: Bytes | null; position: Position | null }> {
  const kept = await fetchBookmark();
  const sealed =
    kind === "recovery_code"
      ? kept?.key.sealed
      : kept?.passkeys.find(({ unlock_key }) => unlock_key === unlock.hash)?.sealed;
  if (kept === null || sealed === undefined) {
    return { key: null, position: null };
  }
  const key = await orNull(() => openBookmarkKey(secret, whose, fromBase64(sealed)));
  const position = key && (await orNull(() => openBookmark(key, whose, fromBase64(kept.sealed))));
  return { key, position };
}

/** How far this person's browsers had verified the Register, for one that has its keys and lost that. */
export async function openWithKey(key: Bytes, whose: Whose): Promise<Position | null> {
  const kept = await fetchBookmark();
  return kept && orNull(() => openBookmark(key, whose, fromBase64(kept.sealed)));
}

async function fetchBookmark(): Promise<v.InferOutput<typeof wire.bookmark> | null> {
  try {
    return await get("/api/bookmark", wire.bookmark);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) {
      return null;
    }
    throw error;
  }
}

/** What does not open is as good as absent: whoever holds it could as well have withheld it. */
async function orNull<T>(open: () => Promise<T>): Promise<T | null> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DoesNotOpen || error instanceof Malformed) {
      return null;
    }
    throw error;
  }
}
