/**
 * Which epochs each person can read, as far as tables and late boxes tell. Exact about oneself; of others it never says
 * that somebody can read what they cannot.
 */
import type { Epoch, LateBox } from "../../crypto/conversation";
import type { State } from "../../crypto/state";

const lives = new WeakMap<State, ReadonlyMap<string, number>>();

/** Under how many identity keys each account has signed so far. */
function identitiesOf(state: State): ReadonlyMap<string, number> {
  let found = lives.get(state);
  if (found === undefined) {
    const counted = new Map<string, number>();
    for (const [subject] of state.heads) {
      const [kind, account] = subject.split("/");
      if (kind === "account" && account !== undefined) {
        counted.set(account, (counted.get(account) ?? 0) + 1);
      }
    }
    found = counted;
    lives.set(state, found);
  }
  return found;
}

/**
 * The first generation whose key a person holds. New keys after a loss open nothing that was boxed to the old ones,
 * which are tainted; without such a loss each generation opens the one before.
 */
export function firstGeneration(state: State, account: string): number {
  const rekeyed = (identitiesOf(state).get(account) ?? 0) > 1;
  return rekeyed ? (state.accounts.get(account)?.tainted_through ?? 0) + 1 : 1;
}

/** Whether anybody boxed an epoch's key to a generation that this person holds; what they lost with their keys is no box. */
export function wasGiven(
  held: { readonly epochs: ReadonlyMap<number, Epoch>; readonly lateBoxes: readonly LateBox[] },
  number: number,
  account: string,
  generations: ReadonlyMap<number, unknown>,
): boolean {
  const row = held.epochs.get(number)?.table.find((one) => one.account === account);
  const since = Math.min(...generations.keys());
  const late = held.lateBoxes.some(
    (one) => one.epoch === number && one.account === account && one.generation >= since,
  );
  return late || (row !== undefined && row.box !== null && row.generation >= since);
}

export interface Held {
  readonly epochs: readonly Epoch[];
  readonly lateBoxes: readonly LateBox[];
  /** The newest sequence. */
  readonly sequence: number;
}

export interface Reach {
  /** From this item on everything up to now can be read; what follows the newest, where nothing can be read yet. */
  readonly from: number;
  /** The numbers of the epochs whose keys this person was never given. */
  readonly lacks: readonly number[];
}

/** `since` is the first generation that each of these people holds. */
export function reachOf(held: Held, since: ReadonlyMap<string, number>): Map<string, Reach> {
  const late = new Map<number, LateBox[]>();
  for (const one of held.lateBoxes) {
    late.set(one.epoch, [...(late.get(one.epoch) ?? []), one]);
  }
  const found = new Map<string, { from: number; lacks: number[] }>();
  for (const account of since.keys()) {
    found.set(account, { from: held.sequence + 1, lacks: [] });
  }
  for (const epoch of [...held.epochs].sort((a, b) => b.number - a.number)) {
    const opened = new Set<string>();
    const given = [...epoch.table.filter(({ box }) => box !== null), ...(late.get(epoch.number) ?? [])];
    for (const { account, generation } of given) {
      if (generation >= (since.get(account) ?? Number.POSITIVE_INFINITY)) {
        opened.add(account);
      }
    }
    for (const [account, reach] of found) {
      if (!opened.has(account)) {
        reach.lacks.push(epoch.number);
      } else if (reach.lacks.length === 0) {
        reach.from = epoch.sequence;
      }
    }
  }
  return found;
}
