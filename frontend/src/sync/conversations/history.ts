/**
 * The verifier of one conversation, as the vault remembers it. Heads and client ids lie in pages of their own, so that a
 * new message rewrites one page and not the whole past.
 */
import { type Anchor, Conversation } from "../../crypto/conversation";
import { fromBase64, toBase64 } from "../../crypto/encoding";
import { type Change, conversationRange, type Vault } from "../../vault";
import { epochSchema, historySchema, type Meta, type StoredEpoch } from "./records";

const PAGE = 256;

function pageKey(id: string, page: number): string {
  return `history/${id}/${String(page).padStart(8, "0")}`;
}

export class History {
  readonly verifier: Conversation;
  readonly #id: string;
  readonly #firstKnown: number;
  readonly #heads: string[];
  readonly #clientIds: string[];

  private constructor(verifier: Conversation, firstKnown: number, heads: string[], clientIds: string[]) {
    this.verifier = verifier;
    this.#id = verifier.id;
    this.#firstKnown = firstKnown;
    this.#heads = heads;
    this.#clientIds = clientIds;
  }

  /** A conversation that begins here: at its beginning, or after what this person may not read. */
  static begin(network: string, id: string, after?: { sequence: number; head: string }): History {
    const verifier = new Conversation(network, id, after);
    return new History(verifier, after?.sequence ?? 0, [verifier.head], [""]);
  }

  static async load(vault: Vault, network: string, meta: Meta): Promise<History> {
    const { id, firstKnown } = meta;
    const pages = await vault.readMany("records", historySchema, {
      range: IDBKeyRange.bound(pageKey(id, 0), pageKey(id, 99_999_999)),
    });
    const heads = pages.flatMap(({ value }) => value.heads);
    const clientIds = pages.flatMap(({ value }) => value.clientIds);
    const stored = await vault.readMany("epochs", epochSchema, { range: conversationRange(id) });
    const epochs = stored.map(({ value }) => value as StoredEpoch);
    const anchor: Anchor = {
      sequence: meta.sequence,
      head: meta.head,
      epochs: epochs.map(({ epoch }) => epoch),
      ...(meta.created === null ? {} : { created: meta.created }),
      lateBoxes: meta.lateBoxes,
      firstKnown,
      heads,
      clientIds: clientIds.filter((one) => one !== ""),
    };
    const verifier = new Conversation(network, id, anchor);
    for (const { epoch, key } of epochs) {
      if (key !== null) {
        verifier.keys.set(epoch.number, fromBase64(key, 32));
      }
    }
    return new History(verifier, firstKnown, heads, clientIds);
  }

  /** Notes the item that the verifier took last; `clientId` is empty for one that was refused. */
  note(clientId: string): void {
    this.#heads.push(this.verifier.head);
    this.#clientIds.push(clientId);
  }

  /** The pages that changed after this sequence. */
  changesSince(sequence: number): Change[] {
    const first = Math.floor(Math.max(0, sequence + 1 - this.#firstKnown) / PAGE);
    const changes: Change[] = [];
    for (let page = first; page * PAGE < this.#heads.length; page++) {
      const range = [page * PAGE, (page + 1) * PAGE] as const;
      changes.push({
        store: "records",
        key: pageKey(this.#id, page),
        value: { heads: this.#heads.slice(...range), clientIds: this.#clientIds.slice(...range) },
      });
    }
    // A conversation that has just begun has not written its anchor yet.
    return changes;
  }

  epochChange(number: number): Change {
    const epoch = this.verifier.epochs.get(number);
    const key = this.verifier.keys.get(number);
    return {
      store: "epochs",
      key: [this.#id, number],
      value: { epoch, key: key === undefined ? null : toBase64(key) },
    };
  }
}
