/**
 * Whatever happens to lines, vaults, keys and people: this browser shows what was written, all of it, once and in order.
 * A walk of random steps against a made-up server; `MODEL_RUNS=2000 npx vitest run model` walks for a long time.
 */
import "fake-indexeddb/auto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { fromBase64 } from "../../crypto/encoding";
import { readItem } from "../../crypto/items";
import { MadeUpNetwork } from "../../crypto/madeUp";
import { MadeUpConversation } from "../../crypto/madeUpTalk";
import { openMessage } from "../../crypto/messages";
import { conversationRange } from "../../vault";
import { asWire, MadeUpServer, Refusal } from "../madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../madeUpStay";
import { Queue } from "../queue";
import type { ItemOut } from "./composing";
import { itemSchema } from "./records";

const RUNS = Number(process.env.MODEL_RUNS ?? 40);
const DAY = 24 * 60 * 60 * 1000;
const START = Date.now();

const words = fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("others write" as const), text: words }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), text: words }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("hear" as const),
      order: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "pull" as const,
        "read the Register" as const,
        "lose the line" as const,
        "find the line" as const,
        "lose an answer" as const,
        "reload" as const,
        "wipe the vault" as const,
        "appoint" as const,
        "remove" as const,
        "renew" as const,
        "taint" as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("set the clock" as const), days: fc.constantFrom(-1, 0, 1) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** The steps of a walk that failed, a line each: the world cannot be shrunk in useful time. */
function report(run: fc.RunDetails<[Step[]]>): void {
  if (run.failed) {
    const steps = run.counterexample?.[0].map((one) => JSON.stringify(one)).join("\n");
    throw new Error(`seed ${run.seed}, walk ${run.counterexamplePath}\n${steps}`, {
      cause: run.errorInstance,
    });
  }
}

class Walk {
  readonly network: MadeUpNetwork;
  readonly talk: MadeUpConversation;
  readonly server: MadeUpServer;
  readonly account: string;
  readonly written: string[] = [];
  #stay: MadeUpStay | null = null;
  #newcomers: string[] = [];
  #answersToLose = 0;
  #names = 0;
  /** The server does one thing after the other. */
  readonly #one = new Queue();

