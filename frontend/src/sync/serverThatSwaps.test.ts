/** A server that puts other words, another statement or another network in the place of what a person signs or joins. */
import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { applicationDigest } from "../crypto/application";
import { fromBase64, toBase64, toHex } from "../crypto/encoding";
import { commitmentTo, inviteeMac, readFragment } from "../crypto/invitation";
import { MadeUpNetwork, secret } from "../crypto/madeUp";
import {
  makeEntry,
  networkSubject,
  parseStatement,
  type Statement,
  standingSubject,
} from "../crypto/statements";
import { Vault } from "../vault";
import { Admissions } from "./admission";
import { AlarmRaised } from "./alarm";
import type { ApplicationForm, VettingCase } from "./applications";
import { asEnvelope } from "./beside";
import { EnrolmentStay } from "./enrolment";
import { Invitations } from "./invitations";
import { ownDevice } from "./invited";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import { Proposals } from "./proposals";

vi.setConfig({ testTimeout: 60_000 });

const elsewhere = "ee".repeat(32);
const invitee = "1a".repeat(16);
let network: MadeUpNetwork;
let alba: string;
let stay: MadeUpStay | null = null;

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  alba = await network.admit("Alba", "Ana");
  await network.admit("Brava", "Bob");
  await network.appoint("Alba", "Cleo", "Ana");
}, 60_000);

beforeEach(() => {
  vi.stubGlobal("location", { origin: "https://portal.example" });
});

afterEach(() => {
  stay?.close();
  stay = null;
  vi.unstubAllGlobals();
});

async function arrive(name: string): Promise<{ server: MadeUpServer; hands: MadeUpStay["hands"] }> {
  const person = await network.person(name);
  const server = new MadeUpServer(network, person.account);
  server.install();
  await forgetVault(network.network, person.account);
  stay = await openStay(network, name);
  stay.hands.identity.open(person.identitySeed);
  return { server, hands: stay.hands };
}

