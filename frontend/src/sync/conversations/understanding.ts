/** Turns verified items into what people see, and opens what this person has the keys of. Writes nothing. */
import type { NumberedItem, Taken, TakenMessage } from "../../crypto/conversation";
import { type Bytes, fromBase64, toBase64 } from "../../crypto/encoding";
import { type Header, readItem } from "../../crypto/items";
import { openMessage, type Plaintext } from "../../crypto/messages";
import { DoesNotOpen, hashHex } from "../../crypto/seal";
import { conversationRange } from "../../vault";
import type { Hands } from "../hands";
import type * as wire from "../wire";
import type { EpochBoxes } from "./boxes";
import type { History } from "./history";
import type { RawItem } from "./raw";
import { wasGiven } from "./readable";
import { itemSchema, type Meta, type StoredItem, type StoredOf } from "./records";

type Place = Pick<wire.Item, "sequence" | "received_at">;

export class Understanding {
  readonly items: StoredItem[] = [];
  /** Epochs whose record changed. */
  readonly epochs: number[] = [];
  /** Earlier epochs whose key a late box brought. */
  readonly opened: number[] = [];
  /** What was taken, as it was signed, with what belongs to it. */
  readonly raw: RawItem[] = [];
  /** A late box brought the key of an epoch from before the place where this person began. */
  handed = false;
  /** Client ids of this device, with their place. */
  readonly clientIds = new Map<string, number>();
  meta: Meta;
  readonly #history: History;
  readonly #hands: Hands;
  readonly #boxes: EpochBoxes;
  readonly #read = new Map<number, { body: Bytes; header: Header | null }>();
  readonly #unread: Set<number>;
  readonly #opening = new Map<number, Promise<Plaintext | null>>();
  #rows: ReadonlyMap<number, wire.EpochRow> = new Map();

  constructor(history: History, meta: Meta, hands: Hands, boxes: EpochBoxes) {
    this.#history = history;
    this.meta = meta;
    this.#hands = hands;
    this.#boxes = boxes;
    this.#unread = new Set(meta.unread);
  }

