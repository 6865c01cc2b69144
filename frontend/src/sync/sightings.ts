/**
 * Says, signed, what this browser holds, and compares what the browsers of colleagues say that they hold: so whatever the
 * server keeps from one of them comes to light at the others (docs/protocol.md, 5.8).
 */
import * as v from "valibot";
import { type Bytes, fromBase64, Malformed, toBase64 } from "../crypto/encoding";
import {
  makeSighting,
  mostSighted,
  readSighting,
  type Sighting,
  sightingTag,
  signSighting,
  verifySighting,
} from "../crypto/sightings";
import { deviceSigner } from "../crypto/signing";
import { AlarmRaised } from "./alarm";
import type { StoredItem } from "./conversations/records";
import { CoreFailure } from "./failure";
import type { Hands } from "./hands";
import { get, Problem, post } from "./http";
import { Queue } from "./queue";
import * as wire from "./wire";

export interface Held {
  readonly id: string;
  readonly sequence: number;
  readonly head: string;
  readonly lastAt: number;
}

/** What is compared, and how to get what is missing. */
export interface Holdings {
  /** The conversations that this person may read by the newest Register that is held. */
  held(): readonly Held[];
  /** Null where this browser does not know it. */
  headAt(id: string, sequence: number): Promise<string | null>;
  pull(): Promise<void>;
}

const RECORD = "sightings";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LEAST_BETWEEN = MINUTE;
const AFTER_CHANGE = 20 * SECOND;
/** How much later than the newest sighting of a browser one of its messages may be. */
const LATE = 3 * HOUR;
/** How long the sighting of a browser that is suspiciously quiet is waited for. */
const PATIENCE = 10 * MINUTE;

const rememberedSchema = v.object({
  /** When this browser first asked: what was signed before that may be of a time without sightings. */
  since: v.number(),
  /** How far the server's list was read, by the server's time. */
  read: v.number(),
  /** By device: the time of its newest sighting that was judged. */
  devices: v.record(v.string(), v.number()),
  /** By device: the newest time of a message that it signed, and when that came here. */
  signed: v.record(v.string(), v.object({ account: v.string(), time: v.number(), came: v.number() })),
});
type Remembered = v.InferOutput<typeof rememberedSchema>;

export class Sightings {
  readonly #hands: Hands;
  readonly #holdings: Holdings;
  readonly #queue = new Queue();
  #memory: Remembered = { since: 0, read: 0, devices: {}, signed: {} };
  #told = 0;
  /** Before then the server wants to hear nothing more. */
  #notBefore = 0;
  #asked = 0;
  #soon: ReturnType<typeof setTimeout> | null = null;
  #closed = false;

  constructor(hands: Hands, holdings: Holdings) {
    this.#hands = hands;
    this.#holdings = holdings;
  }

  async load(): Promise<void> {
    const remembered = await this.#hands.vault.read("records", RECORD, rememberedSchema);
    this.#memory = remembered ?? { since: Date.now(), read: 0, devices: {}, signed: {} };
    this.#publish();
  }

  close(): void {
    this.#closed = true;
    if (this.#soon !== null) {
      clearTimeout(this.#soon);
    }
  }

  /** Notes who signed what was taken, and says soon that this browser holds it. */
  taken(items: readonly StoredItem[]): void {
    const own = this.#hands.keyring.device.id;
    const { signed, since } = this.#memory;
    for (const item of items) {
      if (item.type !== "message" && item.type !== "waiting") {
        continue;
      }
      const { device, account, claimedAt: time } = item;
      if (device !== own && time > since && time > (signed[device]?.time ?? 0)) {
        signed[device] = { account, time, came: Date.now() };
      }
    }
    if (items.length > 0) {
      this.#tellSoon(AFTER_CHANGE);
    }
  }

  /** Once, however often it is asked for, and not before the server wants to hear it. */
  #tellSoon(wait: number): void {
    if (this.#closed) {
      return;
    }
    const earliest = Math.max(this.#told + LEAST_BETWEEN, this.#notBefore);
    this.#soon ??= setTimeout(
      () => {
        this.#soon = null;
        void this.tell().catch(() => undefined);
      },
      Math.max(wait, earliest - Date.now()),
    );
  }

