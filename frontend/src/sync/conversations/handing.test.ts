import "fake-indexeddb/auto";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readItem } from "../../crypto/items";
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

async function stayOf(name: string): Promise<MadeUpStay> {
  const { account } = await network.person(name);
  server = new MadeUpServer(network, account);
  server.install();
  await forgetVault(network.network, account);
  server.add(talk);
  const stay = await openStay(network, name);
  stays.push(stay);
  await stay.conversations.pull();
  await stay.conversations.open(talk.view.id);
  return stay;
}

const accountOf = async (name: string) => (await network.person(name)).account;

async function viewOf(
  stay: MadeUpStay,
  ready: (view: ConversationView) => boolean,
): Promise<ConversationView> {
  return vi.waitFor(() => {
    const view = stay.hands.snapshots.current.open;
    if (view === null || !ready(view)) {
      throw new Error("not there yet");
    }
    return view;
  });
}

/** The epochs that somebody was handed in late boxes, as they lie on the server. */
function handed(account: string): number[] {
  return talk.items.flatMap(({ body }) => {
    const { header } = readItem(body);
    return header.kind === "late_box" && header.account_for === account
      ? header.boxes.map(({ epoch }) => epoch)
      : [];
  });
}

/** Bea was there from the third epoch on; then she lost everything and was given new keys. */
beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
  await talk.seal("Bo", "renewed");
  await talk.write("Bo", "second");
  await network.appoint("Borea", "Bea", "Bo");
  await talk.seal("Bo", "members");
  await talk.write("Bo", "third");
}, 60_000);

afterEach(() => {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
  vi.unstubAllGlobals();
});

describe("handing over", () => {
  it("is offered for readers who lack what this person can open, from where on they choose", async () => {
    const bo = await stayOf("Bo");
    const bea = await accountOf("Bea");
    const view = await viewOf(bo, ({ readsFrom }) => Object.keys(readsFrom).length > 0);
    expect(Object.keys(view.readsFrom)).toEqual([bea]);
    const third = talk.view.epochs.get(3)?.sequence ?? 0;
    expect(view.readsFrom[bea]?.sequence).toBe(third);
    const [offer] = await bo.conversations.handing.offers(bea);
    expect(offer?.steps.map(({ from }) => from)).toEqual([2, talk.view.epochs.get(2)?.sequence]);
    expect(await bo.conversations.handing.offers(await accountOf("Ana"))).toEqual([]);
  });

  it("gives what was chosen and no more, and then the rest", async () => {
    const bo = await stayOf("Bo");
    const bea = await accountOf("Bea");
    const conversation = talk.view.id;
    const from = talk.view.epochs.get(2)?.sequence ?? 0;
    await bo.conversations.handing.handOver(bea, [{ conversation, from }]);
    expect(handed(bea)).toEqual([2]);
    const view = await viewOf(bo, ({ readsFrom }) => readsFrom[bea]?.sequence === from);
    expect(view.items.at(-1)).toMatchObject({ type: "late_box", forAccount: bea, epochs: 1 });
    const offers = await bo.conversations.handing.offers(bea);
    expect(offers[0]?.steps.map((step) => step.from)).toEqual([2]);

    await bo.conversations.handing.handOver(bea, [{ conversation, from: null }]);
    expect(handed(bea)).toEqual([2, 1]);
    await viewOf(bo, ({ readsFrom }) => readsFrom[bea] === undefined);
    expect(await bo.conversations.handing.offers(bea)).toEqual([]);
  });

  it("is refused for whoever may not read now", async () => {
    await network.add(await network.appointment("Borea", "Bert", "Bo", "member"));
    const bo = await stayOf("Bo");
    const choices = [{ conversation: talk.view.id, from: null }];
    const officer = [...network.state.officers][0]?.[0] ?? "";
    for (const somebody of [await accountOf("Bert"), officer, await accountOf("Bo")]) {
      expect(await bo.conversations.handing.offers(somebody)).toEqual([]);
      await expect(bo.conversations.handing.handOver(somebody, choices)).rejects.toMatchObject({
        code: "not_a_reader",
      });
    }
    expect(handed(await accountOf("Bert"))).toEqual([]);
  });

  it("is needed again after new keys, which open nothing of before, and blames nobody for it", async () => {
    await network.rekey("Borea", "Bea", "Bo");
    await talk.seal("Bo", "keys");
    await talk.write("Bo", "fourth");
    const before = await stayOf("Bea");
    const { items } = await viewOf(before, (view) => view.items.length > 0);
    expect(items.filter(({ type }) => type === "refused")).toEqual([]);
    expect(before.hands.snapshots.current.undecryptable).toBe(0);
    expect(items.flatMap((item) => (item.type === "message" ? [item.text] : []))).toEqual(["fourth"]);
    before.close();

    const bo = await stayOf("Bo");
    const bea = await accountOf("Bea");
    const fourth = talk.view.epochs.get(4)?.sequence;
    await viewOf(bo, ({ readsFrom }) => readsFrom[bea]?.sequence === fourth);
    await bo.conversations.handing.handOver(bea, [{ conversation: talk.view.id, from: null }]);
    bo.close();

    const after = await stayOf("Bea");
    const seen = await viewOf(after, (view) => view.items.at(-1)?.type === "late_box");
    expect(seen.items.flatMap((item) => (item.type === "message" ? [item.text] : []))).toEqual([
      "first",
      "second",
      "third",
      "fourth",
    ]);
    const since = 1_000 + (talk.view.epochs.get(1)?.sequence ?? 0); // by the made-up server's clock
    expect(seen.items.at(-1)).toMatchObject({ type: "late_box", epochs: 3, since });
  });
});

