import { beforeAll, describe, expect, it, vi } from "vitest";
import { composeCreated, composeEpoch, composeMessage } from "./compose.ts";
import {
  Conversation,
  ConversationBroken,
  type RegisterView,
  type Taken,
  type TakenMessage,
} from "./conversation.ts";
import { type Bytes, randomBytes, utf8 } from "./encoding.ts";
import { readersOf, readTable, writeTable } from "./epochs.ts";
import { firstHead, type Header, makeClientId, makeItem, readItem } from "./items.ts";
import { identifier, MadeUpNetwork } from "./madeUp.ts";
import { MadeUpConversation, type Sent } from "./madeUpTalk.ts";
import { sealMessage } from "./messages.ts";
import { DoesNotOpen } from "./seal.ts";
import { deviceSigner } from "./signing.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

let network: MadeUpNetwork;
let alba: string;
let talk: MadeUpConversation;
beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  alba = await network.admit("Alba", "Ana");
  await network.appoint("Alba", "Mia", "Ana");
  await network.admit("Borea", "Bo");
  await network.admit("Corvo", "Caro");
  talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await talk.write("Ana", "first");
}, 60_000);

/** A conversation of its own that a test may spoil, on the network that all share. */
async function fresh(): Promise<MadeUpConversation> {
  const own = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await own.seal("Ana", "created");
  await own.write("Ana", "first");
  return own;
}

/** The same header with other fields, signed by the person it names (or by another). */
async function forged(
  own: MadeUpConversation,
  by: string,
  change: (header: Header) => object,
  content?: Bytes,
) {
  const epoch = own.view.epoch;
  const key = own.keys.get(epoch?.number ?? 0) ?? randomBytes(32);
  const plaintext = { kind: "text", text: "forged" } as const;
  const author = await own.network.author(by);
  const { item } = await composeMessage(author, own.place, { number: epoch?.number ?? 0, key }, plaintext);
  const { header } = readItem(item.body);
  const changed = { ...header, ...change(header) } as Header;
  return makeItem(
    changed,
    deviceSigner(author.device),
    async (bytes) => content ?? sealMessage(key, changed.device, bytes, plaintext),
  );
}

async function refusalOf(taken: Promise<Taken>): Promise<string> {
  const result = await taken;
  return result.kind === "refused" ? result.reason : result.kind;
}

/** Somebody's own copy: follows the items and opens what their boxes allow. */
async function follow(
  own: MadeUpConversation,
  name: string,
): Promise<{ view: Conversation; texts: (string | null)[] }> {
  const person = await own.network.person(name);
  const view = new Conversation(own.network.network, own.view.id);
  const texts: (string | null)[] = [];
  for (const item of own.items) {
    const taken = await view.take(item, own.network);
    const box = item.boxes?.get(person.account);
    if (taken.kind === "epoch" && box !== undefined) {
      await view.openBox(taken.epoch.number, person.account, box, person.readings).catch((error: unknown) => {
        if (!(error instanceof DoesNotOpen)) throw error;
      });
    }
    if (taken.kind === "message") texts.push((await view.open(taken))?.text ?? null);
  }
  return { view, texts };
}

