import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import type { ConversationView } from "../contract";
import { asWire, MadeUpServer } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let talk: MadeUpConversation;
let server: MadeUpServer;
const stays: MadeUpStay[] = [];

/** Longer than what is fetched at first, with a few epochs. */
async function long(on: MadeUpNetwork, rounds = 3, each = 50): Promise<MadeUpConversation> {
  const made = await MadeUpConversation.create(on, "Ana", ["Alba", "Borea"]);
  await made.seal("Ana", "created");
  for (let round = 0; round < rounds; round++) {
    for (let one = 0; one < each; one++) {
      await made.write(one % 3 === 0 ? "Bo" : "Ana", `${round}/${one}`);
    }
    await made.seal("Bo", "renewed");
  }
  await made.write("Ana", "last");
  return made;
}

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
  talk = await long(network);
}, 60_000);

async function serve(on: MadeUpNetwork, name: string, ...talks: MadeUpConversation[]): Promise<void> {
  const { account } = await on.person(name);
  server = new MadeUpServer(on, account);
  server.install();
  await forgetVault(on.network, account);
  for (const one of talks) {
    server.add(one);
  }
}

async function stayOf(name: string, on = network): Promise<MadeUpStay> {
  const stay = await openStay(on, name);
  stays.push(stay);
  return stay;
}

beforeEach(() => serve(network, "Bo", talk));

afterEach(() => {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
  vi.unstubAllGlobals();
});

const shown = ({ hands }: MadeUpStay): ConversationView => {
  const { open } = hands.snapshots.current;
  if (open === null) {
    throw new Error("nothing is open");
  }
  return open;
};
const texts = (stay: MadeUpStay) =>
  shown(stay).items.flatMap((item) => (item.type === "message" ? [item.text] : []));
const complete = (stay: MadeUpStay) =>
  vi.waitFor(() => expect(stay.hands.snapshots.current.history).toBeNull(), { timeout: 20_000 });

/** Whatever a window shows, from the end to the beginning. */
async function everything(stay: MadeUpStay): Promise<string[]> {
  const id = shown(stay).id;
  await stay.conversations.jumpTo(id, "newest");
  const found = new Map<string, string>();
  for (;;) {
    for (const item of shown(stay).items) {
      if (item.type === "message") {
        found.set(item.key, item.text);
      }
    }
    expect(shown(stay).items.length).toBeLessThanOrEqual(240);
    if (!shown(stay).hasOlder) {
      return [...found].sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => text);
    }
    await stay.conversations.loadOlder(id);
  }
}

const written = (rounds = 3, each = 50) => [
  ...Array.from({ length: rounds * each }, (_, place) => `${Math.floor(place / each)}/${place % each}`),
  "last",
];

describe("a new browser", () => {
  it("shows the newest first, and brings the rest in the background", async () => {
    const bo = await stayOf("Bo");
    await bo.conversations.pauseHistory(true);
    await bo.conversations.pull();
    await bo.conversations.open(talk.view.id);
    expect(texts(bo).at(-1)).toBe("last");
    expect(texts(bo).length).toBeLessThan(45);
    expect(shown(bo)).toMatchObject({ hasOlder: true, hasNewer: false, firstSequence: 1 });
    const { history } = bo.hands.snapshots.current;
    expect(history).toEqual({ done: 40, total: talk.items.length, paused: true });
    await vi.waitFor(() =>
      expect(texts(bo).length, "a screen of what is looked at comes all the same").toBe(58),
    );
    expect(shown(bo)).toMatchObject({ hasOlder: true, loadingOlder: false });
    await bo.conversations.pauseHistory(false);
    await complete(bo);
    expect(bo.alarms).toEqual([]);
    expect(await everything(bo)).toEqual(written());
    expect(bo.hands.snapshots.current.undecryptable).toBe(0);
  });

  it("goes on after a reload where it was, and stays paused", async () => {
    const first = await stayOf("Bo");
    await first.conversations.pauseHistory(true);
    await first.conversations.pull();
    first.close();
    const again = await stayOf("Bo");
    await again.conversations.pull();
    expect(again.hands.snapshots.current.history?.paused).toBe(true);
    await again.conversations.open(talk.view.id);
    expect(await everything(again)).toEqual(written());
    await again.conversations.pauseHistory(false);
    await complete(again);
  });

  it("raises the alarm for an older page that was changed", async () => {
    server.on("GET", /items$/, (_, __, query) => {
      const page = server.before(talk, query);
      return {
        ...page,
        items: page.items.map((item, place) =>
          place === 1 ? { ...item, ...page.items[0], sequence: item.sequence } : item,
        ),
      };
    });
    const bo = await stayOf("Bo");
    await bo.conversations.pull();
    await vi.waitFor(() => expect(bo.alarms[0]?.alarm.kind).toBe("bad_history"));
  });

  it("raises the alarm for a skeleton without an epoch", async () => {
    server.on("POST", /sync$/, () => {
      const page = server.newest(talk, 0, 40);
      return { conversations: [{ ...page, skeleton: page.skeleton.filter((_, place) => place !== 3) }] };
    });
    const bo = await stayOf("Bo");
    await bo.conversations.pull().catch(() => undefined);
    expect(bo.alarms[0]?.alarm.kind).toBe("bad_history");
  });
});

