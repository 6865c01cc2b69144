/** Passkeys that unlock: what an authenticator derives for one network is the secret of an unlock key. */

import { type BoxKeyPair, boxKeyPair } from "./boxes.ts";
import { type Bytes, fromHex, Malformed, utf8 } from "./encoding.ts";
import type { Whose } from "./person.ts";
import { derive, hash } from "./seal.ts";

const secretLength = 32;

/** What the PRF of an authenticator is evaluated at: 32 bytes, the same for everybody in one network. */
export async function prfInput(network: string): Promise<Bytes> {
  return hash(utf8("entente/v1/passkey\n"), fromHex(network, 32));
}

/** The unlock key of the 32 bytes that an authenticator derived. */
export async function unlockKeyOfPasskey(secret: Bytes, { network, account }: Whose): Promise<BoxKeyPair> {
  if (secret.length !== secretLength) throw new Malformed("the secret of a passkey has 32 bytes");
  const label = `entente/v1/unlock/passkey\n${account}`;
  return boxKeyPair(await derive(secret, fromHex(network, 32), label));
}
