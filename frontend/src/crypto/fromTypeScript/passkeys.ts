/** Vectors of passkeys that unlock. */

import {
  derive,
  fromHex,
  prfInput,
  randomBytes,
  sealBookmarkKey,
  toBase64,
  toHex,
  unlockKeyOfPasskey,
} from "../index.ts";
import { hashOf, identifier } from "../madeUp.ts";
import { type Fields, write } from "./file.ts";

export async function writePasskeys(): Promise<void> {
  const whose = { network: await hashOf("network"), account: await identifier("Mia") };
  const unlock: Fields[] = [];
  const bookmark_keys: Fields[] = [];
  for (let i = 0; i < 3; i++) {
    const secret = randomBytes(32);
    const bookmarkKey = randomBytes(32);
    const pair = await unlockKeyOfPasskey(secret, whose);
    const fields = { secret: toHex(secret), ...whose };
    const input = toHex(await prfInput(whose.network));
    unlock.push({ ...fields, input, seed: toHex(pair.seed), hash: pair.hash });
    const label = `entente/v1/bookmark-key\n${whose.account}`;
    bookmark_keys.push({
      ...fields,
      key: toHex(await derive(secret, fromHex(whose.network, 32), label)),
      sealed: toBase64(await sealBookmarkKey(secret, whose, bookmarkKey)),
      bookmark_key: toHex(bookmarkKey),
    });
  }
  write("passkeys", { unlock, bookmark_keys });
}
