/** Writes items: a message under the newest epoch, and with it a new epoch where one is due. */
import type { Author, Composed, Place } from "../../crypto/compose";
import { composeEpoch, composeMessage } from "../../crypto/compose";
import type { Conversation } from "../../crypto/conversation";
import { type Bytes, toBase64 } from "../../crypto/encoding";
import { type Reader, readersOf, type SealedEpoch } from "../../crypto/epochs";
import type { EpochReason } from "../../crypto/items";
import { contentLength, type Plaintext } from "../../crypto/messages";
import { CoreFailure } from "../failure";
import { type Hands, needWhole } from "../hands";
import type * as wire from "../wire";

export type Progress = (sealing: { done: number; total: number } | null) => void;

export interface ItemOut {
  body: string;
  signature: string;
  members?: string;
  boxes?: Record<string, string>;
}

const LONGEST_CONTENT = 64 * 1024;
/** A new key is shown as progress only when it takes this long. */
const SHOW_AFTER = 500;

export function refuseTooLong(text: string): void {
  let length = Number.POSITIVE_INFINITY;
  try {
    length = contentLength({ kind: "text", text });
  } catch {
    throw new CoreFailure("bad_item", "This text holds half a character.");
  }
  if (length > LONGEST_CONTENT) {
    throw new CoreFailure("too_large", "This message is too long.");
  }
}

/** Whoever is about to seal or sign something for a conversation; by a Register that may be a week old, or for a server that shows less than it did, nobody does. */
export function authorOf(hands: Hands): Author {
  const { keyring, register } = hands;
  needWhole(hands);
  if (register.freshness === "stopped") {
    throw new CoreFailure("register_stopped", "Nobody has confirmed the Register for a week.");
  }
  const { network, account } = keyring.whose;
  return { network, account, device: keyring.device, checkpoint: register.checkpoint, now: Date.now() };
}

export function placeOf(verifier: Conversation): Place {
  return {
    conversation: verifier.id,
    seen: { head: verifier.head, sequence: verifier.sequence },
  };
}

export function asItem({ item }: Composed): ItemOut {
  return { body: toBase64(item.body), signature: toBase64(item.signature) };
}

export function asEpochItem(made: Composed & { sealed: SealedEpoch }): ItemOut {
  const boxes = [...made.sealed.boxes].map(([account, box]) => [account, toBase64(box)] as const);
  return {
    ...asItem(made),
    members: toBase64(made.sealed.tableBytes),
    boxes: Object.fromEntries(boxes),
  };
}

/** The epoch as the server would give it to this person. */
export function asRow(number: number, sealed: SealedEpoch, account: string): wire.EpochRow {
  const box = sealed.boxes.get(account);
  return {
    number,
    members: toBase64(sealed.tableBytes),
    box: box === undefined ? null : toBase64(box),
    late: false,
    other_boxes: [],
  };
}

/** The raw reading keys of everybody to whom a box is to be made; all of them, or a failure. */
export async function readingKeys(
  { publicKeys }: Hands,
  readers: readonly Reader[],
): Promise<ReadonlyMap<string, Bytes>> {
  return publicKeys.all(readers.flatMap(({ readingKey }) => readingKey ?? []));
}

/** Whether the newest epoch may be written under: it is what the newest Register derives, and its key is here. */
export function currentKey(verifier: Conversation, hands: Hands): { number: number; key: Bytes } | null {
  const { epoch } = verifier;
  if (epoch === null || verifier.isDue(hands.register.state)) {
    return null;
  }
  const key = verifier.keys.get(epoch.number);
  return key === undefined ? null : { number: epoch.number, key };
}

export interface NextEpoch {
  number: number;
  made: Composed & { sealed: SealedEpoch };
}

/** A new epoch for exactly the readers that the newest Register derives. */
export async function nextEpoch(
  verifier: Conversation,
  hands: Hands,
  author: Author,
  progress: Progress,
): Promise<NextEpoch> {
  const { state } = hands.register;
  const readers = readersOf(state, verifier.participants);
  const number = (verifier.epoch?.number ?? 0) + 1;
  const made = await composeEpoch(author, placeOf(verifier), {
    number,
    previous: verifier.epoch?.hash ?? verifier.id,
    participants: verifier.participants,
    administrators: verifier.administrators,
    reason: reasonFor(verifier, readers, state.accounts),
    readers,
    publicKeys: await readingKeys(hands, readers),
    progress: slowly(progress),
  });
  progress(null);
  return { number, made };
}

function reasonFor(
  { epoch }: Conversation,
  readers: readonly Reader[],
  accounts: Hands["register"]["state"]["accounts"],
): EpochReason {
  if (epoch === null) {
    return "created";
  }
  const before = epoch.table.map(({ account }) => account).join();
  if (before !== readers.map(({ account }) => account).join()) {
    return "members";
  }
  const tainted = epoch.table.some(
    ({ account, box, generation }) =>
      box !== null && generation <= (accounts.get(account)?.tainted_through ?? 0),
  );
  return tainted ? "keys" : "renewed";
}

export function slowly(progress: Progress): (done: number, total: number) => void {
  const begun = Date.now();
  return (done, total) => {
    if (Date.now() - begun > SHOW_AFTER) {
      progress({ done, total });
    }
  };
}

export function message(
  author: Author,
  verifier: Conversation,
  epoch: { number: number; key: Bytes },
  plaintext: Plaintext,
  clientId?: string,
): Promise<Composed> {
  return composeMessage(author, placeOf(verifier), epoch, plaintext, clientId);
}
