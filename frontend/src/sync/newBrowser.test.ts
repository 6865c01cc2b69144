import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { randomBytes, toBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { makeKeys, makeUnlockKey, unlockKeyOf } from "../crypto/person";
import { writeCode } from "../crypto/recovery";
import { Replay, sealBookmark } from "../crypto/register";
import type { UnlockKey } from "../crypto/statements";
import { knownVaults, Vault } from "../vault";
import type { Phase } from "./contract";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault } from "./madeUpStay";
import { NewBrowserStay } from "./newBrowser";
import type { RegisterSync } from "./registerSync";
import { checkGroup } from "./unlocking";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let account: string;
let code: string;
let phases: Phase[];
let opened: { register: RegisterSync; device: string } | null;
let vault: Vault;

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  await network.renew("Ana");
}, 60_000);

async function serve(on: MadeUpNetwork): Promise<void> {
  const ana = await on.person("Ana");
  account = ana.account;
  code = writeCode(ana.code).join("-");
  server = new MadeUpServer(on, account);
  server.on("POST", /device\/challenge$/, () => ({ challenge: toBase64(randomBytes(32)) }));
  server.on("POST", /device\/bind$/, (body) => ({
    vault_half: toBase64(randomBytes(32)),
    device: (body as { device: string }).device,
  }));
  server.install();
}

async function arrive(on = network): Promise<NewBrowserStay> {
  await serve(on);
  phases = [];
  opened = null;
  vault = await Vault.open(on.network, account);
  return NewBrowserStay.open({
    vault,
    network: on.network,
    account,
    show: (phase) => phases.push(phase),
    showRegister: () => undefined,
    opened: async ({ register, device }) => {
      opened = { register, device: device.deviceKey.id };
    },
  });
}

/** The present generation again, with other unlock keys. */
async function replaceUnlockKeys(own: MadeUpNetwork, unlockKeys: readonly UnlockKey[]): Promise<void> {
  const ana = await own.person("Ana");
  const holder = own.state.accounts.get(ana.account);
  const reading = ana.readings.get(holder?.generation ?? 0);
  if (holder === undefined || reading === undefined) {
    throw new Error("Ana has no keys");
  }
  const made = await makeKeys({
    whose: { network: own.network, account: ana.account },
    holder,
    previous: own.state.heads.get(own.subjectOf(ana)) ?? null,
    reading,
    previousReading: null,
    unlockKeys,
    publicKeys: own.attachments,
    time: 1_790_000_900_000,
    signer: ana.identity,
  });
  await own.add(made.entry);
  for (const [hash, bytes] of made.attachments) {
    own.attachments.set(hash, bytes);
  }
}

beforeEach(async () => {
  const ana = await network.person("Ana");
  await forgetVault(network.network, ana.account);
});

afterEach(() => {
  vault.lock();
  vi.unstubAllGlobals();
});

