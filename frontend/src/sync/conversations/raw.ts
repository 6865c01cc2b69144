/**
 * What the server gave of late, as it was signed: with it this browser gives back what a database lacks that was put back
 * to an older copy. One record for all that was taken together, under the day on which it was received, so that what is
 * old goes without being opened. All of it can be done without.
 */
import * as v from "valibot";
import type { Change, Vault } from "../../vault";

const DAY = 24 * 60 * 60 * 1000;
/** So long after it was received, by the server's time, every older copy has it. */
export const KEPT_FOR = 14 * DAY;

export const rawItemSchema = v.object({
  sequence: v.number(),
  received_at: v.number(),
  body: v.string(),
  signature: v.string(),
  /** The table of an epoch. */
  members: v.exactOptional(v.string()),
  /** Of an epoch the own box, by account; of a late box for this person its boxes, by the number of the epoch. */
  boxes: v.exactOptional(v.record(v.string(), v.string())),
});
export type RawItem = v.InferOutput<typeof rawItemSchema>;

const pageSchema = v.array(rawItemSchema);

const dayOf = (time: number): string => String(Math.max(0, Math.floor(time / DAY))).padStart(6, "0");

/** What to write of consecutive items that were taken together: nothing of what is older than is kept. */
export function keepRaw(id: string, items: readonly RawItem[], now: number): Change[] {
  const late = items.filter(({ received_at }) => received_at > now - KEPT_FOR);
  const [first] = late;
  if (first === undefined) {
    return [];
  }
  const day = dayOf(Math.max(...late.map(({ received_at }) => received_at)));
  const place = String(first.sequence).padStart(10, "0");
  return [{ store: "raw", key: `${day}/${id}/${place}`, value: late }];
}

/** Removes everything of days that are over for long enough. */
export function pruneRaw(vault: Vault, now: number): Promise<void> {
  return vault.drop("raw", IDBKeyRange.upperBound(dayOf(now - KEPT_FOR), true));
}

async function keysOf(vault: Vault, id: string): Promise<string[]> {
  const all = await vault.keys("raw");
  return all.map(String).filter((key) => key.split("/")[1] === id);
}

/** The changes that forget what is kept of a conversation. */
export async function forgetRaw(vault: Vault, id: string): Promise<Change[]> {
  return (await keysOf(vault, id)).map((key) => ({ store: "raw", key, value: undefined }));
}

/** What is kept of a conversation above a sequence, in order; what cannot be read is as good as absent. */
export async function rawAbove(vault: Vault, id: string, sequence: number): Promise<RawItem[]> {
  const found = new Map<number, RawItem>();
  for (const key of await keysOf(vault, id)) {
    const page = await vault.readMany("raw", pageSchema, {
      range: IDBKeyRange.only(key),
      broken: () => undefined,
    });
    for (const item of page.flatMap(({ value }) => value)) {
      if (item.sequence > sequence) {
        found.set(item.sequence, item);
      }
    }
  }
  return [...found.values()].sort((a, b) => a.sequence - b.sequence);
}

/** Pieces of consecutive items, none longer or heavier than one request may be. */
export function inRequests(
  items: readonly RawItem[],
  most = MOST_ITEMS,
  heaviest = HEAVIEST,
): (readonly RawItem[])[] {
  const pieces: RawItem[][] = [];
  let weight = 0;
  for (const item of items) {
    const own = JSON.stringify(item).length;
    const piece = pieces.at(-1);
    const last = piece?.at(-1);
    const fits = piece !== undefined && piece.length < most && weight + own <= heaviest;
    if (fits && last?.sequence === item.sequence - 1) {
      piece.push(item);
      weight += own;
    } else {
      pieces.push([item]);
      weight = own;
    }
  }
  return pieces;
}

const MOST_ITEMS = 200;
/** Characters; the server takes 4 MiB. */
const HEAVIEST = 3 * 1024 * 1024;