describe("a conversation", () => {
  it("is read by all its members, and by nobody else", async () => {
    for (const name of ["Ana", "Mia", "Bo"]) expect((await follow(talk, name)).texts).toEqual(["first"]);
    expect((await follow(talk, "Caro")).texts).toEqual([null]);
    expect((await follow(talk, "Olga")).texts).toEqual([null]);
  });

  it("has one head for everybody, at every place", async () => {
    const { view } = await follow(talk, "Bo");
    expect(view.head).toBe(talk.view.head);
    expect(view.sequence).toBe(3);
    expect(view.headAt(0)).toBe(firstHead);
    expect(view.headAt(4)).toBeNull();
  });

  it("goes on from what was kept of it", async () => {
    const own = await fresh();
    const kept = new Conversation(network.network, own.view.id, JSON.parse(JSON.stringify(own.view.anchor)));
    await own.write("Bo", "second");
    const last = own.items[own.items.length - 1] as Sent;
    expect((await kept.take(last, network)).kind).toBe("message");
    expect(kept.anchor).toEqual(own.view.anchor);
    expect(await kept.addKey(1, own.keys.get(1) as Bytes)).toBe(true);
    expect(await kept.addKey(1, randomBytes(32))).toBe(false);
    expect(await kept.addKey(9, randomBytes(32))).toBe(false);
  });

  it("opens the same message as often as one likes", async () => {
    const { view } = await follow(talk, "Bo");
    const message = (await reTake(talk)).find((taken): taken is TakenMessage => taken.kind === "message");
    if (message === undefined) throw new Error("no message");
    const twice = [await view.open(message), await view.open(message)];
    expect(twice).toEqual([
      { kind: "text", text: "first" },
      { kind: "text", text: "first" },
    ]);
  });

  it("begins in the middle for somebody who came later", async () => {
    const own = await fresh();
    await own.seal("Bo", "renewed");
    await own.write("Bo", "later");
    const view = new Conversation(network.network, own.view.id, {
      sequence: 3,
      head: own.view.headAt(3) ?? "",
    });
    for (const item of own.items.slice(3))
      expect(["epoch", "message"]).toContain((await view.take(item, network)).kind);
    expect(view.head).toBe(own.view.head);
    expect(view.epoch?.number).toBe(2);
    expect(view.participants).toEqual(own.view.participants);
  });
});

async function reTake(own: MadeUpConversation): Promise<Taken[]> {
  const view = new Conversation(own.network.network, own.view.id);
  const all: Taken[] = [];
  for (const item of own.items) all.push(await view.take(item, own.network));
  return all;
}

describe("what only the server can do", () => {
  it("stops the conversation: another first item, another order, a head that does not follow", async () => {
    const other = await composeCreated(await network.author("Ana"), [alba], [alba]);
    const view = () => new Conversation(network.network, talk.view.id);
    await expect(view().take({ ...other.item, sequence: 1 }, network)).rejects.toThrow(ConversationBroken);
    await expect(view().take(talk.items[1] as Sent, network)).rejects.toThrow(ConversationBroken);
    const wrong = { ...(talk.items[0] as Sent), head: "0".repeat(64) };
    await expect(view().take(wrong, network)).rejects.toThrow(ConversationBroken);
    const right = { ...(talk.items[0] as Sent), head: talk.view.headAt(1) ?? "" };
    expect((await view().take(right, network)).kind).toBe("created");
  });

  it("shows when an item was left out, since those after it have seen another history", async () => {
    const own = await fresh();
    await own.write("Bo", "to be dropped");
    await own.write("Mia", "an answer");
    const view = new Conversation(network.network, own.view.id);
    for (const item of own.items.slice(0, 3)) await view.take(item, network);
    const answer = { ...(own.items[4] as Sent), sequence: 4 };
    expect(await refusalOf(view.take(answer, network))).toBe("bad_history");
  });

  it("waits for the Register and for the member table", async () => {
    const own = await fresh();
    const older: RegisterView = {
      size: network.size - 1,
      state: network.stateAt(network.size - 1) as RegisterView["state"],
      stateAt: (size) => network.stateAt(size),
      rootAt: (size) => network.rootAt(size),
    };
    const view = new Conversation(network.network, own.view.id);
    expect(await view.take(own.items[0] as Sent, older)).toMatchObject({
      kind: "needs",
      register: network.size,
    });
    expect(view.sequence).toBe(0);
    await view.take(own.items[0] as Sent, network);
    const { table: _, ...bare } = own.items[1] as Sent;
    expect(await view.take(bare, network)).toMatchObject({ kind: "needs", sequence: 2 });
    expect(await view.take({ ...bare, table: utf8("[]") }, network)).toMatchObject({ kind: "needs" });
    expect(view.sequence).toBe(1);
    expect((await view.take(own.items[1] as Sent, network)).kind).toBe("epoch");
  });
});

