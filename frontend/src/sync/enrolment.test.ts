import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openBookmarkKey } from "../crypto/bookmark";
import { fromBase64, randomBytes, toBase64 } from "../crypto/encoding";
import { inviteeMac, inviterMac } from "../crypto/invitation";
import { identifier, MadeUpNetwork, makeUpPerson } from "../crypto/madeUp";
import { unlockKeyOf } from "../crypto/person";
import { readCode } from "../crypto/recovery";
import { peopleSubject } from "../crypto/statements";
import { Vault } from "../vault";
import type { EnrolmentStep, RecoveryCode } from "./contract";
import { EnrolmentStay } from "./enrolment";
import { openInvitation, ownDevice } from "./invited";
import { readPendingKeys } from "./keyring";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault } from "./madeUpStay";
import type * as wire from "./wire";

vi.setConfig({ testTimeout: 60_000 });

interface KeysSent {
  identity_key: string;
  mac: string | null;
  statements: object[];
  attachments: Record<string, string>;
}

let network: MadeUpNetwork;
let server: MadeUpServer;
let vault: Vault;
let account: string;
let steps: EnrolmentStep[];
let sent: KeysSent | null;
let step: wire.Enrolment["step"];
let kind: wire.Enrolment["kind"];
const secret = randomBytes(16);
const fragment = `${"A".repeat(22)}.${Buffer.from(secret).toString("base64url")}`;

async function shown(attestedBy = secret): Promise<wire.Enrolment> {
  const checkpoint = { size: network.size, root: (await network.rootAt(network.size)) ?? "" };
  return {
    kind,
    email: "mia@example.org",
    role: "member",
    authority: null,
    account,
    name: "Mia",
    function: "Investigator",
    network: { id: network.network, name: "Network", demo: false },
    attestation: {
      checkpoint,
      network: network.network,
      mac: toBase64(await inviterMac(attestedBy, network.network, checkpoint)),
    },
    founding: false,
    step,
  };
}

async function arrive(): Promise<EnrolmentStay> {
  vault = await Vault.open(network.network, account);
  return new EnrolmentStay(
    {
      vault,
      device: await ownDevice(vault),
      network: network.network,
      account,
      foundingSeed: null,
      step: (next) => steps.push(next),
      look: async () => undefined,
      arrived: async () => undefined,
    },
    await shown(),
  );
}

function answersOf({ groups }: RecoveryCode): { [group: number]: string } {
  return { 1: groups[1] ?? "", 6: (groups[6] ?? "").toLowerCase() };
}

beforeEach(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  account = await identifier("Mia");
  server = new MadeUpServer(network, account);
  step = "keys";
  kind = "focal_point";
  steps = [];
  sent = null;
  server.on("GET", /enrolment$/, () => shown());
  server.on("POST", /enrolment\/open$/, () => shown());
  server.on("POST", /enrolment\/keys$/, (body) => {
    sent = body as KeysSent;
    step = "waiting";
    return { step };
  });
  server.install();
  await forgetVault(network.network, account);
  await openInvitation(`#${fragment}`);
});

afterEach(() => {
  vault.lock();
  vi.unstubAllGlobals();
});

