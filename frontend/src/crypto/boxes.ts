/** Boxes: HPKE base mode with X-Wing, HKDF-SHA-256 and AES-256-GCM; everything is bound in `info`. */

import { Aes256Gcm, CipherSuite, HkdfSha256 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { type Bytes, concat, Malformed, toHex, utf8 } from "./encoding.ts";
import { DoesNotOpen, hashHex } from "./seal.ts";

const kem = new XWing();
const suite = new CipherSuite({ kem, kdf: new HkdfSha256(), aead: new Aes256Gcm() });

export const boxKeyLength = 1216;
const encLength = 1120;

/** `hash` names the key in statements and in `info`. */
export interface BoxKeyPair {
  readonly seed: Bytes;
  readonly publicKey: Bytes;
  readonly hash: string;
}

const p = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
const poisoned = new Set(
  [
    0n,
    1n,
    2n ** 255n - 20n,
    325606250916557431795983626356110631294008115727848805560023387167927233504n,
    39382357235489614581723060781553021112529911719440698176882885853963445705823n,
  ].map((u) => u.toString(16).padStart(64, "0")),
);

/** Whether anybody can seal to these bytes, and every implementation reads the same key in them. */
export function acceptableBoxKey(bytes: Uint8Array): boolean {
  if (bytes.length !== boxKeyLength) return false;
  for (let i = 0; i < 1152; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    if ((a | ((b & 15) << 8)) >= 3329 || ((b >> 4) | (c << 4)) >= 3329) return false;
  }
  const u = toHex(new Uint8Array(bytes.subarray(1184)).reverse());
  return u < p && !poisoned.has(u);
}

/** Lines joined by a newline, without one at the end. */
export function info(...lines: readonly (string | number)[]): Bytes {
  return utf8(lines.join("\n"));
}

export function keyHash(publicKey: Uint8Array): Promise<string> {
  return hashHex(publicKey);
}

/** The 32-byte seed is the X-Wing decapsulation key itself. */
export async function boxKeyPair(seed: Uint8Array): Promise<BoxKeyPair> {
  if (seed.length !== 32) throw new Malformed("the seed of a box key has 32 bytes");
  // The library keeps the buffer it is given and takes no part of a larger one: it gets a copy.
  const own = new Uint8Array(seed);
  const pair = await kem.generateKeyPairDerand(new Uint8Array(seed));
  const publicKey = new Uint8Array(await kem.serializePublicKey(pair.publicKey));
  return { seed: own, publicKey, hash: await keyHash(publicKey) };
}

/** `enc (1120) || ciphertext`; refuses a key that section 1.2 refuses. */
export async function sealBox(publicKey: Uint8Array, boxInfo: Bytes, plaintext: Bytes): Promise<Bytes> {
  if (!acceptableBoxKey(publicKey)) throw new Malformed("nobody should box to this key");
  const recipientPublicKey = await kem.deserializePublicKey(new Uint8Array(publicKey).buffer);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: boxInfo }, plaintext);
  return concat(new Uint8Array(enc), new Uint8Array(ct));
}

/** What comes out counts only when it matches something signed: a box says nothing about who made it. */
export async function openBox(seed: Uint8Array, boxInfo: Bytes, box: Uint8Array): Promise<Bytes> {
  if (box.length < encLength + 16) throw new DoesNotOpen("shorter than a box");
  const own = new Uint8Array(box);
  try {
    const recipientKey = await kem.importKey("raw", new Uint8Array(seed).buffer, false);
    const plaintext = await suite.open(
      { recipientKey, enc: own.slice(0, encLength).buffer, info: boxInfo },
      own.slice(encLength).buffer,
    );
    return new Uint8Array(plaintext);
  } catch {
    throw new DoesNotOpen("the box does not open under this key");
  }
}
