/** Opens the boxes of a conversation's epochs that were made for this person, and reports those that are bad. */
import type { Conversation } from "../../crypto/conversation";
import { fromBase64 } from "../../crypto/encoding";
import { DoesNotOpen, hashHex } from "../../crypto/seal";
import { get, post } from "../http";
import type { KeyActs } from "../keyActs";
import type { Keyring } from "../keyring";
import * as wire from "../wire";
import { wasGiven } from "./readable";

export class EpochBoxes {
  readonly #keyring: Keyring;
  readonly #keyActs: KeyActs;
  readonly #reported = new Set<string>();

  constructor(keyring: Keyring, keyActs: KeyActs) {
    this.#keyring = keyring;
    this.#keyActs = keyActs;
  }

  /** Tables and own boxes of epochs `first` to `last`, by number. */
  async fetch(id: string, first: number, last: number): Promise<Map<number, wire.EpochRow>> {
    const found = new Map<number, wire.EpochRow>();
    for (let from = first; from <= last; ) {
      const rows = await get(`/api/conversations/${id}/epochs?first=${from}&last=${last}`, wire.epochs);
      for (const row of rows) {
        found.set(row.number, row);
      }
      const newest = rows.at(-1)?.number;
      if (newest === undefined || newest >= last) {
        break;
      }
      from = newest + 1;
    }
    return found;
  }

  /**
   * Opens the key of an epoch with any of these boxes: `opened`; `none` when there is no box for this person;
   * `closed` when none of them opens to the key that the epoch committed to. Bytes that nobody signed are no box: who
   * made the epoch is not to be blamed for what a server put in its place.
   */
  async open(verifier: Conversation, row: wire.EpochRow): Promise<"opened" | "none" | "closed"> {
    if (verifier.keys.has(row.number)) {
      return "opened";
    }
    const boxes = [row.box, ...row.other_boxes].filter((box) => box !== null).map((box) => fromBase64(box));
    const { whose, readings } = this.#keyring;
    if (boxes.length === 0 || !wasGiven(verifier, row.number, whose.account, readings)) {
      return "none";
    }
    for (const attempt of ["held", "fetched"] as const) {
      if (attempt === "fetched") {
        // Another browser of this person may have made the generation that this was boxed to.
        await this.#keyActs.openNewGenerations();
      }
      for (const box of boxes) {
        if (await this.#opens(verifier, row.number, box)) {
          return "opened";
        }
      }
    }
    void this.#report(verifier.id, row.number, boxes.length);
    return (await signedFor(verifier, row.number, whose.account, boxes)) ? "closed" : "none";
  }

  /** Asks for another box, once for as many as there are; the server counts how often. */
  async #report(id: string, epoch: number, boxes: number): Promise<void> {
    const bad = `${id}/${epoch}/${boxes}`;
    const generation = Math.max(...this.#keyring.readings.keys());
    if (!this.#reported.has(bad)) {
      this.#reported.add(bad);
      await post(`/api/conversations/${id}/bad-boxes`, { epoch, generation }).catch(() => {
        this.#reported.delete(bad); // asked again when the epoch is met again
      });
    }
  }

  async #opens(verifier: Conversation, number: number, box: Uint8Array<ArrayBuffer>): Promise<boolean> {
    try {
      const { whose, readings } = this.#keyring;
      await verifier.openBox(number, whose.account, box, readings);
      return true;
    } catch (error) {
      if (error instanceof DoesNotOpen) {
        return false;
      }
      throw error;
    }
  }
}

/** Whether one of these boxes is what the author of the epoch, or of a late box, signed for this account. */
async function signedFor(
  { epochs, lateBoxes }: Conversation,
  number: number,
  account: string,
  boxes: readonly Uint8Array<ArrayBuffer>[],
): Promise<boolean> {
  const hashes = await Promise.all(boxes.map((box) => hashHex(box)));
  const row = epochs.get(number)?.table.find((one) => one.account === account);
  const late = lateBoxes.filter((one) => one.epoch === number && one.account === account);
  return [row, ...late].some((one) => one !== undefined && one.box !== null && hashes.includes(one.box));
}