describe("items that everybody refuses", () => {
  let own: MadeUpConversation;
  beforeAll(async () => {
    own = await fresh();
  });

  const cases: [string, string, string, (header: Header) => object][] = [
    ["of another network", "bad_item", "Bo", () => ({ network: "1".repeat(64) })],
    ["of another conversation", "bad_item", "Bo", () => ({ conversation: "1".repeat(64) })],
    ["with a device that is not the author's", "device_inactive", "Bo", () => ({ device: "1".repeat(64) })],
    [
      "in somebody else's name",
      "device_inactive",
      "Bo",
      (header) => ({ account: header.account.replace(/./g, "1") }),
    ],
    ["under an epoch that is not the newest", "old_epoch", "Bo", () => ({ epoch: 2 })],
    ["by somebody who is not in it", "not_member", "Caro", () => ({})],
    ["of another history", "bad_history", "Bo", () => ({ seen: { head: "1".repeat(64), sequence: 1 } })],
    [
      "that claim to have seen themselves",
      "bad_history",
      "Bo",
      () => ({ seen: { head: "1".repeat(64), sequence: 999 } }),
    ],
    [
      "with a checkpoint that is not ours",
      "bad_checkpoint",
      "Bo",
      () => ({ checkpoint: { root: "1".repeat(64), size: network.size } }),
    ],
    [
      "from before the author's device",
      "device_inactive",
      "Bo",
      () => ({ checkpoint: { root: "1".repeat(64), size: 1 } }),
    ],
  ];
  it.each(cases)("%s: %s", async (_, reason, by, change) => {
    expect(await refusalOf(own.put(await forged(own, by, change)))).toBe(reason);
  });

  it("signed by another device: bad_signature", async () => {
    const item = await forged(own, "Bo", () => ({}));
    const signature = (await forged(own, "Mia", () => ({}))).signature;
    expect(await refusalOf(own.put({ body: item.body, signature }))).toBe("bad_signature");
    expect(await refusalOf(own.put({ body: item.body, signature: new Uint8Array(64) }))).toBe(
      "bad_signature",
    );
  });

  it("sent twice, or under a client id that was used: repeated", async () => {
    const clientId = makeClientId(1);
    const item = await forged(own, "Bo", () => ({ client_id: clientId }));
    expect(await refusalOf(own.put(item))).toBe("message");
    expect(await refusalOf(own.put(item))).toBe("repeated");
    expect(await refusalOf(own.put(await forged(own, "Bo", () => ({ client_id: clientId }))))).toBe(
      "repeated",
    );
    expect(await refusalOf(own.put(await forged(own, "Mia", () => ({ client_id: clientId }))))).toBe(
      "message",
    );
  });

  it("in no form: bad_item", async () => {
    const { signature } = await forged(own, "Bo", () => ({}));
    for (const body of [new Uint8Array(0), new Uint8Array(4), utf8("\0\0\0\u0002{}"), randomBytes(300)]) {
      expect(await refusalOf(own.put({ body, signature }))).toBe("bad_item");
    }
    const again = await composeCreated(await network.author("Bo"), [alba], [alba]);
    expect(await refusalOf(own.put(again.item))).toBe("bad_item");
  });

  it("and yet the conversation goes on, with their places in its history", async () => {
    expect(await refusalOf(own.write("Bo", "still here"))).toBe("message");
    const { view, texts } = await follow(own, "Mia");
    expect(view.head).toBe(own.view.head);
    expect(texts.at(-1)).toBe("still here");
  });

  it("who signed is named only when that is certain", async () => {
    const results = await reTake(own);
    const refused = results.filter((taken) => taken.kind === "refused");
    const named = new Set(refused.filter((taken) => taken.by !== null).map((taken) => taken.reason));
    expect(named).toEqual(new Set(["old_epoch", "not_member", "bad_history", "bad_checkpoint", "repeated"]));
  });
});

