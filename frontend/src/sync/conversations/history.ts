/**
 * The verifier of one conversation, as the vault remembers it. Heads and client ids lie in pages of their own, so that a
 * new message rewrites one page and not the whole past; they are read when something is taken or sent, never to show.
 */
import { type Anchor, Conversation } from "../../crypto/conversation";
import { fromBase64, toBase64 } from "../../crypto/encoding";
import { type Change, conversationRange, type Vault, VaultFailure } from "../../vault";
import { belowSchema, epochSchema, historySchema, type Meta, type StoredEpoch } from "./records";

const PAGE = 256;

function pageKey(id: string, page: number): string {
  return `history/${id}/${page < 0 ? "-" : ""}${String(Math.abs(page)).padStart(8, "0")}`;
}

/** Beside the pages, so that whoever forgets a conversation forgets it too; pages begin with a digit or a sign. */
const belowKey = (id: string): string => `history/${id}/below`;

export class History {
  readonly verifier: Conversation;
  /** Epochs whose boxes were asked for in vain; a late box may change that. */
  readonly keyless = new Set<number>();
  /** When each epoch was received. */
  readonly times = new Map<number, number>();
  readonly #id: string;
  /** The sequence that page 0 begins with. */
  readonly #origin: number;
  /** Device and client id of what was accepted, by sequence. */
  readonly #names: Map<number, string>;
  readonly #dirty = new Set<number>();
  #below = "";

  private constructor(verifier: Conversation, origin: number, names: Map<number, string>) {
    this.verifier = verifier;
    this.#id = verifier.id;
    this.#origin = origin;
    this.#names = names;
  }

  /** A conversation that begins here: at its beginning, or after what this person may not read. */
  static begin(network: string, id: string, after?: { sequence: number; head: string }): History {
    const history = new History(new Conversation(network, id, after), 0, new Map());
    history.note(after?.sequence ?? 0, null);
    return history;
  }

  static async load(vault: Vault, network: string, meta: Meta): Promise<History> {
    const { id, firstKnown } = meta;
    const origin = meta.origin ?? firstKnown;
    const pages = await vault.readMany("records", historySchema, {
      range: IDBKeyRange.bound(`history/${id}/`, `history/${id}/a`),
    });
    const heads: [number, string][] = [];
    const names = new Map<number, string>();
    for (const { key, value } of pages) {
      const first = origin + Number(String(key).split("/")[2]) * PAGE;
      value.heads.forEach((head, place) => {
        if (head !== "") {
          heads.push([first + place, head]);
        }
      });
      value.clientIds.forEach((name, place) => {
        if (name !== "") {
          names.set(first + place, name);
        }
      });
    }
    const stored = await vault.readMany("epochs", epochSchema, { range: conversationRange(id) });
    const epochs = stored.map(({ value }) => value as StoredEpoch);
    if (meta.epoch !== undefined && !epochs.some(({ epoch }) => epoch.number === meta.epoch)) {
      const place = `epochs:${JSON.stringify([id, meta.epoch])}`;
      throw new VaultFailure("damaged", place, "the newest epoch is not there");
    }
    const below = await vault.read("records", belowKey(id), belowSchema);
    const anchor: Anchor = {
      sequence: meta.sequence,
      head: meta.head,
      epochs: epochs.map(({ epoch }) => epoch),
      ...(meta.created === null ? {} : { created: meta.created }),
      lateBoxes: meta.lateBoxes,
      floor: firstKnown,
      ground: meta.ground ?? firstKnown + 1,
      islands: meta.islands,
      heads,
      clientIds: [...names].map(([sequence, name]) => [name, sequence] as const),
      later: below?.later ?? [],
      skeleton: below?.skeleton ?? [],
    };
    const verifier = new Conversation(network, id, anchor);
    for (const { epoch, key } of epochs) {
      if (key !== null) {
        verifier.keys.set(epoch.number, fromBase64(key, 32));
      }
    }
    const history = new History(verifier, origin, names);
    for (const { epoch, at } of epochs) {
      if (at !== null) {
        history.times.set(epoch.number, at);
      }
    }
    history.#below = history.#belowNow();
    return history;
  }

  /** The head after this item is to be kept, with the name of the item where it was accepted. */
  note(sequence: number, name: string | null): void {
    if (name !== null) {
      this.#names.set(sequence, name);
    }
    this.#dirty.add(Math.floor((sequence - this.#origin) / PAGE));
  }

  /** The pages that changed since the last time. */
  changes(): Change[] {
    const changes: Change[] = [...this.#dirty].map((page) => {
      const first = this.#origin + page * PAGE;
      const last = Math.min(PAGE, this.verifier.sequence - first + 1);
      const places = Array.from({ length: last }, (_, place) => first + place);
      const heads = places.map((sequence) => this.verifier.headAt(sequence) ?? "");
      const clientIds = places.map((sequence) => this.#names.get(sequence) ?? "");
      return { store: "records", key: pageKey(this.#id, page), value: { heads, clientIds } };
    });
    this.#dirty.clear();
    const below = this.#belowNow();
    if (below !== this.#below) {
      this.#below = below;
      changes.push({ store: "records", key: belowKey(this.#id), value: JSON.parse(below) as unknown });
    }
    return changes;
  }

  epochChange(number: number): Change {
    const epoch = this.verifier.epochs.get(number);
    const key = this.verifier.keys.get(number);
    return {
      store: "epochs",
      key: [this.#id, number],
      value: {
        epoch,
        key: key === undefined ? null : toBase64(key),
        at: this.times.get(number) ?? null,
      },
    };
  }

  #belowNow(): string {
    const { later, skeleton } = this.verifier;
    return JSON.stringify({ later, skeleton: [...skeleton] });
  }
}
