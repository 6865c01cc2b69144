import { beforeAll, describe, expect, it, vi } from "vitest";
import { composeMessage } from "./compose.ts";
import { Conversation, ConversationBroken, type Older, type Taken } from "./conversation.ts";
import { type Bytes, randomBytes } from "./encoding.ts";
import { type Header, type Item, makeItem, readItem } from "./items.ts";
import { MadeUpNetwork } from "./madeUp.ts";
import { MadeUpConversation, type Sent } from "./madeUpTalk.ts";
import { sealMessage } from "./messages.ts";
import { deviceSigner } from "./signing.ts";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let talk: MadeUpConversation;

/** The same header with other fields, signed by the person it names. */
async function forged(
  own: MadeUpConversation,
  by: string,
  change: (header: Header) => object,
): Promise<Item> {
  const number = own.view.epoch?.number ?? 0;
  const key = own.keys.get(number) ?? randomBytes(32);
  const plain = { kind: "text", text: "forged" } as const;
  const author = await own.network.author(by);
  const { item } = await composeMessage(author, own.place, { number, key }, plain);
  const { header } = readItem(item.body);
  const changed = { ...header, ...change(header) } as Header;
  return makeItem(changed, deviceSigner(author.device), (bytes: Bytes) =>
    sealMessage(key, author.device.id, bytes, plain),
  );
}

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  const ana = await network.person("Ana");
  for (let round = 0; round < 4; round++) {
    for (let each = 0; each < 3; each++) await talk.write(each % 2 === 0 ? "Ana" : "Bo", `${round}-${each}`);
    await talk.put({ body: randomBytes(9), signature: randomBytes(64) });
    await talk.put(await forged(talk, "Bo", () => ({ account: ana.account })));
    if (round === 1) await network.appoint("Borea", "Bea", "Bo");
    await talk.seal("Bo", "renewed");
    if (round === 2) await talk.handOver("Ana", "Bea", [1, 2]);
    await talk.put(await forged(talk, "Ana", () => ({ epoch: round + 1 })));
  }
}, 60_000);

function skeletonOf(own: MadeUpConversation, from: number, to: number): Sent[] {
  return own.items.slice(from - 1, to).filter(({ body }) => {
    try {
      const { kind } = readItem(body).header;
      return kind === "conversation.created" || kind === "epoch";
    } catch {
      return false;
    }
  });
}

const view = async () => network;

interface Read {
  verifier: Conversation;
  verdicts: Map<number, string>;
}

function note({ verdicts }: Read, taken: readonly Taken[]): void {
  for (const one of taken) verdicts.set(one.sequence, one.kind === "refused" ? one.reason : one.kind);
}

function noteOlder(read: Read, older: Older): void {
  if (older.kind === "needs") throw new Error("something is missing");
  note(read, older.taken);
  for (const { sequence, reason } of older.overturned) read.verdicts.set(sequence, reason);
}

async function upwards(own: MadeUpConversation, items = own.items): Promise<Read> {
  const read = { verifier: new Conversation(network.network, own.view.id), verdicts: new Map() };
  for (const item of items) note(read, [await read.verifier.take(item, network)]);
  return read;
}

/** Heads of all items as a server computes them, whatever they are like. */
async function headBefore(own: MadeUpConversation, sequence: number): Promise<string> {
  return (await upwards(own, own.items.slice(0, sequence))).verifier.head;
}

async function leap(read: Read, own: MadeUpConversation, from: number, end: number): Promise<void> {
  const skeleton = await read.verifier.takeSkeleton(skeletonOf(own, from, end), [from, end], view);
  expect(Array.isArray(skeleton)).toBe(true);
  read.verifier.beginAt(end, await headBefore(own, end));
  for (const item of own.items.slice(end)) note(read, [await read.verifier.take(item, network)]);
}

