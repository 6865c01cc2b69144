import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { openDraft, sealDraft } from "../crypto/drafts";
import { fromBase64, toBase64 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { Drafts } from "./drafts";
import { KeyActs } from "./keyActs";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";

interface Row {
  generation: number;
  sealed: string;
  revision: number;
}

let network: MadeUpNetwork;
let server: MadeUpServer;
let rows: Map<string, Row>;
let revision: number;
let puts: number;
let stay: MadeUpStay;
let drafts: Drafts;
const id = "ab".repeat(32);
const onlyHere = () => stay.hands.snapshots.current.draftsHere;

function serve(): void {
  server.on("GET", /^\/api\/drafts$/, (_, __, query) => ({
    drafts: [...rows]
      .filter(([, row]) => row.revision > Number(query.get("since")))
      .map(([slot, row]) => ({ slot, ...row })),
    present: Object.fromEntries([...rows].map(([slot, row]) => [slot, row.revision])),
  }));
  const changed = (row: Row | undefined) =>
    new Refusal(409, "draft_changed", row ?? { generation: 0, sealed: null, revision: 0 });
  server.on("PUT", /^\/api\/drafts\/(.+)$/, (body, match) => {
    const { base, generation, sealed } = body as { base: number; generation: number; sealed: string };
    const present = rows.get(match[1] ?? "");
    if ((present?.revision ?? 0) !== base) {
      return changed(present);
    }
    puts += 1;
    revision += 1;
    rows.set(match[1] ?? "", { generation, sealed, revision });
    return { revision };
  });
  server.on("DELETE", /^\/api\/drafts\/(.+)$/, (_, match, query) => {
    const present = rows.get(match[1] ?? "");
    if (present !== undefined && present.revision !== Number(query.get("base"))) {
      return changed(present);
    }
    rows.delete(match[1] ?? "");
    return null;
  });
}

async function arrive(): Promise<void> {
  stay = await openStay(network, "Bo");
  drafts = new Drafts(stay.hands, new KeyActs(stay.hands));
  await drafts.load();
}

function leave(): void {
  drafts.close();
  stay.close();
}

function reading() {
  const { readings, whose } = stay.hands.keyring;
  const generation = Math.max(...readings.keys());
  const pair = readings.get(generation);
  if (pair === undefined) {
    throw new Error("no reading key");
  }
  return { generation, seed: pair.seed, whose };
}

/** What another browser of the same person puts there. */
async function elsewhere(slot: string, text: string): Promise<void> {
  const { generation, seed, whose } = reading();
  revision += 1;
  rows.set(slot, { generation, sealed: toBase64(await sealDraft(seed, whose, slot, { text })), revision });
}

async function onServer(slot: string): Promise<unknown> {
  const row = rows.get(slot);
  const { seed, whose } = reading();
  return row === undefined ? null : openDraft(seed, whose, slot, fromBase64(row.sealed));
}

const shown = () => stay.hands.snapshots.current.drafts;

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
}, 60_000);

beforeEach(async () => {
  const { account } = await network.person("Bo");
  server = new MadeUpServer(network, account);
  [rows, revision, puts] = [new Map(), 0, 0];
  serve();
  server.install();
  await forgetVault(network.network, account);
  await arrive();
});

afterEach(() => {
  leave();
  vi.unstubAllGlobals();
});

