import "fake-indexeddb/auto";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { MadeUpServer } from "../madeUpServer";
import { type MadeUpStay, openStay } from "../madeUpStay";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let talk: MadeUpConversation;
let stay: MadeUpStay;
const FIRST_OF_ITEMS = 3; // after the creation and the first epoch

beforeAll(async () => {
  const network = await MadeUpNetwork.ofTwo();
  const server = new MadeUpServer(network, (await network.person("Bo")).account);
  server.install();
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  for (let number = FIRST_OF_ITEMS; number <= 100; number++) {
    await talk.write("Ana", `message ${number}`);
  }
  server.add(talk);
  stay = await openStay(network, "Bo");
  await stay.conversations.pull();
  await vi.waitFor(() => expect(stay.hands.snapshots.current.history).toBeNull(), { timeout: 10_000 });
});

afterEach(() => stay.conversations.open(null));

const shown = () =>
  stay.hands.snapshots.current.open?.items.flatMap((item) => (item.type === "message" ? [item.text] : [])) ??
  [];

it("shows a conversation anew at its end", async () => {
  await stay.conversations.open(talk.view.id);
  expect([shown()[0], shown().at(-1)]).toEqual(["message 41", "message 100"]);
});

it("shows the window that a page had before, from where it was in the past", async () => {
  const former = { first: 10, last: 30, firstUnread: 25 };
  await stay.conversations.open(talk.view.id, undefined, former);
  expect([shown()[0], shown().at(-1)]).toEqual(["message 10", "message 30"]);
  expect(stay.hands.snapshots.current.open).toMatchObject({
    hasOlder: true,
    hasNewer: true,
    firstUnread: 25,
  });
});

it("shows what came since the page was served last, where it stood at the end", async () => {
  await stay.conversations.open(talk.view.id, undefined, { first: 20, last: null, firstUnread: null });
  expect([shown()[0], shown().at(-1)]).toEqual(["message 20", "message 100"]);
  expect(stay.hands.snapshots.current.open).toMatchObject({ hasNewer: false, firstUnread: null });
});
