import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { fromBase64 } from "../../crypto/encoding";
import { makeClientId, readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { MadeUpServer, Refusal } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";
import type { ItemOut } from "./composing";

vi.setConfig({ testTimeout: 60_000 });

let network: MadeUpNetwork;
let server: MadeUpServer;
let talk: MadeUpConversation;
let bo: MadeUpStay;
let id: string;
const stays: MadeUpStay[] = [];

async function begin(on: MadeUpNetwork): Promise<void> {
  talk = await MadeUpConversation.create(on, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
  id = talk.view.id;
}

async function arrive(on: MadeUpNetwork): Promise<MadeUpStay> {
  const stay = await openStay(on, "Bo");
  stays.push(stay);
  await stay.conversations.pull();
  await stay.conversations.open(id);
  return stay;
}

async function serve(on: MadeUpNetwork): Promise<void> {
  const { account } = await on.person("Bo");
  server = new MadeUpServer(on, account);
  server.install();
  await forgetVault(on.network, account);
  server.add(talk);
}

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  await begin(network);
  await serve(network);
  bo = await arrive(network);
});

afterEach(() => {
  for (const stay of stays.splice(0)) {
    stay.close();
  }
  vi.unstubAllGlobals();
});

function states(stay = bo): [string, string][] {
  const items = stay.hands.snapshots.current.open?.items ?? [];
  return items.flatMap((item) => (item.type === "message" && item.own ? [[item.text, item.state]] : []));
}

function pendingItems(stay = bo) {
  const items = stay.hands.snapshots.current.open?.items ?? [];
  return items.flatMap((item) => (item.type === "message" && item.sequence === null ? [item] : []));
}

/** What the server holds of this person, opened with the keys that the test knows. */
function onServer(): string[] {
  const mine = bo.hands.keyring.device.id;
  return talk.items.flatMap(({ body }) => {
    const { header } = readItem(body);
    return header.kind === "message" && header.device === mine ? [header.client_id] : [];
  });
}

const settled = (stay = bo) =>
  vi.waitFor(() => expect(states(stay).every(([, state]) => state === "sent")).toBe(true));