describe("drafts", () => {
  it("outlive a reload without a line, and reach the server sealed", async () => {
    server.offline = true;
    await drafts.save(id, { text: "half a sentence" }, null);
    leave();
    server.offline = false;
    await arrive();
    expect(shown()).toEqual({ [id]: { text: "half a sentence" } });
    await drafts.level();
    expect(await onServer(id)).toEqual({ text: "half a sentence" });
  });

  it("of a new conversation keep to whom and about what", async () => {
    const begun = { text: "Dear", subject: "Case", authorities: ["cd".repeat(16), "ab".repeat(16)] };
    await drafts.save("new", begun, null, true);
    await vi.waitFor(async () => expect(await onServer("new")).not.toBeNull());
    expect(await onServer("new")).toEqual({ ...begun, authorities: begun.authorities.toSorted() });
    await drafts.save("new", { text: " ", subject: "", authorities: [] }, begun, true);
    await vi.waitFor(() => expect(rows.size).toBe(0));
    expect(shown()).toEqual({});
  });

  it("tell the server at most once in a while, and at once when asked", async () => {
    for (const text of ["a", "ab", "abc"]) {
      await drafts.save(id, { text }, shown()[id] ?? null);
    }
    expect(puts).toBe(0);
    await drafts.save(id, { text: "abcd" }, shown()[id] ?? null, true);
    await vi.waitFor(async () => expect(await onServer(id)).toEqual({ text: "abcd" }));
    expect(puts).toBe(1);
  });

  it("come in from another browser, and go where they went there", async () => {
    await elsewhere(id, "from the desk");
    await drafts.heard();
    expect(shown()).toEqual({ [id]: { text: "from the desk" } });
    rows.delete(id);
    await drafts.heard();
    expect(shown()).toEqual({});
  });

  it("come in from another browser also where this one has put another draft since", async () => {
    await elsewhere("cd".repeat(32), "from the desk");
    await drafts.save(id, { text: "from here" }, null, true);
    await vi.waitFor(() => expect(puts).toBe(1));
    await drafts.heard();
    expect(shown()).toEqual({ [id]: { text: "from here" }, ["cd".repeat(32)]: { text: "from the desk" } });
  });

  it("lose nothing where two browsers write at once", async () => {
    await drafts.save(id, { text: "both began" }, null, true);
    await vi.waitFor(() => expect(puts).toBe(1));
    await elsewhere(id, "both began at the desk");
    await drafts.save(id, { text: "both began on the train" }, { text: "both began" }, true);
    const both = { text: "both began at the desk\n\nboth began on the train" };
    await vi.waitFor(async () => expect(await onServer(id)).toEqual(both));
    expect(shown()[id]).toEqual(both);
    // The page had not seen the other half yet, and goes on with its own.
    await drafts.save(id, { text: "both began on the train." }, { text: "both began on the train" }, true);
    await vi.waitFor(async () =>
      expect(await onServer(id)).toEqual({ text: "both began at the desk\n\nboth began on the train." }),
    );
  });

  it("keep what was written elsewhere when the words of here were sent", async () => {
    await drafts.save(id, { text: "sent words" }, null, true);
    await vi.waitFor(() => expect(puts).toBe(1));
    await elsewhere(id, "other words");
    await drafts.sent(id, "sent words");
    await vi.waitFor(() => expect(shown()).toEqual({ [id]: { text: "other words" } }));
    expect(await onServer(id)).toEqual({ text: "other words" });
  });

  it("that nobody opens any more are left out, and may be replaced", async () => {
    const { generation, whose } = reading();
    const sealed = toBase64(await sealDraft(new Uint8Array(32), whose, id, { text: "lost" }));
    revision += 1;
    rows.set(id, { generation, sealed, revision });
    await drafts.level();
    expect(shown()).toEqual({});
    await drafts.save(id, { text: "anew" }, null, true);
    await vi.waitFor(async () => expect(await onServer(id)).toEqual({ text: "anew" }));
  });

  it("that the server moves elsewhere, or takes from somebody else, are nothing", async () => {
    const other = "cd".repeat(32);
    const { generation, seed, whose } = reading();
    const ana = { ...whose, account: (await network.person("Ana")).account };
    const sealed = {
      [id]: await sealDraft(seed, whose, other, { text: "of another conversation" }),
      [other]: await sealDraft(seed, ana, other, { text: "of somebody else" }),
    };
    for (const [slot, bytes] of Object.entries(sealed)) {
      revision += 1;
      rows.set(slot, { generation, sealed: toBase64(bytes), revision });
    }
    await drafts.level();
    expect(shown()).toEqual({});
  });

  it("that the server shows again are words of their author, and take nothing that was written since", async () => {
    await elsewhere(id, "as I thought");
    await drafts.level();
    const before = { ...(rows.get(id) as Row) };
    await drafts.save(id, { text: "what I think now" }, shown()[id] ?? null, true);
    await vi.waitFor(async () => expect(await onServer(id)).toEqual({ text: "what I think now" }));
    await drafts.save(id, { text: "what I think now, and more" }, shown()[id] ?? null);
    revision += 1;
    rows.set(id, { ...before, revision });
    await drafts.level();
    const text = shown()[id]?.text ?? "";
    expect(text.split("\n\n").sort()).toEqual(["as I thought", "what I think now, and more"]);
  });

  it("longer than the server takes stay on this computer", async () => {
    await drafts.save(id, { text: "x".repeat(120_000) }, null, true);
    await drafts.level();
    expect(rows.size).toBe(0);
    expect(shown()[id]?.text).toHaveLength(120_000);
    expect(onlyHere()).toEqual({ [id]: "too_long" });
    await drafts.save(id, { text: "shorter" }, shown()[id] ?? null, true);
    await vi.waitFor(async () => expect(await onServer(id)).toEqual({ text: "shorter" }));
    expect(onlyHere()).toEqual({});
  });

  it("that are more than the server takes stay on this computer until others have gone", async () => {
    let room = false;
    server.on("PUT", /^\/api\/drafts\/(.+)$/, (body, match) => {
      const { generation, sealed } = body as { generation: number; sealed: string };
      if (!room) {
        return new Refusal(409, "too_many_drafts", {});
      }
      revision += 1;
      rows.set(match[1] ?? "", { generation, sealed, revision });
      return { revision };
    });
    await drafts.save(id, { text: "one more" }, null, true);
    await vi.waitFor(() => expect(onlyHere()).toEqual({ [id]: "too_many" }));
    expect(shown()[id]?.text).toBe("one more");
    room = true;
    await drafts.level();
    expect(await onServer(id)).toEqual({ text: "one more" });
    expect(onlyHere()).toEqual({});
  });

  it("that the server took without its answer coming through are known again, whatever was written since", async () => {
    const write = (slot: string, body: unknown) => {
      const { generation, sealed } = body as { generation: number; sealed: string };
      revision += 1;
      rows.set(slot, { generation, sealed, revision });
    };
    server.on("PUT", /^\/api\/drafts\/(.+)$/, (body, match) => {
      const present = rows.get(match[1] ?? "");
      if (present !== undefined && present.revision !== (body as { base: number }).base) {
        return new Refusal(409, "draft_changed", present);
      }
      write(match[1] ?? "", body);
      return present === undefined ? new Refusal(502, "bad_gateway") : { revision };
    });
    const other = "cd".repeat(32);
    await drafts.save(id, { text: "to morrow at nine" }, null, true);
    await drafts.save(other, { text: "sent by now" }, null, true);
    await vi.waitFor(() => expect(rows.size).toBe(2));
    await drafts.save(id, { text: "tomorrow at nine" }, shown()[id] ?? null);
    await drafts.sent(other, "sent by now");
    await drafts.level();
    expect(shown()).toEqual({ [id]: { text: "tomorrow at nine" } });
    await vi.waitFor(async () => expect(await onServer(id)).toEqual({ text: "tomorrow at nine" }));
    await vi.waitFor(() => expect(rows.has(other)).toBe(false));
  });

  it("stay where the stay ends before the server has answered", async () => {
    let answer: () => void = () => undefined;
    server.on("PUT", /^\/api\/drafts\/(.+)$/, async () => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return { revision: 1 };
    });
    await drafts.save(id, { text: "half a sentence" }, null, true);
    await vi.waitFor(() => expect(server.asked).toContain(`PUT /api/drafts/${id}`));
    const given = drafts.level(); // after what is under way
    drafts.close();
    answer();
    await given;
    await arrive();
    expect(shown()).toEqual({ [id]: { text: "half a sentence" } });
  });

  it("that could not be kept are kept when they are said again", async () => {
    server.offline = true;
    const full = vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("No room.", "QuotaExceededError");
    });
    await expect(drafts.save(id, { text: "not kept yet" }, null)).rejects.toMatchObject({ kind: "full" });
    full.mockRestore();
    await drafts.save(id, { text: "not kept yet" }, null);
    leave();
    server.offline = false;
    await arrive();
    expect(shown()).toEqual({ [id]: { text: "not kept yet" } });
  });
});

describe("a new generation", () => {
  it("has the drafts sealed anew", async () => {
    await drafts.save(id, { text: "kept" }, null, true);
    await vi.waitFor(() => expect(puts).toBe(1));
    const before = reading().generation;
    await network.renew("Bo");
    const made = (await network.person("Bo")).readings.get(before + 1);
    if (made === undefined) {
      throw new Error("no new generation");
    }
    await stay.hands.register.catchUp();
    stay.hands.keyring.readings.set(before + 1, made);
    await drafts.registerGrown();
    expect(rows.get(id)?.generation).toBe(before + 1);
    expect(await onServer(id)).toEqual({ text: "kept" });
  });
});
