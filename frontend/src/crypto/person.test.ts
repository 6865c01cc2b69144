import { beforeAll, describe, expect, it, vi } from "vitest";
import { type BoxKeyPair, boxKeyPair, sealBox } from "./boxes.ts";
import { type Bytes, Malformed, randomBytes, toHex } from "./encoding.ts";
import {
  codeToCompare,
  commitmentTo,
  inviteeMac,
  inviterMac,
  macMatches,
  makeFragment,
  openInvitationSecret,
  readFragment,
  sealInvitationSecret,
} from "./invitation.ts";
import { MadeUpNetwork, type MadeUpPerson } from "./madeUp.ts";
import {
  identityInfo,
  type KeysStatement,
  makeKeys,
  makeUnlockKey,
  openIdentity,
  openReadings,
  readingInfo,
  recognizeUnlockKey,
  unlockKeyOf,
  type Whose,
} from "./person.ts";
import { DoesNotOpen, hashHex, openSealed, seal } from "./seal.ts";
import { makeVaultLocalKey, vaultKey, vaultKeyBytes, vaultLocal } from "./session.ts";
import type { AccountState } from "./state.ts";
import { parseEntry } from "./statements.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

let network: MadeUpNetwork;
let ana: MadeUpPerson;
let whose: Whose;
let unlock: BoxKeyPair;
beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  for (let i = 0; i < 3; i++) await network.renew("Ana");
  ana = await network.person("Ana");
  whose = { network: network.network, account: ana.account };
  unlock = await unlockKeyOf(ana.code, whose);
}, 60_000);

const person = (): AccountState => network.state.accounts.get(ana.account) as AccountState;

function statements(): KeysStatement[] {
  return network.entries
    .map((entry) => parseEntry(entry).said)
    .filter((said): said is KeysStatement => said.type === "account.keys" && said.account === ana.account);
}

