/**
 * Bringing people in: the link with its secret, the answer that the secret authenticates, and the signature.
 * Nothing is signed for a key that the secret does not vouch for.
 */

import * as v from "valibot";
import { type Bytes, fromBase64, fromHex, randomBytes, toBase64, toHex, utf8 } from "../crypto/encoding";
import {
  codeToCompare,
  commitmentTo,
  inviteeMac,
  inviterMac,
  macMatches,
  makeFragment,
  openInvitationSecret,
  sealInvitationSecret,
} from "../crypto/invitation";
import { DoesNotOpen, hashHex } from "../crypto/seal";
import {
  makeEntry,
  networkSubject,
  peopleSubject,
  type Statement,
  standingSubject,
} from "../crypto/statements";
import type { Admissions } from "./admission";
import { append, asEnvelope } from "./beside";
import type { Core, Invitation } from "./contract";
import { CoreFailure } from "./failure";
import { type Hands, head, needWhole, ownAuthority, self, withIdentity } from "./hands";
import { get, post, remove } from "./http";
import { newestReading } from "./keyring";
import * as wire from "./wire";

/** Makes this invitation: the link is told once, the server gets neither its token nor its secret. */
interface Made {
  id: string;
  link: string;
  /** What the server keeps of it whatever it is for. */
  common: {
    id: string;
    token_hash: string;
    attestation: { checkpoint: { root: string; size: number }; network: string; mac: string };
    secret_box: string;
  };
}

/** What this person asked for with an invitation, as it was typed here. */
const askedSchema = v.object({
  kind: wire.invitationKind,
  /** Of somebody who has one already. */
  account: v.optional(v.nullable(v.string()), null),
  name: v.string(),
  function: v.string(),
  role: v.nullable(wire.role),
  authority: v.nullable(v.object({ name: v.string(), state: v.string(), kind: v.string() })),
  /** The authority of which the person is to be the next lead. */
  led: v.optional(v.nullable(v.string()), null),
});

function recordOf(id: string): string {
  return `invited/${id}`;
}

export class Invitations {
  readonly #hands: Hands;
  readonly #admissions: Admissions;

  constructor(hands: Hands, admissions: Admissions) {
    this.#hands = hands;
    this.#admissions = admissions;
  }

  async list(): Promise<Invitation[]> {
    const rows = await get("/api/invitations", wire.invitations);
    return Promise.all(rows.map((row) => this.#view(row)));
  }

  async publish(): Promise<void> {
    const invitations = await this.list();
    if (this.#hands.vault.unlocked) {
      this.#hands.snapshots.set({ invitations });
    }
  }

  async invite(input: Parameters<Core["invite"]>[0]): Promise<{ link: string }> {
    const { id, link, common } = await this.#make();
    await this.#remember(id, {
      kind: input.kind,
      account: null,
      name: input.name,
      function: input.function,
      role: input.kind === "focal_point" ? input.role : null,
      authority: input.authority,
      led: input.led ?? null,
    });
    await post(
      "/api/invitations",
      {
        ...common,
        kind: input.kind,
        email: input.email,
        ...(input.kind === "focal_point" ? { role: input.role } : {}),
        ...(input.authority === null ? {} : { authority: input.authority }),
        ...(input.application ? { application: input.application } : {}),
        ...(input.led === undefined ? {} : { led: input.led }),
        name: input.name,
        function: input.function,
        language: input.language,
      },
      wire.invitationMade,
    );
    await this.publish();
    return { link };
  }

