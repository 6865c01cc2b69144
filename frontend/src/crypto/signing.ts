/** Ed25519 signatures over a DSSE pre-authentication encoding, with the strict checks of section 1.2. */

import { getPublicKeyAsync } from "@noble/ed25519";
import { type Bytes, concat, Malformed, toHex, utf8 } from "./encoding.ts";
import { hashHex } from "./seal.ts";

export const payloadTypes = {
  statement: "application/vnd.entente.statement.v1+json",
  item: "application/vnd.entente.item.v1",
  session: "application/vnd.entente.session.v1+json",
  sighting: "application/vnd.entente.sighting.v1+json",
  charter: "application/vnd.entente.charter.v1+json",
  directory: "application/vnd.entente.directory.v1+json",
} as const;

export type PayloadType = (typeof payloadTypes)[keyof typeof payloadTypes];

/** Somebody who can sign; the private key may be one that never leaves the browser's key store. */
export interface Signer {
  readonly publicKey: Bytes;
  sign(type: PayloadType, body: Uint8Array): Promise<Bytes>;
}

/** The device key of this browser: its private half cannot be read, only used. Storable in IndexedDB as it is. */
export interface DeviceKey {
  readonly id: string;
  readonly publicKey: Bytes;
  readonly privateKey: CryptoKey;
}

const p = "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
/** 0, 1, p-1, and the two points of order 8: big-endian hexadecimal of y. */
const smallOrder = new Set(
  [
    0n,
    1n,
    2n ** 255n - 20n,
    55188659117513257062467267217118295137698188065244968500265048394206261417927n,
    2n ** 255n - 19n - 55188659117513257062467267217118295137698188065244968500265048394206261417927n,
  ].map((y) => y.toString(16).padStart(64, "0")),
);

/** Whether 32 bytes encode a point that every Ed25519 verifier treats alike. */
export function acceptablePoint(bytes: Uint8Array): boolean {
  if (bytes.length !== 32) return false;
  const y = new Uint8Array(bytes).reverse();
  y[0] = (y[0] ?? 0) & 0x7f;
  const text = toHex(y);
  return text < p && !smallOrder.has(text);
}

export function pae(type: string, body: Uint8Array): Bytes {
  const typeBytes = utf8(type);
  return concat(utf8(`DSSEv1 ${typeBytes.length} `), typeBytes, utf8(` ${body.length} `), body);
}

const pkcs8Prefix = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20],
);

function checkSeed(seed: Uint8Array): void {
  if (seed.length !== 32) throw new Malformed("an Ed25519 seed has 32 bytes");
}

async function importSeed(seed: Uint8Array): Promise<CryptoKey> {
  checkSeed(seed);
  return crypto.subtle.importKey("pkcs8", concat(pkcs8Prefix, seed), "Ed25519", false, ["sign"]);
}

/** The Ed25519 public key of a 32-byte seed. Web Crypto cannot tell it everywhere: Firefox exports no key of a seed. */
export async function publicKeyOf(seed: Uint8Array): Promise<Bytes> {
  checkSeed(seed);
  return new Uint8Array(await getPublicKeyAsync(seed));
}

function signerOf(publicKey: Bytes, privateKey: CryptoKey): Signer {
  return {
    publicKey,
    sign: async (type, body) =>
      new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, pae(type, body))),
  };
}

/** The seed is copied into a key that cannot be read back; the caller may wipe theirs. */
export async function seedSigner(seed: Uint8Array): Promise<Signer> {
  const [publicKey, privateKey] = await Promise.all([publicKeyOf(seed), importSeed(seed)]);
  return signerOf(publicKey, privateKey);
}

export async function makeDeviceKey(): Promise<DeviceKey> {
  const pair = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { id: await hashHex(publicKey), publicKey, privateKey: pair.privateKey };
}

export function deviceSigner(device: DeviceKey): Signer {
  return signerOf(device.publicKey, device.privateKey);
}

const imported = new Map<string, Promise<CryptoKey>>();

/** Importing a key costs about as much as half a check, and a log has few signers. */
function importPublic(publicKey: Uint8Array): Promise<CryptoKey> {
  const name = toHex(publicKey);
  let key = imported.get(name);
  if (key === undefined) {
    if (imported.size >= 4096) imported.clear();
    key = crypto.subtle.importKey("raw", new Uint8Array(publicKey), "Ed25519", true, ["verify"]);
    imported.set(name, key);
  }
  return key;
}

/** False for anything that is not a strict signature of this key over this body. Never throws. */
export async function verify(
  publicKey: Uint8Array,
  type: PayloadType,
  body: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  return verifyRaw(publicKey, pae(type, body), signature);
}

/** Without the encoding around it: for signed notes, which have a form of their own. */
export async function verifyRaw(
  publicKey: Uint8Array,
  message: Bytes,
  signature: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 64 || !acceptablePoint(publicKey) || !acceptablePoint(signature.subarray(0, 32))) {
    return false;
  }
  try {
    return await crypto.subtle.verify("Ed25519", await importPublic(publicKey), signature as Bytes, message);
  } catch {
    return false;
  }
}
