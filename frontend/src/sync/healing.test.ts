import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpNetwork } from "../crypto/madeUp";
import { MadeUpConversation } from "../crypto/madeUpTalk";
import { makeVaultLocalKey } from "../crypto/session";
import { conversationRange } from "../vault";
import { AlarmRaised } from "./alarm";
import { Healing } from "./healing";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import type { SessionWatch } from "./session";
import { rememberedHeads } from "./storage";

vi.setConfig({ testTimeout: 30_000 });

let network: MadeUpNetwork;
let talk: MadeUpConversation;
let stays: MadeUpStay[];
let bo: MadeUpStay;
let healing: Healing;

async function arrive(): Promise<void> {
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
  healing = new Healing({ hands: bo.hands, device, watch, conversations: () => bo.conversations });
}

const texts = () =>
  (bo.hands.snapshots.current.open?.items ?? []).flatMap((item) =>
    item.type === "message" ? [item.text] : [],
  );

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  await network.admit("Borea", "Bo");
}, 60_000);

beforeEach(async () => {
  stays = [];
  const { account } = await network.person("Bo");
  const server = new MadeUpServer(network, account);
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
  server.add(talk);
  server.install();
  await arrive();
  await bo.conversations.pull();
});

afterEach(async () => {
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
