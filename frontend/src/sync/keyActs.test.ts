import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { KeyActs } from "./keyActs";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import { identityFrom } from "./unlocking";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let stay: MadeUpStay;
let acts: KeyActs;

beforeEach(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  const ana = await network.person("Ana");
  server = new MadeUpServer(network, ana.account);
  server.install();
  await forgetVault(network.network, ana.account);
  stay = await openStay(network, "Ana");
  stay.hands.identity.open(ana.identitySeed);
  acts = new KeyActs(stay.hands);
});

afterEach(() => {
  stay.close();
  vi.unstubAllGlobals();
});

/** What is appended is in the Register, or not, and the server does not get to say so. */
function loseAnswers({ takes, line = true }: { takes: boolean; line?: boolean }): void {
  server.on("POST", /register\/append$/, async (body) => {
    const { entries, attachments } = body as { entries: object[]; attachments: Record<string, string> };
    for (const entry of takes ? entries : []) {
      await network.add(new TextEncoder().encode(JSON.stringify(entry)));
    }
    for (const [hash, bytes] of Object.entries(attachments)) {
      network.attachments.set(hash, fromBase64(bytes));
    }
    server.offline = !line;
    return new Refusal(502, "bad_gateway");
  });
}

const serials = () =>
  network.state.accounts.get(stay.hands.keyring.whose.account)?.unlock_keys.map(({ serial }) => serial);

describe("a new recovery code", () => {
  it("is said to be in force where the Register has it, although the answer was lost", async () => {
    loseAnswers({ takes: true });
    const code = await acts.replaceRecoveryCode();
    await acts.confirmReplacement({ 2: code.groups[2] ?? "" });
    expect(serials()).toEqual([2]);
  });

  it("can be confirmed again where nobody could be asked whether the Register has it", async () => {
    loseAnswers({ takes: true, line: false });
    const code = await acts.replaceRecoveryCode();
    const confirmed = () => acts.confirmReplacement({ 2: code.groups[2] ?? "" });
    await expect(confirmed()).rejects.toMatchObject({ code: "bad_gateway" });
    server.offline = false;
    loseAnswers({ takes: true });
    await confirmed();
    expect(serials()).toEqual([2]);
  });

  it("is said to have failed where the Register does not have it, and can be confirmed again", async () => {
    loseAnswers({ takes: false });
    const code = await acts.replaceRecoveryCode();
    const confirmed = () => acts.confirmReplacement({ 2: code.groups[2] ?? "" });
    await expect(confirmed()).rejects.toMatchObject({ code: "bad_gateway" });
    expect(serials()).toEqual([1]);
    loseAnswers({ takes: true });
    await confirmed();
    expect(serials()).toEqual([2]);
  });
});

describe("a passkey", () => {
  const secret = (byte: number) => new Uint8Array(32).fill(byte);
  const own = () => network.state.accounts.get(stay.hands.keyring.whose.account) ?? expect.fail();
  const kinds = () => own().unlock_keys.map(({ kind, serial }) => `${kind} ${serial}`);

  it("opens the keys too, under the same reading key, and is counted apart from codes", async () => {
    const { generation } = own();
    await acts.addPasskey(secret(1), "first");
    await acts.addPasskey(secret(2), "second");
    expect(kinds().sort()).toEqual(["passkey 1", "passkey 2", "recovery_code 1"]);
    expect(own().generation).toBe(generation);
    const code = await acts.replaceRecoveryCode();
    expect(code.serial).toBe(2);
    await acts.confirmReplacement({ 2: code.groups[2] ?? "" });
    expect(kinds().sort()).toEqual(["passkey 1", "passkey 2", "recovery_code 2"]);
  });

  it("opens the signing key by a touch", async () => {
    await acts.addPasskey(secret(1), "first");
    stay.hands.identity.close();
    const { register, keyring } = stay.hands;
    const seed = await identityFrom("passkey", secret(1), register, keyring.whose.account);
    expect(seed).toEqual((await network.person("Ana")).identitySeed);
    const other = identityFrom("passkey", secret(2), register, keyring.whose.account);
    await expect(other).rejects.toMatchObject({ code: "passkey_unlocks_nothing" });
  });

  it("is added once, however often that is asked", async () => {
    await acts.addPasskey(secret(1), "first");
    const { size } = network;
    await acts.addPasskey(secret(1), "first");
    expect(network.size).toBe(size);
  });

  it("needs the signing key", async () => {
    stay.hands.identity.close();
    await expect(acts.addPasskey(secret(1), "first")).rejects.toMatchObject({ code: "identity_locked" });
    expect(kinds()).toEqual(["recovery_code 1"]);
  });

  it("is wiped from memory, whatever comes of it", async () => {
    const given = secret(1);
    await acts.addPasskey(given, "first");
    expect(given).toEqual(new Uint8Array(32));
  });

  it("is taken back, and the recovery code never", async () => {
    await acts.addPasskey(secret(1), "first");
    const [passkey] = own().unlock_keys.filter(({ kind }) => kind === "passkey");
    await acts.removeUnlockKey(passkey?.key ?? "");
    await acts.removeUnlockKey(passkey?.key ?? "");
    expect(kinds()).toEqual(["recovery_code 1"]);
    const [code] = own().unlock_keys;
    await expect(acts.removeUnlockKey(code?.key ?? "")).rejects.toMatchObject({ code: "not_found" });
    const { register, keyring } = stay.hands;
    const closed = identityFrom("passkey", secret(1), register, keyring.whose.account);
    await expect(closed).rejects.toMatchObject({ code: "passkey_unlocks_nothing" });
  });
});

describe("a new generation", () => {
  it("is the one that the Register has, whichever of two that were made at once came second", async () => {
    await network.enrol("Ana", "second");
    await stay.hands.register.catchUp();
    const { account } = stay.hands.keyring.whose;
    const own = stay.hands.keyring.device.id;
    const devices = Object.entries(network.state.accounts.get(account)?.devices ?? {});
    const [other] = devices.flatMap(([id, { active }]) => (active && id !== own ? [id] : []));
    let second: () => void = () => undefined;
    let asked = 0;
    server.on("POST", /register\/append$/, async (body) => {
      asked += 1;
      if (asked === 1) {
        await new Promise<void>((resolve) => {
          second = resolve;
        });
        return new Refusal(409, "stale");
      }
      const { entries, attachments } = body as { entries: object[]; attachments: Record<string, string> };
      for (const entry of entries) {
        await network.add(new TextEncoder().encode(JSON.stringify(entry)));
      }
      for (const [hash, bytes] of Object.entries(attachments)) {
        network.attachments.set(hash, fromBase64(bytes));
      }
      return { checkpoint: await network.note() };
    });
    const first = acts.revokeDevice(other ?? "");
    await vi.waitFor(() => expect(asked).toBe(1));
    const next = acts.revokeDevice(other ?? "");
    await next;
    second();
    await expect(first).rejects.toMatchObject({ code: "stale" });
    const { generation, reading_key } = network.state.accounts.get(account) ?? expect.fail();
    expect(stay.hands.keyring.readings.get(generation)?.hash).toBe(reading_key);
  });
});
