/** Lays a conversation out for reading: days, runs of one person's messages, and the line above what is new. */
import type { ConversationView, Hex, Milliseconds, ThreadItem } from "../../sync/contract";

export type Message = Extract<ThreadItem, { type: "message" }>;
export type Event = Exclude<ThreadItem, Message>;

export type Row =
  | { type: "day"; key: string; at: Milliseconds }
  | { type: "new"; key: string }
  | { type: "event"; key: string; item: Event }
  /** Messages of one person that follow each other closely; the name stands once above them. */
  | { type: "run"; key: string; account: Hex; ours: boolean; own: boolean; messages: Message[] };

/** A pause after which the name is written again. */
const pause = 10 * 60_000;

export interface Layout {
  firstUnread: number | null;
  ours: (account: Hex) => boolean;
  /** The day of a moment, in the reader's zone. */
  dayOf: (at: Milliseconds) => string;
}

export function rows(items: readonly ThreadItem[], { firstUnread, ours, dayOf }: Layout): Row[] {
  const laid: Row[] = [];
  let day: string | null = null;
  let marked = firstUnread === null;
  for (const item of items) {
    const itsDay = dayOf(item.at);
    if (itsDay !== day) {
      day = itsDay;
      laid.push({ type: "day", key: `day ${itsDay} ${item.key}`, at: item.at });
    }
    // Our own words are not news to us.
    if (!marked && item.type === "message" && !item.own && (item.sequence ?? 0) >= (firstUnread ?? 0)) {
      marked = true;
      laid.push({ type: "new", key: "new" });
    }
    if (item.type !== "message") {
      laid.push({ type: "event", key: item.key, item });
      continue;
    }
    const last = laid[laid.length - 1];
    const previous = last?.type === "run" ? last.messages[last.messages.length - 1] : undefined;
    if (last?.type === "run" && last.account === item.account && previous && item.at - previous.at < pause) {
      last.messages.push(item);
    } else {
      laid.push({
        type: "run",
        key: `run ${item.key}`,
        account: item.account,
        ours: ours(item.account),
        own: item.own,
        messages: [item],
      });
    }
  }
  return laid;
}

/** The message of ours whose state is written out in words: the last one, by any of our side. */
export function latestOfOurs(items: readonly ThreadItem[], ours: (account: Hex) => boolean): string | null {
  const latest = items.findLast((item) => item.type === "message" && ours(item.account));
  return latest?.key ?? null;
}

/** The same items as before wherever nothing in them changed: each snapshot is a copy, and what is equal needs no drawing. */
export function settled(items: readonly ThreadItem[], before: readonly ThreadItem[]): readonly ThreadItem[] {
  const held = new Map(before.map((item) => [item.key, item]));
  const now = items.map((item) => {
    const known = held.get(item.key);
    return known !== undefined && alike(known, item) ? known : item;
  });
  return now.length === before.length && now.every((item, index) => item === before[index]) ? before : now;
}

function alike(one: object, other: object): boolean {
  const fields = Object.entries(one);
  const others = new Map<string, unknown>(Object.entries(other));
  return (
    fields.length === others.size &&
    fields.every(([name, value]) => {
      const its = others.get(name);
      return Array.isArray(value) && Array.isArray(its) ? value.join() === its.join() : value === its;
    })
  );
}

/** The first message of others after what was read, in this window. */
export function firstUnreadIn(
  items: readonly ThreadItem[],
  readTo: number,
  without: ConversationView["without"] = [],
): number | null {
  const first = items.find((item) => {
    const sequence = item.sequence ?? 0;
    const before = without.some((range) => range.first <= sequence && sequence <= range.last);
    return item.type === "message" && !item.own && sequence > readTo && !before;
  });
  return first?.sequence ?? null;
}

/** The highest sequence that a reader who sees the end of the thread has read. */
export function newestSequence(items: readonly ThreadItem[]): number | null {
  let newest: number | null = null;
  for (const item of items)
    if (item.sequence !== null && item.sequence > (newest ?? 0)) newest = item.sequence;
  return newest;
}

/** A sender's clock that is off by more than this is shown beside the server's time. */
const oddClock = 5 * 60_000;

export function clockIsOdd(message: Message): boolean {
  return message.sequence !== null && Math.abs(message.claimedAt - message.at) > oddClock;
}
