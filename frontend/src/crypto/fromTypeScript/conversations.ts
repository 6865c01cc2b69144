/** Vectors of conversations: a sequence with hostile items, epoch keys, boxes and messages. */

import {
  type Bytes,
  canonical,
  epochInfo,
  type Header,
  type Item,
  isDue,
  itemHash,
  makeItem,
  messageKey,
  randomBytes,
  readersOf,
  readItem,
  readTable,
  sealBox,
  sealMessage,
  toBase64,
  toHex,
} from "../index.ts";
import { hashOf, type MadeUpNetwork } from "../madeUp.ts";
import { MadeUpConversation } from "../madeUpTalk.ts";
import { deviceSigner } from "../signing.ts";
import { type Fields, write } from "./file.ts";

export async function writeConversations(network: MadeUpNetwork): Promise<void> {
  const talk = await MadeUpConversation.create(network, "Mia", ["Alba", "Borea"]);
  const items: Fields[] = [];
  const listed = async () => {
    const last = talk.items[talk.items.length - 1];
    if (last === undefined) throw new Error("no item");
    return { item: last, hash: await itemHash(last), head: talk.view.head };
  };
  const note = async (kind: string, code: string | null = null) => {
    const { item, hash, head } = await listed();
    const table = item.table === undefined ? null : toBase64(item.table);
    const { body, signature } = item;
    const refused = code !== null;
    items.push({
      body: toBase64(body),
      signature: toBase64(signature),
      table,
      hash,
      head,
      kind,
      refused,
      code,
    });
  };
  await note("conversation.created");
  await talk.seal("Mia", "created");
  await note("epoch");
  for (const [by, text] of [
    ["Mia", "Could you confirm the date?"],
    ["Bo", "مرحبا 王 — ça va 🕊"],
    ["Nora", "x".repeat(3000)],
  ] as const) {
    await talk.write(by, text);
    await note("message");
  }
  // A hostile member, in every way that keeps the form of an item.
  const last = readItem(talk.items[2]?.body as Bytes).header;
  const bo = await network.person("Bo");
  const change = async (fields: object, name = "Bo") => {
    const author = await network.author(name);
    const { account, device, checkpoint, now } = author;
    const header = {
      ...last,
      ...talk.place,
      account,
      checkpoint,
      client_id: `01990000-0000-7000-8000-${toHex(randomBytes(6))}`,
      device: device.id,
      time: now,
      ...fields,
    } as Header;
    const key = talk.keys.get(1) as Bytes;
    return makeItem(header, deviceSigner(device), (bytes) =>
      sealMessage(key, header.device, bytes, { kind: "text", text: "hostile" }),
    );
  };
  const put = async (item: Item) => {
    const taken = await talk.put(item);
    await note("message", taken.kind === "refused" ? taken.reason : null);
  };
  await put(await change({ epoch: 2 }));
  await put(await change({ seen: { head: await hashOf("history"), sequence: 2 } }));
  await put(await change({ account: (await network.person("Mia")).account }));
  await put(await change({ conversation: await hashOf("conversation") }));
  await put(await change({}, "Olga"));
  await put(await change({ client_id: readItem(talk.items[3]?.body as Bytes).header.client_id }));
  const good = await change({});
  await put({ body: good.body, signature: (await change({})).signature });
  await put(good);
  await put(good);
  await talk.seal("Bo", "renewed");
  await note("epoch");
  await put(await change({ epoch: 1 }));
  await talk.write("Mia", "after the new key");
  await note("message");
  const handed = await talk.handOver("Mia", "Bo", [1, 2]);
  await note("late_box", handed.taken.kind === "refused" ? handed.taken.reason : null);
  await talk.handOver("Nora", "Bo", [2]);
  await note("late_box", null);

  const epochs = [...talk.view.epochs.values()];
  const epoch_keys = epochs.map(({ previous, number, commitment }) => ({
    previous,
    number,
    key: toHex(talk.keys.get(number) as Bytes),
    commitment,
  }));
  const boxes: Fields[] = [];
  for (const { number, previous, commitment, table } of epochs) {
    const sent = talk.items.find((item) => item.sequence === talk.view.epochs.get(number)?.sequence);
    for (const { account, generation } of table) {
      const box = sent?.boxes?.get(account);
      const person = [...network.people.values()].find((each) => each.account === account);
      const reading = person?.readings.get(generation);
      if (box === undefined || reading === undefined) continue;
      const place = { network: network.network, conversation: talk.view.id, number };
      const fields = {
        ...place,
        account,
        generation,
        previous,
        commitment,
        reading_seed: toHex(reading.seed),
      };
      boxes.push({ ...fields, box: toBase64(box), key: toHex(talk.keys.get(number) as Bytes) });
      const other = await sealBox(reading.publicKey, epochInfo(place, account, generation), randomBytes(32));
      boxes.push({ ...fields, box: toBase64(other), key: null });
    }
  }
  const messages: Fields[] = [];
  const key = talk.keys.get(1) as Bytes;
  for (const plaintext of [
    { kind: "text", text: "" },
    { kind: "subject", text: "é".repeat(500) },
  ] as const) {
    const header = canonical(last);
    const content = toBase64(await sealMessage(key, bo.device.id, header, plaintext));
    const fields = { epoch_key: toHex(key), device: bo.device.id, header: toBase64(header), content };
    messages.push({ ...fields, plaintext }, { ...fields, device: await hashOf("device"), plaintext: null });
  }
  const participants = [...talk.participants];
  const table = readTable(talk.items[1]?.table as Bytes);
  const sizes = [0, 10, 20, 30, network.size];
  write("conversations", {
    sequences: [{ name: "made by TypeScript", history: "typescript", conversation: talk.view.id, items }],
    epoch_keys,
    boxes,
    messages,
    message_keys: [
      { epoch_key: toHex(key), device: bo.device.id, key: toHex(await messageKey(key, bo.device.id)) },
    ],
    readers: sizes.map((after) => ({
      history: "typescript",
      after,
      participants,
      readers: readersOf(network.states[after] as (typeof network.states)[number], participants).map(
        (one) => one.account,
      ),
    })),
    due: sizes.map((after) => ({
      name: `at ${after}`,
      table: toBase64(talk.items[1]?.table as Bytes),
      participants,
      history: "typescript",
      after,
      due: isDue(network.states[after] as (typeof network.states)[number], participants, table),
    })),
  });
}
