import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { composeMessage } from "../../crypto/compose";
import { type Bytes, fromBase64, randomBytes } from "../../crypto/encoding";
import { type Header, makeItem, readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { sealMessage } from "../../crypto/messages";
import { deviceSigner } from "../../crypto/signing";
import { AlarmRaised } from "../alarm";
import type { ThreadItem } from "../contract";
import { asWire, MadeUpServer } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let talk: MadeUpConversation;
const stays: MadeUpStay[] = [];

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

async function begin(on: MadeUpNetwork): Promise<MadeUpConversation> {
  const made = await MadeUpConversation.create(on, "Ana", ["Alba", "Borea"]);
  await made.seal("Ana", "created");
  await made.write("Ana", "first");
  return made;
}

async function stayOf(name: string, on = network): Promise<MadeUpStay> {
  const stay = await openStay(on, name);
  stays.push(stay);
  return stay;
}

async function serve(on: MadeUpNetwork, name = "Bo"): Promise<void> {
  const { account } = await on.person(name);
  server = new MadeUpServer(on, account);
  server.install();
  await forgetVault(on.network, account);
}

beforeEach(async () => {
  await serve(network);
  talk = await begin(network);
  server.add(talk);
});

afterEach(() => {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
  vi.unstubAllGlobals();
});

function shown({ hands }: MadeUpStay): ThreadItem[] {
  return hands.snapshots.current.open?.items ?? [];
}

function texts(stay: MadeUpStay): string[] {
  return shown(stay).flatMap((item) => (item.type === "message" ? [item.text] : []));
}

async function see(stay: MadeUpStay, id = talk.view.id): Promise<void> {
  await stay.conversations.pull();
  await stay.conversations.open(id);
}

async function alarmOf(stay: MadeUpStay): Promise<string | undefined> {
  await stay.conversations.pull().catch(() => undefined);
  return stay.alarms[0]?.alarm.kind;
}

/** A message with another header, signed by the person it names. */
async function forged(by: string, change: (header: Header) => object, text = "forged"): Promise<void> {
  const author = await network.author(by);
  const number = talk.view.epoch?.number ?? 0;
  const key = talk.keys.get(number) ?? randomBytes(32);
  const plain = { kind: "text", text } as const;
  const { item } = await composeMessage(author, talk.place, { number, key }, plain);
  const { header } = readItem(item.body);
  const changed = { ...header, ...change(header) } as Header;
  const made = await makeItem(changed, deviceSigner(author.device), (bytes: Bytes) =>
    sealMessage(key, author.device.id, bytes, plain),
  );
  await talk.put(made);
}

/** What the line brings when Ana writes these. */
async function framesOf(written: readonly string[]) {
  const frames = [];
  for (const text of written) {
    await talk.write("Ana", text);
    const item = talk.items.at(-1) ?? expect.fail();
    frames.push({
      type: "item",
      conversation: talk.view.id,
      head: talk.view.head,
      ...asWire(item),
    } as const);
  }
  return frames;
}

describe("conversations in this browser", () => {
  it("show what was written, once and in order", async () => {
    await talk.write("Bo", "second");
    const bo = await stayOf("Bo");
    await see(bo);
    await bo.conversations.pull();
    expect(texts(bo)).toEqual(["first", "second"]);
    const [summary] = bo.hands.snapshots.current.conversations;
    expect(summary).toMatchObject({ lastText: "second", unread: 1, sequence: 4, closed: null });
    expect(bo.hands.snapshots.current.undecryptable).toBe(0);
  });

  it("come back after a reload without being asked for again", async () => {
    const before = await stayOf("Bo");
    await see(before);
    before.close();
    server.asked.length = 0;
    const after = await stayOf("Bo");
    await after.conversations.open(talk.view.id);
    expect(texts(after)).toEqual(["first"]);
    await talk.write("Ana", "second");
    await after.conversations.pull();
    expect(texts(after)).toEqual(["first", "second"]);
    expect(server.asked.filter((one) => one.includes("/epochs"))).toEqual([]);
  });

  it("take an item that comes twice, or by both ways, once", async () => {
    const bo = await stayOf("Bo");
    await see(bo);
    await talk.write("Ana", "second");
    const item = talk.items.at(-1);
    if (item === undefined) {
      throw new Error("nothing was written");
    }
    const frame = {
      type: "item",
      conversation: talk.view.id,
      head: talk.view.head,
      ...asWire(item),
    } as const;
    await Promise.all([
      bo.conversations.heard(frame),
      bo.conversations.pull(),
      bo.conversations.heard(frame),
    ]);
    expect(texts(bo)).toEqual(["first", "second"]);
  });

  it("fetch what lies in a gap before they show what follows it", async () => {
    const bo = await stayOf("Bo");
    await see(bo);
    await talk.write("Ana", "lost on the way");
    await talk.write("Ana", "arrives");
    const item = talk.items.at(-1);
    if (item === undefined) {
      throw new Error("nothing was written");
    }
    await bo.conversations.heard({
      type: "item",
      conversation: talk.view.id,
      head: talk.view.head,
      ...asWire(item),
    });
    expect(texts(bo)).toEqual(["first", "lost on the way", "arrives"]);
  });

  it("take together what comes while something is being taken, in whatever order, and write it once", async () => {
    const bo = await stayOf("Bo");
    await see(bo);
    const bursts = Array.from({ length: 40 }, (_, place) => `burst ${place + 1}`);
    const frames = await framesOf(bursts);
    const [first, ...rest] = frames;
    const lost = rest.splice(20, 1);
    const written = vi.spyOn(IDBDatabase.prototype, "transaction");
    await Promise.all(
      [first, ...rest.reverse(), ...lost].map((frame) => frame && bo.conversations.heard(frame)),
    );
    const times = written.mock.calls.filter(([, mode]) => mode === "readwrite").length;
    written.mockRestore();
    expect(texts(bo)).toEqual(["first", ...bursts]);
    expect(times).toBeLessThan(6);
  });

  it("show what followed on what the line let fall, and fetch that", async () => {
    const bo = await stayOf("Bo");
    await see(bo);
    const frames = await framesOf(["one", "two", "three", "four"]);
    const [one, two, , four] = frames;
    await Promise.all([one, two, four].map((frame) => frame && bo.conversations.heard(frame)));
    expect(texts(bo)).toEqual(["first", "one", "two", "three", "four"]);
    expect(bo.alarms).toEqual([]);
  });

  it("keep what came before an item that cannot be taken, and say that there is more", async () => {
    const own = await network.copy();
    talk = await begin(own);
    await serve(own);
    server.add(talk);
    const bo = await stayOf("Bo", own);
    await see(bo);
    await talk.write("Ana", "before the new key");
    await own.appoint("Alba", "Al", "Ana");
    await talk.write("Ana", "under the new key");
    let shows = false;
    server.on("GET", new RegExp(`${talk.view.id}/epochs$`), (_, __, query) =>
      shows ? server.epochs(talk, query) : [],
    );
    await expect(bo.conversations.pull()).rejects.toMatchObject({ code: "keys_missing" });
    expect(texts(bo)).toEqual(["first", "before the new key"]);
    expect(bo.hands.snapshots.current.stalled).toEqual([talk.view.id]);
    expect(bo.alarms).toEqual([]);
    shows = true;
    await bo.conversations.pull();
    expect(texts(bo)).toEqual(["first", "before the new key", "under the new key"]);
    expect(bo.hands.snapshots.current.stalled).toEqual([]);
  });

  it("are not said to be none before the server has told of them, and are known from then on", async () => {
    const bo = await stayOf("Bo");
    const loaded = () => bo.hands.snapshots.current.loaded.conversations;
    expect(loaded()).toBe("not_yet");
    server.offline = true;
    await expect(bo.conversations.pull()).rejects.toThrow();
    expect(loaded()).toBe("failed");
    server.offline = false;
    await bo.conversations.pull();
    expect(loaded()).toBe("loaded");
    server.offline = true;
    await expect(bo.conversations.pull()).rejects.toThrow();
    expect(loaded()).toBe("loaded");
  });

  it("begin for a newcomer where their first epoch stands", async () => {
    const own = await network.copy();
    talk = await begin(own);
    await own.appoint("Borea", "Bea", "Bo");
    await talk.write("Ana", "with Bea");
    await serve(own, "Bea");
    server.add(talk);
    server.first.set(talk.view.id, 4);
    const bea = await stayOf("Bea", own);
    await see(bea);
    expect(texts(bea)).toEqual(["with Bea"]);
    expect(bea.hands.snapshots.current.undecryptable).toBe(0);
  });

  it("never stop because one of them fails", async () => {
    const other = await begin(network);
    await other.write("Ana", "the other one");
    server.add(other);
    server.on("GET", new RegExp(`${talk.view.id}/epochs$`), () => []);
    const bo = await stayOf("Bo");
    await expect(bo.conversations.pull()).rejects.toMatchObject({ code: "keys_missing" });
    const [only, ...rest] = bo.hands.snapshots.current.conversations;
    expect(only).toMatchObject({ id: other.view.id, lastText: "the other one" });
    expect(rest).toEqual([]);
    expect(bo.alarms).toEqual([]);
  });
});

describe("a hostile member", () => {
  it("is named for a message under a false signature of the text", async () => {
    await talk.put({
      ...(talk.items[2] ?? { body: randomBytes(3) }),
      signature: randomBytes(64),
    });
    const bo = await stayOf("Bo");
    await see(bo);
    expect(shown(bo).at(-1)).toMatchObject({ type: "refused", by: null });
    expect(texts(bo)).toEqual(["first"]);
  });

  it("is named for content that does not open", async () => {
    await forged("Ana", () => ({}));
    const author = await network.author("Ana");
    const number = talk.view.epoch?.number ?? 0;
    const junk = await composeMessage(
      author,
      talk.place,
      { number, key: randomBytes(32) },
      { kind: "text", text: "sealed for nobody" },
    );
    await talk.put(junk.item);
    const bo = await stayOf("Bo");
    await see(bo);
    expect(shown(bo).at(-1)).toMatchObject({ type: "refused", by: author.account, reason: "unreadable" });
    expect(texts(bo)).toEqual(["first", "forged"]);
  });

  it("is named for a message in an epoch that is over", async () => {
    await talk.seal("Ana", "renewed");
    await forged("Ana", () => ({ epoch: 1 }), "backdated");
    const bo = await stayOf("Bo");
    await see(bo);
    const { account } = await network.person("Ana");
    expect(shown(bo).at(-1)).toMatchObject({ type: "refused", by: account, reason: "old_epoch" });
    expect(texts(bo)).toEqual(["first"]);
  });

  it("is named for a message of another conversation", async () => {
    await forged("Ana", () => ({ conversation: "ab".repeat(32) }));
    const bo = await stayOf("Bo");
    await see(bo);
    expect(shown(bo).at(-1)).toMatchObject({ type: "refused", reason: "bad_item" });
  });

  it("is not named for a box that the server put in the place of theirs", async () => {
    const { account } = await network.person("Bo");
    const { item, sealed } = await talk.composeEpoch("Ana", "renewed");
    await talk.put(item, sealed.tableBytes, new Map([[account, randomBytes(1168)]]));
    const bo = await stayOf("Bo");
    await see(bo);
    expect(shown(bo).some(({ type }) => type === "refused")).toBe(false);
    expect(server.asked).toContain(`POST /api/conversations/${talk.view.id}/bad-boxes`);
  });
});

describe("a hostile server", () => {
  it("that changes the past raises the alarm, with the item as evidence", async () => {
    await forged("Ana", ({ kind }) =>
      kind === "message" ? { seen: { head: "ab".repeat(32), sequence: 2 } } : {},
    );
    const bo = await stayOf("Bo");
    expect(await alarmOf(bo)).toBe("bad_history");
    const evidence = JSON.parse(bo.alarms[0]?.alarm.evidence ?? "{}") as { item: { body: string } };
    expect(readItem(fromBase64(evidence.item.body)).header.kind).toBe("message");
  });

  it("that states a head which does not follow raises the alarm", async () => {
    server.on("POST", /sync$/, () => ({
      conversations: [{ ...server.page(talk, 0), head: "cd".repeat(32) }],
    }));
    expect(await alarmOf(await stayOf("Bo"))).toBe("bad_history");
  });

  it("that takes marks back, or makes them up, changes marks and nothing else", async () => {
    const bo = await stayOf("Bo");
    await see(bo);
    const { id } = talk.view;
    const ana = (await network.person("Ana")).account;
    const marks = (sequence: number) => ({
      ...({ type: "marks", conversation: id } as const),
      received: { [ana]: sequence },
      read: { [ana]: sequence },
    });
    const held = () => bo.conversations.readable().map(({ sequence, head }) => ({ sequence, head }));
    const before = held();
    await bo.conversations.heard(marks(3));
    await bo.conversations.heard(marks(1));
    expect(bo.hands.snapshots.current.open?.read).toEqual({ [ana]: 3 });
    await bo.conversations.heard(marks(900));
    expect(held()).toEqual(before);
    expect(texts(bo)).toEqual(["first"]);
    expect(bo.alarms).toEqual([]);
  });

  it("that states another head in its welcome raises the alarm", async () => {
    const bo = await stayOf("Bo");
    await bo.conversations.pull();
    const { id } = talk.view;
    const [held] = bo.conversations.readable();
    const { sequence = 0, head = "" } = held ?? {};
    const before = bo.conversations.held();
    await bo.conversations.checkHeads(
      { [id]: { sequence, head }, ["ef".repeat(32)]: { sequence: 1, head } },
      before,
    );
    await bo.conversations.checkHeads({ [id]: { sequence: sequence + 1, head: "cd".repeat(32) } }, before);
    const lie = { [id]: { sequence, head: "cd".repeat(32) } };
    await expect(bo.conversations.checkHeads(lie, before)).rejects.toThrow(AlarmRaised);
  });

  it("that has taken back what it gave raises the alarm, and one that answers late does not", async () => {
    const bo = await stayOf("Bo");
    await bo.conversations.pull();
    const { id } = talk.view;
    const before = bo.conversations.held();
    const earlier = { sequence: (before[id] ?? 0) - 1, head: "cd".repeat(32) };
    await bo.conversations.checkHeads({ [id]: earlier }, { [id]: earlier.sequence });
    await expect(bo.conversations.checkHeads({ [id]: earlier }, before)).rejects.toThrow(AlarmRaised);
  });

  it("that leaves an item out raises the alarm", async () => {
    await talk.write("Ana", "left out");
    await talk.write("Ana", "last");
    server.on("POST", /sync$/, () => {
      const page = server.page(talk, 0);
      const items = page.items.filter(({ sequence }) => sequence !== 4);
      return {
        conversations: [{ ...page, items: items.map((item, index) => ({ ...item, sequence: index + 1 })) }],
      };
    });
    expect(await alarmOf(await stayOf("Bo"))).toBe("bad_history");
  });

  it("that begins a conversation with another first item raises the alarm", async () => {
    const other = await begin(network);
    server.on("POST", /sync$/, () => ({ conversations: [{ ...server.page(other, 0), id: talk.view.id }] }));
    expect(await alarmOf(await stayOf("Bo"))).toBe("bad_history");
  });

  it("that showed the author another Register raises the alarm", async () => {
    await forged("Ana", ({ checkpoint }) => ({ checkpoint: { ...checkpoint, root: "ef".repeat(32) } }));
    expect(await alarmOf(await stayOf("Bo"))).toBe("forked");
  });

  it("that hides entries which an author has seen raises the alarm", async () => {
    const own = await network.copy();
    talk = await begin(own);
    await own.renew("Ana");
    await talk.write("Ana", "with a newer Register");
    await serve(own);
    server.add(talk);
    server.shown = own.size - 1;
    expect(await alarmOf(await stayOf("Bo", own))).toBe("rolled_back");
  });

  it("that forges the list of members is refused by name of the epoch", async () => {
    const own = await network.copy();
    talk = await begin(own);
    await own.appoint("Borea", "Bea", "Bo");
    const before = await network.author("Ana", network.size);
    const { item, sealed } = await talk.composeEpoch("Ana", "members", before);
    await talk.put(item, sealed.tableBytes, sealed.boxes);
    await serve(own);
    server.add(talk);
    const bo = await stayOf("Bo", own);
    await see(bo);
    expect(shown(bo).at(-1)).toMatchObject({ type: "refused", reason: "bad_epoch" });
  });
});

describe("somebody who was left out", () => {
  it("waits for a colleague's box, and then reads everything", async () => {
    const own = await network.copy();
    talk = await begin(own);
    const bo = await own.person("Bo");
    await own.revoke("Borea", "Bo");
    await talk.write("Ana", "while Bo was out");
    await own.enrol("Bo", "second");
    await own.renew("Bo", bo.identity);
    await serve(own);
    server.add(talk);
    const stay = await stayOf("Bo", own);
    await see(stay);
    expect(shown(stay).at(-1)).toMatchObject({ type: "waiting_for_key" });
    expect(stay.hands.snapshots.current.undecryptable).toBe(0);

    const { late } = await talk.handOver("Ana", "Bo", [2]);
    const row = server.epochs(talk, new URLSearchParams("first=2&last=2"))[0];
    const box = late.bytes.get(2);
    server.on("GET", /epochs$/, () => [
      { ...row, box: Buffer.from(box ?? []).toString("base64"), late: true },
    ]);
    await stay.conversations.pull();
    expect(texts(stay)).toEqual(["first", "while Bo was out"]);
    expect(shown(stay).at(-1)).toMatchObject({ type: "late_box", epochs: 1 });
  });
});