describe("a new browser", () => {
  it("says which recovery code it needs", async () => {
    await arrive();
    expect(phases.at(-1)).toMatchObject({ name: "new_browser", serial: 1, otherNetwork: false });
  });

  it("says that this address served another network before, and keeps that vault apart when it is left", async () => {
    const former = await Vault.open("ef".repeat(32), account);
    former.lock();
    const stay = await arrive();
    expect(phases.at(-1)).toMatchObject({ name: "new_browser", otherNetwork: true });
    await stay.leaveOtherNetwork();
    expect(phases.at(-1)).toMatchObject({ name: "new_browser", otherNetwork: false });
    expect(await knownVaults()).toContainEqual({ network: "ef".repeat(32), account });
    await forgetVault("ef".repeat(32), account);
  });

  it("enrols its device and keys in one append, and holds every generation", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const before = own.size;
    await stay.openWithCode(code);
    expect(own.size).toBe(before + 2);
    const person = own.state.accounts.get(account);
    expect(person?.devices[opened?.device ?? ""]?.active).toBe(true);
    expect(person?.generation).toBe(2);
    expect(opened?.register.size).toBe(own.size);
    expect(vault.unlocked).toBe(true);
  });

  it("makes the next generation where nobody boxes to the present one", async () => {
    const own = await network.copy();
    await own.revoke("Alba", "Ana");
    const stay = await arrive(own);
    await stay.openWithCode(code);
    expect(own.state.accounts.get(account)).toMatchObject({ generation: 3, tainted_through: 2 });
  });

  it("names the group that holds a slip, before anything is asked", async () => {
    const stay = await arrive();
    server.asked.length = 0;
    const groups = code.split("-");
    const third = groups[2] ?? "";
    groups[2] = `${third[0] === "0" ? "1" : "0"}${third.slice(1)}`;
    await expect(stay.openWithCode(groups.join(" "))).rejects.toMatchObject({
      code: "recovery_code_wrong",
      group: 2,
    });
    expect(server.asked).toEqual([]);
    expect(await checkGroup(2, groups[2])).toBe("wrong");
    expect(await checkGroup(2, third.slice(0, 3))).toBe("incomplete");
    expect(await checkGroup(2, third.toLowerCase())).toBe("ok");
  });

  it("refuses a code of somebody else, and can be tried again", async () => {
    const stay = await arrive();
    const other = writeCode(randomBytes(20)).join("-");
    await expect(stay.openWithCode(other)).rejects.toMatchObject({ code: "recovery_code_wrong" });
    expect(phases.at(-1)).toMatchObject({ name: "new_browser" });
  });

  it("recognizes a code that was replaced, by its serial number", async () => {
    const own = await network.copy();
    const ana = await own.person("Ana");
    const whose = { network: own.network, account: ana.account };
    const newer = await makeUnlockKey(whose, await unlockKeyOf(randomBytes(20), whose), ana.identitySeed, {
      date: 2,
      kind: "recovery_code",
      serial: 2,
    });
    for (const [hash, bytes] of newer.attachments) {
      own.attachments.set(hash, bytes);
    }
    await replaceUnlockKeys(own, [newer.unlockKey]);
    const stay = await arrive(own);
    expect(phases.at(-1)).toMatchObject({ serial: 2 });
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ code: "recovery_code_old", serial: 1 });
    expect(phases.at(-1)).toMatchObject({
      name: "new_browser",
      failure: { code: "recovery_code_old", serial: 1 },
    });
  });

  it("raises the alarm when the box holds another identity", async () => {
    const own = await network.copy();
    const ana = await own.person("Ana");
    const whose = { network: own.network, account: ana.account };
    const unlock = await unlockKeyOf(ana.code, whose);
    const swapped = await makeUnlockKey(whose, unlock, randomBytes(32), {
      date: 1,
      kind: "recovery_code",
      serial: 1,
    });
    for (const [hash, bytes] of swapped.attachments) {
      own.attachments.set(hash, bytes);
    }
    await replaceUnlockKeys(own, [swapped.unlockKey]);
    const stay = await arrive(own);
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ alarm: { kind: "identity_swapped" } });
    expect(opened).toBeNull();
  });

  it("makes nothing anew where the server does not have what is signed", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const box = own.state.accounts.get(account)?.unlock_keys[0]?.identity_box ?? "";
    own.attachments.delete(box);
    const before = own.size;
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ code: "keys_missing" });
    expect(own.size).toBe(before);
  });

  it("refuses a Register that is older than what another browser of this person verified", async () => {
    const own = await network.copy();
    const ana = await own.person("Ana");
    const stay = await arrive(own);
    const replay = await Replay.begin(own.network);
    await replay.advance(await own.note(), [own.entries]);
    const reading = ana.readings.get(2);
    const sealed = await sealBookmark(
      reading?.seed ?? randomBytes(32),
      own.network,
      account,
      2,
      replay.position,
    );
    server.on("GET", /bookmark$/, () => ({ generation: 2, sealed: toBase64(sealed) }));
    const position = own.size;
    await own.renew("Ana");
    server.shown = position - 1;
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ alarm: { kind: "rolled_back" } });
    expect(opened).toBeNull();
  });
});