describe("epochs that everybody refuses", () => {
  async function epochItem(
    own: MadeUpConversation,
    by: string,
    change: Partial<Parameters<typeof composeEpoch>[2]>,
    on = network,
  ) {
    const newest = own.view.epoch;
    return composeEpoch(await on.author(by), own.place, {
      number: (newest?.number ?? 0) + 1,
      previous: newest?.hash ?? "",
      participants: own.participants,
      administrators: own.participants.slice(0, 1),
      reason: "renewed",
      readers: readersOf(on.state, own.participants),
      publicKeys: on.attachments,
      ...change,
    });
  }

  it("a forged member list, a skipped number, another past, other participants", async () => {
    const own = await fresh();
    const readers = readersOf(network.state, own.participants);
    const corvo = await identifier("Corvo");
    const outsider = readersOf(network.state, [corvo]);
    const put = async (change: Partial<Parameters<typeof composeEpoch>[2]>, by = "Ana") => {
      const { item, sealed } = await epochItem(own, by, change);
      return refusalOf(own.put(item, sealed.tableBytes, sealed.boxes));
    };
    expect(
      await put({ readers: [...readers, ...outsider].sort((a, b) => (a.account < b.account ? -1 : 1)) }),
    ).toBe("bad_epoch");
    expect(await put({ readers: readers.slice(1) })).toBe("bad_epoch");
    expect(
      await put({ readers: readers.map((reader) => ({ ...reader, generation: reader.generation + 1 })) }),
    ).toBe("bad_epoch");
    expect(await put({ readers: readers.map((reader) => ({ ...reader, readingKey: null })) })).toBe(
      "bad_epoch",
    );
    expect(await put({ number: 3 })).toBe("bad_epoch");
    expect(await put({ number: 1 })).toBe("bad_epoch");
    expect(await put({ previous: "1".repeat(64) })).toBe("bad_epoch");
    expect(await put({ participants: [...own.participants, corvo].sort() })).toBe("bad_epoch");
    expect(await put({ administrators: own.participants.slice(1) })).toBe("bad_epoch");
    expect(await put({}, "Caro")).toBe("bad_epoch");
    expect(own.view.epoch?.number).toBe(1);
    expect(await put({})).toBe("epoch");
  });

  it("one that looks further back than the one before", async () => {
    const own = await fresh();
    const { item, sealed } = await own.composeEpoch(
      "Ana",
      "renewed",
      await network.author("Ana", network.size - 1),
    );
    expect(await refusalOf(own.put(item, sealed.tableBytes))).toBe("bad_epoch");
  });

  it("a table that is not sorted, or has somebody twice", async () => {
    const { table } = (await talk.composeEpoch("Ana")).sealed;
    const [first] = table;
    expect(() => readTable(writeTable([...table, ...(first === undefined ? [] : [first])]))).toThrow();
    expect(readTable(writeTable([...table].reverse()))).toEqual(table);
  });
});

