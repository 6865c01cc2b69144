import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fromBase64, toBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { MadeUpConversation } from "../crypto/madeUpTalk";
import { makeVaultLocalKey } from "../crypto/session";
import type { AlarmRaised } from "./alarm";
import { pruneRaw, rawAbove } from "./conversations/raw";
import { saveKeyring } from "./keyring";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { MadeUpWebSocket } from "./madeUpSocket";
import { forgetVault, openStay, openVault } from "./madeUpStay";
import { OpenStay } from "./opened";
import { ownAttachments } from "./ownAttachments";
import { RegisterSync } from "./registerSync";
import type { SessionWatch } from "./session";
import { SnapshotStore } from "./snapshot";
import { forgetConversation } from "./storage";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let talk: MadeUpConversation;
let alarms: string[];
let stays: OpenStay[];

const socket = () => MadeUpWebSocket.made.at(-1) ?? expect.fail("no socket was made");

async function begin(): Promise<MadeUpConversation> {
  const made = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await made.seal("Ana", "created");
  server.add(made);
  return made;
}

function leave(): void {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
}

/** Bo's browser, with whatever its vault holds. */
async function arrive(): Promise<OpenStay> {
  const { account, device: deviceKey } = await network.person("Bo");
  const vault = await openVault(network.network, account);
  const device = { deviceKey, localKey: await makeVaultLocalKey() };
  await vault.saveDevice(device);
  const watch = {
    cautious: false,
    alarm: (raised: AlarmRaised) => {
      alarms.push(raised.alarm.kind);
      leave(); // nothing is said after it
    },
    ended: () => undefined,
  } as unknown as SessionWatch;
  const snapshots = new SnapshotStore(() => undefined);
  const stay = await OpenStay.open({ vault, device, register: null, snapshots, watch });
  stays.push(stay);
  return stay;
}

/** The line is greeted by what the server has now. */
async function greet(stay: OpenStay): Promise<void> {
  socket().opens();
  const heads = await (await fetch("/api/conversations", { method: "GET" })).json();
  const first = server.shown ?? network.size;
  socket().says({
    type: "welcome",
    device: stay.device,
    register: { size: first, root: await network.rootAt(first) },
    heads: Object.fromEntries(
      (heads as { id: string; sequence: number; head: string }[]).map(({ id, sequence, head }) => [
        id,
        { sequence, head, due: false },
      ]),
    ),
    restoring: server.restoring,
  });
}

const shown = (stay: OpenStay) => stay.hands.snapshots.current.restoration;
const sends = () => server.asked.filter((one) => /^POST .*(items|append|sightings)$/.test(one));
const given = () => server.handedBack.flatMap(({ items }) => items.map(({ sequence }) => sequence));

async function holds(stay: OpenStay, sequence: number): Promise<void> {
  await stay.conversations.pull();
  expect(stay.conversations.held()[talk.view.id]).toBe(sequence);
}

