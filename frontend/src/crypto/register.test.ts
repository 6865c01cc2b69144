import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Bytes, Malformed, randomBytes } from "./encoding.ts";
import { identifier, MadeUpNetwork, secret } from "./madeUp.ts";
import { RegisterFinding, Replay } from "./register.ts";
import { standingSubject } from "./statements.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

let network: MadeUpNetwork;
beforeAll(async () => {
  network = await MadeUpNetwork.founded();
  await network.admit("Alba", "Ana");
  await network.appoint("Alba", "Mia", "Ana");
}, 60_000);

const upTo = (size: number, from = 0) => [network.entries.slice(from, size)];

async function replayed(size = network.size): Promise<Replay> {
  const replay = await Replay.begin(network.network);
  await replay.advance(await network.note(size), upTo(size));
  return replay;
}

async function findingOf(action: Promise<unknown>): Promise<string> {
  const error = await action.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RegisterFinding);
  return (error as RegisterFinding).finding;
}

/** The same beginning, and then another history: what a server that shows two logs has. */
async function fork(): Promise<MadeUpNetwork> {
  const other = new MadeUpNetwork();
  for (const entry of network.entries.slice(0, 4)) await other.add(entry);
  for (const [name, person] of network.people) other.people.set(name, person);
  const alba = await identifier("Alba");
  await other.say(
    "authority.suspended",
    standingSubject(alba),
    { authority: alba, reason: "" },
    ...other.threshold,
  );
  await other.say(
    "authority.reinstated",
    standingSubject(alba),
    { authority: alba, reason: "" },
    ...other.threshold,
  );
  return other;
}

describe("a replay", () => {
  it("comes to the same state at once or in steps, and remembers every size", async () => {
    const once = await replayed();
    const steps = await Replay.begin(network.network);
    for (let size = 1; size <= network.size; size++) {
      await steps.advance(await network.note(size), upTo(size, size - 1));
    }
    expect(steps.position).toEqual(once.position);
    expect(steps.checkpoint).toBe(await network.note());
    for (let size = 0; size <= network.size; size++) {
      expect(await once.rootAt(size)).toBe(await network.rootAt(size));
      expect(once.stateAt(size)?.size).toBe(size);
    }
    expect(once.stateAt(network.size + 1)).toBeNull();
    expect(await once.rootAt(network.size + 1)).toBeNull();
  });

  it("tells how far it is", async () => {
    const replay = await Replay.begin(network.network);
    const heard: number[] = [];
    const bundles = [network.entries.slice(0, 3), network.entries.slice(3)];
    await replay.advance(await network.note(), bundles, (done) => heard.push(done));
    expect(heard).toEqual([3, network.size]);
  });

  it("goes on from a bookmark, and from there alone", async () => {
    const before = await replayed(4);
    const replay = await Replay.resume(network.network, before.position, before.checkpoint);
    await replay.advance(await network.note(), upTo(network.size, 4));
    expect(replay.position).toEqual((await replayed()).position);
    expect(replay.stateAt(3)).toBeNull();
    expect(replay.stateAt(4)?.size).toBe(4);
    expect(await replay.rootAt(5)).toBe(await network.rootAt(5));
  });

  it("does not go on from a position that does not add up", async () => {
    const { position } = await replayed();
    for (const wrong of [
      { ...position, size: position.size + 1 },
      { ...position, root: await network.rootAt(3) },
      { ...position, range: position.range.slice(1) },
      { ...position, state: { ...position.state, size: 3 } },
      { ...position, extra: 1 },
      null,
    ]) {
      await expect(Replay.resume(network.network, wrong)).rejects.toThrow(Malformed);
    }
    await expect(Replay.resume("0".repeat(64), position)).rejects.toThrow(Malformed);
  });

  it("ignores an entry that does not apply, and says so", async () => {
    const hostile = new MadeUpNetwork();
    for (const entry of network.entries) await hostile.add(entry);
    await hostile.force(network.entries[2] as Bytes);
    await hostile.force(randomBytes(30));
    const replay = await replayed();
    const rejected = await replay.advance(await hostile.note(), [hostile.entries.slice(network.size)]);
    expect(rejected.map(({ index, reason }) => [index - network.size, reason])).toEqual([
      [0, "stale"],
      [1, "malformed"],
    ]);
    expect(replay.rejected).toEqual(rejected);
    expect(replay.state.accounts).toBe(replay.stateAt(network.size)?.accounts);
  });
});