describe("a jump", () => {
  it("goes to a sequence, a time, the end, and to what was read last, and fetches what is between", async () => {
    const bo = await stayOf("Bo");
    await bo.conversations.pauseHistory(true);
    await bo.conversations.pull();
    const { id } = talk.view;
    await bo.conversations.open(id);
    expect(await bo.conversations.jumpTo(id, { sequence: 20 })).toBe(20);
    expect(shown(bo)).toMatchObject({ hasNewer: true, loadingOlder: false });
    expect(texts(bo)).toContain("0/17");
    expect(await bo.conversations.jumpTo(id, { at: 1000 + 100 })).toBe(100);
    expect(await bo.conversations.jumpTo(id, { at: 1 })).toBe(1);
    expect(shown(bo).hasOlder).toBe(false);
    expect(await bo.conversations.jumpTo(id, "newest")).toBe(talk.items.length);
    await bo.conversations.markRead(id, 60);
    expect(await bo.conversations.jumpTo(id, "unread")).toBe(61);
    const seen = new Set<number>();
    while (shown(bo).hasNewer) {
      await bo.conversations.loadNewer(id);
      for (const item of shown(bo).items) {
        seen.add(item.sequence ?? 0);
      }
    }
    expect(texts(bo).at(-1)).toBe("last");
    expect(seen.size).toBeGreaterThan(90);
  });
});

describe("somebody who was away", () => {
  it("sees the newest at once, then all of it; a reader who went back keeps their place", async () => {
    const own = await network.copy();
    const mine = await long(own, 1, 30);
    await serve(own, "Bo", mine);
    const before = await stayOf("Bo", own);
    await before.conversations.pull();
    await before.conversations.open(mine.view.id);
    await complete(before);
    before.close();
    for (let one = 0; one < 120; one++) {
      await mine.write("Ana", `away ${one}`);
    }
    const bo = await stayOf("Bo", own);
    await bo.conversations.open(mine.view.id);
    await bo.conversations.jumpTo(mine.view.id, { sequence: 3 });
    await bo.conversations.pauseHistory(true);
    await bo.conversations.pull();
    await bo.conversations.open(mine.view.id);
    expect(texts(bo).at(-1)).toBe("away 119");
    expect(texts(bo)[0]).toBe("away 80");
    const [summary] = bo.hands.snapshots.current.conversations;
    expect(summary?.unread).toBeGreaterThan(119);
    await bo.conversations.pauseHistory(false);
    await complete(bo);
    expect(await everything(bo)).toEqual([
      ...written(1, 30),
      ...Array.from({ length: 120 }, (_, one) => `away ${one}`),
    ]);
    expect(bo.alarms).toEqual([]);
  });

  it("accuses nobody where the line brings the first of it while the rest is being asked for", async () => {
    const own = await network.copy();
    const mine = await long(own, 1, 3);
    await serve(own, "Bo", mine);
    const bo = await stayOf("Bo", own);
    await bo.conversations.pull();
    await mine.seal("Ana", "renewed");
    const item = mine.items.at(-1) ?? expect.fail();
    const frame = {
      type: "item",
      conversation: mine.view.id,
      head: mine.view.head,
      ...asWire(item),
    } as const;
    for (let one = 0; one < 60; one++) {
      await mine.write("Ana", `away ${one}`);
    }
    let met = false;
    server.on("POST", /sync$/, async (body) => {
      const { held, limit } = body as { held: Record<string, number>; limit: number };
      const lacks = server.newest(mine, held[mine.view.id] ?? 0, limit);
      if (!met) {
        met = true;
        await bo.conversations.heard(frame);
      }
      return { conversations: lacks.items.length > 0 ? [lacks] : [] };
    });
    await bo.conversations.pull();
    await bo.conversations.open(mine.view.id);
    await complete(bo);
    expect(bo.alarms).toEqual([]);
    expect(await everything(bo)).toEqual([
      ...written(1, 3),
      ...Array.from({ length: 60 }, (_, one) => `away ${one}`),
    ]);
  });
});

describe("whoever is handed older keys", () => {
  it("reads on downwards, without beginning again", async () => {
    const own = await network.copy();
    const mine = await long(own, 2, 20);
    await own.appoint("Borea", "Bea", "Bo");
    await mine.write("Ana", "with Bea");
    const first = mine.view.epoch?.sequence ?? 0;
    await serve(own, "Bea", mine);
    server.first.set(mine.view.id, first);
    const bea = await stayOf("Bea", own);
    await bea.conversations.pull();
    await bea.conversations.open(mine.view.id);
    expect(texts(bea)).toEqual(["with Bea"]);
    expect(shown(bea).hasOlder).toBe(false);
    await mine.handOver("Ana", "Bea", [1, 2, 3]);
    server.first.set(mine.view.id, 1);
    await bea.conversations.pull();
    await complete(bea);
    expect(await everything(bea)).toEqual([...written(2, 20), "with Bea"]);
    expect(bea.hands.snapshots.current.conversations[0]?.unread).toBe(1); // nothing of before was news to her
    expect(bea.alarms).toEqual([]);
  });
});