describe("a proposal that is signed", () => {
  async function proposed(authority: string): Promise<unknown> {
    const subject = standingSubject(authority);
    const said: Statement = {
      authority,
      network: network.network,
      previous: network.state.heads.get(subject) ?? null,
      reason: "",
      subject,
      time: 1,
      type: "authority.suspended",
    };
    return row(said);
  }

  async function row(said: Statement, invitation: unknown = null) {
    const [first] = network.officers;
    if (first === undefined) {
      throw new Error("a network has officers");
    }
    return {
      id: "the only one",
      envelope: asEnvelope(await makeEntry(said, first.identity)),
      proposed_by: first.account,
      proposed_at: 1,
      signatures: [{ account: first.account, at: 1 }],
      stale: false,
      invitation,
    };
  }

  async function second() {
    const arrived = await arrive(network.officers[1]?.name ?? "");
    arrived.server.on("POST", /^\/api\/register\/proposals\/.*\/sign$/, () => ({ checkpoint: null }));
    return { ...arrived, proposals: new Proposals(arrived.hands, new Admissions(arrived.hands)) };
  }

  it("is the one that was shown, and no other under its name", async () => {
    const { server, proposals } = await second();
    let shown = await proposed(alba);
    server.on("GET", /^\/api\/register\/proposals$/, () => [shown]);
    await proposals.publish();
    const brava = [...network.state.authorities].find(([, { name }]) => name === "Brava")?.[0] ?? "";
    const honest = shown;
    shown = await proposed(brava);
    await expect(proposals.sign("the only one", "")).rejects.toMatchObject({ code: "proposal_mismatch" });
    await expect(proposals.publish()).rejects.toMatchObject({ code: "proposal_mismatch" });
    expect(server.asked.some((path) => path.endsWith("/sign"))).toBe(false);
    shown = honest;
    await proposals.sign("the only one", "");
    expect(server.asked.some((path) => path.endsWith("/sign"))).toBe(true);
  });

  it("is signed by somebody in office, and hides no other where it is not", async () => {
    const { server, hands, proposals } = await second();
    const good = (await proposed(alba)) as { id: string; envelope: { signatures: { keyid: string }[] } };
    const [signature] = good.envelope.signatures;
    const gone = { ...signature, keyid: toHex(hands.keyring.device.publicKey) };
    const over = { ...good, id: "over", envelope: { ...good.envelope, signatures: [gone] } };
    server.on("GET", /^\/api\/register\/proposals$/, () => [over, good]);
    await proposals.publish();
    expect(hands.snapshots.current.proposals.map(({ id }) => id)).toEqual(["the only one"]);
    await expect(proposals.sign("over", "")).rejects.toMatchObject({ code: "proposal_mismatch" });
    const forged = { ...signature, sig: toBase64(new Uint8Array(64).fill(1)) };
    server.on("GET", /^\/api\/register\/proposals$/, () => [
      { ...good, envelope: { ...good.envelope, signatures: [forged] } },
    ]);
    await expect(proposals.publish()).rejects.toMatchObject({ code: "proposal_mismatch" });
    await expect(proposals.sign("the only one", "")).rejects.toMatchObject({ code: "proposal_mismatch" });
    expect(server.asked.some((path) => path.endsWith("/sign"))).toBe(false);
  });

  it("is not signed before it was shown", async () => {
    const { server, proposals } = await second();
    const shown = await proposed(alba);
    server.on("GET", /^\/api\/register\/proposals$/, () => [shown]);
    await expect(proposals.sign("the only one", "")).rejects.toMatchObject({ code: "proposal_mismatch" });
  });

  it("names whom it removes", async () => {
    const { server, hands, proposals } = await second();
    const officer = network.officers[2]?.account ?? "";
    const said: Statement = {
      account: officer,
      network: network.network,
      previous: network.state.heads.get(networkSubject) ?? null,
      subject: networkSubject,
      time: 1,
      type: "officer.removed",
    };
    const shown = await row(said);
    server.on("GET", /^\/api\/register\/proposals$/, () => [shown]);
    await proposals.publish();
    const [{ summary } = { summary: [] }] = hands.snapshots.current.proposals;
    expect(summary).toContainEqual({ label: "members.proposal.label.person", value: officer });
  });

  it("shows no other person than the one it commits to", async () => {
    const { server, hands, proposals } = await second();
    const salt = await secret("salt");
    const commitment = await commitmentTo(salt, "Mallory", "nobody");
    const authority = "cc".repeat(16);
    const said: Statement = {
      application: null,
      authority,
      kind: "member",
      lead: { account: invitee, commitment, identity_key: toBase64(hands.keyring.device.publicKey) },
      name: "Costa",
      network: network.network,
      previous: null,
      state: "XC",
      subject: standingSubject(authority),
      time: 1,
      type: "authority.admitted",
      verification: "code_compared",
    };
    let shown = await row(said, invitation("Mallory", "nobody", toHex(salt), commitment));
    server.on("GET", /^\/api\/register\/proposals$/, () => [shown]);
    await proposals.publish();
    shown = await row(said, invitation("Ana", "Head of unit", toHex(salt), commitment));
    await expect(proposals.publish()).rejects.toMatchObject({ code: "proposal_mismatch" });
    const other = { ...invitation("Mallory", "nobody", toHex(salt), commitment), account: "1b".repeat(16) };
    shown = await row(said, other);
    await expect(proposals.publish()).rejects.toMatchObject({ code: "proposal_mismatch" });
  });
});

