/** Whatever happens to people and devices: members agree, nobody else reads, and no member ever loses a message. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { Conversation, type TakenMessage } from "./conversation.ts";
import type { Bytes } from "./encoding.ts";
import { readersOf } from "./epochs.ts";
import { MadeUpNetwork } from "./madeUp.ts";
import { MadeUpConversation } from "./madeUpTalk.ts";
import { DoesNotOpen } from "./seal.ts";
import { deviceSigner } from "./signing.ts";

let base: MadeUpNetwork;
beforeAll(async () => {
  base = await MadeUpNetwork.founded();
  await base.admit("Alba", "Ana");
  await base.appoint("Alba", "Mia", "Ana");
  await base.admit("Borea", "Bo");
  await base.appoint("Borea", "Bela", "Bo");
}, 60_000);

const homes: { readonly [name: string]: string } = { Ana: "Alba", Mia: "Alba", Bo: "Borea", Bela: "Borea" };
const leads: { readonly [authority: string]: string } = { Alba: "Ana", Borea: "Bo" };

type Step =
  | { readonly does: "write" | "renew" | "lose device" | "remove" | "rekey"; readonly who: string }
  | { readonly does: "appoint"; readonly who: string };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        does: fc.constant("write" as const),
        who: fc.constantFrom(...Object.keys(homes)),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constantFrom("renew" as const, "lose device" as const, "rekey" as const),
        who: fc.constantFrom("Mia", "Bela"),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant("remove" as const), who: fc.constantFrom("Mia", "Bela") }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ does: fc.constant("appoint" as const), who: fc.constantFrom("Nora", "Nils") }),
    },
  ),
  { minLength: 4, maxLength: 12 },
);

/** What a conversation and its network have gone through, and which message was written while who could read. */
interface World {
  readonly network: MadeUpNetwork;
  readonly talk: MadeUpConversation;
  readonly boxes: Map<string, Bytes[]>;
  readonly written: { readonly text: string; readonly readers: ReadonlySet<string> }[];
}

async function perform(world: World, step: Step, place: number): Promise<void> {
  const { network, talk } = world;
  const person = await network.person(step.who);
  const account = network.state.accounts.get(person.account);
  if (step.does === "appoint") {
    if (account === undefined) await network.appoint("Alba", step.who, "Ana");
    return;
  }
  if (account?.active !== true) return;
  const home = homes[step.who] ?? "Alba";
  switch (step.does) {
    case "write": {
      const text = `${place} by ${step.who}`;
      const taken = await talk.write(step.who, text);
      expect(taken.kind).toBe("message");
      const readers = new Set(readersOf(network.state, talk.participants).map((reader) => reader.account));
      world.written.push({ text, readers });
      return;
    }
    case "renew":
      await network.renew(step.who, deviceSigner(person.device));
      return;
    case "lose device":
      await network.enrol(step.who, `device ${place}`, [person.device.id]);
      await network.renew(step.who);
      return;
    case "remove":
      await network.remove(home, step.who);
      return;
    case "rekey":
      await network.rekey(home, step.who, leads[home] ?? "");
      return;
  }
}

/** Colleagues pass on what somebody could read once and has no box for any more. */
async function handOver({ network, talk, boxes }: World): Promise<void> {
  for (const { account } of readersOf(network.state, talk.participants)) {
    const name = [...network.people.values()].find((person) => person.account === account)?.name ?? "";
    const generation = network.state.accounts.get(account)?.generation;
    const by = name === "Ana" ? "Bo" : "Ana";
    const missing = [...talk.view.epochs.values()]
      .filter((epoch) => epoch.table.every((row) => row.account !== account || row.generation !== generation))
      .map((epoch) => epoch.number);
    if (missing.length === 0) continue;
    const { late, taken } = await talk.handOver(by, name, missing);
    expect(taken.kind).toBe("late_box");
    boxes.set(account, [...(boxes.get(account) ?? []), ...late.bytes.values()]);
  }
}

/** What somebody reads who holds these boxes and reading keys, opening in whatever order. */
async function readBy(
  world: World,
  name: string,
  order: (texts: TakenMessage[]) => TakenMessage[],
): Promise<Set<string>> {
  const { network, talk, boxes } = world;
  const person = await network.person(name);
  const view = new Conversation(network.network, talk.view.id);
  const messages: TakenMessage[] = [];
  for (const item of talk.items) {
    const taken = await view.take(item, network);
    expect(taken.kind).not.toBe("refused");
    if (taken.kind === "message") messages.push(taken);
  }
  const own = talk.items.flatMap((item) => item.boxes?.get(person.account) ?? []);
  for (const box of [...own, ...(boxes.get(person.account) ?? [])]) {
    for (const number of view.epochs.keys()) {
      if (view.keys.has(number)) continue;
      await view.openBox(number, person.account, box, person.readings).catch((error: unknown) => {
        if (!(error instanceof DoesNotOpen)) throw error;
      });
    }
  }
  expect(view.head).toBe(talk.view.head);
  const texts = new Set<string>();
  for (const message of order(messages)) {
    const opened = await view.open(message);
    if (opened !== null) texts.add(opened.text);
  }
  return texts;
}

describe("whatever happens to people and devices", () => {
  it("members agree, nobody else reads, and no member loses a message", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (all, backwards) => {
        const network = await base.copy();
        const talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
        const world: World = { network, talk, boxes: new Map(), written: [] };
        for (const [place, step] of all.entries()) await perform(world, step, place);
        await talk.write("Ana", "last");
        const readers = new Set(readersOf(network.state, talk.participants).map((reader) => reader.account));
        world.written.push({ text: "last", readers });
        await handOver(world);
        const order = (messages: TakenMessage[]) =>
          backwards ? [...messages].reverse().flatMap((one) => [one, one]) : messages;
        for (const name of network.people.keys()) {
          const { account } = await network.person(name);
          const texts = await readBy(world, name, order);
          for (const { text, readers: then } of world.written) {
            if (then.has(account) && readers.has(account)) expect(texts).toContain(text);
            if (!then.has(account) && !readers.has(account)) expect(texts).not.toContain(text);
          }
        }
      }),
      { numRuns: 6 },
    );
  });
});
