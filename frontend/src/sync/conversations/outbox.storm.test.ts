/** Whatever fails in between: every message arrives once, in the order of writing, and none is lost. */
import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { MadeUpServer, Refusal } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";
import { Queue } from "../queue";
import type { ItemOut } from "./composing";

type Step =
  | { does: "write" | "again" | "reload" | "colleague" | "renew" }
  | { does: "edit" | "discard"; at: number }
  | { does: "line"; is: "up" | "down" | "deaf" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("write" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("line" as const),
      is: fc.constantFrom("up" as const, "down" as const, "deaf" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("again" as const, "reload" as const, "colleague" as const, "renew" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constantFrom("edit" as const, "discard" as const),
      at: fc.nat(3),
    }),
  },
);

let network: MadeUpNetwork;
let stay: MadeUpStay;

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

afterEach(() => vi.unstubAllGlobals());

async function arrive(id: string): Promise<void> {
  stay = await openStay(network, "Bo");
  await stay.conversations.pull();
  await stay.conversations.open(id);
}

it("loses, doubles and reorders nothing", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 16 }), async (steps) => {
      const { account } = await network.person("Bo");
      const server = new MadeUpServer(network, account);
      const talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
      await talk.seal("Ana", "created");
      server.install();
      // A server does one thing after the other, whoever asks.
      const queue = new Queue();
      const answer = globalThis.fetch;
      vi.stubGlobal("fetch", (path: string, init: RequestInit) => queue.run(() => answer(path, init)));

      await forgetVault(network.network, account);
      server.add(talk);
      const { id } = talk.view;
      /** Takes what comes, and does not answer. */
      let deaf = false;
      server.on("POST", /items$/, async (body) => {
        const taken = await server.append(talk, (body as { items: ItemOut[] }).items);
        return deaf ? new Refusal(502, "bad_gateway") : taken;
      });
      await arrive(id);
      const wanted: string[] = [];
      const outbox = () => stay.conversations.outbox;
      const settle = () => outbox().flush(id);
      try {
        for (const [place, one] of steps.entries()) {
          switch (one.does) {
            case "write":
              wanted.push(`message ${place}`);
              await stay.conversations.send(id, `message ${place}`);
              break;
            case "line":
              [server.offline, deaf] = [one.is === "down", one.is === "deaf"];
              break;
            case "again":
              await settle();
              break;
            case "reload":
              await settle();
              stay.close();
              [server.offline, deaf] = [false, false];
              await arrive(id);
              break;
            case "colleague":
              await queue.run(() => talk.write("Ana", "meanwhile"));
              break;
            case "renew":
              await queue.run(() => talk.seal("Ana", "renewed"));
              break;
            default: {
              await settle();
              const pending = outbox().of(id)[one.at];
              // What may have arrived keeps its words here: that is told in a test of its own.
              if (pending === undefined || pending.attempted) break;
              const at = wanted.indexOf(pending.text);
              if (one.does === "edit") {
                await outbox().edit(pending.clientId, `${pending.text} changed`);
                wanted[at] = `${pending.text} changed`;
              } else {
                await outbox().discard(pending.clientId);
                wanted.splice(at, 1);
              }
            }
          }
        }
        [server.offline, deaf] = [false, false];
        await stay.conversations.pull();
        await settle();
        await vi.waitFor(() => expect(outbox().of(id)).toEqual([]), 5_000);
        const own = stay.hands.snapshots.current.open?.items ?? [];
        const texts = own.flatMap((item) => (item.type === "message" && item.own ? [item.text] : []));
        expect(texts).toEqual(wanted);
        const sent = talk.items.filter(({ body }) => {
          const { header } = readItem(body);
          return header.kind === "message" && header.account === account;
        });
        expect(sent).toHaveLength(wanted.length);
        expect(stay.hands.snapshots.current.undecryptable).toBe(0);
        expect(stay.alarms).toEqual([]);
      } finally {
        stay.close();
      }
    }),
    { numRuns: 40, seed: 20261125 },
  );
}, 60_000);