async function down(read: Read, own: MadeUpConversation, size: number): Promise<void> {
  while (read.verifier.floor >= read.verifier.ground) {
    const { floor, ground, islands } = read.verifier;
    const first = Math.max(ground, floor - size + 1, (islands[0]?.last ?? 0) + 1);
    const page = own.items.slice(first - 1, floor);
    noteOlder(read, await read.verifier.takeOlder(await headBefore(own, first - 1), page, view));
  }
}

const sorted = ({ verdicts }: Read) => [...verdicts].sort(([a], [b]) => a - b);

describe("a conversation that is read from its end", () => {
  it("comes to the same verdicts, whatever the pages", async () => {
    const up = await upwards(talk);
    expect(new Set(up.verdicts.values())).toEqual(
      new Set(["created", "epoch", "message", "bad_item", "device_inactive", "old_epoch", "late_box"]),
    );
    for (const [newest, size] of [
      [1, 1],
      [3, 2],
      [5, 4],
      [8, 7],
      [12, 100],
    ] as const) {
      const read: Read = { verifier: new Conversation(network.network, talk.view.id), verdicts: new Map() };
      await leap(read, talk, 1, talk.items.length - newest);
      await down(read, talk, size);
      expect(sorted(read)).toEqual(sorted(up));
      expect(read.verifier.head).toBe(up.verifier.head);
      expect([...read.verifier.epochs]).toEqual([...up.verifier.epochs]);
      expect(read.verifier.lateBoxes).toEqual(up.verifier.lateBoxes);
      expect(read.verifier.later).toEqual([]);
      expect(read.verifier.skeleton.size).toBe(0);
      expect(read.verifier.floor).toBe(0);
    }
  });

  it("joins what it had read before, and goes on from what was kept half way", async () => {
    const up = await upwards(talk);
    const held = 9;
    let read = await upwards(talk, talk.items.slice(0, held));
    await leap(read, talk, held + 1, talk.items.length - 4);
    expect(read.verifier.islands).toEqual([{ first: 0, last: held }]);
    const kept = JSON.parse(JSON.stringify(read.verifier.anchor));
    read = { verifier: new Conversation(network.network, talk.view.id, kept), verdicts: read.verdicts };
    await down(read, talk, 3);
    expect(sorted(read)).toEqual(sorted(up));
    expect(read.verifier.floor).toBe(0);
    expect(read.verifier.islands).toEqual([]);
  });

  it("begins in the middle, and goes further down when older keys are handed over", async () => {
    const up = await upwards(talk);
    const first = up.verifier.epochs.get(3)?.sequence ?? 0;
    const read: Read = { verifier: new Conversation(network.network, talk.view.id), verdicts: new Map() };
    await leap(read, talk, first, talk.items.length - 2);
    await down(read, talk, 4);
    expect(read.verifier.floor).toBe(first - 1);
    const [from, to] = [1, first - 1];
    await read.verifier.takeSkeleton(skeletonOf(talk, from, to), [from, to], view);
    await down(read, talk, 4);
    expect(sorted(read)).toEqual(sorted(up));
    expect(read.verifier.later).toEqual([]);
  });

  it("refuses the later of two items with one client id, whichever it meets first", async () => {
    const own = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await own.seal("Ana", "created");
    await own.write("Ana", "one");
    const { client_id } = readItem((own.items[2] as Sent).body).header;
    await own.write("Bo", "two");
    await own.put(await forged(own, "Ana", () => ({ client_id })));
    await own.write("Bo", "three");
    const up = await upwards(own);
    expect(up.verdicts.get(5)).toBe("repeated");
    const read: Read = { verifier: new Conversation(network.network, own.view.id), verdicts: new Map() };
    await leap(read, own, 1, 4);
    expect(read.verdicts.get(5)).toBe("message");
    await down(read, own, 2);
    expect(sorted(read)).toEqual(sorted(up));
  });

  it("finds out later that an item had seen another history", async () => {
    const own = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await own.seal("Ana", "created");
    await own.write("Ana", "one");
    await own.write("Bo", "two");
    await own.put(await forged(own, "Ana", () => ({ seen: { head: "ab".repeat(32), sequence: 2 } })));
    const up = await upwards(own);
    const read: Read = { verifier: new Conversation(network.network, own.view.id), verdicts: new Map() };
    await leap(read, own, 1, 4);
    expect(read.verdicts.get(5)).toBe("message");
    await down(read, own, 1);
    expect(sorted(read)).toEqual(sorted(up));
    expect(read.verdicts.get(5)).toBe("bad_history");
  });
});