  /** What is known of the conversation after all that was taken. */
  get result(): Meta {
    return { ...this.meta, unread: [...this.#unread].sort((a, b) => a - b) };
  }

  /** The words of a message that was opened here. */
  textAt(sequence: number): string | null {
    const item = this.items.find((one) => one.sequence === sequence);
    return item?.type === "message" ? item.text : null;
  }

  /** The tables and boxes that are at hand. */
  get rows(): ReadonlyMap<number, wire.EpochRow> {
    return this.#rows;
  }

  header(sequence: number): Header | null {
    return this.#read.get(sequence)?.header ?? null;
  }

  get #self(): string {
    return this.#hands.keyring.whose.account;
  }

  /** Fetches the tables and boxes that these items will need, all at once. */
  async prepare(items: readonly wire.Item[], known?: ReadonlyMap<number, wire.EpochRow>): Promise<void> {
    this.#rows = known ?? new Map();
    const numbers: number[] = [];
    const coming = new Set<number>();
    const { verifier, keyless } = this.#history;
    for (const { sequence, body } of items) {
      const bytes = fromBase64(body);
      const header = headerOf(bytes);
      this.#read.set(sequence, { body: bytes, header });
      if (header?.kind === "epoch") {
        numbers.push(header.number);
        coming.add(header.number);
      }
      if (header?.kind === "late_box" && header.account_for === this.#self) {
        numbers.push(...header.boxes.map(({ epoch }) => epoch));
        for (const { epoch } of header.boxes) {
          keyless.delete(epoch);
        }
      }
      if (header?.kind === "message" && !coming.has(header.epoch)) {
        coming.add(header.epoch);
        const { epoch } = header;
        if (verifier.epochs.has(epoch) && !verifier.keys.has(epoch) && !keyless.has(epoch)) {
          numbers.push(epoch);
        }
      }
    }
    const absent = numbers.filter((number) => !this.#rows.has(number));
    if (absent.length > 0) {
      const rows = await this.#boxes.fetch(this.meta.id, Math.min(...absent), Math.max(...absent));
      this.#rows = new Map([...this.#rows, ...rows]);
    }
    this.#openAhead();
  }

  /** Begins to open all messages whose keys are here at once; what they mean is worked out one after the other. */
  #openAhead(epoch?: number): void {
    const { verifier } = this.#history;
    for (const [sequence, { body, header }] of this.#read) {
      const wanted = header?.kind === "message" && (epoch === undefined || header.epoch === epoch);
      if (wanted && verifier.keys.has(header.epoch) && !this.#opening.has(sequence)) {
        const { headerBytes, content } = readItem(body);
        const opening = verifier.open({ kind: "message", sequence, header, headerBytes, content });
        opening.catch(() => undefined); // it is said when its turn comes
        this.#opening.set(sequence, opening);
      }
    }
  }

  /** What a skeleton tells before its items are met at their places: the subject, and who was without a key. */
  async takeSkeleton(taken: readonly Taken[], skeleton: readonly Place[]): Promise<void> {
    const { verifier, times } = this.#history;
    const received = new Map(skeleton.map(({ sequence, received_at }) => [sequence, received_at]));
    const learnt = new Set<number>();
    for (const one of taken) {
      if (one.kind === "created") {
        const { participants, administrators } = one.header;
        const created = { participants: [...participants], administrators: [...administrators] };
        this.meta = { ...this.meta, created };
      } else if (one.kind === "epoch") {
        const { number, sequence, table } = one.epoch;
        this.epochs.push(number);
        learnt.add(number);
        times.set(number, received.get(sequence) ?? 0);
        const empty = table.some(({ box }) => box === null);
        this.meta = { ...this.meta, emptyRows: this.meta.emptyRows || empty };
      } else if (one.kind === "message") {
        await this.#openEpoch(one.header.epoch);
        const plain = await verifier.open(one).catch(() => null); // it is judged at its place
        if (plain?.kind === "subject" && one.sequence > this.meta.subjectAt) {
          this.meta = { ...this.meta, subject: plain.text, subjectAt: one.sequence };
        }
      }
    }
    this.#setApart();
    await this.#dateLateBoxes(learnt);
  }

  /** What was written under epochs that do not name this person, in ranges. */
  #setApart(): void {
    const epochs = [...this.#history.verifier.epochs.values()].sort((a, b) => a.number - b.number);
    const without: Meta["without"] = [];
    for (const [place, { number, sequence, table }] of epochs.entries()) {
      const next = epochs[place + 1];
      if (table.some(({ account }) => account === this.#self)) {
        continue;
      }
      const last = next?.number === number + 1 ? next.sequence - 1 : Number.MAX_SAFE_INTEGER;
      const before = without.at(-1);
      if (before?.last === sequence - 1) {
        before.last = last;
      } else {
        without.push({ first: sequence, last });
      }
    }
    this.meta = { ...this.meta, without };
  }

  /** Whoever is handed keys of epochs that they know nothing of yet learns from when those are once they come. */
  async #dateLateBoxes(learnt: ReadonlySet<number>): Promise<void> {
    const lowest = new Map<number, number>();
    for (const { sequence, epoch } of this.#history.verifier.lateBoxes) {
      lowest.set(sequence, Math.min(epoch, lowest.get(sequence) ?? epoch));
    }
    for (const [sequence, epoch] of lowest) {
      if (learnt.has(epoch)) {
        const range = conversationRange(this.meta.id, sequence, sequence);
        const [kept] = await this.#hands.vault.readMany("items", itemSchema, { range });
        if (kept?.value.type === "late_box" && kept.value.since === null) {
          this.items.push({ ...kept.value, since: await this.#beginningOf(epoch) });
        }
      }
    }
  }

  /** An item above is refused after all, by what was found below. */
  async overturn(sequence: number, by: string | null, reason: string): Promise<void> {
    const range = conversationRange(this.meta.id, sequence, sequence);
    const [kept] = await this.#hands.vault.readMany("items", itemSchema, { range });
    if (kept !== undefined) {
      this.#refuse({ sequence, received_at: kept.value.at }, by, reason);
      this.#unread.delete(sequence);
    }
  }

  /** The item as the verifier takes it, with the member table of an epoch, and the head that the server states. */
  numbered({ sequence, body, signature }: wire.Item, head: string | undefined): NumberedItem {
    const read = this.#read.get(sequence);
    const header = read?.header;
    const row = header?.kind === "epoch" ? this.#rows.get(header.number) : undefined;
    return {
      sequence,
      body: read?.body ?? fromBase64(body),
      signature: fromBase64(signature),
      ...(row === undefined ? {} : { table: fromBase64(row.members) }),
      ...(head === undefined ? {} : { head }),
    };
  }

  /** Keeps an item that was taken in its place as the server gave it. */
  async keep({ sequence, received_at, body, signature }: wire.Item): Promise<void> {
    const { header } = this.#read.get(sequence) ?? { header: null };
    const item: RawItem = { sequence, received_at, body, signature };
    const row = header?.kind === "epoch" ? this.#rows.get(header.number) : undefined;
    if (row !== undefined) {
      item.members = row.members;
      const own = this.#history.verifier.epochs
        .get(row.number)
        ?.table.find(({ account }) => account === this.#self)?.box;
      const box = await boxWith(row, own);
      item.boxes = box === null ? {} : { [this.#self]: box };
    }
    if (header?.kind === "late_box" && header.account_for === this.#self) {
      const boxes: Record<string, string> = {};
      for (const { epoch, box: hash } of header.boxes) {
        const late = this.#rows.get(epoch);
        const box = late === undefined ? null : await boxWith(late, hash);
        if (box !== null) {
          boxes[String(epoch)] = box;
        }
      }
      item.boxes = boxes;
    }
    this.raw.push(item);
  }

  async take(taken: Taken, place: Place): Promise<void> {
    this.meta = { ...this.meta, lastAt: Math.max(this.meta.lastAt, place.received_at) };
    if (taken.kind === "refused") {
      this.#refuse(place, taken.by, taken.reason);
      return;
    }
    if (taken.kind === "needs") {
      return;
    }
    if (taken.header.device === this.#hands.keyring.device.id) {
      this.clientIds.set(taken.header.client_id, place.sequence);
    }
    const stored = { sequence: place.sequence, account: taken.header.account, at: place.received_at };
    switch (taken.kind) {
      case "created": {
        const { participants, administrators } = taken.header;
        const created = { participants: [...participants], administrators: [...administrators] };
        this.meta = { ...this.meta, created };
        this.items.push({ type: "created", ...stored });
        break;
      }
      case "epoch":
        await this.#takeEpoch(taken, stored);
        break;
      case "message":
        await this.#takeMessage(taken, stored);
        break;
      case "late_box": {
        const { account_for, boxes } = taken.header;
        const since = await this.#beginningOf(boxes[0]?.epoch ?? 0);
        this.items.push({
          type: "late_box",
          ...stored,
          forAccount: account_for,
          epochs: boxes.length,
          since,
        });
        if (account_for === this.#self) {
          await this.#takeLateBoxes(taken, place);
        }
        break;
      }
    }
  }

  /** Opens epochs anew and then the messages under them that waited. */
  async openLater(numbers: readonly number[], rows?: ReadonlyMap<number, wire.EpochRow>): Promise<void> {
    const { verifier } = this.#history;
    for (const number of numbers) {
      const row = rows?.get(number);
      if (row !== undefined && (await this.#boxes.open(verifier, row)) === "opened") {
        this.epochs.push(number);
      }
      const key = verifier.keys.get(number);
      const epoch = verifier.epochs.get(number);
      if (key !== undefined && epoch !== undefined) {
        const until = verifier.epochs.get(number + 1)?.sequence ?? verifier.sequence;
        await this.#openRange(key, epoch.sequence, until, number);
      }
    }
  }

  async #openRange(key: Bytes, first: number, last: number, epoch: number): Promise<void> {
    const stored = await this.#hands.vault.readMany("items", itemSchema, {
      range: conversationRange(this.meta.id, first, last),
    });
    for (const { value } of stored) {
      if (value.type !== "waiting" || value.epoch !== epoch) {
        continue;
      }
      const { header, content, ...place } = value;
      try {
        const plain = await openMessage(key, value.device, fromBase64(header), fromBase64(content));
        if (this.#counted(value)) {
          this.meta = { ...this.meta, undecryptable: Math.max(0, this.meta.undecryptable - 1) };
        }
        this.#show(plain, { ...place, type: "message", text: plain.text });
      } catch (error) {
        this.#unreadable(error, { sequence: value.sequence, received_at: value.at }, value.account);
      }
    }
  }

  async #takeEpoch(
    taken: Extract<Taken, { kind: "epoch" }>,
    stored: { sequence: number; account: string; at: number },
  ): Promise<void> {
    const { epoch, header } = taken;
    const { verifier, times } = this.#history;
    this.epochs.push(epoch.number);
    times.set(epoch.number, stored.at);
    if (this.meta.without.length > 0 || !epoch.table.some(({ account }) => account === this.#self)) {
      this.#setApart();
    }
    const empty = epoch.table.some(({ box }) => box === null);
    this.meta = { ...this.meta, emptyRows: this.meta.emptyRows || empty };
    // The first epoch that this person may read is no change of anything they knew.
    if (verifier.epochs.has(epoch.number - 1) && header.reason !== "created") {
      const { joined, left } = taken;
      this.items.push({
        type: "key_changed",
        ...stored,
        reason: header.reason,
        joined: [...joined],
        left: [...left],
      });
    }
    const row = this.#rows.get(epoch.number);
    const answer = row === undefined ? "none" : await this.#boxes.open(verifier, row);
    if (answer === "closed") {
      const place = { sequence: stored.sequence, received_at: stored.at };
      this.#refuse(place, epoch.author, "bad_box");
    }
  }

  async #takeLateBoxes(taken: Extract<Taken, { kind: "late_box" }>, place: Place): Promise<void> {
    const { verifier } = this.#history;
    for (const { epoch } of taken.header.boxes) {
      const row = this.#rows.get(epoch);
      const held = verifier.keys.has(epoch);
      if (!verifier.epochs.has(epoch)) {
        this.handed = true;
        continue;
      }
      if (held || row === undefined) {
        continue;
      }
      const answer = await this.#boxes.open(verifier, row);
      if (answer === "opened") {
        this.epochs.push(epoch);
        this.opened.push(epoch);
      } else if (answer === "closed") {
        this.#refuse(place, taken.header.account, "bad_late_box");
      }
    }
  }

  /** When an epoch began, as far as this browser knows. */
  async #beginningOf(epoch: number): Promise<number | null> {
    const { verifier, times } = this.#history;
    const sequence = verifier.epochs.get(epoch)?.sequence;
    const known = times.get(epoch) ?? null;
    if (sequence === undefined || known !== null || sequence <= verifier.floor) {
      return known;
    }
    const range = conversationRange(this.meta.id, sequence);
    const [kept] = await this.#hands.vault.readMany("items", itemSchema, { range, limit: 1 });
    return (kept?.value ?? this.items.find((item) => item.sequence >= sequence))?.at ?? null;
  }

  /** Keys of earlier epochs are opened when a message under them comes, and not before. */
  async #openEpoch(number: number): Promise<void> {
    const { verifier, keyless } = this.#history;
    const row = this.#rows.get(number);
    if (verifier.keys.has(number) || keyless.has(number) || row === undefined) {
      return;
    }
    if ((await this.#boxes.open(verifier, row)) === "opened") {
      this.epochs.push(number);
      this.#openAhead(number);
    } else {
      keyless.add(number);
    }
  }

  async #takeMessage(
    taken: TakenMessage,
    stored: { sequence: number; account: string; at: number },
  ): Promise<void> {
    const { header, headerBytes, content } = taken;
    const { device, epoch, time } = header;
    const about = { ...stored, device, epoch, claimedAt: time };
    await this.#openEpoch(epoch);
    try {
      const plain = await (this.#opening.get(stored.sequence) ?? this.#history.verifier.open(taken));
      if (plain !== null) {
        this.#show(plain, { type: "message", ...about, text: plain.text });
        return;
      }
    } catch (error) {
      this.#unreadable(error, { sequence: stored.sequence, received_at: stored.at }, header.account);
      return;
    }
    const waiting: StoredOf<"waiting"> = {
      type: "waiting",
      ...about,
      header: toBase64(headerBytes),
      content: toBase64(content),
      closed: this.#isClosed(epoch),
    };
    if (this.#counted(waiting)) {
      this.meta = { ...this.meta, undecryptable: this.meta.undecryptable + 1 };
    }
    const { sequence, closed } = waiting;
    if (sequence > (this.meta.unopened?.sequence ?? 0)) {
      this.meta = { ...this.meta, unopened: { sequence, closed } };
    }
    this.items.push(waiting);
  }

  #show(plain: Plaintext, message: StoredOf<"message">): void {
    const { account, sequence, at } = message;
    if (plain.kind === "subject") {
      if (sequence >= this.meta.subjectAt) {
        this.meta = { ...this.meta, subject: plain.text, subjectAt: sequence };
      }
      this.items.push({ type: "subject", sequence, account, at });
      return;
    }
    this.items.push(message);
    if (sequence >= (this.meta.last?.sequence ?? 0)) {
      this.meta = { ...this.meta, last: { text: message.text, from: account, sequence } };
    }
    const unread = account !== this.#self && sequence > (this.meta.read[this.#self] ?? 0);
    // What was written before somebody came was never news to them.
    if (unread && !this.meta.without.some(({ first, last }) => first <= sequence && sequence <= last)) {
      this.#unread.add(sequence);
    }
  }

  #refuse({ sequence, received_at }: Place, by: string | null, reason: string): void {
    const at = this.items.findLastIndex((item) => item.sequence === sequence);
    const refused: StoredItem = { type: "refused", sequence, at: received_at, by, reason };
    if (at === -1) {
      this.items.push(refused);
    } else {
      this.items[at] = refused;
    }
  }