beforeEach(async () => {
  network = await MadeUpNetwork.ofTwo();
  const { account } = await network.person("Bo");
  MadeUpWebSocket.made = [];
  vi.stubGlobal("WebSocket", MadeUpWebSocket);
  vi.stubGlobal("location", { origin: "https://portal.example" });
  server = new MadeUpServer(network, account);
  server.begun = Date.now();
  server.on("GET", /^\/api\/sightings$/, () => ({ sightings: [], more: false }));
  server.on("POST", /^\/api\/sightings$/, () => null);
  server.on("GET", /^\/api\/drafts$/, () => ({ drafts: [], present: {} }));
  server.on("GET", /^\/api\/(invitations|sign-in-resets)$/, () => []);
  server.on("PUT", /^\/api\/bookmark/, () => null);
  server.install();
  await forgetVault(network.network, account);
  [alarms, stays] = [[], []];
  talk = await begin();
  await talk.write("Ana", "in the copy");
  const first = await openStay(network, "Bo");
  await saveKeyring(first.hands.vault, first.hands.keyring);
  first.close();
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

/** Bo has seen more than the copy has that was put back: messages, an epoch, a conversation, entries of the Register. */
async function afterTheCopy(): Promise<{ copied: number; size: number }> {
  const copy = server.keepCopy();
  const [copied, size] = [talk.view.sequence, network.size];
  await talk.write("Ana", "after the copy");
  await network.appoint("Alba", "Cleo", "Ana");
  await talk.write("Ana", "under the next key");
  const before = await openStay(network, "Bo");
  await before.conversations.pull();
  expect(before.conversations.held()[talk.view.id]).toBe(talk.view.sequence);
  before.close();
  copy.putBack();
  return { copied, size };
}

describe("a portal that is being completed", () => {
  it("is given back what it lacks, and no alarm is raised", async () => {
    const { copied, size } = await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toHaveLength(talk.view.sequence - copied));
    expect(given()).toEqual(talk.items.map(({ sequence }) => sequence).filter((one) => one > copied));
    expect(server.handedBack[0]?.before_head).toBe(talk.view.headAt(copied));
    const note = server.notes[0];
    expect(note?.first).toBe(size);
    expect(note?.entries).toEqual(network.entries.slice(size).map((entry) => toBase64(entry)));
    await vi.waitFor(() => expect(shown(bo)?.handed).toBe(talk.view.sequence - copied + network.size - size));
    expect(alarms).toEqual([]);
  });

  it("is given an epoch with its table and one's own box, and nobody else's", async () => {
    await afterTheCopy();
    server.restoring = true;
    await greet(await arrive());
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    const epoch = talk.items.findLast(({ table }) => table !== undefined);
    const { account } = await network.person("Bo");
    const item = server.handedBack
      .flatMap(({ items }) => items)
      .find(({ sequence }) => sequence === epoch?.sequence);
    expect(item?.members).toBe(toBase64(epoch?.table ?? new Uint8Array()));
    expect(item?.boxes).toEqual({ [account]: toBase64(epoch?.boxes?.get(account) ?? new Uint8Array()) });
  });

  it("is given the boxes and public keys that one's own newest keys name", async () => {
    const bo = await arrive();
    await bo.keyActs.renewWhereDue();
    const own = await network.person("Bo");
    await vi.waitFor(async () => expect(await bo.hands.vault.keys("records")).toContain("own-attachments"));
    server.restoring = true;
    await greet(bo);
    await vi.waitFor(() => expect(server.notes).toHaveLength(1));
    const attachments = server.notes[0]?.attachments as Record<string, string>;
    const person = network.state.accounts.get(own.account);
    const boxes = person?.unlock_keys.flatMap(({ key, identity_box }) => [key, identity_box]) ?? [];
    for (const hash of [person?.reading_key ?? "", ...boxes]) {
      expect(attachments[hash]).toBe(toBase64(network.attachments.get(hash) ?? new Uint8Array()));
    }
  });

  it("is asked first by whoever sees a shorter Register before the line says anything", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await vi.waitFor(() => expect(shown(bo)).not.toBeNull());
    expect(bo.hands.register.size).toBe(network.size);
    expect(alarms).toEqual([]);
  });

  it("gets nothing sealed or signed: what is written waits, and leaves after the end", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.asked.length = 0;
    await bo.conversations.send(talk.view.id, "written meanwhile");
    await vi.waitFor(() => expect(bo.conversations.outbox.why(talk.view.id)).toBe("restoring"));
    expect(bo.conversations.outbox.all).toMatchObject([{ attempted: false, failure: null }]);
    await expect(bo.conversations.start([], "New", "words")).rejects.toMatchObject({ code: "restoring" });
    await expect(bo.keyActs.revokeDevice("ab".repeat(32))).rejects.toMatchObject({ code: "restoring" });
    expect(sends()).toEqual([]);
    expect(socket().sent.filter(({ type }) => type === "send")).toEqual([]);

    server.endRestoration();
    server.copied.clear();
    socket().says({ type: "restoring", restoring: false });
    await vi.waitFor(() => expect(socket().sent.filter(({ type }) => type === "send")).toHaveLength(1));
    expect(shown(bo)).toBeNull();
    expect(alarms).toEqual([]);
  });

  it("says so to whoever sends before they know, and nothing is shown as failed", async () => {
    const bo = await arrive();
    await bo.conversations.pull();
    server.restoring = true;
    await bo.conversations.send(talk.view.id, "not now");
    await vi.waitFor(() => expect(shown(bo)).not.toBeNull());
    expect(bo.conversations.outbox.why(talk.view.id)).toBe("restoring");
    expect(bo.conversations.outbox.all).toMatchObject([{ attempted: false, failure: null }]);
  });

  it("is not said to withhold what a colleague saw, nor to have lost what it shows less of in older pages", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.asked.length = 0;
    await bo.checkFreshness();
    expect(server.asked.filter((one) => one.includes("sightings"))).toEqual([]);
    expect(bo.conversations.held()[talk.view.id]).toBe(talk.view.sequence);
    expect(alarms).toEqual([]);
  });

  it("is asked afterwards who lost their box of an epoch that was handed back", async () => {
    await afterTheCopy();
    server.restoring = true;
    const missing: string[] = [];
    server.on("GET", /^\/api\/conversations\/([0-9a-f]{64})\/missing$/, (_, match) => {
      missing.push(match[1] ?? "");
      return [];
    });
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.endRestoration();
    server.copied.clear();
    socket().says({ type: "restoring", restoring: false });
    await vi.waitFor(() => expect(missing).toEqual([talk.view.id]), { timeout: 5_000 });
  });

  it("is handed nothing twice", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    const [items, notes] = [server.handedBack.length, server.notes.length];
    server.asked.length = 0;
    socket().says({ type: "refused", conversation: talk.view.id, client_id: "ab", code: "restoring" });
    await bo.conversations.heard({ type: "conversation", id: talk.view.id });
    expect([server.handedBack.length, server.notes.length]).toEqual([items, notes]);
  });

  it("asks nothing of a browser that holds no more than the copy", async () => {
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(server.notes).toHaveLength(1));
    expect(server.notes[0]?.entries).toEqual([]);
    await vi.waitFor(() => expect(shown(bo)).toMatchObject({ handed: 0, came: 1, expected: 2 }));
    expect(server.handedBack).toEqual([]);
    expect(alarms).toEqual([]);
  });
});

