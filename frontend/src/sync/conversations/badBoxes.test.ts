import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { randomBytes } from "../../crypto/encoding";
import { writeTable } from "../../crypto/epochs";
import { type Header, makeItem, readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { hashHex } from "../../crypto/seal";
import { deviceSigner } from "../../crypto/signing";
import { MadeUpServer, Refusal } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let talk: MadeUpConversation;
const stays: MadeUpStay[] = [];

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
});

afterEach(() => {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
  vi.unstubAllGlobals();
});

async function accountOf(name: string): Promise<string> {
  return (await network.person(name)).account;
}

/** The browser of somebody, and the server that it talks to. */
async function browserOf(name: string): Promise<{ stay: MadeUpStay; server: MadeUpServer }> {
  const account = await accountOf(name);
  const server = new MadeUpServer(network, account);
  server.install();
  server.add(talk);
  await forgetVault(network.network, account);
  const stay = await openStay(network, name);
  stays.push(stay);
  return { stay, server };
}

/** Ana renews the epoch, and the box that she signs for Bo is rubbish. */
async function sealBadly(): Promise<void> {
  const account = await accountOf("Bo");
  const { item, sealed } = await talk.composeEpoch("Ana", "renewed");
  const bad = randomBytes(1168);
  const box = await hashHex(bad);
  const table = writeTable(sealed.table.map((row) => (row.account === account ? { ...row, box } : row)));
  const { header } = readItem(item.body);
  const changed = { ...header, members: await hashHex(table) } as Header;
  const signed = await makeItem(changed, deviceSigner((await network.author("Ana")).device));
  await talk.put(signed, table, new Map([...sealed.boxes, [account, bad]]));
  talk.keys.set(2, sealed.key);
}

function texts({ hands }: MadeUpStay): string[] {
  const items = hands.snapshots.current.open?.items ?? [];
  return items.flatMap((item) => (item.type === "message" ? [item.text] : []));
}

describe("a bad box", () => {
  it("is reported once, and what a late box brings then is read", async () => {
    await sealBadly();
    await talk.write("Ana", "under it");
    const { stay, server } = await browserOf("Bo");
    const reports = () => server.asked.filter((path) => path.endsWith("/bad-boxes"));
    server.on("POST", /\/bad-boxes$/, (body) => {
      expect(body).toEqual({ epoch: 2, generation: 1 });
      return {};
    });
    await stay.conversations.pull();
    await stay.conversations.open(talk.view.id);
    expect(reports()).toHaveLength(1);
    expect(texts(stay)).toEqual(["first"]);
    expect(stay.hands.snapshots.current.open?.items).toContainEqual(
      expect.objectContaining({ type: "refused", by: await accountOf("Ana"), reason: "bad_box" }),
    );

    await talk.handOver("Ana", "Bo", [2]);
    await stay.conversations.pull();
    expect(texts(stay)).toEqual(["first", "under it"]);
    expect(stay.hands.snapshots.current.undecryptable).toBe(0);
    expect(reports()).toHaveLength(1);
  });

  it("is not forgotten by a colleague who could not put it right at first", async () => {
    await sealBadly();
    const { stay, server } = await browserOf("Ana");
    const bo = await accountOf("Bo");
    let asked = 0;
    server.on("GET", /\/missing$/, () => {
      asked += 1;
      return asked === 1 ? new Refusal(429, "slow_down") : [{ account: bo, generation: 1, epochs: [2] }];
    });
    await stay.conversations.pull();
    await stay.conversations.heard({ type: "missing", conversation: talk.view.id });
    await vi.waitFor(() => expect(asked).toBe(1), { timeout: 5_000 });
    stay.conversations.registerGrown();
    await vi.waitFor(
      () => expect(readItem(talk.items.at(-1)?.body ?? new Uint8Array()).header.kind).toBe("late_box"),
      {
        timeout: 5_000,
      },
    );
  });

  it("is put right by a colleague as soon as the server tells of it, four times at most", async () => {
    await sealBadly();
    const { stay, server } = await browserOf("Ana");
    const bo = await accountOf("Bo");
    server.on("GET", /\/missing$/, () => [{ account: bo, generation: 1, epochs: [2] }]);
    await stay.conversations.pull();
    const handed = () => talk.items.filter(({ body }) => readItem(body).header.kind === "late_box").length;
    for (const turn of [1, 2, 3, 4]) {
      await stay.conversations.heard({ type: "missing", conversation: talk.view.id });
      await vi.waitFor(() => expect(handed()).toBe(turn), { timeout: 5_000 });
      await stay.conversations.pull();
    }
    const asked = () => server.asked.filter((path) => path.endsWith("/missing")).length;
    await stay.conversations.heard({ type: "missing", conversation: talk.view.id });
    await vi.waitFor(() => expect(asked()).toBe(5), { timeout: 5_000 });
    await stay.conversations.pull();
    expect(handed()).toBe(4);
  });
});
