/** A conversation between people of a made-up network, as a server would hold it. */

import {
  type Author,
  type Composed,
  composeCreated,
  composeEpoch,
  composeLateBoxes,
  composeMessage,
} from "./compose.ts";
import { Conversation } from "./conversation.ts";
import type { Bytes } from "./encoding.ts";
import { readersOf } from "./epochs.ts";
import type { EpochReason, Item } from "./items.ts";
import { identifier, type MadeUpNetwork } from "./madeUp.ts";
import type { AccountState } from "./state.ts";

/** An item in its place, with the member table of an epoch and the boxes by account. */
export interface Sent extends Item {
  readonly sequence: number;
  readonly table?: Bytes;
  readonly boxes?: ReadonlyMap<string, Bytes>;
}

/** A conversation as a server would hold it, written by people of a made-up network. */
export class MadeUpConversation {
  readonly items: Sent[] = [];
  readonly keys = new Map<number, Bytes>();
  readonly network: MadeUpNetwork;
  readonly participants: readonly string[];
  /** The server's own view, which verifies as everybody does. */
  readonly view: Conversation;

  private constructor(network: MadeUpNetwork, participants: readonly string[], created: Composed) {
    this.network = network;
    this.participants = participants;
    this.view = new Conversation(network.network, created.hash);
  }

  static async create(
    network: MadeUpNetwork,
    by: string,
    authorities: readonly string[],
  ): Promise<MadeUpConversation> {
    const participants = (await Promise.all(authorities.map(identifier))).sort();
    const created = await composeCreated(await network.author(by), participants, participants.slice(0, 1));
    const conversation = new MadeUpConversation(network, participants, created);
    await conversation.put(created.item);
    return conversation;
  }

  get place() {
    return { conversation: this.view.id, seen: { head: this.view.head, sequence: this.view.sequence } };
  }

  /** Takes an item as the next one, whether the verifier lets it through or not. */
  async put(item: Item, table?: Bytes, boxes?: ReadonlyMap<string, Bytes>) {
    const sent: Sent = {
      ...item,
      sequence: this.view.sequence + 1,
      ...(table === undefined ? {} : { table }),
      ...(boxes === undefined ? {} : { boxes }),
    };
    const taken = await this.view.take(sent, this.network);
    if (taken.kind !== "needs") this.items.push(sent);
    return taken;
  }

  async composeEpoch(by: string, reason: EpochReason = "members", author?: Author) {
    const newest = this.view.epoch;
    return composeEpoch(author ?? (await this.network.author(by)), this.place, {
      number: (newest?.number ?? 0) + 1,
      previous: newest?.hash ?? this.view.id,
      participants: this.participants,
      administrators: this.participants.slice(0, 1),
      reason,
      readers: readersOf(this.network.state, this.participants),
      publicKeys: this.network.attachments,
    });
  }

  async seal(by: string, reason: EpochReason = "members") {
    const { item, sealed } = await this.composeEpoch(by, reason);
    const taken = await this.put(item, sealed.tableBytes, sealed.boxes);
    if (taken.kind === "epoch") this.keys.set(taken.epoch.number, sealed.key);
    return taken;
  }

  /** Hands the keys of these epochs to somebody's present reading key. */
  async handOver(by: string, to: string, numbers: readonly number[] = [...this.keys.keys()]) {
    const { account } = await this.network.person(to);
    const person = this.network.state.accounts.get(account) as AccountState;
    const reader = { account, generation: person.generation, readingKey: person.reading_key ?? "" };
    const publicKey = this.network.attachments.get(reader.readingKey) as Bytes;
    const keys = new Map([...this.keys].filter(([number]) => numbers.includes(number)));
    const author = await this.network.author(by);
    const composed = await composeLateBoxes(author, this.place, reader, publicKey, keys);
    const boxes = new Map([...composed.late.bytes].map(([number, box]) => [String(number), box]));
    return { ...composed, taken: await this.put(composed.item, undefined, boxes) };
  }

  async write(by: string, text: string, kind: "text" | "subject" = "text") {
    if (this.view.isDue(this.network.state)) await this.seal(by);
    const number = this.view.epoch?.number ?? 0;
    const key = this.keys.get(number) ?? new Uint8Array(32);
    const plaintext = { kind, text };
    const { item } = await composeMessage(
      await this.network.author(by),
      this.place,
      { number, key },
      plaintext,
    );
    return this.put(item);
  }
}
