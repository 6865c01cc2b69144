/**
 * How long the engine takes with long conversations and after a long absence, in Node with a made-up server and an
 * IndexedDB in memory: the work of the worker without the line, the disk and the page.
 */
import "fake-indexeddb/auto";
import { afterEach, beforeAll, it, vi } from "vitest";
import { MadeUpNetwork } from "../../src/crypto/madeUp";
import { MadeUpConversation } from "../../src/crypto/madeUpTalk";
import { MadeUpServer } from "../../src/sync/madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "../../src/sync/madeUpStay";

const LONG = 10_000;
const CONVERSATIONS = 50;
const EACH = LONG / CONVERSATIONS;

let network: MadeUpNetwork;
let stay: MadeUpStay | null = null;

async function talkOf(messages: number): Promise<MadeUpConversation> {
  const talk = await MadeUpConversation.create(network, "Ana", ["Alba", "Borea"]);
  await talk.seal("Ana", "created");
  await write(talk, messages);
  return talk;
}

async function write(talk: MadeUpConversation, messages: number): Promise<void> {
  for (let one = 0; one < messages; one++) {
    if (one % 500 === 499) {
      await talk.seal("Bo", "renewed");
    }
    await talk.write(one % 2 === 0 ? "Ana" : "Bo", `message ${one} of many, some words long`);
  }
}

async function serve(talks: readonly MadeUpConversation[]): Promise<MadeUpServer> {
  const { account } = await network.person("Bo");
  const server = new MadeUpServer(network, account);
  server.install();
  for (const talk of talks) {
    server.add(talk);
  }
  return server;
}

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(used);
  const busy = Math.round((user + system) / 1000);
  // On a computer that does other things as well, only the second figure can be compared.
  process.stdout.write(`${what}: ${Math.round(performance.now() - began)} ms (${busy} ms of processor)\n`);
  return result;
}

const complete = (open: MadeUpStay) =>
  vi.waitFor(
    () => {
      if (open.hands.snapshots.current.history !== null) {
        throw new Error("not yet");
      }
    },
    { timeout: 500_000, interval: 10 },
  );

async function forget(): Promise<void> {
  await forgetVault(network.network, (await network.person("Bo")).account);
}

async function open(): Promise<MadeUpStay> {
  stay = await openStay(network, "Bo");
  return stay;
}

function close(): void {
  stay?.close();
  stay = null;
}

beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  await network.admit("Borea", "Bo");
});

afterEach(() => {
  close();
  vi.unstubAllGlobals();
});

it("one conversation of ten thousand messages", async () => {
  const talk = await talkOf(LONG);
  const server = await serve([talk]);
  await forget();
  const fresh = await open();
  await timed("new browser, 10,000 in one: the newest are readable", async () => {
    await fresh.conversations.pull();
    await fresh.conversations.open(talk.view.id);
  });
  await timed("  everything is here", () => complete(fresh));
  close();
  const again = await timed("from the vault, 10,000 in one: list", open);
  await timed("  first screen", () => again.conversations.open(talk.view.id));
  process.stdout.write(
    `  snapshot of it: ${JSON.stringify(again.hands.snapshots.current.open).length} characters\n`,
  );
  await timed("  jump to the beginning", () => again.conversations.jumpTo(talk.view.id, { sequence: 1 }));
  await timed("  jump to a time", () => again.conversations.jumpTo(talk.view.id, { at: 1000 + LONG / 2 }));
  await timed("  60 older", () => again.conversations.loadOlder(talk.view.id));
  await talk.write("Ana", "one more");
  await timed("  first new message (reads all heads)", () => again.conversations.pull());
  await talk.write("Ana", "another");
  await timed("  next new message", () => again.conversations.pull());
  server.asked.length = 0;
});

it("a month away: ten thousand messages in fifty conversations", async () => {
  const talks: MadeUpConversation[] = [];
  for (let one = 0; one < CONVERSATIONS; one++) {
    talks.push(await talkOf(20));
  }
  await serve(talks);
  await forget();
  const before = await open();
  await before.conversations.pull();
  await complete(before);
  close();
  for (const talk of talks) {
    await write(talk, EACH);
  }
  const server = await serve(talks);
  const away = await timed("a month away, 10,000 in 50: list from the vault", open);
  const pull = timed("  the newest of all 50 are readable", () => away.conversations.pull());
  await timed("  first of them", () =>
    vi.waitFor(
      () => {
        if (!away.hands.snapshots.current.conversations.some(({ sequence }) => sequence > 30)) {
          throw new Error("not yet");
        }
      },
      { timeout: 60_000, interval: 5 },
    ),
  );
  await pull;
  await timed("  all caught up after that", () => complete(away));
  process.stdout.write(`  requests: ${server.asked.length}\n`);
});

it("a new browser with fifty conversations", async () => {
  const talks: MadeUpConversation[] = [];
  for (let one = 0; one < CONVERSATIONS; one++) {
    talks.push(await talkOf(EACH));
  }
  const server = await serve(talks);
  await forget();
  const fresh = await open();
  await timed("new browser, 50 conversations of 200: the newest of all are readable", () =>
    fresh.conversations.pull(),
  );
  process.stdout.write(`  requests until then: ${server.asked.length}\n`);
  await timed("  everything is here", () => complete(fresh));
});
