/** Late boxes: epoch keys boxed again to somebody's current reading key (section 5.4). */

import type { Bytes } from "./encoding.ts";
import { boxTo, type EpochPlace, type Reader } from "./epochs.ts";
import { hashHex } from "./seal.ts";

export interface LateBoxes {
  /** For the header, sorted by epoch. */
  readonly boxes: readonly { readonly box: string; readonly epoch: number }[];
  /** The bytes, by epoch number. */
  readonly bytes: ReadonlyMap<number, Bytes>;
}

/** `reader` must have a reading key that is not tainted; `publicKey` are its bytes. */
export async function sealLateBoxes(
  network: string,
  conversation: string,
  reader: Reader & { readonly readingKey: string },
  publicKey: Bytes,
  epochKeys: ReadonlyMap<number, Bytes>,
): Promise<LateBoxes> {
  const bytes = new Map<number, Bytes>();
  const boxes: { box: string; epoch: number }[] = [];
  for (const [number, key] of [...epochKeys].sort(([a], [b]) => a - b)) {
    const place: EpochPlace = { network, conversation, number };
    const box = await boxTo(place, reader.account, reader.generation, reader.readingKey, publicKey, key);
    bytes.set(number, box);
    boxes.push({ box: await hashHex(box), epoch: number });
  }
  return { boxes, bytes };
}
