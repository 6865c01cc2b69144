/** Messages: padded, sealed under a key of the sender's own within the epoch, with the header bound in. */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, Malformed, readU32, u32 } from "./encoding.ts";
import { DoesNotOpen, derive, openSealed, seal } from "./seal.ts";
import { anyText, type Checked, object, oneOf } from "./shapes.ts";

const smallest = 256;
const longestContent = 64 * 1024;
const sealOverhead = 28;

const plaintextShape = object({ kind: oneOf("text", "subject"), text: anyText });
export type Plaintext = Checked<typeof plaintextShape>;

/** The padded length of L bytes: at most about an eighth more, and few lengths to tell apart. */
export function padme(length: number): number {
  if (length < 2) return length;
  const e = Math.floor(Math.log2(length));
  const s = Math.floor(Math.log2(e)) + 1;
  const step = 2 ** Math.max(0, e - s);
  return Math.ceil(length / step) * step;
}

export function pad(plaintext: Uint8Array): Bytes {
  const padded = new Uint8Array(Math.max(smallest, padme(4 + plaintext.length)));
  padded.set(u32(plaintext.length));
  padded.set(plaintext, 4);
  return padded;
}

/** Throws `Malformed` for anything that `pad` would not have made. */
export function unpad(padded: Uint8Array): Bytes {
  const length = padded.length < smallest ? Number.POSITIVE_INFINITY : readU32(padded);
  if (4 + length > padded.length || padded.length !== Math.max(smallest, padme(4 + length))) {
    throw new Malformed("not padded to the length it should have");
  }
  if (padded.subarray(4 + length).some((byte) => byte !== 0))
    throw new Malformed("padded with other than zeros");
  return new Uint8Array(padded.subarray(4, 4 + length));
}

const messageKeys = new WeakMap<Bytes, Map<string, Promise<Bytes>>>();

/** Derived once for each epoch key and device, as long as the epoch key is held. */
export function messageKey(epochKey: Bytes, device: string): Promise<Bytes> {
  const known = messageKeys.get(epochKey) ?? new Map<string, Promise<Bytes>>();
  messageKeys.set(epochKey, known);
  const key = known.get(device) ?? derive(epochKey, null, `entente/v1/message\n${device}`);
  known.set(device, key);
  return key;
}

/** The length that a text takes as content, to say "too long" before anything is sealed. */
export function contentLength(plaintext: Plaintext): number {
  return sealOverhead + pad(canonical(plaintext)).length;
}

/** The content of a message whose header these bytes are; throws `Malformed` over 64 KiB. */
export async function sealMessage(
  epochKey: Bytes,
  device: string,
  headerBytes: Bytes,
  plaintext: Plaintext,
): Promise<Bytes> {
  const content = await seal(await messageKey(epochKey, device), pad(canonical(plaintext)), headerBytes);
  if (content.length > longestContent) throw new Malformed("a message over 64 KiB");
  return content;
}

/** Throws `DoesNotOpen`. Opening has no memory: twice, out of order or a year later gives the same. */
export async function openMessage(
  epochKey: Bytes,
  device: string,
  headerBytes: Bytes,
  content: Bytes,
): Promise<Plaintext> {
  const padded = await openSealed(await messageKey(epochKey, device), content, headerBytes);
  try {
    const plaintext = parse(unpad(padded));
    if (!plaintextShape(plaintext)) throw new Malformed("not a plaintext of a known form");
    return plaintext;
  } catch (error) {
    if (error instanceof Malformed) throw new DoesNotOpen(`sealed well, but inside is ${error.message}`);
    throw error;
  }
}
