/** Opens the boxes of a conversation's epochs that were made for this person, and reports those that are bad. */
import type { Conversation } from "../../crypto/conversation";
import { fromBase64 } from "../../crypto/encoding";
import { DoesNotOpen } from "../../crypto/seal";
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
   * `closed` when none of them opens to the key that the epoch committed to.
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
    return "closed";
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
