import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpNetwork } from "../crypto/madeUp";
import { MadeUpConversation } from "../crypto/madeUpTalk";
import { makeVaultLocalKey } from "../crypto/session";
import { conversationRange, VaultFailure } from "../vault";
import { databaseName } from "../vault/database";
import { AlarmRaised } from "./alarm";
import { Drafts } from "./drafts";
import { Healing } from "./healing";
import { KeyActs } from "./keyActs";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import type { SessionWatch } from "./session";
import { rememberedHeads } from "./storage";

vi.setConfig({ testTimeout: 30_000 });

let network: MadeUpNetwork;
let talk: MadeUpConversation;
let stays: MadeUpStay[];
let bo: MadeUpStay;
let server: MadeUpServer;
let drafts: Drafts | null = null;
let healing: Healing;

async function arrive(): Promise<void> {
  drafts?.close();
  bo?.close();
  bo = await openStay(network, "Bo");
  stays.push(bo);
  bo.hands.snapshots.set({ connection: "online" });
  const watch = {
    get stay() {
      return { hands: bo.hands, conversations: bo.conversations };
    },
    again: arrive,
  } as unknown as SessionWatch;
  const device = { deviceKey: bo.hands.keyring.device, localKey: await makeVaultLocalKey() };
  const begun = new Drafts(bo.hands, new KeyActs(bo.hands));
  await begun.load();
  drafts = begun;
  const conversations = () => bo.conversations;
  healing = new Healing({
    hands: bo.hands,
    device,
    watch,
    conversations,
    drafts: () => begun,
    restoring: async () => false,
  });
}

const texts = () =>
  (bo.hands.snapshots.current.open?.items ?? []).flatMap((item) =>
    item.type === "message" ? [item.text] : [],
  );

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  stays = [];
  const { account } = await network.person("Bo");
  server = new MadeUpServer(network, account);
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
  server.add(talk);
  server.install();
  await arrive();
  await bo.conversations.pull();
});

afterEach(async () => {
  drafts?.close();
  for (const stay of stays) {
    stay.close();
  }
  vi.unstubAllGlobals();
  await forgetVault(network.network, (await network.person("Bo")).account);
});

describe("freeing space", () => {
  it("forgets what the server has and keeps what was not sent, drafts and how far all was verified", async () => {
    for (let number = 0; number < 150; number++) {
      await talk.write("Ana", `number ${number} ${"x".repeat(400)}`);
    }
    await bo.conversations.pull();
    await bo.conversations.open(talk.view.id);
    await vi.waitFor(() => expect(bo.hands.snapshots.current.history).toBeNull());
    const pending = {
      clientId: "01".repeat(16),
      conversation: talk.view.id,
      text: "not sent yet",
      createdAt: Date.now(),
      failure: "kept for the test",
      attempted: false,
    };
    const draft = { draft: { text: "begun" }, synced: null, revision: 0, generation: 0 };
    await bo.hands.vault.write([
      { store: "outbox", key: pending.clientId, value: pending },
      { store: "records", key: "draft/new", value: draft },
    ]);
    const items = async () => (await bo.hands.vault.keys("items", conversationRange(talk.view.id))).length;
    const before = await items();
    const freed = await healing.freeSpace();
    expect(freed).toBeGreaterThan(10_000);
    expect(await items()).toBeLessThan(before);
    expect(bo.hands.snapshots.current.history?.paused).toBe(true);
    expect(bo.conversations.outbox.of(talk.view.id)).toEqual([pending]);
    expect(await bo.hands.vault.keys("records")).toContain("draft/new");
    await bo.conversations.open(talk.view.id);
    expect(texts().at(-2)).toContain("number 149");
    expect(await rememberedHeads(bo.hands.vault)).toHaveLength(1);
    await healing.compareHeads();
    expect(await rememberedHeads(bo.hands.vault)).toEqual([]);
    await bo.conversations.jumpTo(talk.view.id, { sequence: 1 });
    expect(texts()[0]).toBe("first");
    expect(bo.alarms).toEqual([]);
  });

  it("is refused without a line, and forgets nothing then", async () => {
    bo.hands.snapshots.set({ connection: "offline" });
    await expect(healing.freeSpace()).rejects.toMatchObject({ code: "offline" });
    await bo.conversations.open(talk.view.id);
    expect(texts()).toEqual(["first"]);
  });

  it("gives a server no chance to show another past than the one that was verified", async () => {
    await healing.freeSpace();
    const [held] = await rememberedHeads(bo.hands.vault);
    if (held === undefined) {
      throw new Error("nothing was remembered");
    }
    const other = { sequence: held.sequence, head: "ab".repeat(32) };
    await bo.hands.vault.write([{ store: "records", key: `head/${held.id}`, value: other }]);
    await expect(healing.compareHeads()).rejects.toBeInstanceOf(AlarmRaised);
    const further = { sequence: held.sequence + 5, head: held.head };
    await bo.hands.vault.write([{ store: "records", key: `head/${held.id}`, value: further }]);
    await expect(healing.compareHeads()).rejects.toBeInstanceOf(AlarmRaised);
  });
});

