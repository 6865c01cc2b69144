/**
 * The bookmark: how far a person's browsers have verified the Register, sealed so that only they can read or make it.
 * Its key lies at the server under the recovery code itself, never boxed to a public key, to which anybody can box. So
 * whoever types the code may trust what it opens.
 */

import { canonical, parse } from "./canonical.ts";
import { type Bytes, fromHex, Malformed } from "./encoding.ts";
import type { Whose } from "./person.ts";
import { type Position, positionShape } from "./register.ts";
import { derive, openSealed, seal } from "./seal.ts";

const keyLength = 32;

function sealingKey(bookmarkKey: Bytes, { network, account }: Whose): Promise<Bytes> {
  return derive(bookmarkKey, null, `entente/v1/bookmark\n${network}${account}`);
}

function codeKey(code: Bytes, { network, account }: Whose): Promise<Bytes> {
  return derive(code, fromHex(network, 32), `entente/v1/bookmark-key\n${account}`);
}

export async function sealBookmark(bookmarkKey: Bytes, whose: Whose, position: Position): Promise<Bytes> {
  const { size, root, range, state } = position;
  return seal(await sealingKey(bookmarkKey, whose), canonical({ size, root, range, state }));
}

/** Throws `DoesNotOpen` or `Malformed`; the result is for `Replay.resume`. */
export async function openBookmark(bookmarkKey: Bytes, whose: Whose, sealed: Bytes): Promise<Position> {
  const position = parse(await openSealed(await sealingKey(bookmarkKey, whose), sealed));
  if (!positionShape(position)) throw new Malformed("not a bookmark");
  return position;
}

/** Under the 20 bytes of a recovery code. */
export async function sealBookmarkKey(code: Bytes, whose: Whose, bookmarkKey: Bytes): Promise<Bytes> {
  return seal(await codeKey(code, whose), bookmarkKey);
}

/** Throws `DoesNotOpen` or `Malformed`. */
export async function openBookmarkKey(code: Bytes, whose: Whose, sealed: Bytes): Promise<Bytes> {
  const bookmarkKey = await openSealed(await codeKey(code, whose), sealed);
  if (bookmarkKey.length !== keyLength) throw new Malformed("not a bookmark key");
  return bookmarkKey;
}