describe("a new browser", () => {
  it("opens identity and every reading key with the recovery code alone", async () => {
    expect(await openIdentity(whose, person(), unlock, network.attachments)).toEqual(ana.identitySeed);
    const readings = await openReadings(whose, person(), statements(), network.attachments, [unlock]);
    expect([...readings.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const [generation, pair] of readings) expect(pair.hash).toBe(ana.readings.get(generation)?.hash);
  });

  it("opens older reading keys through the newest when their own boxes are gone", async () => {
    const newest = statements().slice(-1)[0] as KeysStatement;
    const lost = new Map(network.attachments);
    for (const said of statements().slice(0, -1)) for (const { box } of said.reading_boxes) lost.delete(box);
    const readings = await openReadings(whose, person(), statements(), lost, [unlock]);
    expect([...readings.keys()].sort()).toEqual([1, 2, 3, 4]);
    for (const { box } of newest.reading_boxes) lost.delete(box);
    expect((await openReadings(whose, person(), statements(), lost, [unlock])).size).toBe(0);
  });

  it("falls back to earlier boxes when the newest does not open", async () => {
    const newest = statements().slice(-1)[0] as KeysStatement;
    const broken = new Map(network.attachments);
    for (const { box } of newest.reading_boxes) broken.set(box, randomBytes(1168));
    const readings = await openReadings(whose, person(), statements(), broken, [unlock]);
    expect([...readings.keys()].sort()).toEqual([1, 2, 3]);
  });

  it("takes nothing from a box that does not match what was signed", async () => {
    const forged = new Map(network.attachments);
    for (const said of statements()) {
      for (const { box, key } of said.reading_boxes) {
        if (key !== unlock.hash) continue;
        const boxInfo = readingInfo(whose, said.generation, key);
        forged.set(box, await sealBox(unlock.publicKey, boxInfo, randomBytes(32)));
      }
    }
    expect((await openReadings(whose, person(), statements(), forged, [unlock])).size).toBe(0);
    const identityBox = person().unlock_keys[0]?.identity_box ?? "";
    forged.set(
      identityBox,
      await sealBox(unlock.publicKey, identityInfo(whose, unlock.hash), randomBytes(32)),
    );
    await expect(openIdentity(whose, person(), unlock, forged)).rejects.toThrow(DoesNotOpen);
  });

  it("opens nothing with another code, or the same code elsewhere", async () => {
    const other = await unlockKeyOf(randomBytes(20), whose);
    await expect(openIdentity(whose, person(), other, network.attachments)).rejects.toThrow(DoesNotOpen);
    const elsewhere = await unlockKeyOf(ana.code, { ...whose, network: await hashHex(randomBytes(1)) });
    expect(elsewhere.hash).not.toBe(unlock.hash);
  });
});

describe("a recovery code that was replaced", () => {
  it("is recognized as an old one, with its serial", async () => {
    const code = randomBytes(20);
    const next = await unlockKeyOf(code, whose);
    const facts = { date: 1, kind: "recovery_code", serial: 2 } as const;
    const made = await makeUnlockKey(whose, next, ana.identitySeed, facts);
    const holder = person();
    const reading = ana.readings.get(holder.generation) as BoxKeyPair;
    const keys = await makeKeys({
      whose,
      holder,
      previous: network.state.heads.get(network.subjectOf(ana)) ?? null,
      reading,
      previousReading: null,
      unlockKeys: [made.unlockKey],
      publicKeys: new Map([...network.attachments, ...made.attachments]),
      time: 2,
      signer: ana.identity,
    });
    expect(keys.said.generation).toBe(holder.generation);
    await network.add(keys.entry);
    const all = new Map([...network.attachments, ...made.attachments, ...keys.attachments]);
    expect(recognizeUnlockKey(person(), statements(), unlock.hash)).toMatchObject({
      current: false,
      unlockKey: { serial: 1 },
    });
    expect(recognizeUnlockKey(person(), statements(), next.hash)).toMatchObject({ current: true });
    expect(recognizeUnlockKey(person(), statements(), "0".repeat(64))).toBeNull();
    await expect(openIdentity(whose, person(), unlock, all)).rejects.toThrow(DoesNotOpen);
    expect(await openIdentity(whose, person(), next, all)).toEqual(ana.identitySeed);
    expect((await openReadings(whose, person(), statements(), all, [next])).size).toBe(4);
  });
});

describe("account.keys", () => {
  it("is not made for a receiver whose key is missing or swapped", async () => {
    const holder = person();
    const input = {
      whose,
      holder,
      previous: null,
      reading: await boxKeyPair(randomBytes(32)),
      previousReading: ana.readings.get(holder.generation) ?? null,
      unlockKeys: holder.unlock_keys,
      time: 1,
      signer: ana.identity,
    };
    await expect(makeKeys({ ...input, publicKeys: new Map() })).rejects.toThrow(Malformed);
    const swapped = new Map<string, Bytes>();
    const other = await boxKeyPair(randomBytes(32));
    for (const device of Object.values(holder.devices)) swapped.set(device.box_key, other.publicKey);
    for (const { key } of holder.unlock_keys) swapped.set(key, other.publicKey);
    await expect(makeKeys({ ...input, publicKeys: swapped })).rejects.toThrow(Malformed);
    await expect(
      makeKeys({ ...input, previousReading: null, publicKeys: network.attachments }),
    ).rejects.toThrow(Malformed);
  });
});

describe("an invitation", () => {
  it("authenticates both sides by the secret of its link", async () => {
    const { fragment, token, secret } = makeFragment();
    expect(readFragment(`#${fragment}`)).toEqual({ token, secret });
    const checkpoint = { root: await hashHex(randomBytes(1)), size: 7 };
    const mac = await inviterMac(secret, network.network, checkpoint);
    expect(macMatches(mac, await inviterMac(secret, network.network, checkpoint))).toBe(true);
    expect(macMatches(mac, await inviterMac(randomBytes(16), network.network, checkpoint))).toBe(false);
    expect(macMatches(mac, await inviterMac(secret, network.network, { ...checkpoint, size: 8 }))).toBe(
      false,
    );
    const own = await inviteeMac(secret, whose, ana.identity.publicKey);
    expect(macMatches(own, await inviteeMac(secret, whose, ana.device.publicKey))).toBe(false);
    expect(macMatches(own, mac)).toBe(false);
  });

  it.each(["", "a", "a.b", "a.b.c", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAA", "=.="])(
    "is not read from %j",
    (fragment) => {
      expect(() => readFragment(fragment)).toThrow(Malformed);
    },
  );

  it("keeps its secret for the inviter alone", async () => {
    const secret = randomBytes(16);
    const id = "0".repeat(32);
    const reading = ana.readings.get(4) as BoxKeyPair;
    const box = await sealInvitationSecret(whose, id, reading.publicKey, secret);
    expect(await openInvitationSecret(whose, id, reading.seed, box)).toEqual(secret);
    await expect(openInvitationSecret(whose, "1".repeat(32), reading.seed, box)).rejects.toThrow(DoesNotOpen);
  });

  it("gives a code of six numbers to compare", async () => {
    const code = await codeToCompare(network.network, ana.identity.publicKey);
    expect(code.join(" ")).toMatch(/^\d{5}( \d{5}){5}$/);
    expect(await codeToCompare(network.network, ana.device.publicKey)).not.toEqual(code);
  });

  it("commits to name and function, hidden by the salt", async () => {
    const salt = randomBytes(32);
    const commitment = await commitmentTo(salt, "Ana", "Duty officer");
    expect(await commitmentTo(salt, "Ana", "Duty officer")).toBe(commitment);
    expect(await commitmentTo(randomBytes(32), "Ana", "Duty officer")).not.toBe(commitment);
    expect(await commitmentTo(salt, "Duty officer", "Ana")).not.toBe(commitment);
  });
});

describe("the vault key", () => {
  it("needs the browser's key and the server's half", async () => {
    const localKey = await makeVaultLocalKey();
    const [local, half] = [await vaultLocal(localKey), randomBytes(32)];
    const key = await vaultKey(local, half, whose.network, whose.account, ana.device.id);
    const sealed = await seal(key, randomBytes(5));
    expect((await openSealed(key, sealed)).length).toBe(5);
    const other = await vaultKey(local, randomBytes(32), whose.network, whose.account, ana.device.id);
    await expect(openSealed(other, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
    const bytes = await vaultKeyBytes(local, half, whose.network, whose.account, ana.device.id);
    expect(toHex(bytes)).toHaveLength(64);
    expect((await openSealed(bytes, sealed)).length).toBe(5);
    expect(await vaultLocal(await makeVaultLocalKey())).not.toEqual(local);
  });
});
