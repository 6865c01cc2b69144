/** Acts of the officers, which need two signatures made in two browsers: what the second signs is what the first signed. */

import { type Bytes, fromBase64, fromHex, toBase64, toHex } from "../crypto/encoding";
import { codeToCompare } from "../crypto/invitation";
import { payloadTypes, verify } from "../crypto/signing";
import type { AccountState } from "../crypto/state";
import {
  makeEntry,
  networkSubject,
  parseStatement,
  type Statement,
  signPayload,
  standingSubject,
} from "../crypto/statements";
import type { Admissions } from "./admission";
import { asEnvelope } from "./beside";
import type { Proposal } from "./contract";
import { CoreFailure } from "./failure";
import { type Hands, head, withIdentity } from "./hands";
import { get, post, remove } from "./http";
import { fits } from "./people";
import * as wire from "./wire";

export class Proposals {
  readonly #hands: Hands;
  readonly #admissions: Admissions;
  /** The statement that was shown under each id: no other is signed under it. */
  readonly #shown = new Map<string, string>();

  constructor(hands: Hands, admissions: Admissions) {
    this.#hands = hands;
    this.#admissions = admissions;
  }

  async publish(): Promise<void> {
    const rows = await get("/api/register/proposals", wire.proposals);
    // With its signer's office a proposal is over; it must not hide the others.
    const open = rows.filter(({ envelope }) =>
      envelope.signatures.some(({ keyid }) => this.#inOffice(keyid)),
    );
    const proposals = await Promise.all(open.map((row) => this.#view(row)));
    if (this.#hands.vault.unlocked) {
      this.#hands.snapshots.set({ proposals });
    }
  }

  async proposeStanding(
    authority: string,
    change: "suspended" | "reinstated" | "withdrawn",
    reason: string,
  ): Promise<void> {
    await this.#hands.register.catchUp();
    await this.#propose({
      ...this.#on(standingSubject(authority)),
      authority,
      reason,
      type: `authority.${change}`,
    });
  }

  async proposeLead(account: string): Promise<void> {
    await this.#hands.register.catchUp();
    const { authority } = this.#active(account);
    if (authority === null) {
      throw new CoreFailure("not_found", "An officer leads no authority.");
    }
    const about = this.#on(standingSubject(authority));
    await this.#propose({ ...about, account, authority, role: "lead", type: "focal_point.role_changed" });
  }

  async proposeRemoval(account: string): Promise<void> {
    await this.#hands.register.catchUp();
    const { authority } = this.#active(account);
    await this.#propose(
      authority === null
        ? { ...this.#on(networkSubject), account, type: "officer.removed" }
        : { ...this.#on(standingSubject(authority)), account, authority, type: "focal_point.removed" },
    );
  }

  #active(account: string): AccountState {
    const known = this.#hands.register.state.accounts.get(account);
    if (known === undefined || !known.active) {
      throw new CoreFailure("not_found", "The Register does not name this person as an active one.");
    }
    return known;
  }

  #on(subject: string) {
    const { network } = this.#hands.keyring.whose;
    return { network, previous: head(this.#hands, subject), subject, time: Date.now() };
  }

  async #propose(said: Statement): Promise<void> {
    const entry = await withIdentity(this.#hands, (identity) => makeEntry(said, identity));
    await post("/api/register/proposals", { envelope: asEnvelope(entry), invitation: null }, wire.proposed);
    await this.publish();
  }

  /** Signs exactly the bytes that the first officer signed, after reading them here. */
  async sign(id: string, why: string): Promise<void> {
    const rows = await get("/api/register/proposals", wire.proposals);
    const row = rows.find((one) => one.id === id);
    if (row === undefined) {
      throw new CoreFailure("not_found", "This proposal is no longer there.");
    }
    if (this.#shown.get(id) === undefined) {
      throw new CoreFailure("proposal_mismatch", "This proposal was not shown before it was signed.");
    }
    await this.#hands.register.catchUp();
    const { payload, said } = await this.#read(row);
    if (said.type === "authority.admitted" && said.application !== null) {
      const { name, state, kind } = said;
      const beside = { name, state, kind, lead: row.invitation };
      if (
        row.application === null ||
        (await this.#admissions.digestToSign(row.application, beside)) !== said.application
      ) {
        throw new CoreFailure("application_changed", "This is not the application that was signed for.");
      }
    }
    await withIdentity(this.#hands, async (identity) => {
      const { keyid, signature } = await signPayload(payload, identity);
      await post(
        `/api/register/proposals/${id}/sign`,
        { keyid, sig: toBase64(signature), why },
        wire.proposalSigned,
      );
    });
    await this.#hands.register.catchUp();
    await this.publish();
  }

  async decline(id: string): Promise<void> {
    await remove(`/api/register/proposals/${id}`);
    await this.publish();
  }

  /** The statement, if an officer in office really signed it, and it is the one that was shown under this id. */
  async #read(row: wire.ProposalRow): Promise<{ payload: Bytes; said: Statement }> {
    if ((this.#shown.get(row.id) ?? row.envelope.payload) !== row.envelope.payload) {
      throw new CoreFailure("proposal_mismatch", "Another statement was shown under this proposal.");
    }
    const payload = fromBase64(row.envelope.payload);
    const { said } = parseStatement(payload);
    const { network } = this.#hands.keyring.whose;
    if (!("network" in said) || said.network !== network) {
      throw new CoreFailure("proposal_mismatch", "This proposal is for another network.");
    }
    const counted = row.envelope.signatures.filter(({ keyid }) => this.#inOffice(keyid));
    const signed = await Promise.all(
      counted.map(({ keyid, sig }) =>
        verify(fromHex(keyid, 32), payloadTypes.statement, payload, fromBase64(sig, 64)),
      ),
    );
    if (signed.length === 0 || signed.includes(false)) {
      throw new CoreFailure("proposal_mismatch", "This proposal is not signed by an officer in office.");
    }
    if (row.invitation !== null && !(await this.#isAbout(said, row.invitation))) {
      throw new CoreFailure("proposal_mismatch", "The person in words is not the one that was signed for.");
    }
    return { payload, said };
  }

  #inOffice(keyid: string): boolean {
    return [...this.#hands.register.state.officers.values()].some(
      (key) => toHex(fromBase64(key, 32)) === keyid,
    );
  }

  /** Whether the statement is for the person of this invitation, by the name and function that were committed to. */
  async #isAbout(said: Statement, invitation: wire.Invitation): Promise<boolean> {
    const person = personIn(said);
    if (person?.account !== invitation.account) {
      return false;
    }
    // With new keys the person stays who they are: what was committed to when they were brought in.
    const before = this.#hands.register.state.accounts.get(person.account)?.commitment ?? undefined;
    const commitment = person.commitment ?? before;
    return commitment === undefined || fits(invitation, commitment); // officers have none
  }

  async #view(row: wire.ProposalRow): Promise<Proposal> {
    const { said } = await this.#read(row);
    this.#shown.set(row.id, row.envelope.payload);
    const { account, network } = this.#hands.keyring.whose;
    const identityKey = identityKeyIn(said);
    return {
      id: row.id,
      type: said.type,
      account: personIn(said)?.account ?? null,
      authority: "authority" in said ? said.authority : null,
      summary: this.#summary(said, row.invitation),
      proposedBy: row.proposed_by,
      proposedAt: row.proposed_at,
      why: row.signatures.find((one) => one.account === row.proposed_by)?.why ?? "",
      mine: row.signatures.some((one) => one.account === account),
      stale: row.stale,
      application: await this.#application(said, row),
      codeToCompare:
        identityKey === null ? null : (await codeToCompare(network, fromBase64(identityKey, 32))).join(" "),
    };
  }

  /** Without an id that leads to the application nobody could read it. */
  async #application(said: Statement, row: wire.ProposalRow): Promise<Proposal["application"]> {
    if (said.type !== "authority.admitted" || said.application === null) {
      return null;
    }
    const id = row.application ?? "";
    return { id, matches: id !== "" && (await this.#admissions.matches(id, said.application)) };
  }

  /** Everything that will stand in the Register, and the person in words where the invitation tells. */
  #summary(said: Statement, invitation: wire.Invitation | null): Proposal["summary"] {
    const lines: Proposal["summary"] = [];
    const line = (label: string, value: string | null | undefined) => {
      if (value !== null && value !== undefined && value !== "") {
        lines.push({ label: `members.proposal.label.${label}`, value });
      }
    };
    if (said.type === "authority.admitted") {
      line("name", said.name);
      line("state", said.state);
      line("kind", said.kind);
    } else if ("authority" in said) {
      const authority = this.#hands.register.state.authorities.get(said.authority);
      line("name", authority?.name ?? said.authority);
      line("state", authority?.state);
    }
    const words = [invitation?.name, invitation?.function].filter((part) => part).join(", ");
    line("person", words === "" ? personIn(said)?.account : words);
    line("email", invitation?.email);
    if ("role" in said) {
      line("role", said.role);
    }
    if ("reason" in said) {
      line("reason", said.reason);
    }
    if ("verification" in said) {
      line("verification", said.verification);
    }
    return lines;
  }
}

/** Whom the statement is about; the text of an account is a number, and yet says which. */
function personIn(said: Statement): { account: string; commitment?: string } | null {
  const person = said.type === "authority.admitted" ? said.lead : said;
  return person !== null && "account" in person ? person : null;
}

function identityKeyIn(said: Statement): string | null {
  if (said.type === "authority.admitted") {
    return said.lead?.identity_key ?? null;
  }
  return "identity_key" in said ? said.identity_key : null;
}