describe("the record of the newest epoch", () => {
  it("is missed when it alone is gone, before anything is judged without it", async () => {
    const { epoch } = bo.conversations.extents[0] ?? {};
    expect(epoch).toBe(talk.view.epoch?.number);
    await bo.hands.vault.write([{ store: "epochs", key: [talk.view.id, epoch ?? 0], value: undefined }]);
    await arrive();
    await talk.write("Ana", "second");
    await bo.conversations.pull().catch(() => undefined);
    await expect(bo.conversations.headAt(talk.view.id, 1)).rejects.toMatchObject({ kind: "damaged" });
    expect(bo.alarms).toEqual([]);
    await healing.check();
    await bo.conversations.pull();
    await bo.conversations.open(talk.view.id);
    expect(texts()).toEqual(["first", "second"]);
    expect(bo.alarms).toEqual([]);
  });
});

/** As a browser does that needs the room, or that somebody tells to. */
async function empty(): Promise<void> {
  const { network: where, account } = bo.hands.keyring.whose;
  const database = await new Promise<IDBDatabase>((resolve) => {
    const opening = indexedDB.open(databaseName(where, account));
    opening.onsuccess = () => resolve(opening.result);
  });
  const stores = [...database.objectStoreNames];
  const transaction = database.transaction(stores, "readwrite");
  for (const name of stores) {
    transaction.objectStore(name).clear();
  }
  await new Promise((resolve) => {
    transaction.oncomplete = resolve;
  });
  database.close();
}

describe("a vault that comes back empty", () => {
  it("has again whatever was not sent, what was begun, and how far all was verified", async () => {
    const { account } = bo.hands.keyring.whose;
    const whose = { id: account, email: "bo@example.org", role: "lead", authority: null, language: "en" };
    server.on("GET", /^\/api\/session$/, () => ({
      ...{ csrf_token: "token", state: "signed_in", account: whose },
      ...{ network: { id: network.network, name: "", demo: false }, device: null, confirmed_until: null },
    }));
    const kept = { createdAt: 1, failure: "kept for the test", attempted: false };
    const pending = [
      { clientId: "01".repeat(16), conversation: talk.view.id, text: "not sent yet", ...kept },
      { clientId: "02".repeat(16), conversation: "ab".repeat(32), text: "where is it?", ...kept },
    ];
    await bo.hands.vault.write(
      pending.map((value) => ({ store: "outbox", key: value.clientId, value }) as const),
    );
    await arrive();
    const { id, sequence, head } = bo.conversations.readable()[0] ?? expect.fail();
    await drafts?.save(id, { text: "begun" }, null);
    await empty();
    expect(await healing.failed(new VaultFailure("wiped", "all", "the database is empty"))).toBe(true);
    expect(bo.hands.snapshots.current.drafts).toEqual({ [id]: { text: "begun" } });
    expect(bo.conversations.outbox.all).toEqual(pending);
    expect(await rememberedHeads(bo.hands.vault)).toEqual([{ id, sequence, head }]);
  });
});

describe("a record that is damaged", () => {
  it("is fetched again and must go on from where it was verified", async () => {
    const { id, sequence, head } = bo.conversations.readable()[0] ?? expect.fail();
    const place = `items:${JSON.stringify([id, 3])}`;
    expect(await healing.failed(new VaultFailure("damaged", place, "unreadable"))).toBe(true);
    expect(await rememberedHeads(bo.hands.vault)).toEqual([{ id, sequence, head }]);
    await bo.conversations.pull();
    await healing.compareHeads();
    expect(await rememberedHeads(bo.hands.vault)).toEqual([]);
  });
});
