/** Makes signed items: every field of their headers in one place. */

import type { Bytes } from "./encoding.ts";
import { randomBytes, toHex } from "./encoding.ts";
import { type EpochPlace, type Reader, type SealedEpoch, sealEpoch } from "./epochs.ts";
import {
  type EpochReason,
  type Item,
  itemHash,
  makeClientId,
  makeItem,
  type Seen,
  type SeenCheckpoint,
} from "./items.ts";
import { type LateBoxes, sealLateBoxes } from "./lateBoxes.ts";
import { type Plaintext, sealMessage } from "./messages.ts";
import { type DeviceKey, deviceSigner } from "./signing.ts";

/** Who writes, from where, and what of the Register they hold. */
export interface Author {
  readonly network: string;
  readonly account: string;
  readonly device: DeviceKey;
  readonly checkpoint: SeenCheckpoint;
  /** Milliseconds. */
  readonly now: number;
}

/** The conversation that is written into, and the newest of it that the author holds. */
export interface Place {
  readonly conversation: string;
  readonly seen: Seen;
}

/** An item with what its client id is, to recognize the server's answer. */
export interface Composed {
  readonly item: Item;
  readonly hash: string;
  readonly clientId: string;
}

function commonOf(author: Author, clientId: string) {
  const { network, account, device, checkpoint, now } = author;
  return { account, checkpoint, client_id: clientId, device: device.id, network, time: now };
}

async function composed(item: Item, clientId: string): Promise<Composed> {
  return { item, hash: await itemHash(item), clientId };
}

/** The hash of what this makes is the id of the conversation. */
export async function composeCreated(
  author: Author,
  participants: readonly string[],
  administrators: readonly string[],
): Promise<Composed> {
  const clientId = makeClientId(author.now);
  const item = await makeItem(
    {
      ...commonOf(author, clientId),
      administrators: [...administrators].sort(),
      kind: "conversation.created",
      nonce: toHex(randomBytes(32)),
      participants: [...participants].sort(),
    },
    deviceSigner(author.device),
  );
  return composed(item, clientId);
}

/** A new epoch with the boxes for all its readers; `previous` is the hash of the epoch before, or the conversation id. */
export async function composeEpoch(
  author: Author,
  at: Place,
  input: {
    readonly number: number;
    readonly previous: string;
    readonly participants: readonly string[];
    readonly administrators: readonly string[];
    readonly reason: EpochReason;
    readonly readers: readonly Reader[];
    readonly publicKeys: ReadonlyMap<string, Bytes>;
    readonly progress?: (done: number, total: number) => void;
  },
): Promise<Composed & { readonly sealed: SealedEpoch }> {
  const { readers, publicKeys, progress, ...said } = input;
  const place: EpochPlace = { network: author.network, conversation: at.conversation, number: said.number };
  const { previous } = said;
  const sealed = await sealEpoch({
    place,
    previous,
    readers,
    publicKeys,
    ...(progress === undefined ? {} : { progress }),
  });
  const clientId = makeClientId(author.now);
  const { commitment, members } = sealed;
  const item = await makeItem(
    { ...commonOf(author, clientId), ...at, ...said, commitment, kind: "epoch", members },
    deviceSigner(author.device),
  );
  return { ...(await composed(item, clientId)), sealed };
}

/** A message under an epoch key; a `clientId` given again makes the same message to the server. */
export async function composeMessage(
  author: Author,
  at: Place,
  epoch: { readonly number: number; readonly key: Bytes },
  plaintext: Plaintext,
  clientId: string = makeClientId(author.now),
): Promise<Composed> {
  const header = { ...commonOf(author, clientId), ...at, epoch: epoch.number, kind: "message" } as const;
  const item = await makeItem(header, deviceSigner(author.device), (headerBytes) =>
    sealMessage(epoch.key, author.device.id, headerBytes, plaintext),
  );
  return composed(item, clientId);
}

/** Passes epoch keys on to somebody's current reading key. */
export async function composeLateBoxes(
  author: Author,
  at: Place,
  reader: Reader & { readonly readingKey: string },
  publicKey: Bytes,
  epochKeys: ReadonlyMap<number, Bytes>,
): Promise<Composed & { readonly late: LateBoxes }> {
  const late = await sealLateBoxes(author.network, at.conversation, reader, publicKey, epochKeys);
  const clientId = makeClientId(author.now);
  const item = await makeItem(
    {
      ...commonOf(author, clientId),
      ...at,
      account_for: reader.account,
      boxes: late.boxes,
      generation: reader.generation,
      kind: "late_box",
    },
    deviceSigner(author.device),
  );
  return { ...(await composed(item, clientId)), late };
}