describe("coming in by invitation", () => {
  it("sends keys only after the recovery code was typed back", async () => {
    const stay = await arrive();
    const code = await stay.makeKeys();
    expect(code.groups).toHaveLength(8);
    expect(sent).toBeNull();
    await expect(stay.confirmRecoveryCode({ 1: code.groups[1] ?? "", 4: "00000" })).rejects.toMatchObject({
      code: "recovery_code_wrong",
      group: 4,
    });
    expect(sent).toBeNull();
    await stay.confirmRecoveryCode(answersOf(code));
    expect(sent).not.toBeNull();
    expect(steps).toEqual(["keys", "recovery_code", "waiting"]);
    stay.close();
  });

  it("keeps a bookmark key, sealed under the recovery code for when the Register names it", async () => {
    const stay = await arrive();
    const code = await stay.makeKeys();
    await stay.confirmRecoveryCode(answersOf(code));
    const keys = await readPendingKeys(vault, await ownDevice(vault));
    const { key, toGive } = keys?.bookmark ?? {};
    const read = readCode(code.groups.join(""));
    const secretOfCode = read.ok ? read.secret : randomBytes(20);
    const whose = { network: network.network, account };
    const sealed = fromBase64(toGive?.sealed ?? "");
    expect(toBase64(await openBookmarkKey(secretOfCode, whose, sealed))).toBe(key);
    expect(toGive).toMatchObject({ serial: 1, unlockKey: (await unlockKeyOf(secretOfCode, whose)).hash });
    stay.close();
  });

  it("proves the identity key with the secret of the link", async () => {
    const stay = await arrive();
    await stay.confirmRecoveryCode(answersOf(await stay.makeKeys()));
    const given = sent as KeysSent | null;
    const identityKey = fromBase64(given?.identity_key ?? "");
    const expected = await inviteeMac(secret, { network: network.network, account }, identityKey);
    expect(given?.mac).toBe(toBase64(expected));
    stay.close();
  });

  it("makes statements that apply once somebody has signed for the person", async () => {
    const stay = await arrive();
    await stay.confirmRecoveryCode(answersOf(await stay.makeKeys()));
    const given = sent as KeysSent | null;
    const ana = await network.person("Ana");
    const mia = await makeUpPerson("Mia");
    const identity = { ...mia.identity, publicKey: fromBase64(given?.identity_key ?? "") };
    network.people.set("Mia", { ...mia, identity });
    await network.add(await network.appointment("Alba", "Mia", "Ana", "member"));
    for (const statement of given?.statements ?? []) {
      await network.add(new TextEncoder().encode(JSON.stringify(statement)));
    }
    expect(network.state.accounts.get(account)).toMatchObject({ generation: 1, active: true });
    expect(ana.account).not.toBe(account);
    stay.close();
  });

  it("lets keys be made anew as long as they were not sent, and after a reload", async () => {
    const first = await arrive();
    const code = await first.makeKeys();
    first.close();
    const second = await arrive();
    const again = await second.makeKeys();
    expect(again.groups).not.toEqual(code.groups);
    await expect(second.confirmRecoveryCode(answersOf(code))).rejects.toMatchObject({
      code: "recovery_code_wrong",
    });
    await second.confirmRecoveryCode(answersOf(again));
    second.close();
  });

  it("makes no keys for a network that the inviter did not vouch for", async () => {
    const stay = await arrive();
    server.on("GET", /enrolment$/, () => shown(randomBytes(16)));
    await expect(stay.makeKeys()).rejects.toMatchObject({ alarm: { kind: "identity_swapped" } });
    stay.close();
  });

  it("makes no keys when the log is not the one that the inviter saw", async () => {
    const stay = await arrive();
    const attested = await shown();
    const checkpoint = { size: network.size, root: "ab".repeat(32) };
    const mac = toBase64(await inviterMac(secret, network.network, checkpoint));
    server.on("GET", /enrolment$/, () => ({
      ...attested,
      attestation: { checkpoint, network: network.network, mac },
    }));
    await expect(stay.makeKeys()).rejects.toMatchObject({ alarm: { kind: "forked" } });
    stay.close();
  });

  it("raises the alarm when another identity was signed than the one made here", async () => {
    const stay = await arrive();
    await stay.confirmRecoveryCode(answersOf(await stay.makeKeys()));
    await network.add(await network.appointment("Alba", "Mia", "Ana", "member"));
    step = "done";
    await expect(stay.refresh()).rejects.toMatchObject({ alarm: { kind: "identity_swapped" } });
    stay.close();
  });

  it("is over when the right identity was signed", async () => {
    const stay = await arrive();
    expect(await stay.refresh()).toBe(true);
    step = "done";
    expect(await stay.refresh()).toBe(false);
    stay.close();
  });

  it("refuses half a link", async () => {
    await arrive();
    await expect(openInvitation("#half")).rejects.toMatchObject({ code: "invitation_unknown" });
  });
});

describe("new keys after a loss", () => {
  beforeEach(async () => {
    await network.appoint("Alba", "Mia", "Ana");
    kind = "rekey";
  });

  async function rekeyed(identityKey: string): Promise<void> {
    const authority = await identifier("Alba");
    const { identity } = await network.person("Ana");
    const fields = {
      account,
      authority,
      identity_key: identityKey,
      verification: "invitation_secret",
    } as const;
    await network.say("focal_point.rekeyed", peopleSubject(authority), fields, identity);
  }

  it("goes on where the old ones ended, and counts once it is signed for", async () => {
    const stay = await arrive();
    const code = await stay.makeKeys();
    expect(code.serial).toBe(2);
    await stay.confirmRecoveryCode(answersOf(code));
    const given = sent as KeysSent | null;
    await rekeyed(given?.identity_key ?? "");
    for (const statement of given?.statements ?? []) {
      await network.add(new TextEncoder().encode(JSON.stringify(statement)));
    }
    expect(network.state.accounts.get(account)).toMatchObject({
      generation: 2,
      previous_box: null,
      identity_key: given?.identity_key,
      unlock_keys: [{ serial: 2 }],
    });
    const keys = await readPendingKeys(vault, await ownDevice(vault));
    expect(Object.keys(keys?.readings ?? {})).toEqual(["2"]);
    step = "done";
    expect(await stay.refresh()).toBe(false);
    stay.close();
  });

  it("raises no alarm when they are taken back before anybody signed", async () => {
    const stay = await arrive();
    await stay.confirmRecoveryCode(answersOf(await stay.makeKeys()));
    kind = "focal_point";
    step = "done";
    expect(await stay.refresh()).toBe(false);
    stay.close();
  });

  it("raises the alarm when other new keys than these were signed for", async () => {
    const stay = await arrive();
    await stay.confirmRecoveryCode(answersOf(await stay.makeKeys()));
    await rekeyed(toBase64((await makeUpPerson("Mia", 2)).identity.publicKey));
    step = "done";
    await expect(stay.refresh()).rejects.toMatchObject({ alarm: { kind: "identity_swapped" } });
    stay.close();
  });
});