  private constructor(network: MadeUpNetwork, talk: MadeUpConversation, account: string) {
    this.network = network;
    this.talk = talk;
    this.account = account;
    this.server = new MadeUpServer(network, account);
    this.server.add(talk);
    this.server.install();
    this.server.on("POST", /\/items$/, async (body) => {
      const { items } = body as { items: ItemOut[] };
      const answer = await this.#one.run(async () => {
        if (this.#isOld(items)) return new Refusal(409, "members_changed");
        const taken = await this.server.append(talk, items);
        await this.#learn(); // nobody writes under an epoch before they have opened it
        return taken;
      });
      if (this.#answersToLose > 0) {
        this.#answersToLose--;
        throw new TypeError("the line broke before the answer");
      }
      return answer;
    });
  }

  static async begin(founded: MadeUpNetwork): Promise<Walk> {
    const network = await founded.copy();
    const talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
    await talk.seal("Ana", "created");
    await talk.write("Ana", "first");
    const { account } = await network.person("Bo");
    await forgetVault(network.network, account);
    const walk = new Walk(network, talk, account);
    await walk.#open();
    return walk;
  }

  async take(step: Step): Promise<void> {
    const { network, talk, server } = this;
    switch (step.do) {
      case "others write":
        await this.#one.run(() => talk.write("Ana", step.text));
        break;
      case "write":
        await this.stay.conversations.send(talk.view.id, `${this.written.length} ${step.text}`);
        this.written.push(`${this.written.length} ${step.text}`);
        break;
      case "hear":
        await this.#hear(step.order);
        break;
      case "pull":
        await this.stay.conversations.pull().catch(() => undefined);
        break;
      case "read the Register":
        await this.stay.hands.register.catchUp().catch(() => undefined);
        break;
      case "lose the line":
        server.offline = true;
        break;
      case "find the line":
        server.offline = false;
        this.stay.conversations.outbox.flushAll();
        break;
      case "lose an answer":
        this.#answersToLose = 1;
        break;
      case "reload":
        await this.#reload(false);
        break;
      case "wipe the vault":
        // What waits in a vault that is gone is gone with it: the page says so, which is another test's matter.
        if (this.#waiting === 0) {
          await this.#reload(true);
        }
        break;
      case "appoint": {
        const name = `Newcomer ${this.#names++}`;
        await this.#one.run(() => network.appoint("Alba", name, "Ana"));
        this.#newcomers.push(name);
        break;
      }
      case "remove": {
        const name = this.#newcomers.pop();
        if (name !== undefined) {
          await this.#one.run(() => network.remove("Alba", name));
        }
        break;
      }
      case "renew":
        await this.#renew();
        break;
      case "taint":
        // Somebody revokes a further device of Ana, who makes a new key: what was boxed to the old one is over.
        await this.#one.run(async () => {
          await network.enrol("Ana", `device ${this.#names++}`);
          await network.revoke("Alba", "Ana", (await network.person("Ana")).device.id);
          await network.enrol("Ana", `device ${this.#names++}`);
          await network.renew("Ana");
        });
        break;
      case "set the clock":
        vi.setSystemTime(START + step.days * DAY);
        break;
    }
  }

  /** The line comes back, what waits goes out, and everything is compared with what the server holds. */
  async end(): Promise<void> {
    this.server.offline = false;
    this.#answersToLose = 0;
    await this.#reload(false);
    this.stay.conversations.outbox.flushAll();
    await vi.waitFor(() => expect(this.stay.conversations.outbox.of(this.talk.view.id)).toEqual([]), {
      timeout: 10_000,
    });
    await this.stay.conversations.pull();
    const { talk, stay } = this;
    expect(stay.alarms).toEqual([]);
    expect(stay.hands.snapshots.current.undecryptable).toBe(0);
    const shown = await this.#kept();
    const said = await this.#said();
    expect(shown).toEqual(said);
    const own = said.filter((text) => this.written.includes(text));
    expect(own).toEqual(this.written);
    const [summary] = stay.hands.snapshots.current.conversations;
    expect(summary?.sequence).toBe(talk.view.sequence);
  }

  close(): void {
    this.#stay?.close();
    this.#stay = null;
  }

  get stay(): MadeUpStay {
    if (this.#stay === null) {
      throw new Error("the vault is closed");
    }
    return this.#stay;
  }

  get #waiting(): number {
    return this.stay.conversations.outbox.of(this.talk.view.id).length;
  }

  async #open(): Promise<void> {
    const before = this.server.offline;
    this.server.offline = false;
    this.#stay = await openStay(this.network, "Bo");
    await this.stay.conversations.pull();
    this.server.offline = before;
  }

  async #reload(wiped: boolean): Promise<void> {
    this.close();
    if (wiped) {
      await forgetVault(this.network.network, this.account);
    }
    await this.#open();
  }

  /** Another browser of this person renews the reading key; this one opens what it is boxed to. */
  async #renew(): Promise<void> {
    const made = await this.#one.run(() => this.network.renew("Bo"));
    this.stay.hands.keyring.readings.set(made.said.generation, made.reading);
  }

  /** The last items as frames, in this order: some twice, some never. */
  async #hear(order: readonly number[]): Promise<void> {
    const last = this.talk.items.slice(-10);
    for (const place of order) {
      const item = last[place % last.length];
      if (item !== undefined) {
        const head = this.talk.view.headAt(item.sequence) ?? "";
        const frame = { type: "item", conversation: this.talk.view.id, head, ...asWire(item) } as const;
        await this.stay.conversations.heard(frame).catch(() => undefined);
      }
    }
  }

  /** An epoch by an older Register than the newest, which the real server takes only where nothing changed for it. */
  #isOld(items: readonly ItemOut[]): boolean {
    return items.some(({ body }) => {
      const { header } = readItem(fromBase64(body));
      return header.kind === "epoch" && header.checkpoint.size !== this.network.size;
    });
  }

  /** The others open the epochs that this browser makes, as every member does. */
  async #learn(): Promise<void> {
    const { account, readings } = await this.network.person("Ana");
    for (const { body, boxes } of this.talk.items) {
      const { header } = readItem(body);
      if (header.kind === "epoch" && !this.talk.keys.has(header.number)) {
        const box = boxes?.get(account);
        if (box !== undefined) {
          await this.talk.view.openBox(header.number, account, box as Uint8Array<ArrayBuffer>, readings);
          const key = this.talk.view.keys.get(header.number);
          if (key !== undefined) {
            this.talk.keys.set(header.number, key);
          }
        }
      }
    }
  }

  async #kept(): Promise<string[]> {
    const { id } = this.talk.view;
    const all = await this.stay.hands.vault.readMany("items", itemSchema, { range: conversationRange(id) });
    return all.flatMap(({ value }) => (value.type === "message" ? [value.text] : []));
  }

  async #said(): Promise<string[]> {
    const texts: string[] = [];
    for (const { body } of this.talk.items) {
      const { header, headerBytes, content } = readItem(body);
      const key = header.kind === "message" ? this.talk.keys.get(header.epoch) : undefined;
      if (key !== undefined) {
        const plain = await openMessage(key, header.device, headerBytes, content);
        if (plain.kind === "text") {
          texts.push(plain.text);
        }
      }
    }
    return texts;
  }
}

describe("a browser that is treated badly", () => {
  let founded: MadeUpNetwork;
  let steps = 0;

  beforeAll(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    founded = await MadeUpNetwork.ofTwo();
  }, 60_000);

  afterEach(() => vi.unstubAllGlobals());

  afterAll(() => {
    vi.useRealTimers();
    process.stdout.write(`${steps} steps\n`);
  });

  it("shows everything that was written, once and in order, and sends all that was written here", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60, size: "max" }), async (all) => {
        vi.setSystemTime(START);
        const walk = await Walk.begin(founded);
        try {
          for (const one of all) {
            await walk.take(one);
          }
          steps += all.length;
          await walk.end();
        } finally {
          walk.close();
          vi.unstubAllGlobals();
        }
      }),
      { numRuns: RUNS, endOnFailure: true, reporter: report },
    );
  }, 3_600_000);
});
