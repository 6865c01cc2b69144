/** A made-up network for tests and vectors: people whose keys follow from their names, and what they sign. */

import { type BoxKeyPair, boxKeyPair } from "./boxes.ts";
import { cosign, writeCheckpoint } from "./checkpoint.ts";
import type { Author } from "./compose.ts";
import type { RegisterView } from "./conversation.ts";
import { type Bytes, concat, fromBase64, randomBytes, toBase64, toHex, utf8 } from "./encoding.ts";
import { emptyRange, extend, leafHash, type Range, rootOf } from "./merkle.ts";
import { enrolDevice, type MadeKeys, makeKeys, makePerson } from "./person.ts";
import { apply } from "./rules.ts";
import { hash, hashHex } from "./seal.ts";
import { type DeviceKey, deviceSigner, publicKeyOf, type Signer, seedSigner } from "./signing.ts";
import { type AccountState, emptyState, type State } from "./state.ts";
import {
  accountSubject,
  makeEntry,
  networkSubject,
  peopleSubject,
  type Statement,
  type StatementOf,
  type StatementType,
  standingSubject,
} from "./statements.ts";

export const madeUpTime = 1_790_000_000_000;

/** 32 bytes that follow from a label. */
export function secret(label: string): Promise<Bytes> {
  return hash(utf8(`entente test\n${label}`));
}

export async function identifier(label: string): Promise<string> {
  return toHex(await secret(`id of ${label}`)).slice(0, 32);
}

const pkcs8 = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/** Like a browser's device key, but from a seed; its private half cannot be read either. */
export async function deviceKeyOf(seed: Bytes): Promise<DeviceKey> {
  const publicKey = await publicKeyOf(seed);
  const der = concat(Uint8Array.of(...pkcs8), seed);
  const privateKey = await crypto.subtle.importKey("pkcs8", der, "Ed25519", false, ["sign"]);
  return { id: await hashHex(publicKey), publicKey, privateKey };
}

/** Signs bytes as they are, as the Register signs its checkpoints. */
export async function rawSigner(seed: Bytes): Promise<(message: Bytes) => Promise<Bytes>> {
  const der = concat(Uint8Array.of(...pkcs8), seed);
  const key = await crypto.subtle.importKey("pkcs8", der, "Ed25519", false, ["sign"]);
  return async (message) => new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
}

export interface MadeUpPerson {
  readonly name: string;
  readonly account: string;
  /** Counts re-keyings. */
  readonly version: number;
  readonly identitySeed: Bytes;
  readonly identity: Signer;
  readonly device: DeviceKey;
  /** The 20 bytes of the recovery code. */
  readonly code: Bytes;
  /** By generation. */
  readonly readings: Map<number, BoxKeyPair>;
}

export async function makeUpPerson(name: string, version = 1): Promise<MadeUpPerson> {
  const identitySeed = await secret(`identity ${version} of ${name}`);
  return {
    name,
    account: await identifier(name),
    version,
    identitySeed,
    identity: await seedSigner(identitySeed),
    device: await deviceKeyOf(await secret(`device laptop ${version} of ${name}`)),
    code: (await secret(`code ${version} of ${name}`)).slice(0, 20),
    readings: new Map(),
  };
}

export const hashOf = async (label: string): Promise<string> => toHex(await secret(`hash of ${label}`));

type FieldsOf<T extends StatementType> = Omit<
  StatementOf<T>,
  "network" | "previous" | "subject" | "time" | "type"
>;

/** A Register being written, with every state of it on the way. */
export class MadeUpNetwork implements RegisterView {
  readonly entries: Bytes[] = [];
  readonly states: State[] = [emptyState];
  readonly people = new Map<string, MadeUpPerson>();
  readonly attachments = new Map<string, Bytes>();
  private ranges: Range[] = [emptyRange];
  private clock = madeUpTime;

  get state(): State {
    return this.states[this.states.length - 1] ?? emptyState;
  }

  get size(): number {
    return this.entries.length;
  }

  get network(): string {
    return this.state.network ?? "";
  }

  get officers(): MadeUpPerson[] {
    return [...this.people.values()].filter((person) => this.state.officers.has(person.account));
  }

  /** As many officers in office as the threshold asks for. */
  get threshold(): Signer[] {
    return this.officers.slice(0, this.state.threshold).map((officer) => officer.identity);
  }

  stateAt(size: number): State | null {
    return this.states[size] ?? null;
  }

  async rootAt(size: number): Promise<string | null> {
    const range = this.ranges[size];
    return range === undefined ? null : toHex(await rootOf(range));
  }

  /** The signed note for a size. */
  async note(size = this.size, seed?: Bytes, network = this.network): Promise<string> {
    const registerSeed = seed ?? (await secret("register"));
    const root = await rootOf(this.ranges[size] ?? emptyRange);
    const signer = await rawSigner(registerSeed);
    return writeCheckpoint(network, size, root, await publicKeyOf(registerSeed), signer);
  }

