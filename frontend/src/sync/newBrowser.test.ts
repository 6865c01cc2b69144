import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openBookmarkKey, sealBookmark, sealBookmarkKey } from "../crypto/bookmark";
import { type Bytes, fromBase64, randomBytes, toBase64 } from "../crypto/encoding";
import { identifier, MadeUpNetwork } from "../crypto/madeUp";
import { unlockKeyOfPasskey } from "../crypto/passkey";
import { makeKeys, makeUnlockKey, unlockKeyOf } from "../crypto/person";
import { writeCode } from "../crypto/recovery";
import { type Position, Replay } from "../crypto/register";
import { standingSubject, type UnlockKey } from "../crypto/statements";
import { knownVaults, Vault } from "../vault";
import type { Phase } from "./contract";
import { loadKeyring, type OwnBookmarkKey } from "./keyring";
import { MadeUpServer, Refusal } from "./madeUpServer";
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
    before: { why: null, lost: 0, kept: 0 },
    show: (phase) => phases.push(phase),
    showRegister: () => undefined,
    opened: async ({ register, device }) => {
      opened = { register, device: device.deviceKey.id };
    },
  });
}

/** What a passkey has derived. */
const secret = () => new Uint8Array(32).fill(5);

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

  it("opens by a touch of a passkey as it does by the code", async () => {
    const own = await network.copy();
    const ana = await own.person("Ana");
    const whose = { network: own.network, account: ana.account };
    const unlock = await unlockKeyOfPasskey(secret(), whose);
    const facts = { date: 1, kind: "passkey", serial: 1 } as const;
    const made = await makeUnlockKey(whose, unlock, ana.identitySeed, facts);
    for (const [hash, bytes] of made.attachments) {
      own.attachments.set(hash, bytes);
    }
    const present = own.state.accounts.get(ana.account)?.unlock_keys ?? [];
    await replaceUnlockKeys(own, [...present, made.unlockKey]);
    const stay = await arrive(own);
    server.on("GET", /passkeys$/, () => [{ id: "key-of-ana", credential: "credential" }]);
    const touched = secret();
    await stay.openWithPasskey(touched, "credential");
    expect(opened?.register.size).toBe(own.size);
    expect(touched).toEqual(new Uint8Array(32));
    const device = await vault.device();
    const { bookmark } = await loadKeyring(vault, device ?? expect.fail());
    expect(bookmark.forPasskeys).toMatchObject([{ passkey: "key-of-ana", unlockKey: unlock.hash }]);
  });

  it("refuses a passkey that is no unlock key, and can be opened by the code then", async () => {
    const stay = await arrive(await network.copy());
    const refused = stay.openWithPasskey(secret(), "credential");
    await expect(refused).rejects.toMatchObject({ code: "passkey_unlocks_nothing" });
    expect(phases.at(-1)).toMatchObject({ failure: { code: "passkey_unlocks_nothing" } });
    await stay.openWithCode(code);
    expect(opened).not.toBeNull();
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

  it("goes on with the keys that the Register names where the line broke after they were given", async () => {
    for (const loss of ["of the answer", "of the line", "of nothing yet"]) {
      const own = await network.copy();
      await own.revoke("Alba", "Ana");
      const stay = await arrive(own);
      let given: unknown = null;
      server.on("POST", /register\/append$/, async (body) => {
        if (given !== null) {
          return new Refusal(422, "rejected", { reason: "exists" });
        }
        given = body;
        const { entries, attachments } = body as { entries: object[]; attachments: Record<string, string> };
        for (const entry of entries) {
          await own.add(new TextEncoder().encode(JSON.stringify(entry)));
        }
        for (const [hash, bytes] of Object.entries(attachments)) {
          own.attachments.set(hash, fromBase64(bytes));
        }
        server.offline = loss === "of the line";
        server.shown = loss === "of nothing yet" ? own.size - 2 : null;
        return loss === "of the line" ? { checkpoint: "" } : new Refusal(502, "bad_gateway");
      });
      await expect(stay.openWithCode(code), loss).rejects.toMatchObject({ name: expect.anything() });
      server.offline = false;
      if (server.shown !== null) {
        await stay.openWithCode(code).catch(() => undefined); // the first attempt has not come through so far
        server.shown = null;
      }
      await stay.openWithCode(code);
      const device = (await vault.device()) ?? expect.fail();
      const keyring = await loadKeyring(vault, device);
      const person = own.state.accounts.get(account);
      expect(keyring.deviceBox.hash, loss).toBe(person?.devices[device.deviceKey.id]?.box_key);
      expect(keyring.readings.get(person?.generation ?? 0)?.hash, loss).toBe(person?.reading_key);
      vault.lock();
      await forgetVault(own.network, account);
    }
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
});

describe("the bookmark", () => {
  const key = randomBytes(32);

  async function positionOf(on: MadeUpNetwork): Promise<Position> {
    const replay = await Replay.begin(on.network);
    await replay.advance(await on.note(), [on.entries]);
    return replay.position;
  }

  /** The server keeps what one of Ana's browsers sealed at this position, under the code or something else. */
  async function keep(
    on: MadeUpNetwork,
    position: Position,
    { under, sealedUnder = key }: { under?: Bytes; sealedUnder?: Bytes } = {},
  ): Promise<void> {
    const ana = await on.person("Ana");
    const whose = { network: on.network, account };
    const sealed = toBase64(await sealBookmark(sealedUnder, whose, position));
    const sealedKey = toBase64(await sealBookmarkKey(under ?? ana.code, whose, key));
    server.on("GET", /bookmark$/, () => ({ sealed, key: { serial: 1, sealed: sealedKey } }));
  }

  const bundles = () => server.asked.filter((one) => one.includes("/tile/entries/"));

  async function storedBookmark(): Promise<OwnBookmarkKey | undefined> {
    const device = await vault.device();
    const keys = device && (await loadKeyring(vault, device));
    return keys?.bookmark;
  }

  it("is where a new browser begins, and what came since is caught up", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const position = await positionOf(own);
    await keep(own, position);
    await own.renew("Ana");
    await stay.openWithCode(code);
    expect(opened?.register.size).toBe(own.size);
    expect(own.state.accounts.get(account)?.generation).toBe(3);
    expect(opened?.register.replay.stateAt(position.size)).not.toBeNull();
    expect(opened?.register.replay.stateAt(position.size - 1)).toBeNull();
    expect(await storedBookmark()).toEqual({ key, toGive: null, forPasskeys: [] });
  });

  it("may be an old one that the server puts back: the newest Register is read all the same", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    await keep(own, await positionOf(own));
    await own.renew("Ana");
    await own.revoke("Alba", "Ana");
    await stay.openWithCode(code);
    expect(own.state.accounts.get(account)).toMatchObject({ generation: 4, tainted_through: 3 });
    expect(opened?.register.size).toBe(own.size);
  });

  it("is made anew, under the code that was typed, where there is none", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    await stay.openWithCode(code);
    expect(opened?.register.replay.stateAt(1)).not.toBeNull();
    const made = await storedBookmark();
    const { code: secret } = await own.person("Ana");
    const sealed = fromBase64(made?.toGive?.sealed ?? "");
    expect(await openBookmarkKey(secret, { network: own.network, account }, sealed)).toEqual(made?.key);
    expect(made?.toGive?.serial).toBe(1);
  });

  it("counts for nothing where a hostile server made it, without the code", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const forged = await MadeUpNetwork.founded();
    await forged.admit("Brona", "Bea");
    const position = await positionOf(forged);
    await keep(
      own,
      { ...position, state: { ...position.state, network: own.network } },
      {
        under: randomBytes(20),
      },
    );
    await stay.openWithCode(code);
    expect(opened?.register.replay.stateAt(1)).not.toBeNull();
    expect(opened?.register.state).toEqual(own.state);
    expect((await storedBookmark())?.key).not.toEqual(key);
  });

  it("counts for nothing where it is sealed under another key; the key is used again", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    await keep(own, await positionOf(own), { sealedUnder: randomBytes(32) });
    await stay.openWithCode(code);
    expect(opened?.register.replay.stateAt(1)).not.toBeNull();
    expect(await storedBookmark()).toEqual({ key, toGive: null, forPasskeys: [] });
  });

  it("counts for nothing where it does not add up", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const position = await positionOf(own);
    await keep(own, { ...position, root: "ab".repeat(32) });
    await stay.openWithCode(code);
    expect(opened?.register.replay.stateAt(1)).not.toBeNull();
  });

  it("refuses a Register that is older than what another browser of this person verified", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const position = await positionOf(own);
    await keep(own, position);
    server.shown = position.size - 1;
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ alarm: { kind: "rolled_back" } });
    expect(opened).toBeNull();
  });

  it("refuses a Register that another browser of this person was not shown", async () => {
    const own = await network.copy();
    const other = await network.copy();
    const stay = await arrive(own);
    await other.renew("Ana");
    await keep(own, await positionOf(other));
    await own.revoke("Alba", "Ana");
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ alarm: { kind: "forked" } });
    expect(opened).toBeNull();
  });

  it("finds nothing in a Register that is shorter while the portal is being completed, and else does", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    await own.renew("Ana");
    await keep(own, await positionOf(own));
    server.shown = own.size - 1;
    server.restoring = true;
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ code: "restoring" });
    server.restoring = false;
    await expect(stay.openWithCode(code)).rejects.toMatchObject({ alarm: { kind: "rolled_back" } });
  });

  it("spares a new browser the entries of a long Register", async () => {
    const own = await network.copy();
    const stay = await arrive(own);
    const alba = await identifier("Alba");
    for (let i = 0; i < 150; i++) {
      for (const type of ["authority.suspended", "authority.reinstated"] as const) {
        await own.say(type, standingSubject(alba), { authority: alba, reason: "" }, ...own.threshold);
      }
    }
    await keep(own, await positionOf(own));
    await own.renew("Ana");
    await stay.openWithCode(code);
    expect(new Set(bundles().map((one) => one.replace(/^.*entries\//, "").slice(0, 3)))).toEqual(
      new Set(["001"]),
    );
    expect(opened?.register.size).toBe(own.size);
  });
});
