import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { makeSighting, signSighting } from "../crypto/sightings";
import { deviceSigner } from "../crypto/signing";
import { VaultFailure } from "../vault";
import { AlarmRaised } from "./alarm";
import type { StoredItem } from "./conversations/records";
import { CoreFailure } from "./failure";
import { Problem } from "./http";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import { type Held, Sightings } from "./sightings";

vi.setConfig({ testTimeout: 60_000 });

const HOUR = 60 * 60 * 1000;
const ID = "ab".repeat(32);
const head = (number: number) => String(number).padStart(64, "0");

let network: MadeUpNetwork;
let server: MadeUpServer;
let bo: MadeUpStay;
let sightings: Sightings;
/** What Bo's browser holds, and what a pull brings. */
let held: Held[];
let pulled: Held[];
/** What a pull ends with, after it has brought that. */
let failure: Error | null;
let listed: { body: string; signature: string; received_at: number }[];
let told: unknown[];

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

const at = (sequence: number): Held => ({ id: ID, sequence, head: head(sequence), lastAt: 1 });

beforeEach(async () => {
  const { account } = await network.person("Bo");
  server = new MadeUpServer(network, account);
  [held, pulled, listed, told] = [[at(3)], [at(3)], [], []];
  failure = null;
  server.on("GET", /^\/api\/sightings$/, () => ({ sightings: listed, more: false }));
  server.on("POST", /^\/api\/sightings$/, (body) => told.push(body));
  server.install();
  await forgetVault(network.network, account);
  bo = await openStay(network, "Bo");
  sightings = await open();
});

afterEach(() => {
  sightings.close();
  bo.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open(): Promise<Sightings> {
  const made = new Sightings(bo.hands, {
    held: () => held,
    headAt: async (_, sequence) => (sequence < 1 ? null : head(sequence)),
    pull: async () => {
      held = pulled;
      if (failure !== null) {
        throw failure;
      }
    },
  });
  await made.load();
  return made;
}

interface Said {
  sequence?: number;
  head?: string;
  size?: number;
  root?: string;
  time?: number;
  by?: string;
}

/** Ana's browser says that it holds this. */
async function said({ sequence = 3, time = Date.now(), by = "Ana", ...changed }: Said = {}): Promise<void> {
  const ana = await network.person("Ana");
  const signer = await network.person(by);
  const size = changed.size ?? network.size;
  const body = await makeSighting({
    account: ana.account,
    device: ana.device.id,
    network: network.network,
    checkpoint: { size, root: changed.root ?? (await network.rootAt(Math.min(size, network.size))) ?? "" },
    held: [{ id: ID, sequence, head: changed.head ?? head(sequence) }],
    time,
  });
  const signature = toBase64(await signSighting(deviceSigner(signer.device), body));
  listed.push({ body: toBase64(body), signature, received_at: listed.length + 1 });
}

async function finding(): Promise<string | null> {
  const error = await sightings.compare().then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) {
    return null;
  }
  if (!(error instanceof AlarmRaised)) {
    throw error;
  }
  expect(JSON.parse(error.alarm.evidence)).toMatchObject({ sighting: { body: listed[0]?.body } });
  return error.alarm.kind;
}

describe("what other browsers say that they hold", () => {
  it("is nothing to speak of where it is the same, or less, or known already", async () => {
    await said();
    expect(await finding()).toBeNull();
    await said({ sequence: 2, time: Date.now() + 1 });
    expect(await finding()).toBeNull();
    await said({ sequence: 9, time: Date.now() - HOUR });
    expect(await finding()).toBeNull();
  });

  it("brings what is missing here", async () => {
    await said({ sequence: 5 });
    pulled = [at(5)];
    expect(await finding()).toBeNull();
    expect(held).toEqual([at(5)]);
  });

  it("is an alarm where the server keeps it back", async () => {
    await said({ sequence: 5 });
    expect(await finding()).toBe("withheld");
  });

  it("is an alarm also where the server makes another conversation fail, and none where the line or the room fails", async () => {
    await said({ sequence: 5 });
    failure = new VaultFailure("full", "items", "no room");
    await expect(finding()).rejects.toBe(failure);
    failure = new Problem("offline", 0, "no line");
    await expect(finding()).rejects.toBe(failure);
    failure = new CoreFailure("keys_missing", "The server does not have the members of an epoch.");
    expect(await finding()).toBe("withheld");
  });

  it("is no alarm where this person may not read any more", async () => {
    await said({ sequence: 5 });
    pulled = [];
    expect(await finding()).toBeNull();
  });

  it("is an alarm where the history is another one", async () => {
    await said({ sequence: 2, head: head(7) });
    expect(await finding()).toBe("bad_history");
  });

  it("is an alarm where the Register is longer than it is shown here, or another one", async () => {
    await said({ size: network.size + 1 });
    expect(await finding()).toBe("withheld");
    listed = [];
    await said({ root: "cd".repeat(32), time: Date.now() + 1 });
    expect(await finding()).toBe("forked");
  });

  it("counts for nothing where nobody has signed it", async () => {
    await said({ sequence: 5, by: "Bo" });
    listed.push({ body: "e30=", signature: "", received_at: 9 });
    expect(await finding()).toBeNull();
  });
});

describe("what this browser says", () => {
  it("comes before anything is sealed, each hour, and soon after a change", async () => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    await sightings.arrive();
    await sightings.arrive();
    expect(told).toHaveLength(1);
    vi.setSystemTime(Date.now() + HOUR + 1);
    await sightings.tick();
    expect(told).toHaveLength(2);
    const message = { type: "message", device: "d", account: "a", claimedAt: 1 } as StoredItem;
    sightings.taken([message]);
    sightings.taken([message]);
    await vi.advanceTimersByTimeAsync(59_000);
    expect(told).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.waitFor(() => expect(told).toHaveLength(3));
  });

  it.each([
    ["the server has heard too much", new Refusal(429, "slow_down", { retry_after: 90 }), 90_000, 5],
    ["the server wants to hear nothing at all", new Refusal(429, "slow_down", { retry_after: 9e9 }), HOUR, 5],
    ["the server has failed", new Refusal(503, "server_failed"), 60_000, 0],
  ])("is said again once where %s, and not before", async (_, refusal, wait, changes) => {
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] });
    const asked = () => server.asked.filter((one) => one === "POST /api/sightings").length;
    server.on("POST", /^\/api\/sightings$/, () => refusal);
    await sightings.arrive();
    expect(asked()).toBe(1);
    server.on("POST", /^\/api\/sightings$/, (body) => told.push(body));
    const message = { type: "message", device: "d", account: "a", claimedAt: 1 } as StoredItem;
    for (let again = 0; again < changes; again++) {
      sightings.taken([message]);
    }
    await vi.advanceTimersByTimeAsync(wait - 1_000);
    await sightings.arrive();
    await sightings.tick();
    expect(asked()).toBe(1);
    await vi.advanceTimersByTimeAsync(2_000);
    await vi.waitFor(() => expect(told).toHaveLength(1));
    expect(asked()).toBe(2);
  });
});