  /** The same, with the word of the Register key that it was so at this moment (milliseconds). */
  async noteAt(now: number, size = this.size): Promise<string> {
    const seed = await secret("register");
    const seconds = Math.floor(now / 1000);
    return cosign(await this.note(size), seconds, await publicKeyOf(seed), await rawSigner(seed));
  }

  async person(name: string): Promise<MadeUpPerson> {
    const person = this.people.get(name) ?? (await makeUpPerson(name));
    this.people.set(name, person);
    return person;
  }

  /** A statement with the right network, head and a time of its own, unless `other` says otherwise. */
  async entry<T extends Exclude<StatementType, "network.founded">>(
    type: T,
    subject: string,
    fields: FieldsOf<T>,
    signers: readonly Signer[],
    other: { previous?: string | null; network?: string } = {},
  ): Promise<Bytes> {
    this.clock += 1000;
    const said = {
      network: this.network,
      previous: this.state.heads.get(subject) ?? null,
      subject,
      time: this.clock,
      type,
      ...fields,
      ...other,
    } as unknown as Statement;
    return makeEntry(said, ...signers);
  }

  /** Appends an entry that must apply. */
  async add(entry: Bytes): Promise<void> {
    const outcome = await apply(this.state, entry);
    if (outcome.rejected) throw new Error(`rejected: ${outcome.reason} ${outcome.detail}`);
    await this.#take(entry, outcome.state);
  }

  /** Appends an entry whatever the rules say, as a hostile server may. */
  async force(entry: Bytes): Promise<void> {
    await this.#take(entry, (await apply(this.state, entry)).state);
  }