  /** Who somebody is stays; only the keys will be others, once this is signed. */
  async giveNewKeys(account: string): Promise<{ link: string }> {
    const { id, link, common } = await this.#make();
    await this.#remember(id, {
      kind: "rekey",
      account,
      name: "",
      function: "",
      role: null,
      authority: null,
      led: null,
    });
    await post("/api/invitations", { ...common, kind: "rekey", account }, wire.invitationMade);
    await this.publish();
    return { link };
  }

  async #make(): Promise<Made> {
    needWhole(this.#hands);
    const { keyring, register } = this.#hands;
    const newest = newestReading(keyring.readings);
    if (newest === null) {
      throw new CoreFailure("keys_missing", "Your reading key is not at hand.");
    }
    const { whose } = keyring;
    const { token, secret, fragment } = makeFragment();
    const id = toHex(randomBytes(16));
    const { checkpoint } = register;
    const mac = await inviterMac(secret, whose.network, checkpoint);
    const box = await sealInvitationSecret(whose, id, newest.pair.publicKey, secret);
    return {
      id,
      link: `${ownAddress()}/enrol#${fragment}`,
      common: {
        id,
        token_hash: await hashHex(utf8(token)),
        attestation: { checkpoint, network: whose.network, mac: toBase64(mac) },
        secret_box: toBase64(box),
      },
    };
  }

  async withdraw(id: string): Promise<void> {
    await remove(`/api/invitations/${id}`);
    await this.#remember(id, undefined);
    await this.publish();
  }

  /** The secret of the link was for whoever made it: from now on the code is compared instead. */
  async takeOver(id: string): Promise<void> {
    needWhole(this.#hands);
    await post(`/api/invitations/${id}/take-over`, {}, wire.invitation);
    await this.publish();
  }

  /** The lead's signature appoints; an officer's is the first of two. */
  async sign(id: string, why: string): Promise<void> {
    const rows = await get("/api/invitations", wire.invitations);
    const row = rows.find((one) => one.id === id);
    if (row?.keys === undefined || row.keys === null) {
      throw new CoreFailure("not_found", "This invitation waits for nothing.");
    }
    if (!(await this.#isAsAsked(row))) {
      throw new CoreFailure("identity_swapped", "This is not what was asked for with this invitation.");
    }
    if ((await this.#matches(row)) === false) {
      throw new CoreFailure(
        "identity_swapped",
        "The key that arrived is not the one that the invited person made.",
      );
    }
    await this.#hands.register.catchUp();
    await withIdentity(this.#hands, async (identity) => {
      const said = await this.#statement(row, fromBase64(row.keys?.identity_key ?? "", 32));
      const entry = await makeEntry(said, identity);
      await this.#send(row, entry, why);
    });
    await this.#remember(id, undefined);
    await this.#hands.register.catchUp();
    await this.publish();
  }

  async #send(row: wire.Invitation, entry: Bytes, why: string): Promise<void> {
    if (row.kind === "focal_point" || (row.kind === "rekey" && this.#isLead)) {
      await append([entry], new Map(), row.id);
    } else {
      await post(
        "/api/register/proposals",
        { envelope: asEnvelope(entry), invitation: row.id, why },
        wire.proposed,
      );
    }
  }

  async #statement(row: wire.Invitation, identityKey: Bytes): Promise<Statement> {
    const { network } = this.#hands.keyring.whose;
    const facts = { account: row.account, identity_key: toBase64(identityKey) };
    const time = Date.now();
    if (row.kind === "rekey") {
      return this.#rekeyed(facts, time, row.taken_over_from !== null);
    }
    if (row.kind === "officer") {
      return {
        ...facts,
        network,
        previous: head(this.#hands, networkSubject),
        subject: networkSubject,
        time,
        type: "officer.appointed",
      };
    }
    const commitment = await commitmentOf(row);
    if (row.kind === "focal_point") {
      const authority = ownAuthority(this.#hands);
      const subject = peopleSubject(authority);
      return {
        ...facts,
        authority,
        commitment,
        network,
        previous: head(this.#hands, subject),
        role: row.role === "deputy" ? "deputy" : "member",
        subject,
        time,
        type: "focal_point.appointed",
        verification: row.taken_over_from === null ? "invitation_secret" : "code_compared",
      };
    }
    if (row.authority === null) {
      throw new CoreFailure("unexpected", "An invitation of a lead names an authority.");
    }
    if (this.#hands.register.state.authorities.has(row.authority.id)) {
      const subject = standingSubject(row.authority.id);
      return {
        ...facts,
        authority: row.authority.id,
        commitment,
        network,
        previous: head(this.#hands, subject),
        role: "lead",
        subject,
        time,
        type: "focal_point.appointed",
        verification: "code_compared",
      };
    }
    return {
      application:
        row.application === null
          ? null
          : await this.#admissions.digestToSign(row.application, { ...row.authority, lead: row }),
      authority: row.authority.id,
      kind: row.authority.kind,
      lead: { ...facts, commitment },
      name: row.authority.name,
      network,
      previous: null,
      state: row.authority.state,
      subject: standingSubject(row.authority.id),
      time,
      type: "authority.admitted",
      verification: "code_compared",
    };
  }

  get #isLead(): boolean {
    return self(this.#hands).role === "lead";
  }

  /** By the lead for their own people; by officers for each other and for leads. */
  #rekeyed(facts: { account: string; identity_key: string }, time: number, takenOver: boolean): Statement {
    const { network } = this.#hands.keyring.whose;
    const known = this.#hands.register.state.accounts.get(facts.account);
    if (known === undefined || !known.active) {
      throw new CoreFailure("not_found", "The Register does not name this person as an active one.");
    }
    if (known.authority === null) {
      return {
        ...facts,
        network,
        previous: head(this.#hands, networkSubject),
        subject: networkSubject,
        time,
        type: "officer.rekeyed",
      };
    }
    const { authority } = known;
    const byLead = this.#isLead;
    const subject = byLead ? peopleSubject(authority) : standingSubject(authority);
    return {
      ...facts,
      authority,
      network,
      previous: head(this.#hands, subject),
      subject,
      time,
      type: "focal_point.rekeyed",
      verification: byLead && !takenOver ? "invitation_secret" : "code_compared",
    };
  }

  async #view(row: wire.Invitation): Promise<Invitation> {
    const { network } = this.#hands.keyring.whose;
    const code =
      row.keys === null ? null : await codeToCompare(network, fromBase64(row.keys.identity_key, 32));
    return {
      id: row.id,
      kind: row.kind,
      email: row.email,
      role: row.role,
      authority: row.authority,
      application: row.application,
      account: row.account,
      name: row.name,
      function: row.function,
      state: row.state,
      takenOverFrom: row.taken_over_from,
      matches: row.keys === null ? null : (await this.#isAsAsked(row)) ? await this.#matches(row) : false,
      codeToCompare: code === null ? null : code.join(" "),
      expires: row.expires,
    };
  }

  async #remember(id: string, value: v.InferOutput<typeof askedSchema> | undefined): Promise<void> {
    await this.#hands.vault.write([{ store: "records", key: recordOf(id), value }]);
  }

  /** Whether what will be signed is what was asked for here; the secret vouches for the key alone, not for the words. */
  async #isAsAsked(row: wire.Invitation): Promise<boolean> {
    const asked = await this.#hands.vault.read("records", recordOf(row.id), askedSchema);
    if (asked === undefined) {
      return true; // made in another browser of this person
    }
    if (asked.kind === "rekey") {
      return row.kind === "rekey" && row.account === asked.account;
    }
    const { authority, led } = asked;
    if (led !== null && led !== row.authority?.id) {
      return false;
    }
    return (
      asked.kind === row.kind &&
      asked.name === row.name &&
      asked.function === row.function &&
      (asked.role ?? row.role) === row.role &&
      (authority === null ||
        (authority.name === row.authority?.name &&
          authority.state === row.authority.state &&
          authority.kind === row.authority.kind))
    );
  }

  /**
   * Whether the secret of the link vouches for the identity key that arrived; null for what was taken over, which the
   * server may say of nothing that this browser made.
   */
  async #matches(row: wire.Invitation): Promise<boolean | null> {
    if (row.taken_over_from !== null && row.secret_box === null) {
      const own = await this.#hands.vault.read("records", recordOf(row.id), askedSchema);
      return own === undefined ? null : false;
    }
    const mac = row.keys?.mac ?? null;
    if (row.keys === null || row.secret_box === null || mac === null) {
      return false;
    }
    const { whose, readings } = this.#hands.keyring;
    const box = fromBase64(row.secret_box);
    for (const { seed } of readings.values()) {
      try {
        const secret = await openInvitationSecret(whose, row.id, seed, box);
        const identityKey = fromBase64(row.keys.identity_key, 32);
        const invitee = { network: whose.network, account: row.account };
        return macMatches(await inviteeMac(secret, invitee, identityKey), fromBase64(mac));
      } catch (error) {
        if (!(error instanceof DoesNotOpen)) {
          throw error;
        }
      }
    }
    return false;
  }
}

/** What the server says of name and function must give the commitment that will be signed. */
async function commitmentOf(row: wire.Invitation): Promise<string> {
  if (row.salt === null || row.commitment === null) {
    throw new CoreFailure("unexpected", "The invitation carries no commitment to the person.");
  }
  const commitment = await commitmentTo(fromHex(row.salt, 32), row.name, row.function);
  if (commitment !== row.commitment) {
    throw new CoreFailure("identity_swapped", "The name of the invited person was changed on the way.");
  }
  return commitment;
}

/** The address that this worker was loaded from. */
function ownAddress(): string {
  return globalThis.location.origin;
}