/** An application with the digest that it has, as the server shows it to officers. */
async function applied(changed: Partial<ApplicationForm> = {}): Promise<VettingCase> {
  const form: ApplicationForm = {
    name: "Costa",
    name_en: "Costa",
    state: "XC",
    membership: "member",
    powers: ["investigate"],
    mandate: "",
    legal_basis: "",
    independence: "",
    protection_physical: "",
    protection_legal: "",
    website: "",
    address: "",
    telephone: "",
    focal_points: [
      { role: "lead", name: "Dora", function: "Head", email: "Dora@example.org", language: "en" },
    ],
    signatory_name: "",
    signatory_function: "",
    charter: "",
    note: "",
    ...changed,
  };
  const content = { documents: [], form, network: network.network, nonce: "ab".repeat(32), revision: 1 };
  const id = "3a".repeat(16);
  return {
    id,
    ...{ name: form.name, name_en: form.name_en, state: form.state, membership: form.membership },
    powers: form.powers,
    status: "vetting",
    step: "admission",
    submitted_at: 1,
    changed_at: 1,
    waits_for: "me",
    due_at: null,
    overdue: false,
    objections: 0,
    signatures: 0,
    last_text: "",
    email: "applicant@example.org",
    language: "en",
    steps: [],
    form,
    documents: [],
    missing: [],
    wanted: [],
    revision: 1,
    nonce: content.nonce,
    digest: await applicationDigest({ application: id, ...content }),
    revisions: [],
    objections_until: null,
    events: [],
    may_decide: true,
    why_not: null,
    invitation: null,
    proposal: null,
    authority: null,
  };
}