describe("after its end", () => {
  it("what lies there again is no finding", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.endRestoration();
    socket().says({ type: "restoring", restoring: false });
    await vi.waitFor(() => expect(shown(bo)).toBeNull());
    await holds(bo, talk.view.sequence);
    expect(alarms).toEqual([]);
  });

  it("what is still missing of a conversation is what it was before: a finding", async () => {
    await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.on("POST", /^\/api\/restoration\/conversations$/, () => ({
      ...{ sequence: 1, head: talk.view.headAt(1), taken: false },
    }));
    server.handedBack.length = 0;
    server.endRestoration();
    socket().says({ type: "restoring", restoring: false });
    await vi.waitFor(() => expect(alarms).toEqual(["bad_history"]));
  });

  it("a history that others have written in the same places is the finding that it was", async () => {
    await afterTheCopy();
    server.shown = null;
    server.restoredAt = Date.now();
    const bo = await arrive();
    const { sequence } = talk.view;
    server.on("POST", /^\/api\/restoration\/conversations$/, () => {
      server.copied.clear();
      const heads = server.on.bind(server, "GET", /^\/api\/conversations$/);
      heads(() => [{ ...server.headOf(talk.view, sequence), head: "ab".repeat(32) }]);
      return { sequence, head: "ab".repeat(32), taken: false };
    });
    await greet(bo);
    await vi.waitFor(() => expect(alarms).toEqual(["bad_history"]));
  });

  it("whoever was away hands back what they alone hold, and it is taken", async () => {
    await afterTheCopy();
    server.shown = null;
    server.restoredAt = Date.now();
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    await holds(bo, talk.view.sequence);
    expect(alarms).toEqual([]);
  });

  it("the Register is judged as before where the end is only said", async () => {
    const { size } = await afterTheCopy();
    server.restoring = true;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(given()).toContain(talk.view.sequence));
    server.on("POST", /^\/api\/restoration\/register$/, () => ({ size, known: size }));
    server.restoring = false;
    server.shown = size;
    socket().says({ type: "restoring", restoring: false });
    await vi.waitFor(() => expect(alarms).toEqual(["rolled_back"]));
  });
});