describe("a replay stops", () => {
  it("when the log became shorter", async () => {
    const replay = await replayed();
    expect(await findingOf(replay.advance(await network.note(4), []))).toBe("rolled_back");
  });

  it("when the same size has another root", async () => {
    const other = await fork();
    const replay = await replayed(other.size);
    expect(await findingOf(replay.advance(await other.note(), []))).toBe("forked");
  });

  it("when the entries do not lead to the checkpoint", async () => {
    const other = await fork();
    const replay = await replayed(5);
    const before = replay.position;
    expect(await findingOf(replay.advance(await other.note(), upTo(6, 5)))).toBe("forked");
    expect(await findingOf(replay.advance(await network.note(), upTo(6, 5)))).toBe("forked");
    expect(await findingOf(replay.advance(await network.note(6), upTo(8, 5)))).toBe("forked");
    const swapped = [network.entries[6] as Bytes, network.entries[5] as Bytes];
    expect(await findingOf(replay.advance(await network.note(7), [swapped]))).toBe("forked");
    expect(replay.position).toEqual(before);
    await replay.advance(await network.note(), upTo(network.size, 5));
    expect(replay.size).toBe(network.size);
  });

  it("when somebody else signed, or nobody", async () => {
    const replay = await replayed();
    const note = await network.note();
    expect(await findingOf(replay.advance(await network.note(network.size, await secret("x")), []))).toBe(
      "bad_signature",
    );
    const unsigned = note.slice(0, note.indexOf("\n\n") + 2);
    for (const wrong of [
      "",
      unsigned,
      note.replace(`\n${network.size}\n`, `\n${network.size - 1}\n`),
      `${note}\n`,
    ]) {
      expect(await findingOf(replay.advance(wrong, []))).toBe("bad_signature");
    }
    const cosigned = `${note}— witness.example ${note.trim().split(" ").at(-1)}\n`;
    await replay.advance(cosigned, []);
  });

  it("when this is another network", async () => {
    const other = await MadeUpNetwork.founded("Xenia", "Xaver", "Ximena");
    const replay = await Replay.begin(network.network);
    expect(await findingOf(replay.advance(await other.note(), [other.entries]))).toBe("other_network");
  });

  it("and keeps both notes as evidence", async () => {
    const replay = await replayed();
    const older = await network.note(4);
    const error = await replay.advance(older, []).catch((caught: unknown) => caught);
    expect((error as RegisterFinding).evidence).toContain(older);
    expect((error as RegisterFinding).evidence).toContain(await network.note());
  });
});

describe("a checkpoint that somebody else holds", () => {
  it("belongs to the log when its root does", async () => {
    const other = await fork();
    const replay = await replayed();
    expect(await replay.belongs(5, (await network.rootAt(5)) ?? "", [])).toBe(true);
    expect(await replay.belongs(5, (await other.rootAt(5)) ?? "", [])).toBe(false);
    expect(await replay.belongs(4, (await other.rootAt(4)) ?? "", [])).toBe(true);
    expect(await replay.belongs(network.size + 1, (await network.rootAt(5)) ?? "", [])).toBe(false);
  });

  it("is proved where the replay began later", async () => {
    const replay = await Replay.resume(network.network, (await replayed(7)).position);
    const root = (await network.rootAt(3)) ?? "";
    // 7 = 4 + 2 + 1: from 3 the proof is leaf 2, leaf 3, the first two, and the rest.
    const nodes = await proofFrom3To7();
    expect(await replay.belongs(3, root, nodes)).toBe(true);
    expect(await replay.belongs(3, root, nodes.slice(1))).toBe(false);
    expect(await replay.belongs(3, (await network.rootAt(2)) ?? "", nodes)).toBe(false);
  });
});

async function proofFrom3To7(): Promise<Bytes[]> {
  const { emptyRange, extend, leafHash, rootOf } = await import("./merkle.ts");
  const leaves = await Promise.all(network.entries.slice(0, 7).map(leafHash));
  const subtree = async (from: number, to: number) =>
    rootOf(await extend(emptyRange, leaves.slice(from, to)));
  return [await subtree(2, 3), await subtree(3, 4), await subtree(0, 2), await subtree(4, 7)];
}