describe("a server that lies about what is below", () => {
  async function begun(end = talk.items.length - 5): Promise<Read> {
    const read: Read = { verifier: new Conversation(network.network, talk.view.id), verdicts: new Map() };
    await leap(read, talk, 1, end);
    return read;
  }
  const broken = async (act: Promise<unknown>) => expect(act).rejects.toThrow(ConversationBroken);

  it("is stopped for an item that is exchanged, left out or put in", async () => {
    const end = talk.items.length - 5;
    const page = talk.items.slice(end - 6, end);
    const head = await headBefore(talk, end - 6);
    const other = { ...(await forged(talk, "Bo", () => ({}))), sequence: page[2]?.sequence ?? 0 };
    const exchanged = page.map((item, place) => (place === 2 ? other : item));
    await broken((await begun()).verifier.takeOlder(head, exchanged, view));
    await broken((await begun()).verifier.takeOlder(head, page.slice(0, -1), view));
    await broken((await begun()).verifier.takeOlder("cd".repeat(32), page, view));
    await broken((await begun()).verifier.takeOlder(head, [...page.slice(1), page[0] as Sent], view));
  });

  it("is stopped for a skeleton that leaves out or changes an epoch", async () => {
    const end = talk.items.length;
    const whole = skeletonOf(talk, 1, end);
    const skeleton = (items: Sent[], to = end) =>
      new Conversation(network.network, talk.view.id).takeSkeleton(items, [1, to], view);
    expect(Array.isArray(await skeleton(whole))).toBe(true);
    await broken(skeleton(whole.filter((_, place) => place !== 2)));
    await broken(skeleton(whole.slice(1)));
    await broken(skeleton([...whole].reverse()));
    const spoilt = whole.map((item, place) => (place === 2 ? { ...item, signature: randomBytes(64) } : item));
    await broken(skeleton(spoilt));
  });

  it("is stopped when the skeleton hides the newest epoch, and nobody is blamed for it", async () => {
    const own = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await own.seal("Ana", "created");
    await own.write("Ana", "one");
    await own.seal("Bo", "renewed");
    await own.write("Ana", "two");
    await own.write("Ana", "three");
    const verifier = new Conversation(network.network, own.view.id);
    await verifier.takeSkeleton(skeletonOf(own, 1, 3), [1, 5], view);
    verifier.beginAt(5, await headBefore(own, 5));
    await broken(verifier.take(own.items[5] as Sent, network));
    const away = await upwards(own, own.items.slice(0, 3));
    await away.verifier.takeSkeleton([], [4, 5], view);
    away.verifier.beginAt(5, await headBefore(own, 5));
    await broken(away.verifier.take(own.items[5] as Sent, network));
  });

  it("is stopped for a head that the newest items contradict", async () => {
    const own = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await own.seal("Ana", "created");
    for (const text of ["one", "two", "three"]) await own.write("Ana", text);
    const verifier = new Conversation(network.network, own.view.id);
    await verifier.takeSkeleton(skeletonOf(own, 1, 4), [1, 4], view);
    verifier.beginAt(4, "ef".repeat(32));
    expect(await verifier.take(own.items[4] as Sent, network)).toMatchObject({
      kind: "refused",
      reason: "bad_history",
    });
  });
});
