/** Bringing a person in: commitments, the code to compare, and the secret that authenticates both sides. */

import { info, openBox, sealBox } from "./boxes.ts";
import { canonical } from "./canonical.ts";
import {
  type Bytes,
  equal,
  fromBase64Url,
  fromHex,
  Malformed,
  randomBytes,
  toBase64,
  toBase64Url,
  utf8,
} from "./encoding.ts";
import type { Whose } from "./person.ts";
import { derive, hash, hashHex, hmac } from "./seal.ts";

/** Binds name and function of a person without showing them; `salt` has 32 bytes. */
export function commitmentTo(salt: Bytes, name: string, itsFunction: string): Promise<string> {
  return hashHex(utf8("entente/v1/person\n"), salt, canonical({ function: itsFunction, name }));
}

/** Six numbers of five digits, to be read over a telephone. */
export function numbersOf(digest: Uint8Array): string[] {
  return Array.from({ length: 6 }, (_, i) => {
    const number = digest.subarray(5 * i, 5 * i + 5).reduce((sum, byte) => sum * 256 + byte, 0);
    return String(number % 100_000).padStart(5, "0");
  });
}

export async function codeToCompare(network: string, identityKey: Uint8Array): Promise<string[]> {
  return numbersOf(await hash(utf8("entente/v1/compare\n"), fromHex(network, 32), identityKey));
}

/** The part of an invitation's link that no server sees: a token (16 bytes) and the secret (16 bytes). */
export function makeFragment(): { token: string; secret: Bytes; fragment: string } {
  const token = toBase64Url(randomBytes(16));
  const secret = randomBytes(16);
  return { token, secret, fragment: `${token}.${toBase64Url(secret)}` };
}

/** With or without the number sign in front; throws `Malformed`. */
export function readFragment(fragment: string): { token: string; secret: Bytes } {
  const [token = "", secret = "", ...more] = fragment.replace(/^#/, "").split(".");
  if (more.length > 0) throw new Malformed("not the fragment of an invitation");
  fromBase64Url(token, 16);
  return { token, secret: fromBase64Url(secret, 16) };
}

async function mac(secret: Bytes, kind: "inviter" | "invitee", covered: unknown): Promise<Bytes> {
  return hmac(await derive(secret, null, `entente/v1/invitation/${kind}\n`), canonical(covered));
}

/** What the inviter vouches for: this network, at this checkpoint (root in hexadecimal). */
export function inviterMac(
  secret: Bytes,
  network: string,
  checkpoint: { readonly root: string; readonly size: number },
): Promise<Bytes> {
  return mac(secret, "inviter", { checkpoint: { root: checkpoint.root, size: checkpoint.size }, network });
}

/** What the invitee vouches for: this identity key, for this account of this network. */
export function inviteeMac(
  secret: Bytes,
  { network, account }: Whose,
  identityKey: Uint8Array,
): Promise<Bytes> {
  return mac(secret, "invitee", { account, identity_key: toBase64(identityKey), network });
}

export function macMatches(expected: Uint8Array, given: Uint8Array): boolean {
  return equal(expected, given);
}

const secretInfo = ({ network, account }: Whose, invitation: string): Bytes =>
  info("entente/v1/invitation", network, account, invitation);

/** The inviter keeps the secret boxed to their own reading key, since the answer may take days. */
export function sealInvitationSecret(
  inviter: Whose,
  invitation: string,
  readingKey: Uint8Array,
  secret: Bytes,
): Promise<Bytes> {
  return sealBox(readingKey, secretInfo(inviter, invitation), secret);
}

export function openInvitationSecret(
  inviter: Whose,
  invitation: string,
  readingSeed: Uint8Array,
  box: Uint8Array,
): Promise<Bytes> {
  return openBox(readingSeed, secretInfo(inviter, invitation), box);
}