describe("the outbox", () => {
  it("sends in the order of writing, each message once", async () => {
    for (const text of ["one", "two", "three"]) {
      await bo.conversations.send(id, text);
    }
    await settled();
    expect(states().map(([text]) => text)).toEqual(["one", "two", "three"]);
    const ids = onServer();
    expect(ids).toEqual([...ids].sort());
    expect(new Set(ids).size).toBe(3);
  });

  it("keeps a message through a broken line and a reload, under the same client id", async () => {
    server.offline = true;
    await bo.conversations.send(id, "kept");
    expect(states()).toEqual([["kept", "pending"]]);
    const [pending] = bo.conversations.outbox.of(id);
    bo.close();
    server.offline = false;
    const again = await arrive(network);
    expect(states(again)).toEqual([["kept", "pending"]]);
    again.conversations.outbox.flushAll();
    await settled(again);
    expect(onServer()).toEqual([pending?.clientId]);
  });

  it("does not send twice what arrived although the answer was lost", async () => {
    let lost = 0;
    server.on("POST", /items$/, async (body) => {
      await server.append(talk, (body as { items: ItemOut[] }).items);
      lost += 1;
      return lost === 1 ? new Refusal(502, "bad_gateway") : server.append(talk, []);
    });
    await bo.conversations.send(id, "once");
    await vi.waitFor(() => expect(lost).toBe(1));
    await bo.conversations.pull();
    await settled();
    expect(onServer()).toHaveLength(1);
    expect(bo.conversations.outbox.of(id)).toEqual([]);
  });

  it("makes the new epoch together with the message when one is due, for exactly the present readers", async () => {
    const own = await network.copy();
    await begin(own);
    await serve(own);
    await own.appoint("Alba", "Mia", "Ana");
    const stay = await arrive(own);
    await stay.conversations.send(id, "to all of you");
    await vi.waitFor(() => expect(states(stay)).toEqual([["to all of you", "sent"]]));
    const mia = await own.person("Mia");
    expect(talk.view.epoch?.number).toBe(2);
    expect(talk.view.epoch?.table.map(({ account }) => account)).toContain(mia.account);
    expect(talk.items.at(-2)?.boxes?.has(mia.account)).toBe(true);
  });

  it("takes the epoch of whoever was quicker, and sends under that", async () => {
    let refused = 0;
    server.on("POST", /items$/, async (body) => {
      if (refused === 0) {
        refused += 1;
        await talk.seal("Ana", "renewed");
        return new Refusal(409, "epoch_exists", { epoch: 2 });
      }
      return server.append(talk, (body as { items: ItemOut[] }).items);
    });
    await bo.conversations.send(id, "after the race");
    await settled();
    const header = readItem(talk.items.at(-1)?.body ?? new Uint8Array()).header;
    expect(header).toMatchObject({ kind: "message", epoch: 2 });
  });

  it("never seals for members that the newest Register does not derive", async () => {
    const own = await network.copy();
    await begin(own);
    await serve(own);
    const stay = await arrive(own);
    await own.appoint("Alba", "Mia", "Ana");
    // The server says nothing of the new member; the message under the old epoch is refused there.
    await stay.conversations.send(id, "who is here?");
    await vi.waitFor(() => expect(states(stay)).toEqual([["who is here?", "sent"]]));
    const sent = talk.items.map(({ body }) => readItem(body).header).filter(({ kind }) => kind === "epoch");
    expect(sent).toHaveLength(2);
  });

  it("shows a final refusal, keeps the words, and sends them when asked again", async () => {
    let refuse = true;
    server.on("POST", /items$/, (body) =>
      refuse
        ? new Refusal(422, "refused", { reason: "not_member" })
        : server.append(talk, (body as { items: ItemOut[] }).items),
    );
    await bo.conversations.send(id, "words");
    await vi.waitFor(() => expect(states()).toEqual([["words", "failed"]]));
    const [failed] = bo.conversations.outbox.of(id);
    expect(failed?.failure).toBe("not_member");
    refuse = false;
    await bo.conversations.outbox.retry(failed?.clientId ?? "");
    await settled();
    expect(states()).toEqual([["words", "sent"]]);
  });

  it("keeps what is refused for the charter, says why, and sends it once that is accepted", async () => {
    let accepted = false;
    server.on("POST", /items$/, (body) =>
      accepted
        ? server.append(talk, (body as { items: ItemOut[] }).items)
        : new Refusal(403, "charter_not_accepted"),
    );
    await bo.conversations.send(id, "before the acceptance");
    await vi.waitFor(() => expect(pendingItems()[0]?.waits).toBe("charter"));
    expect(states()).toEqual([["before the acceptance", "pending"]]);
    accepted = true;
    bo.conversations.outbox.flushAll();
    await settled();
    expect(onServer()).toHaveLength(1);
  });

  it("forgets a message only when the person says so", async () => {
    server.offline = true;
    await bo.conversations.send(id, "better not");
    const [pending] = bo.conversations.outbox.of(id);
    await bo.conversations.outbox.discard(pending?.clientId ?? "");
    expect(states()).toEqual([]);
    server.offline = false;
    const again = await arrive(network);
    expect(states(again)).toEqual([]);
  });

  it("counts what waits, and says why it does", async () => {
    server.offline = true;
    const before = Date.now();
    await bo.conversations.send(id, "one");
    await bo.conversations.send(id, "two");
    await vi.waitFor(() => expect(pendingItems()[0]?.waits).toBe("offline"));
    const { waiting, conversations } = bo.hands.snapshots.current;
    expect(waiting?.messages).toBe(2);
    expect(waiting?.oldest).toBeGreaterThanOrEqual(before);
    expect(conversations[0]?.waiting).toBe(2);
    server.offline = false;
    bo.conversations.outbox.flushAll();
    await settled();
    expect(bo.hands.snapshots.current.waiting).toBeNull();
  });

  it("changes the words of what did not leave, at its place and under its client id", async () => {
    server.offline = true;
    await bo.conversations.send(id, "frist");
    await bo.conversations.send(id, "second");
    const [before] = bo.conversations.outbox.of(id);
    const key = before?.clientId ?? "";
    await vi.waitFor(() => expect(pendingItems()[0]?.waits).toBe("offline"));
    expect(await bo.conversations.outbox.edit(key, "first")).toEqual({ mayHaveLeft: false });
    server.offline = false;
    bo.conversations.outbox.flushAll();
    await settled();
    expect(states().map(([text]) => text)).toEqual(["first", "second"]);
    expect(onServer()[0]).toBe(key);
    await expect(bo.conversations.outbox.edit(key, "late")).rejects.toMatchObject({ code: "already_sent" });
  });

  it("keeps both wordings where the earlier one had arrived, and sends the later only when asked", async () => {
    let lost = false;
    server.on("POST", /items$/, async (body) => {
      if (lost) {
        return server.append(talk, (body as { items: ItemOut[] }).items);
      }
      lost = true;
      await server.append(talk, (body as { items: ItemOut[] }).items);
      server.offline = true;
      return new Refusal(502, "bad_gateway");
    });
    await bo.conversations.send(id, "at nine");
    await vi.waitFor(() => expect(pendingItems()[0]?.attempted).toBe(true));
    await vi.waitFor(() => expect(pendingItems()[0]?.waits).not.toBeNull());
    const key = bo.conversations.outbox.of(id)[0]?.clientId ?? "";
    expect(await bo.conversations.outbox.edit(key, "at ten")).toEqual({ mayHaveLeft: true });
    server.offline = false;
    bo.conversations.outbox.flushAll();
    await vi.waitFor(() =>
      expect(states()).toEqual([
        ["at nine", "sent"],
        ["at ten", "failed"],
      ]),
    );
    expect(bo.conversations.outbox.of(id)[0]?.failure).toBe("earlier_wording");
    await bo.conversations.outbox.retry(bo.conversations.outbox.of(id)[0]?.clientId ?? "");
    await settled();
    expect(onServer()).toHaveLength(2);
  });

  it("takes the same message twice for one, before it was sent and afterwards", async () => {
    const clientId = makeClientId(Date.now());
    server.offline = true;
    await bo.conversations.send(id, "once", clientId);
    await bo.conversations.send(id, "once", clientId);
    expect(states()).toHaveLength(1);
    server.offline = false;
    bo.conversations.outbox.flushAll();
    await settled();
    await bo.conversations.send(id, "once", clientId);
    await vi.waitFor(() => expect(states()).toEqual([["once", "sent"]]));
    expect(onServer()).toEqual([clientId]);
  });

  it("refuses words that are too long before anything is kept", async () => {
    await expect(bo.conversations.send(id, "x".repeat(70_000))).rejects.toMatchObject({ code: "too_large" });
    expect(states()).toEqual([]);
  });

  it("refuses to write where nobody of the other side can read", async () => {
    const own = await network.copy();
    await begin(own);
    await serve(own);
    await own.remove("Alba", "Ana");
    const stay = await arrive(own);
    await expect(stay.conversations.send(id, "anybody?")).rejects.toMatchObject({ code: "nobody_there" });
    expect(stay.hands.snapshots.current.open?.closed).toBe("nobody_there");
  });

  it("writes what only its epoch's key opens", async () => {
    let sent: ItemOut[] = [];
    server.on("POST", /items$/, (body) => {
      sent = (body as { items: ItemOut[] }).items;
      return server.append(talk, sent);
    });
    await bo.conversations.send(id, "canary in the mine");
    await settled();
    const [item] = sent;
    const body = fromBase64(item?.body ?? "");
    expect(new TextDecoder().decode(body)).not.toContain("canary");
    expect(readItem(body).content.length).toBeGreaterThanOrEqual(256);
  });
});