  async #take(entry: Bytes, state: State): Promise<void> {
    this.entries.push(entry);
    this.states.push(state);
    this.ranges.push(
      await extend(this.ranges[this.ranges.length - 1] ?? emptyRange, [await leafHash(entry)]),
    );
  }

  async say<T extends Exclude<StatementType, "network.founded">>(
    type: T,
    subject: string,
    fields: FieldsOf<T>,
    ...signers: readonly Signer[]
  ): Promise<void> {
    await this.add(await this.entry(type, subject, fields, signers));
  }

  static async founded(...names: string[]): Promise<MadeUpNetwork> {
    const network = new MadeUpNetwork();
    const officers: MadeUpPerson[] = [];
    for (const name of names.length > 0 ? names : ["Olga", "Omar", "Ottilie"]) {
      officers.push(await network.person(name));
    }
    await network.add(await foundingEntry(officers));
    return network;
  }

  /** Two authorities, each with its lead: Alba with Ana, Borea with Bo. */
  static async ofTwo(): Promise<MadeUpNetwork> {
    const network = await MadeUpNetwork.founded();
    await network.admit("Alba", "Ana");
    await network.admit("Borea", "Bo");
    return network;
  }

  /** The same network again, which may be written on without touching this one. */
  async copy(): Promise<MadeUpNetwork> {
    const copy = new MadeUpNetwork();
    for (const entry of this.entries) await copy.add(entry);
    for (const [name, person] of this.people) {
      copy.people.set(name, { ...person, readings: new Map(person.readings) });
    }
    for (const [hash_, bytes] of this.attachments) copy.attachments.set(hash_, bytes);
    return copy;
  }

  async admit(authority: string, lead: string): Promise<string> {
    const id = await identifier(authority);
    const { account, identity } = await this.person(lead);
    await this.say(
      "authority.admitted",
      standingSubject(id),
      {
        application: null,
        authority: id,
        kind: "member",
        lead: { account, commitment: await hashOf(lead), identity_key: toBase64(identity.publicKey) },
        name: authority,
        state: "XA",
        verification: "code_compared",
      },
      ...this.threshold,
    );
    await this.settle(lead);
    return id;
  }

  async appointment(authority: string, name: string, by: string | null, role: "lead" | "deputy" | "member") {
    const id = await identifier(authority);
    const { account, identity } = await this.person(name);
    const subject = by === null ? standingSubject(id) : peopleSubject(id);
    const signers = by === null ? this.threshold : [(await this.person(by)).identity];
    const fields = {
      account,
      authority: id,
      commitment: await hashOf(name),
      identity_key: toBase64(identity.publicKey),
      role,
      verification: "invitation_secret",
    } as const;
    return this.entry("focal_point.appointed", subject, fields, signers);
  }

  async appoint(
    authority: string,
    name: string,
    by: string | null,
    role: "lead" | "deputy" | "member" = "member",
  ) {
    await this.add(await this.appointment(authority, name, by, role));
    await this.settle(name);
  }

  /** The person's first device, recovery code and next reading key. */
  async settle(name: string): Promise<void> {
    const person = await this.person(name);
    const { account, identitySeed, device, code, readings } = person;
    const generation = this.state.accounts.get(account)?.generation ?? 0;
    this.clock += 1000;
    const whose = { network: this.network, account };
    const keys = await makePerson({ whose, identitySeed, device, code, time: this.clock, generation });
    for (const entry of keys.entries) await this.add(entry);
    for (const [hash_, bytes] of keys.attachments) this.attachments.set(hash_, bytes);
    readings.set(generation + 1, keys.reading);
  }

  /** A next generation, signed by the identity key or the device. */
  async renew(name: string, signer?: Signer): Promise<MadeKeys> {
    const person = await this.person(name);
    const holder = this.state.accounts.get(person.account) as AccountState;
    this.clock += 1000;
    const made = await makeKeys({
      whose: { network: this.network, account: person.account },
      holder,
      previous: this.state.heads.get(this.subjectOf(person)) ?? null,
      reading: await boxKeyPair(randomBytes(32)),
      previousReading: person.readings.get(holder.generation) ?? null,
      unlockKeys: holder.unlock_keys,
      publicKeys: this.attachments,
      time: this.clock,
      signer: signer ?? person.identity,
    });
    await this.add(made.entry);
    for (const [hash_, bytes] of made.attachments) this.attachments.set(hash_, bytes);
    person.readings.set(made.said.generation, made.reading);
    return made;
  }

  /** Somebody lost everything: officers (null) or the lead give the account a new identity, on its first device. */
  async rekey(authority: string, name: string, by: string | null): Promise<void> {
    const id = await identifier(authority);
    const before = await this.person(name);
    const person = await makeUpPerson(name, before.version + 1);
    const identity_key = toBase64(person.identity.publicKey);
    const signers = by === null ? this.threshold : [(await this.person(by)).identity];
    const subject = by === null ? standingSubject(id) : peopleSubject(id);
    const fields = {
      account: person.account,
      authority: id,
      identity_key,
      verification: "in_person",
    } as const;
    await this.say("focal_point.rekeyed", subject, fields, ...signers);
    this.people.set(name, person);
    await this.settle(name);
  }

  async confirm(authority: string, name: string, by: string): Promise<void> {
    const id = await identifier(authority);
    const { account } = await this.person(name);
    const signer = deviceSigner((await this.person(by)).device);
    await this.say("focal_point.confirmed", peopleSubject(id), { account, authority: id }, signer);
  }

  subjectOf(person: MadeUpPerson): string {
    return accountSubject(
      person.account,
      fromBase64(this.state.accounts.get(person.account)?.identity_key ?? ""),
    );
  }

  /** Somebody else revokes a device: the present generation is tainted until its owner makes a new one. */
  async revoke(authority: string, name: string, device?: string): Promise<void> {
    const person = await this.person(name);
    const subject = standingSubject(await identifier(authority));
    const fields = { account: person.account, device: device ?? person.device.id };
    await this.say("device.revoked", subject, fields, ...this.threshold);
  }

  /** A further device of the person, beside the first; it becomes the one that they use. */
  async enrol(name: string, label: string, revokes: readonly string[] = []): Promise<DeviceKey> {
    const person = await this.person(name);
    const device = await deviceKeyOf(await secret(`device ${label} ${person.version} of ${name}`));
    const deviceBox = await boxKeyPair(await secret(`box of device ${label} ${person.version} of ${name}`));
    this.clock += 1000;
    const made = await enrolDevice({
      whose: { network: this.network, account: person.account },
      identity: person.identity,
      device,
      deviceBox,
      revokes,
      previous: this.state.heads.get(this.subjectOf(person)) ?? null,
      time: this.clock,
    });
    await this.add(made.entry);
    for (const [hash_, bytes] of made.attachments) this.attachments.set(hash_, bytes);
    this.people.set(name, { ...person, device });
    return device;
  }

  async remove(authority: string, name: string): Promise<void> {
    const id = await identifier(authority);
    const { account } = await this.person(name);
    await this.say("focal_point.removed", standingSubject(id), { account, authority: id }, ...this.threshold);
  }

  async author(name: string, size = this.size): Promise<Author> {
    const { account, device } = await this.person(name);
    this.clock += 1000;
    const root = (await this.rootAt(size)) ?? "";
    return { network: this.network, account, device, checkpoint: { root, size }, now: this.clock };
  }
}

export async function foundingEntry(
  officers: readonly MadeUpPerson[],
  other: Partial<StatementOf<"network.founded">> = {},
  signers: readonly Signer[] = officers.map((officer) => officer.identity),
): Promise<Bytes> {
  const said: StatementOf<"network.founded"> = {
    demo: false,
    name: "Réseau d’essai",
    nonce: await hashOf("nonce"),
    officers: officers
      .map(({ account, identity }) => ({ account, identity_key: toBase64(identity.publicKey) }))
      .sort((a, b) => (a.account < b.account ? -1 : 1)),
    previous: null,
    register_key: toBase64(await publicKeyOf(await secret("register"))),
    subject: networkSubject,
    threshold: 2,
    time: madeUpTime,
    type: "network.founded",
    ...other,
  };
  return makeEntry(said, ...signers);
}
