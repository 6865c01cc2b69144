/** Hashes, derived keys and seals: SHA-256, HKDF-SHA-256 and AES-256-GCM from WebCrypto. */

import { type Bytes, concat, Malformed, randomBytes, toHex, utf8 } from "./encoding.ts";

const empty = new Uint8Array(0);

/** Something sealed or boxed did not open under this key: another key, or other bytes than were sealed. */
export class DoesNotOpen extends Error {
  override readonly name = "DoesNotOpen";
}

export async function hash(...parts: readonly Uint8Array[]): Promise<Bytes> {
  const only = parts.length === 1 ? parts[0] : undefined;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", (only ?? concat(...parts)) as Bytes));
}

export async function hashHex(...parts: readonly Uint8Array[]): Promise<string> {
  return toHex(await hash(...parts));
}

/** HKDF-SHA-256 with 32 bytes of output; an absent salt is the empty one. */
export async function derive(secret: Bytes, salt: Bytes | null, info: string | Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: salt ?? empty,
      info: typeof info === "string" ? utf8(info) : info,
    },
    key,
    256,
  );
  return new Uint8Array(bits);
}

export async function hmac(key: Bytes, message: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

async function aesKey(key: Bytes | CryptoKey, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  if (key instanceof CryptoKey) return key;
  if (key.length !== 32) throw new Malformed("a sealing key has 32 bytes");
  return crypto.subtle.importKey("raw", key, "AES-GCM", false, [usage]);
}

/** `nonce (12) || ciphertext || tag (16)` with a random nonce. */
export async function seal(key: Bytes | CryptoKey, plaintext: Bytes, aad: Bytes = empty): Promise<Bytes> {
  return sealWithNonce(key, plaintext, randomBytes(12), aad);
}

/** For test vectors alone: a nonce that repeats under one key breaks the seal. */
export async function sealWithNonce(
  key: Bytes | CryptoKey,
  plaintext: Bytes,
  nonce: Bytes,
  aad: Bytes = empty,
): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: aad },
    await aesKey(key, "encrypt"),
    plaintext,
  );
  return concat(nonce, new Uint8Array(sealed));
}

export async function openSealed(key: Bytes | CryptoKey, sealed: Bytes, aad: Bytes = empty): Promise<Bytes> {
  if (sealed.length < 28) throw new DoesNotOpen("shorter than a nonce and a tag");
  const imported = await aesKey(key, "decrypt");
  try {
    const plaintext = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: sealed.subarray(0, 12), additionalData: aad },
      imported,
      sealed.subarray(12),
    );
    return new Uint8Array(plaintext);
  } catch {
    throw new DoesNotOpen("the seal does not open under this key");
  }
}