describe("a browser that writes and is not heard of", () => {
  it("is named after a while, and no longer once its word comes through", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const ana = await network.person("Ana");
    const warned = () => bo.hands.snapshots.current.withheld;
    await said();
    await sightings.compare();
    const wrote = Date.now() + 4 * HOUR;
    vi.setSystemTime(wrote);
    const { account } = ana;
    sightings.taken([{ type: "message", device: ana.device.id, account, claimedAt: wrote } as StoredItem]);
    await sightings.tick();
    expect(warned()).toEqual([]);
    vi.setSystemTime(wrote + 11 * 60_000);
    await sightings.tick();
    expect(warned()).toEqual([account]);

    // a page that is loaded again has not forgotten it
    sightings.close();
    sightings = await open();
    await sightings.tick();
    expect(warned()).toEqual([account]);
    await said({ time: wrote });
    vi.setSystemTime(wrote + 22 * 60_000);
    await sightings.tick();
    expect(warned()).toEqual([]);
  });

  it("is named as well where the server refuses to tell what others say", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { account, device } = await network.person("Ana");
    await said();
    await sightings.compare();
    const wrote = Date.now() + 4 * HOUR;
    vi.setSystemTime(wrote);
    sightings.taken([{ type: "message", device: device.id, account, claimedAt: wrote } as StoredItem]);
    server.on("GET", /^\/api\/sightings$/, () => new Refusal(503, "unavailable"));
    vi.setSystemTime(wrote + 11 * 60_000);
    await expect(sightings.tick()).rejects.toMatchObject({ code: "unavailable" });
    expect(bo.hands.snapshots.current.withheld).toEqual([account]);
  });

  it("is not asked of what was written before there were sightings here", async () => {
    const ana = await network.person("Ana");
    const item = { type: "message", device: ana.device.id, account: ana.account, claimedAt: 5 } as StoredItem;
    sightings.taken([item]);
    await sightings.compare();
    expect(bo.hands.snapshots.current.withheld).toEqual([]);
  });
});