describe("who can read follows the Register", () => {
  it("newcomers read from the next epoch on, those who left no further", async () => {
    const own = await network.copy();
    const conversation = await MadeUpConversation.create(own, "Ana", ["Alba", "Borea"]);
    await conversation.seal("Ana", "created");
    await conversation.write("Ana", "one");

    await own.appoint("Borea", "Bela", "Bo");
    expect(conversation.view.isDue(own.state)).toBe(true);
    await conversation.write("Bo", "two");
    await own.remove("Alba", "Mia");
    await conversation.write("Ana", "three");
    expect((await follow(conversation, "Bela")).texts).toEqual([null, "two", "three"]);
    expect((await follow(conversation, "Mia")).texts).toEqual(["one", "two", null]);

    // Handing over: what was before Bela came.
    const { late, taken } = await conversation.handOver("Bo", "Bela", [1]);
    expect(taken.kind).toBe("late_box");
    const bela = await own.person("Bela");
    const { view } = await follow(conversation, "Bela");
    await view.openBox(1, bela.account, late.bytes.get(1) as Bytes, bela.readings);
    const message = (await reTake(conversation))[2] as TakenMessage;
    expect(await view.open(message)).toEqual({ kind: "text", text: "one" });
    const again = await conversation.handOver("Ana", "Bela", [1]);
    expect(again.taken.kind).toBe("late_box"); // that there is one already is the server's care

    // Somebody else revokes a device: no box goes to the tainted generation, and a late box catches up.
    await own.enrol("Bela", "phone");
    await own.revoke("Borea", "Bela", bela.device.id);
    expect(conversation.view.isDue(own.state)).toBe(true);
    await conversation.write("Bo", "four");
    expect(conversation.view.epoch?.table.find((row) => row.account === bela.account)?.box).toBeNull();
    expect(await conversation.handOver("Bo", "Bela", [4])).toMatchObject({
      taken: { kind: "refused", reason: "bad_late_box" },
    });
    await own.renew("Bela");
    expect(conversation.view.isDue(own.state)).toBe(false);
    const caught = await conversation.handOver("Ana", "Bela", [4]);
    expect(caught.taken.kind).toBe("late_box");
    const later = await follow(conversation, "Bela");
    expect(later.texts).toEqual([null, "two", "three", null]);
    const readings = (await own.person("Bela")).readings;
    await later.view.openBox(4, bela.account, caught.late.bytes.get(4) as Bytes, readings);
    const four = (await reTake(conversation)).filter((one) => one.kind === "message").at(-1) as TakenMessage;
    expect(await later.view.open(four)).toEqual({ kind: "text", text: "four" });
  }, 60_000);

  it("a held person gets no box, and an author may not give one", async () => {
    const own = await network.copy();
    const conversation = await MadeUpConversation.create(own, "Bo", ["Alba", "Borea"]);
    await conversation.seal("Bo", "created");
    await own.rekey("Alba", "Ana", null);
    const ana = await own.person("Ana");
    expect(conversation.view.isDue(own.state)).toBe(true);
    await conversation.write("Bo", "without Ana");
    expect(conversation.view.epoch?.table.some((row) => row.account === ana.account)).toBe(false);
    const handed = await conversation.handOver("Bo", "Ana");
    expect(handed.taken).toMatchObject({ kind: "refused", reason: "bad_late_box" });
    await own.confirm("Alba", "Ana", "Mia");
    await conversation.write("Bo", "with Ana");
    expect((await follow(conversation, "Ana")).texts).toEqual([null, "with Ana"]);
  }, 60_000);
});

describe("boxes", () => {
  it("that open to another key are bad, and are not used", async () => {
    const own = await fresh();
    const [{ sealed }, other] = [
      await own.composeEpoch("Ana", "renewed"),
      await own.composeEpoch("Ana", "renewed"),
    ];
    // A hostile author names boxes of another key in the table.
    const author = await network.author("Ana");
    const { header } = readItem((await own.composeEpoch("Ana", "renewed")).item.body);
    const hostile = { ...header, commitment: sealed.commitment, members: other.sealed.members } as Header;
    const item = await makeItem(hostile, deviceSigner(author.device));
    expect((await own.put(item, other.sealed.tableBytes, other.sealed.boxes)).kind).toBe("epoch");
    const bo = await network.person("Bo");
    const box = other.sealed.boxes.get(bo.account) as Bytes;
    await expect(own.view.openBox(2, bo.account, box, bo.readings)).rejects.toThrow(DoesNotOpen);
    expect(own.view.keys.has(2)).toBe(false);
    expect(own.view.epochs.get(2)?.author).toBe(author.account);
  });

  it("that nobody signed for this person are not opened", async () => {
    const own = await fresh();
    const bo = await network.person("Bo");
    const mia = await network.person("Mia");
    const box = (own.items[1] as Sent).boxes?.get(mia.account) as Bytes;
    await expect(own.view.openBox(1, bo.account, box, bo.readings)).rejects.toThrow(DoesNotOpen);
    await expect(own.view.openBox(1, bo.account, randomBytes(1168), bo.readings)).rejects.toThrow(
      DoesNotOpen,
    );
    await expect(own.view.openBox(7, bo.account, box, bo.readings)).rejects.toThrow(DoesNotOpen);
  });
});
