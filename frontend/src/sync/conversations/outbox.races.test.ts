/** What happens to a message that waits while something else happens to it at the same time. */
import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fromBase64 } from "../../crypto/encoding";
import { readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { databaseName } from "../../vault/database";
import { MadeUpServer, Refusal } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";
import type { Socket } from "../socket";
import type { ItemOut } from "./composing";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let talk: MadeUpConversation;
let bo: MadeUpStay;
let id: string;

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
  id = talk.view.id;
  const { account } = await network.person("Bo");
  server = new MadeUpServer(network, account);
  server.install();
  await forgetVault(network.network, account);
  server.add(talk);
  bo = await openStay(network, "Bo");
  await bo.conversations.pull();
  await bo.conversations.open(id);
});

afterEach(() => {
  vi.useRealTimers();
  bo.close();
  vi.unstubAllGlobals();
});

const states = (): [string, string][] =>
  (bo.hands.snapshots.current.open?.items ?? []).flatMap((item) =>
    item.type === "message" && item.own ? [[item.text, item.state]] : [],
  );

const first = () => bo.conversations.outbox.of(id)[0] ?? expect.fail("nothing waits");

/** Nothing is written to the vault of this person until the function that this gives is called. */
async function holdWriting(): Promise<() => void> {
  const { network: where, account } = bo.hands.keyring.whose;
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const opening = indexedDB.open(databaseName(where, account));
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  let held = true;
  const { objectStoreNames } = database;
  const store = database.transaction([...objectStoreNames], "readwrite").objectStore("lead");
  const goOn = () => {
    if (held) {
      store.get("term").onsuccess = goOn;
    }
  };
  goOn();
  return () => {
    held = false;
    database.close();
  };
}

/** Takes what comes once, and then there is no line. */
function loseTheAnswer(): void {
  server.on("POST", /items$/, async (body) => {
    const taken = await server.append(talk, (body as { items: ItemOut[] }).items);
    if (server.offline) {
      return taken;
    }
    server.offline = true;
    return new Refusal(502, "bad_gateway");
  });
}

describe("a message that is changed", () => {
  it("keeps its new words where the former arrive while these are being written down", async () => {
    loseTheAnswer();
    await bo.conversations.send(id, "at nine");
    await vi.waitFor(() => expect(first().attempted).toBe(true));
    await vi.waitFor(() => expect(server.offline).toBe(true));
    await vi.waitFor(() => expect(bo.conversations.outbox.why(id)).not.toBeNull());
    server.offline = false;
    const release = await holdWriting();
    const edited = bo.conversations.outbox.edit(first().clientId, "at ten");
    const pulled = bo.conversations.pull();
    await vi.waitFor(() => expect(bo.conversations.readable()[0]?.sequence).toBe(talk.view.sequence));
    release();
    await Promise.all([edited, pulled]);
    await vi.waitFor(() =>
      expect(states()).toEqual([
        ["at nine", "sent"],
        ["at ten", "failed"],
      ]),
    );
    bo.close();
    bo = await openStay(network, "Bo");
    expect(bo.conversations.outbox.of(id).map(({ text }) => text)).toEqual(["at ten"]);
  });

  it("keeps its new words where it is sent again at the same moment", async () => {
    server.on("POST", /items$/, () => new Refusal(422, "refused", { reason: "not_member" }));
    await bo.conversations.send(id, "at nine");
    await vi.waitFor(() => expect(first().failure).toBe("not_member"));
    const release = await holdWriting();
    const edited = bo.conversations.outbox.edit(first().clientId, "at ten");
    await new Promise((resolve) => setTimeout(resolve)); // it is being written down by now
    const retried = bo.conversations.outbox.retry(first().clientId);
    release();
    await Promise.all([edited, retried]);
    expect(first().text).toBe("at ten");
  });
});

describe("a stay that ends", () => {
  it("forgets no message whose words are being written down", async () => {
    server.on("POST", /items$/, () => new Refusal(422, "refused", { reason: "not_member" }));
    await bo.conversations.send(id, "at nine");
    await vi.waitFor(() => expect(first().failure).toBe("not_member"));
    const { clientId } = first();
    const release = await holdWriting();
    const edited = bo.conversations.outbox.edit(clientId, "at ten");
    await new Promise((resolve) => setTimeout(resolve)); // it is being written down by now
    bo.conversations.close();
    release();
    await edited;
    expect(await bo.hands.vault.keys("outbox")).toEqual([clientId]);
  });
});

describe("a conversation that fails", () => {
  it("keeps no message in another from being made anew, or known again", async () => {
    const broken = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await broken.seal("Ana", "created");
    server.add(broken);
    server.on("GET", new RegExp(`${broken.view.id}/epochs$`), () => []);
    let asked = 0;
    server.on("POST", /items$/, async (body) => {
      asked += 1;
      if (asked === 1) {
        await talk.seal("Ana", "renewed");
        return new Refusal(409, "epoch_exists", { epoch: 2 });
      }
      await server.append(talk, (body as { items: ItemOut[] }).items);
      return new Refusal(422, "refused", { reason: "used_client_id" });
    });
    await bo.conversations.send(id, "once");
    await vi.waitFor(() => expect(states()).toEqual([["once", "sent"]]));
    expect(asked).toBe(2);
  });
});

describe("a line that is slow and not broken", () => {
  interface Sent {
    type: "send";
    body: string;
    signature: string;
  }

  it("accuses nobody when it answers an earlier attempt during the next one", async () => {
    const frames: Sent[] = [];
    bo.conversations.sender.use({
      online: true,
      send: (frame: Sent) => frames.push(frame) > 0,
    } as unknown as Socket);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await bo.conversations.send(id, "once");
    await vi.waitUntil(() => frames.length === 1);
    const item = frames[0] ?? expect.fail();
    const { results } = (await server.append(talk, [item])) as {
      results: { client_id: string; sequence: number; head: string; received_at: number }[];
    };
    await vi.advanceTimersByTimeAsync(20_000); // nobody waits for this answer any more
    await vi.waitUntil(() => bo.conversations.outbox.why(id) !== null);
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitUntil(() => frames.length === 2);
    vi.useRealTimers();
    const answer = results[0] ?? expect.fail();
    await bo.conversations.heard({ type: "sent", conversation: id, ...answer });
    await bo.conversations.heard({
      ...{ type: "refused", conversation: id, client_id: answer.client_id },
      ...{ code: "bad_item", reason: "client_id" },
    });
    await vi.waitFor(() => expect(states()).toEqual([["once", "sent"]]));
    expect(bo.alarms).toEqual([]);
    const sent = talk.items.filter(({ body }) => readItem(body).header.client_id === answer.client_id);
    expect(sent).toHaveLength(1);
    expect(readItem(fromBase64(item.body)).header.client_id).toBe(answer.client_id);
  });
});