  /** What has to be done with time alone; call it each minute while there is a line. */
  async tick(): Promise<void> {
    const now = Date.now();
    if (now - this.#told > HOUR && now >= this.#notBefore) {
      await this.tell().catch(() => undefined);
    }
    const quiet = this.#quiet();
    const unsure = quiet.some(({ came }) => this.#asked < came || now - this.#asked > PATIENCE);
    if (now - this.#asked > HOUR || unsure) {
      await this.compare(quiet.length > 0);
    }
    this.#publish();
  }

  /** After this browser has come back: says what it holds, before it seals anything, unless it has just said so. */
  async arrive(): Promise<void> {
    if (Date.now() - this.#told > LEAST_BETWEEN && Date.now() >= this.#notBefore) {
      await this.tell().catch(() => undefined);
    }
  }

  async tell(): Promise<void> {
    const { register, keyring } = this.#hands;
    if (register.holding) {
      return; // it is said to nobody who shows less
    }
    const { device, whose } = keyring;
    const held = [...this.#holdings.held()].sort((a, b) => b.lastAt - a.lastAt).slice(0, mostSighted);
    this.#told = Date.now();
    const body = await makeSighting({
      account: whose.account,
      network: whose.network,
      device: device.id,
      checkpoint: register.checkpoint,
      held,
      time: this.#told,
    });
    const signature = await signSighting(deviceSigner(device), body);
    try {
      await post("/api/sightings", { body: toBase64(body), signature: toBase64(signature) });
    } catch (error) {
      this.#tellAgain(error);
      throw error;
    }
  }

  /** What did not get through says nothing to anybody: it is said again, as soon as the server will hear it. */
  #tellAgain(error: unknown): void {
    if (error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500)) {
      // Nobody makes a browser silent for longer than it would be anyway.
      this.#notBefore = Date.now() + Math.min((error.retryAfter ?? 0) * SECOND, HOUR);
      this.#tellSoon(LEAST_BETWEEN);
    }
  }