  /** Sealed for somebody else, or not at all what its header says: the sender's doing. */
  #unreadable(error: unknown, place: Place, by: string): void {
    if (!(error instanceof DoesNotOpen)) {
      throw error;
    }
    this.#refuse(place, by, "unreadable");
  }

  /** Whether only somebody who decides to hand it over opens this epoch; what is due to a member comes by itself. */
  #isClosed(epoch: number): boolean {
    const table = this.#history.verifier.epochs.get(epoch)?.table;
    const row = table?.find(({ account }) => account === this.#self);
    const { readings } = this.#hands.keyring;
    const due = row !== undefined && row.box === null;
    return !due && !wasGiven(this.#history.verifier, epoch, this.#self, readings);
  }

  /** A member with a box to keys that they hold must be able to open: what does not is counted. */
  #counted(waiting: StoredOf<"waiting">): boolean {
    return wasGiven(this.#history.verifier, waiting.epoch, this.#self, this.#hands.keyring.readings);
  }
}

/** Which of the boxes that the server has for this person is the one that was signed. */
async function boxWith(row: wire.EpochRow, hash: string | null | undefined): Promise<string | null> {
  for (const box of hash === null || hash === undefined ? [] : [row.box, ...row.other_boxes]) {
    if (box !== null && (await hashHex(fromBase64(box))) === hash) {
      return box;
    }
  }
  return null;
}

function headerOf(body: Uint8Array): Header | null {
  try {
    return readItem(body).header;
  } catch {
    return null;
  }
}