describe("an admission on an application", () => {
  const authority = "cd".repeat(16);

  async function admission(application: VettingCase, invited: Partial<{ email: string; name: string }> = {}) {
    const { server, hands } = await arrive(network.officers[1]?.name ?? "");
    const admissions = new Admissions(hands);
    const salt = await secret("salt of Dora");
    const person = { email: "dora@example.org", name: "Dora", function: "Head", ...invited };
    const commitment = await commitmentTo(salt, person.name, person.function);
    const row = {
      ...invitation(person.name, person.function, toHex(salt), commitment),
      email: person.email,
      application: application.id,
    };
    const sign = async (said: Partial<{ name: string; state: string }>) => {
      const statement: Statement = {
        application: application.digest,
        authority,
        kind: "member",
        lead: { account: invitee, commitment, identity_key: toBase64(hands.keyring.device.publicKey) },
        name: "Costa",
        network: network.network,
        previous: null,
        state: "XC",
        subject: standingSubject(authority),
        time: 1,
        type: "authority.admitted",
        verification: "code_compared",
        ...said,
      };
      const [first] = network.officers;
      if (first === undefined) throw new Error("a network has officers");
      server.on("GET", /^\/api\/register\/proposals$/, async () => [
        {
          id: "the only one",
          envelope: asEnvelope(await makeEntry(statement, first.identity)),
          proposed_by: first.account,
          proposed_at: 1,
          signatures: [{ account: first.account, at: 1 }],
          stale: false,
          application: application.id,
          invitation: row,
        },
      ]);
      server.on("POST", /^\/api\/register\/proposals\/.*\/sign$/, () => ({ checkpoint: null }));
      server.on("GET", /^\/api\/vetting\//, () => application);
      await admissions.read(application.id);
      const proposals = new Proposals(hands, admissions);
      await proposals.publish();
      await proposals.sign("the only one", "");
    };
    return { server, hands, admissions, sign };
  }

  it("is signed where the statement and the invited lead are what was read", async () => {
    const { server, sign } = await admission(await applied());
    await sign({});
    expect(server.asked.some((path) => path.endsWith("/sign"))).toBe(true);
  });

  it.each([
    [{ name: "Delta" }, {}],
    [{ state: "XD" }, {}],
    [{}, { email: "mallory@example.org" }],
    [{}, { name: "Mallory" }],
  ])("is not signed for %o with %o instead of what was read", async (said, invited) => {
    const { server, sign } = await admission(await applied(), invited);
    await expect(sign(said)).rejects.toMatchObject({ code: "application_mismatch" });
    expect(server.asked.some((path) => path.endsWith("/sign"))).toBe(false);
  });

  it("of an observer says what was read, whatever the server shows afterwards", async () => {
    const read = await applied({ membership: "observer" });
    const { server, admissions } = await admission(read);
    const other = await applied({ membership: "observer", name_en: "Delta" });
    const shown = [read, read, other];
    let proposed = "";
    server.on("GET", /^\/api\/vetting\//, () => shown.shift() ?? other);
    server.on("POST", /^\/api\/register\/proposals$/, (body) => {
      proposed = (body as { envelope: { payload: string } }).envelope.payload;
      return { id: "4a".repeat(16) };
    });
    await admissions.read(read.id);
    await admissions.proposeObserver(read.id, "");
    expect(parseStatement(fromBase64(proposed)).said).toMatchObject({
      application: read.digest,
      name: "Costa",
    });
  });

  it("of a member is not one of an observer", async () => {
    const read = await applied();
    const { server, admissions } = await admission(read);
    server.on("GET", /^\/api\/vetting\//, () => read);
    await admissions.read(read.id);
    await expect(admissions.proposeObserver(read.id, "")).rejects.toMatchObject({
      code: "application_mismatch",
    });
  });
});

function invitation(name: string, itsFunction: string, salt: string, commitment: string) {
  return {
    id: "2a".repeat(16),
    kind: "lead",
    email: "somebody@example.org",
    role: "lead",
    authority: null,
    account: invitee,
    name,
    function: itsFunction,
    salt,
    commitment,
    state: "waiting",
    secret_box: null,
    keys: null,
    expires: 1,
  };
}

describe("an invitation that is signed", () => {
  async function invited() {
    const { server, hands } = await arrive("Ana");
    let asked: Record<string, unknown> = {};
    let rows: unknown[] = [];
    server.on("GET", /^\/api\/invitations$/, () => rows);
    server.on("POST", /^\/api\/invitations$/, (body) => {
      asked = body as Record<string, unknown>;
      return { id: asked.id, account: invitee, authority: alba, salt: null, commitment: null, expires: 1 };
    });
    const invitations = new Invitations(hands, new Admissions(hands));
    const { link } = await invitations.invite({
      kind: "focal_point",
      email: "cleo@example.org",
      role: "member",
      authority: null,
      name: "Cleo",
      function: "Duty officer",
      language: "en",
    });
    const key = hands.keyring.device.publicKey;
    const whose = { network: network.network, account: invitee };
    const mac = await inviteeMac(readFragment(link.split("#")[1] ?? "").secret, whose, key);
    const salt = await secret("salt of Cleo");
    const said = async (name: string, role: string) => ({
      ...invitation(name, "Duty officer", toHex(salt), await commitmentTo(salt, name, "Duty officer")),
      id: asked.id,
      kind: "focal_point",
      role,
      secret_box: asked.secret_box,
      keys: { identity_key: toBase64(key), mac: toBase64(mac), statements: [], attachments: {} },
    });
    return { invitations, said, show: (row: unknown) => (rows = [row]), id: String(asked.id) };
  }

  it.each([
    ["Dora", "member"],
    ["Cleo", "deputy"],
  ])("says what was asked for, not %s as %s", async (name, role) => {
    const { invitations, said, show, id } = await invited();
    show(await said("Cleo", "member"));
    expect((await invitations.list())[0]?.matches).toBe(true);
    show(await said(name, role));
    expect((await invitations.list())[0]?.matches).toBe(false);
    await expect(invitations.sign(id, "")).rejects.toMatchObject({ code: "identity_swapped" });
  });
});

describe("new keys that are signed", () => {
  /** Ana gives Cleo, who is of her authority, new keys; the server answers as it likes. */
  async function given() {
    const cleo = await network.person("Cleo");
    const { server, hands } = await arrive("Ana");
    let asked: Record<string, unknown> = {};
    let rows: unknown[] = [];
    server.on("GET", /^\/api\/invitations$/, () => rows);
    server.on("POST", /^\/api\/invitations$/, (body) => {
      asked = body as Record<string, unknown>;
      return {
        id: asked.id,
        account: cleo.account,
        authority: alba,
        salt: null,
        commitment: null,
        expires: 1,
      };
    });
    server.on("POST", /^\/api\/register\/append$/, async () => ({ checkpoint: await network.note() }));
    const invitations = new Invitations(hands, new Admissions(hands));
    const { link } = await invitations.giveNewKeys(cleo.account);
    const key = cleo.device.publicKey;
    const whose = { network: network.network, account: cleo.account };
    const mac = toBase64(await inviteeMac(readFragment(link.split("#")[1] ?? "").secret, whose, key));
    const honest = {
      ...invitation("Cleo", "Duty officer", "", ""),
      ...{ salt: null, commitment: null, id: asked.id, kind: "rekey", role: "member" },
      account: cleo.account,
      secret_box: asked.secret_box,
      keys: { identity_key: toBase64(key), mac, statements: [], attachments: {} },
    };
    return { server, hands, invitations, honest, show: (row: unknown) => (rows = [row]) };
  }

  it("are those that the person made, for the person that was asked for", async () => {
    const { server, hands, invitations, honest, show } = await given();
    const own = toBase64(hands.keyring.device.publicKey);
    const ben = (await network.person("Bob")).account;
    const lies = [
      { ...honest, keys: { ...honest.keys, identity_key: own } },
      { ...honest, keys: { ...honest.keys, mac: null } },
      { ...honest, account: ben },
      { ...honest, kind: "focal_point" },
    ];
    for (const lie of lies) {
      show(lie);
      expect((await invitations.list())[0]?.matches).toBe(false);
      await expect(invitations.sign(String(honest.id), "")).rejects.toMatchObject({
        code: "identity_swapped",
      });
    }
    expect(server.asked.some((path) => path.endsWith("/append"))).toBe(false);
    show(honest);
    expect((await invitations.list())[0]?.matches).toBe(true);
    await invitations.sign(String(honest.id), "");
    expect(server.asked.some((path) => path.endsWith("/append"))).toBe(true);
  });
});

describe("an invitation that was taken over", () => {
  /** One that Cleo, who leads no more, had made: Ana does not know the secret of its link. */
  async function left() {
    const { server, hands } = await arrive("Ana");
    const key = toBase64(hands.keyring.device.publicKey);
    const salt = await secret("salt of Dora");
    const row = {
      ...invitation("Dora", "Analyst", toHex(salt), await commitmentTo(salt, "Dora", "Analyst")),
      kind: "focal_point",
      role: "member",
      taken_over_from: (await network.person("Cleo")).account,
      keys: { identity_key: key, mac: toBase64(new Uint8Array(32)), statements: [], attachments: {} },
    };
    let appended: unknown = null;
    server.on("GET", /^\/api\/invitations$/, () => [row]);
    server.on("POST", /^\/api\/register\/append$/, async (body) => {
      appended = body;
      return { checkpoint: await network.note() };
    });
    const said = () => {
      const { entries } = appended as { entries: { payload: string }[] };
      return JSON.parse(new TextDecoder().decode(fromBase64(entries[0]?.payload ?? "")));
    };
    return { invitations: new Invitations(hands, new Admissions(hands)), hands, row, said };
  }

  it("is vouched for by no secret, and signed as a code that was compared", async () => {
    const { invitations, row, said } = await left();
    const [shown] = await invitations.list();
    expect(shown).toMatchObject({ matches: null, takenOverFrom: row.taken_over_from });
    await invitations.sign(row.id, "");
    expect(said()).toMatchObject({ type: "focal_point.appointed", verification: "code_compared" });
  });

  it("is not one that this browser made itself, whatever the server says", async () => {
    const { invitations, hands, row } = await left();
    const asked = { kind: "focal_point", account: null, name: "Dora", function: "Analyst", role: "member" };
    const value = { ...asked, authority: null, led: null };
    await hands.vault.write([{ store: "records", key: `invited/${row.id}`, value }]);
    expect((await invitations.list())[0]?.matches).toBe(false);
    await expect(invitations.sign(row.id, "")).rejects.toMatchObject({ code: "identity_swapped" });
  });
});

describe("what officers do about leads and each other", () => {
  async function officer() {
    const { server, hands } = await arrive(network.officers[0]?.name ?? "");
    let said: Record<string, unknown> = {};
    server.on("GET", /^\/api\/register\/proposals$/, () => []);
    server.on("POST", /^\/api\/register\/proposals$/, (body) => {
      const { envelope } = body as { envelope: { payload: string } };
      said = JSON.parse(new TextDecoder().decode(fromBase64(envelope.payload)));
      return { id: "made" };
    });
    return { proposals: new Proposals(hands, new Admissions(hands)), said: () => said };
  }

  it("names a lead, and removes a lead on the standing of the authority", async () => {
    const { proposals, said } = await officer();
    const { account } = await network.person("Cleo");
    const subject = standingSubject(alba);
    await proposals.proposeLead(account);
    expect(said()).toMatchObject({ type: "focal_point.role_changed", account, role: "lead", subject });
    await proposals.proposeRemoval(account);
    expect(said()).toMatchObject({ type: "focal_point.removed", account, authority: alba, subject });
  });

  it("removes an officer on the network, and names no officer the lead of anything", async () => {
    const { proposals, said } = await officer();
    const account = network.officers[2]?.account ?? "";
    await proposals.proposeRemoval(account);
    expect(said()).toMatchObject({ type: "officer.removed", account, subject: networkSubject });
    await expect(proposals.proposeLead(account)).rejects.toMatchObject({ code: "not_found" });
    await expect(proposals.proposeRemoval(invitee)).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the network that an invited person joins", () => {
  async function enrolling(withSecret: boolean) {
    const server = new MadeUpServer(network, invitee);
    server.install();
    const enrolment = {
      kind: "focal_point",
      email: "cleo@example.org",
      role: "member",
      authority: null,
      account: invitee,
      name: "Cleo",
      function: "Duty officer",
      network: { id: network.network, name: "Network", demo: false },
      attestation: null,
      founding: false,
      step: "keys",
    } as const;
    server.on("GET", /^\/api\/enrolment$/, () => enrolment);
    const vault = await Vault.open(network.network, invitee);
    const device = await ownDevice(vault);
    if (withSecret) {
      await vault.writePending(device.localKey, "invitation", {
        secret: toBase64((await secret("link")).slice(0, 16)),
      });
    }
    const options = {
      foundingSeed: null,
      step: () => undefined,
      look: async () => {},
      arrived: async () => {},
    };
    return new EnrolmentStay(
      { vault, device, network: network.network, account: invitee, ...options },
      enrolment,
    );
  }

  afterEach(async () => {
    await forgetVault(network.network, invitee);
    await forgetVault(elsewhere, invitee);
  });

  it("is not joined without the inviter's word where the link has a secret", async () => {
    const enrolment = await enrolling(true);
    await expect(enrolment.makeKeys()).rejects.toBeInstanceOf(AlarmRaised);
    enrolment.close();
  });

  it("is not joined without that word where this browser knows another network at this address", async () => {
    (await Vault.open(elsewhere, invitee)).lock();
    const enrolment = await enrolling(false);
    await expect(enrolment.makeKeys()).rejects.toBeInstanceOf(AlarmRaised);
    enrolment.close();
  });

  it("is joined by comparing codes in a browser that knows no other", async () => {
    const enrolment = await enrolling(false);
    expect((await enrolment.makeKeys()).groups).toHaveLength(8);
    enrolment.close();
  });
});
