/**
 * Admission on an application: what an officer signs for is what was read here. The digest is computed from it, never
 * taken from the server.
 */
import { applicationDigest } from "../crypto/application";
import { Malformed, randomBytes, toHex } from "../crypto/encoding";
import { makeEntry, type Statement, standingSubject } from "../crypto/statements";
import { type VettingCase, vettingCase } from "./applications";
import { asEnvelope } from "./beside";
import { CoreFailure } from "./failure";
import { type Hands, withIdentity } from "./hands";
import { get, post } from "./http";
import * as wire from "./wire";

export class Admissions {
  readonly #hands: Hands;
  /** The digest of what was read last of each application. */
  readonly #read = new Map<string, string>();

  constructor(hands: Hands) {
    this.#hands = hands;
  }

  /** The application as officers see it; rejects with `application_mismatch` when its digest is of something else. */
  async read(id: string): Promise<VettingCase> {
    const found = await get(`/api/vetting/${id}`, vettingCase);
    if (found.digest !== null) {
      if (found.id !== id || (await this.#digest(found)) !== found.digest) {
        throw new CoreFailure("application_mismatch", "The digest is not that of this application.");
      }
      this.#read.set(id, found.digest);
    }
    return found;
  }

  /** The digest to sign; rejects with `application_changed` unless the application is as it was read here. */
  async digestToSign(id: string): Promise<string> {
    const before = this.#read.get(id);
    const { digest } = await this.read(id);
    if (digest === null || digest !== before) {
      throw new CoreFailure("application_changed", "The application was not read as it is now.");
    }
    return digest;
  }

  /** Whether this digest is that of the application as it is now. */
  async matches(id: string, digest: string): Promise<boolean> {
    const found = await get(`/api/vetting/${id}`, vettingCase);
    return found.digest === digest && (await this.#digest(found)) === digest;
  }

  /** The first of two signatures under the admission of an observer, which has no lead. */
  async proposeObserver(id: string, why: string): Promise<void> {
    const application = await this.digestToSign(id);
    const { form } = await this.read(id);
    await this.#hands.register.catchUp();
    const authority = toHex(randomBytes(16));
    const said: Statement = {
      application,
      authority,
      kind: "observer",
      lead: null,
      name: form.name_en.trim(),
      network: this.#hands.keyring.whose.network,
      previous: null,
      state: form.state,
      subject: standingSubject(authority),
      time: Date.now(),
      type: "authority.admitted",
      verification: "code_compared",
    };
    const entry = await withIdentity(this.#hands, (identity) => makeEntry(said, identity));
    const proposal = { envelope: asEnvelope(entry), invitation: null, why };
    await post("/api/register/proposals", proposal, wire.proposed);
  }

  async #digest({ id, documents, form, nonce, revision }: VettingCase): Promise<string | null> {
    const { network } = this.#hands.keyring.whose;
    try {
      return await applicationDigest({
        application: id,
        documents,
        form,
        network,
        nonce: nonce ?? "",
        revision,
      });
    } catch (error) {
      if (error instanceof Malformed) {
        return null;
      }
      throw error;
    }
  }
}