describe("beginning a conversation", () => {
  it("puts creation, epoch, subject and first words into one request", async () => {
    let items: ItemOut[] = [];
    let place = { id: "", sequence: 0, head: "" };
    server.on("POST", /^\/api\/conversations$/, async (body) => {
      ({ items } = body as { items: ItemOut[] });
      const headers = items.map((item) => readItem(fromBase64(item.body)).header);
      const named = headers[1]?.kind === "epoch" ? headers[1].conversation : "";
      place = { id: named, sequence: items.length, head: "00".repeat(32) };
      return place;
    });
    const alba = network.state.accounts.get((await network.person("Ana")).account)?.authority ?? "";
    const made = await bo.conversations.start([alba], "About a ship", "Who owns it?");
    expect(made).toBe(place.id);
    expect(items.map((item) => readItem(fromBase64(item.body)).header.kind)).toEqual([
      "conversation.created",
      "epoch",
      "message",
      "message",
    ]);
    const epoch = items[1];
    expect(Object.keys(epoch?.boxes ?? {})).toHaveLength(2);
  });

  it("asks again with the same request when the answer was lost", async () => {
    const bodies: string[] = [];
    server.on("POST", /^\/api\/conversations$/, (body) => {
      bodies.push(JSON.stringify(body));
      return bodies.length === 1
        ? new Refusal(503, "server_failed")
        : { id: "ab".repeat(32), sequence: 4, head: "00".repeat(32) };
    });
    const alba = network.state.accounts.get((await network.person("Ana")).account)?.authority ?? "";
    await bo.conversations.start([alba], "About a ship", "Who owns it?");
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
  });

  it("asks with the same request when the person sends the same words again, also after a reload", async () => {
    const bodies: string[] = [];
    let answers = false;
    server.on("POST", /^\/api\/conversations$/, (body) => {
      bodies.push(JSON.stringify(body));
      return answers
        ? { id: "ab".repeat(32), sequence: 4, head: "00".repeat(32) }
        : new Refusal(502, "bad_gateway");
    });
    const alba = network.state.accounts.get((await network.person("Ana")).account)?.authority ?? "";
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const first = bo.conversations
      .start([alba], "About a ship", "Who owns it?")
      .catch((error: unknown) => error);
    for (let attempt = 1; attempt < 4; attempt++) {
      await vi.waitUntil(() => bodies.length === attempt);
      await vi.advanceTimersByTimeAsync(1_500);
    }
    expect(await first).toMatchObject({ code: "bad_gateway" });
    vi.useRealTimers();
    bo.close();
    answers = true;
    bo = await arrive(network);
    await bo.conversations.start([alba], "About a ship", "Who owns it?");
    expect(new Set(bodies).size).toBe(1);
    await bo.conversations.start([alba], "About a ship", "Who owns it?");
    expect(new Set(bodies).size, "what was made once may be begun anew").toBe(2);
  });

  it("is made, whatever becomes of other conversations meanwhile", async () => {
    const other = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await other.seal("Ana", "created");
    await other.write("Ana", "whose epoch the server does not show");
    server.add(other);
    server.on("GET", new RegExp(`${other.view.id}/epochs$`), () => []);
    server.on("POST", /^\/api\/conversations$/, () => ({
      ...{ id: "ab".repeat(32), sequence: 4, head: "00".repeat(32) },
    }));
    const alba = network.state.accounts.get((await network.person("Ana")).account)?.authority ?? "";
    expect(await bo.conversations.start([alba], "About a ship", "Who owns it?")).toMatch(/^[0-9a-f]{64}$/);
  });
});