describe("whoever came later", () => {
  /** Cleo reads from the third epoch on, has the conversation open and has read nothing yet. */
  async function newcomer(): Promise<{ cleo: MadeUpStay; account: string }> {
    network = await MadeUpNetwork.ofTwo();
    talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await talk.seal("Ana", "created");
    await talk.write("Ana", "what it is about", "subject");
    await talk.write("Ana", "first");
    await talk.seal("Bo", "renewed");
    await talk.write("Bo", "second");
    await network.appoint("Borea", "Cleo", "Bo");
    await talk.seal("Bo", "members");
    await talk.write("Bo", "third");
    const account = await accountOf("Cleo");
    server = new MadeUpServer(network, account);
    server.install();
    await forgetVault(network.network, account);
    server.add(talk);
    server.first.set(talk.view.id, talk.view.epochs.get(3)?.sequence ?? 0);
    return { cleo: await again("Cleo"), account };
  }

  async function again(name: string): Promise<MadeUpStay> {
    const stay = await openStay(network, name);
    stays.push(stay);
    await stay.conversations.pull();
    await stay.conversations.open(talk.view.id);
    return stay;
  }

  /** The late box as it comes over the socket, like anything that is said while somebody looks. */
  async function hear(stay: MadeUpStay): Promise<void> {
    const item = talk.items.at(-1);
    if (item === undefined) {
      throw new Error("nothing was handed over");
    }
    const { id: conversation, head } = talk.view;
    await stay.conversations.heard({ type: "item", conversation, head, ...asWire(item) });
  }

  const textsOf = (view: ConversationView | null) =>
    view?.items.flatMap((item) => (item.type === "message" ? [item.text] : [])) ?? [];

  it("reads at once what is handed over, and learns from whom and from when on, untouched", async () => {
    const { cleo, account } = await newcomer();
    await cleo.conversations.pauseHistory(true);
    const own = () => cleo.hands.snapshots.current;
    expect(textsOf(own().open)).toEqual(["third"]);
    expect(own().conversations[0]).toMatchObject({ subject: null, unread: 1, lacks: null });
    await talk.handOver("Bo", "Cleo", [1, 2]);
    server.first.set(talk.view.id, 1);
    await hear(cleo);
    const view = await viewOf(cleo, (one) => textsOf(one).length === 3);
    expect(textsOf(view)).toEqual(["first", "second", "third"]);
    expect(view.firstUnread).toBe(view.newestSequence - 1); // "third", and not what was said before her
    const began = 1_000 + (talk.view.epochs.get(1)?.sequence ?? 0); // by the made-up server's clock
    expect(view.items.at(-1)).toMatchObject({
      type: "late_box",
      account: await accountOf("Bo"),
      forAccount: account,
      since: began,
    });
    await vi.waitFor(() =>
      expect(own().conversations[0]).toMatchObject({ subject: "what it is about", unread: 1 }),
    );
    expect(cleo.alarms).toEqual([]);
    cleo.close();

    // Another browser of hers, which sees all of it for the first time, says the same.
    await forgetVault(network.network, account);
    const other = await again("Cleo");
    const same = await viewOf(other, (one) => textsOf(one).length === 3);
    expect(same.items.at(-1)).toMatchObject({ type: "late_box", since: began });
    expect(other.hands.snapshots.current.conversations[0]?.unread).toBe(1);
  });

  it("has what was handed over beyond a screen fetched as well, without a word", async () => {
    const { cleo } = await newcomer();
    await talk.handOver("Bo", "Cleo", [1, 2]);
    server.first.set(talk.view.id, 1);
    await cleo.conversations.open(null);
    await hear(cleo);
    await vi.waitFor(() => expect(cleo.conversations.extents[0]?.floor).toBe(0));
    expect(cleo.hands.snapshots.current.conversations[0]?.unread).toBe(1);
  });

  it("is told that only a colleague helps where nothing can be opened, or that nothing was written since", async () => {
    const { cleo } = await newcomer();
    cleo.close();
    await network.appoint("Borea", "Dan", "Bo");
    const account = await accountOf("Dan");
    server = new MadeUpServer(network, account);
    server.install();
    await forgetVault(network.network, account);
    server.add(talk);
    await talk.seal("Bo", "members");
    server.first.set(talk.view.id, talk.view.epochs.get(4)?.sequence ?? 0);
    const dan = await again("Dan");
    const lacks = (stay: MadeUpStay) => stay.hands.snapshots.current.conversations[0]?.lacks;
    await vi.waitFor(() => expect(lacks(dan)).toBe("news"));
    dan.close();

    await network.rekey("Borea", "Cleo", "Bo");
    const lost = await stayOf("Cleo");
    await vi.waitFor(() => expect(lacks(lost)).toBe("colleague"));
    expect(lost.hands.snapshots.current.undecryptable).toBe(0);
  });
});
