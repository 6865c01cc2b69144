/**
 * Passes epoch keys on to people who were left out of an epoch because their key was tainted then, and to those whose
 * box does not open. Every member's browser does it, a little later than the others by chance; whoever comes second is
 * told so by the server, and is content.
 */
import { composeLateBoxes } from "../../crypto/compose";
import type { Conversation } from "../../crypto/conversation";
import { toBase64 } from "../../crypto/encoding";
import { type Reader, readersOf } from "../../crypto/epochs";
import type { Hands } from "../hands";
import { get, Problem, post } from "../http";
import * as wire from "../wire";
import { asItem, authorOf, placeOf } from "./composing";
import { firstGeneration } from "./readable";
import type { Thread } from "./thread";

/** So many boxes in one item: a request stays well below what the server takes. */
const AT_ONCE = 100;
/** Late boxes of one epoch to one generation, whatever the server asks for: one, and three that put a bad one right. */
const MOST_TURNS = 4;

export class LateBoxes {
  readonly #hands: Hands;

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** True when something was passed on, so that the conversation has grown; `reported`: somebody's box is bad. */
  async passOn(thread: Thread, reported: boolean): Promise<boolean> {
    if ((!thread.meta.emptyRows && !reported) || this.#hands.register.holding) {
      return false;
    }
    const missing = await get(`/api/conversations/${thread.id}/missing`, wire.missing);
    let passed = false;
    for (const { account, generation, epochs } of missing) {
      passed = (await this.#passTo(thread, account, generation, epochs)) || passed;
    }
    return passed;
  }

  async #passTo(
    thread: Thread,
    account: string,
    generation: number,
    numbers: readonly number[],
  ): Promise<boolean> {
    const verifier = await thread.verifier();
    const reader = readersOf(this.#hands.register.state, verifier.participants).find(
      (one) => one.account === account,
    );
    // What the server asks for counts only where the Register says the same.
    if (reader === undefined || reader.readingKey === null || reader.generation !== generation) {
      return false;
    }
    const since = firstGeneration(this.#hands.register.state, account);
    const lacks = numbers.filter((number) => {
      const row = verifier.epochs.get(number)?.table.find((one) => one.account === account);
      const late = verifier.lateBoxes.filter((one) => one.epoch === number && one.account === account);
      const turns = late.filter((one) => one.generation === generation).length;
      const leftOut = row !== undefined && row.box === null && turns === 0;
      const boxed = row !== undefined && row.box !== null ? [row, ...late] : late;
      const given = boxed.some((one) => one.generation >= since);
      return verifier.keys.has(number) && (leftOut || (given && turns < MOST_TURNS));
    });
    if (lacks.length === 0 || account === this.#hands.keyring.whose.account) {
      return false;
    }
    for (const some of inParts(lacks)) {
      try {
        await this.post(verifier, { ...reader, readingKey: reader.readingKey }, some);
      } catch (error) {
        if (!(error instanceof Problem && error.code === "late_box_exists")) {
          throw error;
        }
      }
    }
    return true;
  }

  /** Boxes the keys of these epochs, as far as they are here, to a reader, in one item. */
  async post(
    verifier: Conversation,
    reader: Reader & { readonly readingKey: string },
    numbers: readonly number[],
  ): Promise<void> {
    const keys = new Map(
      numbers.flatMap((number) => {
        const key = verifier.keys.get(number);
        return key === undefined ? [] : [[number, key] as const];
      }),
    );
    const publicKeys = await this.#hands.publicKeys.all([reader.readingKey]);
    const publicKey = publicKeys.get(reader.readingKey);
    if (publicKey === undefined || keys.size === 0) {
      return;
    }
    const made = await composeLateBoxes(authorOf(this.#hands), placeOf(verifier), reader, publicKey, keys);
    const boxes = [...made.late.bytes].map(([number, box]) => [String(number), toBase64(box)] as const);
    const item = { ...asItem(made), boxes: Object.fromEntries(boxes) };
    await post(`/api/conversations/${verifier.id}/items`, { items: [item] }, wire.sent);
  }
}

/** As many as fit into one item, from the first to the last. */
export function inParts(numbers: readonly number[]): (readonly number[])[] {
  const parts: (readonly number[])[] = [];
  for (let place = 0; place < numbers.length; place += AT_ONCE) {
    parts.push(numbers.slice(place, place + AT_ONCE));
  }
  return parts;
}