  /** Rejects with `AlarmRaised` when somebody else holds what is kept from this browser. `all`: also what was read. */
  compare(all = false): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#hands.register.holding) {
        return; // others have handed back what is not there yet, or will
      }
      const asked = Date.now();
      let since = all ? 0 : this.#memory.read;
      for (let more = true; more && !this.#closed; ) {
        const page = await this.#page(since, asked);
        for (const { body, signature, received_at } of page.sightings) {
          await this.#judge(fromBase64(body), fromBase64(signature));
          since = Math.max(since, received_at);
        }
        more = page.more && page.sightings.length > 0;
      }
      this.#asked = asked;
      this.#memory.read = Math.max(this.#memory.read, since);
      await this.#keep();
      this.#publish();
    });
  }

  async #page(since: number, asked: number): Promise<v.InferOutput<typeof wire.sightings>> {
    try {
      return await get(`/api/sightings?since=${since}`, wire.sightings);
    } catch (error) {
      if (error instanceof Problem && error.status !== 0) {
        this.#asked = asked; // whoever answers and does not tell is waited for no longer than whoever withholds
        this.#publish();
      }
      throw error;
    }
  }

  async #judge(body: Bytes, signature: Bytes): Promise<void> {
    const sighting = await this.#readable(body, signature);
    if (sighting === null) {
      return;
    }
    await this.#judgeRegister(sighting);
    await this.#judgeConversations(sighting);
    this.#memory.devices[sighting.device] = sighting.time;
  }

  /** Null for what no active device of this network has signed, and for what is no news. */
  async #readable(body: Bytes, signature: Bytes): Promise<Sighting | null> {
    const { register, keyring } = this.#hands;
    let sighting: Sighting;
    try {
      sighting = readSighting(body, signature);
    } catch (error) {
      if (error instanceof Malformed) {
        return null;
      }
      throw error;
    }
    const { device, account, network, time, checkpoint } = sighting;
    const known = this.#memory.devices[device] ?? 0;
    if (network !== register.network || device === keyring.device.id || time <= known) {
      return null;
    }
    if (checkpoint.size > register.size) {
      await register.catchUp();
    }
    const state = register.state.accounts.get(account)?.devices[device];
    if (state?.active !== true || !(await verifySighting(sighting, fromBase64(state.key, 32)))) {
      return null;
    }
    return sighting;
  }

  async #judgeRegister(sighting: Sighting): Promise<void> {
    const { register } = this.#hands;
    const { size, root } = sighting.checkpoint;
    if (size > register.size) {
      throw this.#found("withheld", sighting, { register: register.checkpoint, note: register.note });
    }
    if (!(await register.belongs(size, root))) {
      throw this.#found("forked", sighting, { register: register.checkpoint, note: register.note });
    }
  }

  async #judgeConversations(sighting: Sighting): Promise<void> {
    const stated = new Map(sighting.conversations.map((one) => [one.tag, one]));
    const shared: { id: string; sequence: number; head: string }[] = [];
    for (const { id } of this.#holdings.held()) {
      const one = stated.get(await sightingTag(id, sighting.device));
      if (one !== undefined) {
        shared.push({ id, sequence: one.sequence, head: one.head });
      }
    }
    if (shared.some(({ id, sequence }) => this.#lacks(id, sequence))) {
      await this.#pull();
    }
    if (shared.some(({ id, sequence }) => this.#lacks(id, sequence))) {
      // It may be that this person may not read it any more, and does not know that yet.
      await this.#hands.register.catchUp();
      await this.#pull();
    }
    for (const { id, sequence, head } of shared) {
      const held = this.#heldOf(id);
      if (held === undefined || this.#closed) {
        continue; // no longer to be read, or nothing was fetched because the stay is over
      }
      const evidence = { conversation: id, held: { sequence: held.sequence, head: held.head } };
      if (held.sequence < sequence) {
        throw this.#found("withheld", sighting, evidence);
      }
      const own = held.sequence === sequence ? held.head : await this.#holdings.headAt(id, sequence);
      if (own !== null && own !== head) {
        throw this.#found("bad_history", sighting, { ...evidence, computed: own, at: sequence });
      }
    }
  }

  /** What cannot be taken as the server gives it is no excuse for what it does not give. */
  async #pull(): Promise<void> {
    await this.#holdings.pull().catch((error: unknown) => {
      if (!(error instanceof CoreFailure)) {
        throw error;
      }
    });
  }

  #heldOf(id: string): Held | undefined {
    return this.#holdings.held().find((one) => one.id === id);
  }

  #lacks(id: string, sequence: number): boolean {
    const held = this.#heldOf(id);
    return held !== undefined && held.sequence < sequence;
  }

  #found(
    kind: "withheld" | "forked" | "bad_history",
    { account, device, body, signature }: Sighting,
    more: Record<string, unknown>,
  ): AlarmRaised {
    return new AlarmRaised(kind, {
      network: this.#hands.register.network,
      account,
      device,
      sighting: { body: toBase64(body), signature: toBase64(signature) },
      ...more,
    });
  }

  /** Browsers that have signed something of late, and whose own word is hours older. */
  #quiet(): { account: string; came: number }[] {
    const { accounts } = this.#hands.register.state;
    return Object.entries(this.#memory.signed)
      .filter(([device, { account, time }]) => {
        const active = accounts.get(account)?.devices[device]?.active === true;
        return active && time - (this.#memory.devices[device] ?? 0) > LATE;
      })
      .map(([, one]) => one);
  }

  #publish(): void {
    if (this.#closed) {
      return;
    }
    const late = this.#quiet().filter(({ came }) => this.#asked - came >= PATIENCE);
    const withheld = [...new Set(late.map(({ account }) => account))].sort();
    const { snapshots } = this.#hands;
    if (withheld.join() !== snapshots.current.withheld.join()) {
      snapshots.set({ withheld });
    }
  }

  async #keep(): Promise<void> {
    await this.#hands.vault.write([{ store: "records", key: RECORD, value: this.#memory }]);
  }
}
