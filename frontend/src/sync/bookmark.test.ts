import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openBookmark, openBookmarkKey } from "../crypto/bookmark";
import { type Bytes, fromBase64, randomBytes } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { readCode } from "../crypto/recovery";
import { BookmarkWriter, giveBookmarkKey, openWith, sealedFor } from "./bookmark";
import type { RecoveryCode } from "./contract";
import { KeyActs } from "./keyActs";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import { openerOf } from "./unlocking";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let stay: MadeUpStay;
let kept: {
  sealed?: string;
  key?: { serial: number; sealed: string };
  passkeys?: { unlock_key: string; sealed: string }[];
};

beforeEach(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  const { account } = await network.person("Ana");
  kept = {};
  server = new MadeUpServer(network, account);
  server.on("PUT", /bookmark$/, (body) => {
    kept.sealed = (body as { sealed: string }).sealed;
    return null;
  });
  server.on("PUT", /bookmark\/key$/, (body) => {
    kept.key = body as { serial: number; sealed: string };
    return null;
  });
  server.on("GET", /bookmark$/, () => kept);
  server.install();
  await forgetVault(network.network, account);
  stay = await openStay(network, "Ana");
});

afterEach(() => {
  stay.close();
  vi.unstubAllGlobals();
});

function secretOf({ groups }: RecoveryCode) {
  const read = readCode(groups.join("-"));
  if (!read.ok) {
    throw new Error("the code does not read");
  }
  return read.secret;
}

const by = (code: Bytes) => openerOf("recovery_code", code, stay.hands.keyring.whose);

async function replaceCode(): Promise<RecoveryCode> {
  const ana = await network.person("Ana");
  stay.hands.identity.open(ana.identitySeed);
  const acts = new KeyActs(stay.hands);
  const code = await acts.replaceRecoveryCode();
  await acts.confirmReplacement({ 2: code.groups[2] ?? "" });
  return code;
}

describe("the bookmark of somebody with a passkey", () => {
  const secret = () => new Uint8Array(32).fill(3);

  beforeEach(async () => {
    const ana = await network.person("Ana");
    kept = { sealed: "", key: { serial: 1, sealed: "" }, passkeys: [] };
    server.on("PUT", /passkeys\/key-of-ana\/unlock$/, (body) => {
      kept.passkeys?.push(body as { unlock_key: string; sealed: string });
      return null;
    });
    stay.hands.identity.open(ana.identitySeed);
  });

  it("opens by a touch as it does by the code", async () => {
    await new KeyActs(stay.hands).addPasskey(secret(), "key-of-ana");
    const writer = new BookmarkWriter(stay.hands);
    writer.soon();
    await vi.waitFor(() => expect(kept.sealed).not.toBe(""));
    writer.close();
    const { keyring, register } = stay.hands;
    const opener = await openerOf("passkey", secret(), keyring.whose);
    expect(kept.passkeys?.map(({ unlock_key }) => unlock_key)).toEqual([opener.unlock.hash]);
    const opened = await openWith(opener, keyring.whose);
    expect(opened).toEqual({ key: keyring.bookmark.key, position: register.replay.position });
    const other = await openerOf("passkey", new Uint8Array(32).fill(4), keyring.whose);
    expect(await openWith(other, keyring.whose)).toEqual({ key: null, position: null });
  });

  it("waits with its key while the server does not take it, and forgets it where the passkey is gone", async () => {
    server.on("PUT", /unlock$/, () => new Refusal(503, "unavailable"));
    await new KeyActs(stay.hands).addPasskey(secret(), "key-of-ana");
    expect(stay.hands.keyring.bookmark.forPasskeys).toHaveLength(1);
    server.on("PUT", /unlock$/, () => new Refusal(404, "not_found"));
    await giveBookmarkKey(stay.hands);
    expect(stay.hands.keyring.bookmark.forPasskeys).toEqual([]);
  });
});

describe("the bookmark of an open vault", () => {
  it("is sealed with its key, which goes before it under the recovery code", async () => {
    const { keyring, register } = stay.hands;
    const { code } = await network.person("Ana");
    keyring.bookmark.toGive = await sealedFor(code, keyring.whose, keyring.bookmark.key, 1);
    const writer = new BookmarkWriter(stay.hands);
    writer.soon();
    await vi.waitFor(() => expect(kept.sealed).toBeDefined());
    writer.close();
    expect(keyring.bookmark.toGive).toBeNull();
    const opened = await openWith(await by(code), keyring.whose);
    expect(opened).toEqual({ key: keyring.bookmark.key, position: register.replay.position });
  });

  it("opens with no other code", async () => {
    const { keyring } = stay.hands;
    const { code } = await network.person("Ana");
    keyring.bookmark.toGive = await sealedFor(code, keyring.whose, keyring.bookmark.key, 1);
    await giveBookmarkKey(stay.hands);
    kept.sealed = kept.key?.sealed ?? "";
    expect(await openWith(await by(randomBytes(20)), keyring.whose)).toEqual({ key: null, position: null });
    expect(await openWith(await by(code), keyring.whose)).toEqual({
      key: keyring.bookmark.key,
      position: null,
    });
  });

  it("keeps its key when the recovery code is replaced", async () => {
    const { keyring } = stay.hands;
    const before = keyring.bookmark.key.slice();
    const code = await replaceCode();
    expect(kept.key?.serial).toBe(2);
    const sealed = fromBase64(kept.key?.sealed ?? "");
    expect(await openBookmarkKey(secretOf(code), keyring.whose, sealed)).toEqual(before);
    expect(keyring.bookmark).toEqual({ key: before, toGive: null, forPasskeys: [] });
  });

  it("takes the key along later where the server did not hear of it at once", async () => {
    server.on("PUT", /bookmark\/key$/, () => new Refusal(503, "unavailable"));
    await replaceCode();
    expect(stay.hands.keyring.bookmark.toGive?.serial).toBe(2);
    server.on("PUT", /bookmark\/key$/, (body) => {
      kept.key = body as { serial: number; sealed: string };
      return null;
    });
    const writer = new BookmarkWriter(stay.hands);
    writer.soon();
    await vi.waitFor(() => expect(kept.sealed).toBeDefined());
    writer.close();
    expect(kept.key?.serial).toBe(2);
    const { key } = stay.hands.keyring.bookmark;
    const position = await openBookmark(key, stay.hands.keyring.whose, fromBase64(kept.sealed ?? ""));
    expect(position.size).toBe(network.size);
  });

  it("gives no key for a code that the Register does not name", async () => {
    const { keyring } = stay.hands;
    keyring.bookmark.toGive = await sealedFor(randomBytes(20), keyring.whose, keyring.bookmark.key, 2);
    await giveBookmarkKey(stay.hands);
    expect(kept.key).toBeUndefined();
    expect(keyring.bookmark.toGive).not.toBeNull();
  });
});
