/**
 * The charter of the network as this browser sees it: who has accepted what, with proof, and the acts of leads and
 * officers. What is signed or published is what was read here: its hash is computed, never taken from the server.
 */
import {
  charterHash,
  makeAcceptance,
  readAcceptance,
  signAcceptance,
  verifyAcceptance,
} from "../crypto/charter";
import { fromBase64, Malformed, toBase64 } from "../crypto/encoding";
import { deviceSigner } from "../crypto/signing";
import type { Charter, CharterAcceptance, CharterDraft, CharterTexts, CharterVersion } from "./contract";
import { CoreFailure } from "./failure";
import { type Hands, ownAuthority } from "./hands";
import { get, Problem, post, put, remove } from "./http";
import * as wire from "./wire";

type Rows = wire.Charter;
type Row = Rows["versions"][number];

export class CharterSync {
  readonly #hands: Hands;
  #rows: Rows | null = null;
  /** Texts that were read and fit their hash. */
  readonly #texts = new Map<string, CharterTexts>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** What the server has; a version of it without a charter, or one that shows none to this person, says nothing. */
  async fetch(): Promise<void> {
    try {
      this.#rows = await get("/api/charter", wire.charter);
    } catch (error) {
      if (error instanceof Problem && error.code === "not_found") {
        return;
      }
      throw error;
    }
    await this.update();
  }

  /** By the Register as it is known now. */
  async update(): Promise<void> {
    if (this.#rows === null) {
      return;
    }
    const { required, versions } = this.#rows;
    const charter: Charter = {
      required,
      versions: await Promise.all(versions.map((row) => this.#version(row))),
    };
    if (this.#hands.vault.unlocked) {
      this.#hands.snapshots.set({ charter });
    }
  }

  async #version(row: Row): Promise<CharterVersion> {
    const acceptances = await Promise.all(row.acceptances.map((one) => this.#judge(row, one)));
    return {
      number: row.number,
      effective: row.effective,
      hash: row.hash,
      writtenBy: row.written_by,
      publishedBy: row.published_by,
      publishedAt: row.published_at,
      acceptances: acceptances.filter((one) => one !== null),
    };
  }

  /** Null for what is no acceptance at all: the server must not make one out of nothing. */
  async #judge(version: Row, row: Row["acceptances"][number]): Promise<CharterAcceptance | null> {
    try {
      const given = readAcceptance(fromBase64(row.body), fromBase64(row.signature, 64));
      const { account, authority } = given;
      const known = this.#hands.register.state.accounts.get(account);
      const key = known?.devices[given.device]?.key;
      const signed =
        key !== undefined &&
        known?.authority === authority &&
        given.network === this.#hands.keyring.whose.network &&
        (await verifyAcceptance(given, fromBase64(key, 32)));
      const fits = given.charter === version.hash && given.number === version.number;
      return { account, authority, at: row.at, proof: signed ? (fits ? "holds" : "other_text") : "broken" };
    } catch (error) {
      if (error instanceof Malformed) {
        return null;
      }
      throw error;
    }
  }

  /** The six texts, which are those that the hash stands for; rejects with `charter_mismatch` otherwise. */
  async read(number: string): Promise<CharterTexts> {
    const version = this.#rows?.versions.find((one) => one.number === number);
    if (version === undefined) {
      throw new CoreFailure("not_found", "There is no such version of the charter.");
    }
    const known = this.#texts.get(version.hash);
    if (known !== undefined) {
      return known;
    }
    const { texts } = await get(`/api/charter/versions/${number}`, wire.charterTexts);
    if ((await hashOf({ ...version, texts })) !== version.hash) {
      throw new CoreFailure("charter_mismatch", "The texts are not those that the version stands for.");
    }
    this.#texts.set(version.hash, texts);
    return texts;
  }

  /** `hash` is of what was shown: nothing else is signed. */
  async accept(number: string, hash: string): Promise<void> {
    const authority = ownAuthority(this.#hands);
    await this.read(number);
    if (this.#rows?.versions.find((one) => one.number === number)?.hash !== hash) {
      throw new CoreFailure("charter_mismatch", "This is not the text that was shown.");
    }
    const { account, network } = this.#hands.keyring.whose;
    const { device } = this.#hands.keyring;
    const said = { account, authority, charter: hash, device: device.id, network, number, time: Date.now() };
    const body = makeAcceptance(said);
    const signature = await signAcceptance(deviceSigner(device), body);
    await post("/api/charter/acceptances", { body: toBase64(body), signature: toBase64(signature) });
    await this.fetch();
  }

  async draft(): Promise<CharterDraft | null> {
    const { draft } = await get("/api/charter/draft", wire.perhapsCharterDraft);
    return draft === null ? null : shown(draft);
  }

  async template(): Promise<CharterTexts> {
    return (await get("/api/charter/template", wire.charterTexts)).texts;
  }

  async save(
    draft: Pick<CharterDraft, "number" | "effective" | "texts">,
    seen: number,
  ): Promise<CharterDraft> {
    const { number, effective, texts } = draft;
    return shown(await put("/api/charter/draft", { number, effective, texts, seen }, wire.charterDraft));
  }

  async discard(): Promise<void> {
    await remove("/api/charter/draft");
  }

  /** As another officer than the one who wrote it: the draft that was read, by its hash. */
  async publish({ number, effective, texts }: CharterDraft): Promise<void> {
    if (effective === null) {
      throw new CoreFailure("incomplete", "The day from which it applies is missing.");
    }
    await post("/api/charter/draft/publish", { hash: await hashOf({ number, effective, texts }) });
    await this.fetch();
  }

  async remind(number: string): Promise<{ sent: number }> {
    return post(`/api/charter/versions/${number}/remind`, {}, wire.charterReminded);
  }
}

async function hashOf(version: { number: string; effective: number; texts: CharterTexts }): Promise<string> {
  try {
    return await charterHash(version);
  } catch (error) {
    if (error instanceof Malformed) {
      throw new CoreFailure("incomplete", "A date or one of the six texts is missing.");
    }
    throw error;
  }
}

function shown(row: wire.CharterDraft): CharterDraft {
  const { number, effective, texts } = row;
  return {
    number,
    effective,
    texts,
    whole: row.hash !== "",
    writtenBy: row.written_by,
    changedAt: row.changed_at,
  };
}