describe("a portal that says nothing of a restoration", () => {
  it("is closed by the note that was signed before, and completed", async () => {
    const { size } = await afterTheCopy();
    const bo = await arrive();
    await vi.waitFor(() => expect(server.restoring).toBe(true));
    await vi.waitFor(() => expect(shown(bo)).not.toBeNull());
    expect(server.notes[0]).toMatchObject({ first: size });
    expect(alarms).toEqual([]);
  });

  it("is found to have gone back where it does not take that note", async () => {
    const { size } = await afterTheCopy();
    server.on("POST", /^\/api\/restoration\/register$/, () => ({ size, known: size }));
    await arrive();
    await vi.waitFor(() => expect(alarms).toEqual(["rolled_back"]));
  });

  it("is found to have gone back where it knows of no restorations", async () => {
    await afterTheCopy();
    server.on("GET", /^\/api\/restoration$/, () => new Refusal(404, "not_found"));
    await arrive();
    await vi.waitFor(() => expect(alarms).toEqual(["rolled_back"]));
    expect(server.notes).toEqual([]);
  });

  it("is found to have taken a conversation back, as before", async () => {
    await afterTheCopy();
    server.shown = null;
    const bo = await arrive();
    await greet(bo);
    await vi.waitFor(() => expect(alarms).toEqual(["bad_history"]));
    expect(server.handedBack).toEqual([]);
  });

  it("gets nothing sealed while it does not answer whether it was put back", async () => {
    await afterTheCopy();
    server.on("GET", /^\/api\/restoration$/, () => new Refusal(503, "server_failed"));
    const bo = await arrive();
    await vi.waitFor(() => expect(bo.hands.register.holding).toBe(true));
    await bo.conversations.send(talk.view.id, "waits");
    await vi.waitFor(() => expect(bo.conversations.outbox.why(talk.view.id)).toBe("restoring"));
    expect(sends()).toEqual([]);
    expect(alarms).toEqual([]);
  });
});

describe("what is kept for it", () => {
  it("are the newest entries of the Register, beside the size that they lead to", async () => {
    const { size } = await afterTheCopy();
    const bo = await openStay(network, "Bo").catch(() => null);
    expect(bo).toBeNull(); // who judges nothing finds the Register shorter
    const { account } = await network.person("Bo");
    const vault = await openVault(network.network, account);
    const register = await RegisterSync.open(network.network, vault, () => undefined);
    expect(register.entriesFrom(size)).toEqual(network.entries.slice(size));
    expect(register.entriesFrom(network.size)).toEqual([]);
    expect(register.entriesFrom(network.size + 1)).toBeNull();
    vault.lock();
  });

  it("are the boxes that one's own keys name, also where another browser made them", async () => {
    const bo = await arrive();
    await greet(bo);
    await network.renew("Bo");
    socket().says({ type: "register", size: network.size, root: await network.rootAt(network.size) });
    const { account } = await network.person("Bo");
    const key = () => network.state.accounts.get(account)?.reading_key ?? "";
    await vi.waitFor(async () => expect(await ownAttachments(bo.hands)).toHaveProperty(key()));
  });

  it("is what was received in the last two weeks, as it was signed, and goes afterwards", async () => {
    const bo = await openStay(network, "Bo");
    await bo.conversations.pull();
    expect(await bo.hands.vault.keys("raw")).toHaveLength(1);
    const [item] = (await rawAbove(bo.hands.vault, talk.view.id, 2)).slice(0, 1);
    expect(fromBase64(item?.body ?? "")).toEqual(talk.items[2]?.body);
    await pruneRaw(bo.hands.vault, Date.now() + 13 * 86_400_000);
    expect(await bo.hands.vault.keys("raw")).toHaveLength(1);
    await pruneRaw(bo.hands.vault, Date.now() + 15 * 86_400_000);
    expect(await bo.hands.vault.keys("raw")).toEqual([]);
    bo.close();
  });

  it("is nothing of what is older", async () => {
    server.begun = Date.now() - 15 * 86_400_000;
    const bo = await openStay(network, "Bo");
    await bo.conversations.pull();
    expect(bo.conversations.held()[talk.view.id]).toBe(talk.view.sequence);
    expect(await bo.hands.vault.keys("raw")).toEqual([]);
    bo.close();
  });

  it("is let go where there is no room for it, and what comes is taken all the same", async () => {
    const bo = await openStay(network, "Bo");
    const put = IDBObjectStore.prototype.put;
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (this.name === "raw") {
        throw new DOMException("No room.", "QuotaExceededError");
      }
      return put.call(this, value, key);
    });
    await bo.conversations.pull();
    full.mockRestore();
    expect(bo.conversations.held()[talk.view.id]).toBe(talk.view.sequence);
    expect(await bo.hands.vault.keys("raw")).toEqual([]);
    bo.close();
  });

  it("goes with the conversation that is forgotten here", async () => {
    const bo = await openStay(network, "Bo");
    await bo.conversations.pull();
    await forgetConversation(bo.hands.vault, talk.view.id);
    expect(await bo.hands.vault.keys("raw")).toEqual([]);
    bo.close();
  });
});
