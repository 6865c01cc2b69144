/** Three officers found a network: each makes an identity key here, and signs what names all of them. */
import * as v from "valibot";
import { type Bytes, fromBase64, randomBytes, toBase64 } from "../crypto/encoding";
import { numbersOf } from "../crypto/invitation";
import { hash } from "../crypto/seal";
import { seedSigner } from "../crypto/signing";
import { parseStatement, type StatementOf, signPayload } from "../crypto/statements";
import { type DeviceRecord, databaseName, deleteDatabase, UNFOUNDED, Vault } from "../vault";
import type { Founding } from "./contract";
import { CoreFailure } from "./failure";
import { get, post } from "./http";
import { ownDevice } from "./invited";
import type { Stay } from "./session";
import * as wire from "./wire";

const IDENTITY = "founding-identity";
const identitySchema = v.object({ seed: v.string() });
const LOOK_EVERY = 3_000;

export interface FoundingOptions {
  account: string;
  show: (founding: Founding) => void;
  /** Time to look what the other officers have done. */
  look: () => Promise<void>;
}

export class FoundingStay implements Stay {
  readonly network = null;
  readonly #options: FoundingOptions;
  readonly #vault: Vault;
  readonly #device: DeviceRecord;
  #looking: ReturnType<typeof setTimeout> | null = null;
  /** The text whose code stands on the screen. */
  #shown: string | null = null;
  #closed = false;

  private constructor(options: FoundingOptions, vault: Vault, device: DeviceRecord) {
    this.#options = options;
    this.#vault = vault;
    this.#device = device;
  }

  static async open(options: FoundingOptions): Promise<FoundingStay> {
    const vault = await Vault.open(UNFOUNDED, options.account);
    const stay = new FoundingStay(options, vault, await ownDevice(vault));
    await stay.refresh();
    stay.#lookLater();
    return stay;
  }

  get account(): string {
    return this.#options.account;
  }

  endReason() {
    return "session_ended" as const;
  }

  close(): void {
    this.#closed = true;
    this.#vault.lock();
    if (this.#looking !== null) {
      clearTimeout(this.#looking);
    }
  }

  async refresh(): Promise<boolean> {
    return (await this.#fetch()).state !== "founded";
  }

  /** Makes this officer's identity key, or offers again the one that was made. */
  async offerKey(): Promise<void> {
    let seed = await this.#seed();
    if (seed === undefined) {
      seed = randomBytes(32);
      await this.#vault.writePending(this.#device.localKey, IDENTITY, { seed: toBase64(seed) });
    }
    const { publicKey } = await seedSigner(seed);
    await post("/api/founding/key", { identity_key: toBase64(publicKey) });
    await this.#options.look();
  }

  /** Signs the text whose code the officers have compared: another one is shown, and must be compared first. */
  async sign(): Promise<void> {
    const compared = this.#shown;
    const [seed, answer] = await Promise.all([this.#seed(), this.#fetch()]);
    if (seed === undefined || answer.payload === null) {
      throw new CoreFailure("nothing_to_sign", "All officers give their keys first.");
    }
    if (answer.payload !== compared) {
      throw new CoreFailure("founding_mismatch", "This is not the text whose code was shown.");
    }
    const payload = fromBase64(answer.payload);
    const said = this.#read(payload);
    const signer = await seedSigner(seed);
    const named = new Map(said.officers.map(({ account, identity_key }) => [account, identity_key]));
    const shown = answer.officers.map(({ account }) => account);
    if (named.get(this.account) !== toBase64(signer.publicKey)) {
      throw new CoreFailure("founding_mismatch", "The statement names another identity key for you.");
    }
    if (named.size !== shown.length || !shown.every((account) => named.has(account))) {
      throw new CoreFailure("founding_mismatch", "The statement names other officers than those shown here.");
    }
    const { keyid, signature } = await signPayload(payload, signer);
    await post("/api/founding/sign", { keyid, sig: toBase64(signature) });
    await this.#options.look();
  }

  #read(payload: Bytes): StatementOf<"network.founded"> {
    const { said } = parseStatement(payload);
    if (said.type !== "network.founded" || said.previous !== null) {
      throw new CoreFailure("founding_mismatch", "This is not a statement that founds a network.");
    }
    return said;
  }

  async #seed(): Promise<Bytes | undefined> {
    const held = await this.#vault.readPending(this.#device.localKey, IDENTITY, identitySchema);
    return held === undefined ? undefined : fromBase64(held.seed, 32);
  }

  async #fetch(): Promise<v.InferOutput<typeof wire.founding>> {
    const answer = await get("/api/founding", wire.founding);
    const code = answer.payload === null ? null : numbersOf(await hash(fromBase64(answer.payload))).join(" ");
    this.#shown = answer.payload;
    this.#options.show({
      state: answer.state,
      officers: answer.officers.map(({ account, name, has_key, signed }) => ({
        account,
        name,
        hasKey: has_key,
        signed,
        self: account === this.account,
      })),
      networkId: answer.network,
      codeToCompare: code,
    });
    return answer;
  }

  #lookLater(): void {
    if (this.#closed) {
      return;
    }
    this.#looking = setTimeout(() => {
      this.#options
        .look()
        .catch(() => undefined) // the next look may reach the server
        .finally(() => this.#lookLater());
    }, LOOK_EVERY);
  }
}

/**
 * The identity with which this browser's officer founded the network, moved with its device into the network's own
 * vault; undefined when this browser founded nothing.
 */
export async function adoptFounding(vault: Vault): Promise<Bytes | undefined> {
  const all = await indexedDB.databases();
  if (!all.some(({ name }) => name === databaseName(UNFOUNDED, vault.account))) {
    return undefined;
  }
  const before = await Vault.open(UNFOUNDED, vault.account);
  try {
    const device = await before.device();
    const held =
      device === undefined ? undefined : await before.readPending(device.localKey, IDENTITY, identitySchema);
    if (device === undefined || held === undefined) {
      return undefined;
    }
    await vault.saveDevice(device);
    await vault.writePending(device.localKey, IDENTITY, held);
  } finally {
    before.lock();
  }
  return foundingSeed(vault);
}

export async function foundingSeed(vault: Vault): Promise<Bytes | undefined> {
  const device = await vault.device();
  const held =
    device === undefined ? undefined : await vault.readPending(device.localKey, IDENTITY, identitySchema);
  return held === undefined ? undefined : fromBase64(held.seed, 32);
}

/** Once the identity lies in its box, nothing of it stays here. */
export async function forgetFounding(vault: Vault): Promise<void> {
  await vault.dropPending(IDENTITY);
  await deleteDatabase(UNFOUNDED, vault.account);
}
