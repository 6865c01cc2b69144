/**
 * Admission on an application: what an officer signs for is what was read here. The digest is computed from it, never
 * taken from the server.
 */
import { applicationDigest } from "../crypto/application";
import { Malformed, randomBytes, toHex } from "../crypto/encoding";
import { makeEntry, type Statement, standingSubject } from "../crypto/statements";
import { type ApplicationForm, type VettingCase, vettingCase } from "./applications";
import { asEnvelope } from "./beside";
import { CoreFailure } from "./failure";
import { type Hands, withIdentity } from "./hands";
import { get, post } from "./http";
import * as wire from "./wire";

/** What a statement says of the authority, and who was invited as its lead: the Register has only numbers of them. */
export interface SaidBeside {
  readonly name: string;
  readonly state: string;
  readonly kind: string;
  readonly lead: { readonly email: string; readonly name: string; readonly function: string } | null;
}

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

  /**
   * The digest to sign; rejects with `application_changed` unless the application is as it was read here, and with
   * `application_mismatch` where it says something else than the statement will.
   */
  async digestToSign(id: string, said: SaidBeside): Promise<string> {
    const { digest, form } = await this.#asRead(id);
    if (
      said.name !== form.name_en.trim() ||
      said.state !== form.state ||
      said.kind !== form.membership ||
      (said.kind === "member" && !isLeadOf(form, said.lead))
    ) {
      throw new CoreFailure("application_mismatch", "The application says something else.");
    }
    return digest;
  }

  async #asRead(id: string): Promise<VettingCase & { digest: string }> {
    const before = this.#read.get(id);
    const found = await this.read(id);
    const { digest } = found;
    if (digest === null || digest !== before) {
      throw new CoreFailure("application_changed", "The application was not read as it is now.");
    }
    return { ...found, digest };
  }

  /** Whether this digest is that of the application as it is now. */
  async matches(id: string, digest: string): Promise<boolean> {
    const found = await get(`/api/vetting/${id}`, vettingCase);
    return found.digest === digest && (await this.#digest(found)) === digest;
  }

  /** The first of two signatures under the admission of an observer, which has no lead. */
  async proposeObserver(id: string, why: string): Promise<void> {
    const { digest: application, form } = await this.#asRead(id);
    if (form.membership !== "observer") {
      throw new CoreFailure("application_mismatch", "This is no application to be an observer.");
    }
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

function isLeadOf(form: ApplicationForm, invited: SaidBeside["lead"]): boolean {
  const named = form.focal_points.find(({ role }) => role === "lead");
  return (
    named !== undefined &&
    invited !== null &&
    invited.email === named.email.trim().toLowerCase() &&
    invited.name === named.name &&
    invited.function === named.function
  );
}
