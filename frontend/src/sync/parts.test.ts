import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { initialSnapshot } from "./channel";
import type { Snapshot } from "./contract";
import { IdentityLock, UNLOCKED_FOR } from "./identityLock";
import { Coalesced, Queue } from "./queue";
import * as recoveryCode from "./recoveryCode";
import { SnapshotStore } from "./snapshot";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the identity lock", () => {
  it("gives the seed for ten minutes and not longer", async () => {
    const told: (number | null)[] = [];
    const lock = new IdentityLock((until) => told.push(until));
    lock.open(new Uint8Array(32).fill(5));
    expect(await lock.use(async (seed) => seed[0])).toBe(5);
    vi.advanceTimersByTime(UNLOCKED_FOR + 1);
    await expect(lock.use(async () => undefined)).rejects.toMatchObject({ code: "identity_locked" });
    expect(told).toEqual([expect.any(Number), null]);
  });

  it("does not trust a timer that slept with the computer", async () => {
    const lock = new IdentityLock(() => undefined);
    lock.open(new Uint8Array(32));
    vi.setSystemTime(Date.now() + UNLOCKED_FOR);
    await expect(lock.use(async () => undefined)).rejects.toMatchObject({ code: "identity_locked" });
  });

  it("wipes the copy that an act worked with", async () => {
    const lock = new IdentityLock(() => undefined);
    lock.open(new Uint8Array(32).fill(5));
    let kept = new Uint8Array();
    await lock.use(async (seed) => {
      kept = seed;
    });
    expect(kept.every((byte) => byte === 0)).toBe(true);
  });
});

describe("a recovery code", () => {
  it("is read as it was shown, however it is typed", () => {
    const code = recoveryCode.newCode(1, 0);
    const typed = code.shown.groups.join("-").toLowerCase();
    expect(recoveryCode.read(typed)).toEqual(code.secret);
  });

  it("is confirmed only by the groups that were asked for, first slip first", () => {
    const code = recoveryCode.newCode(1, 0);
    expect(() => recoveryCode.confirm(code, {})).toThrow(expect.objectContaining({ group: 0 }));
    expect(() => recoveryCode.confirm(code, { 7: "x", 3: "y" })).toThrow(
      expect.objectContaining({ group: 3 }),
    );
    expect(() => recoveryCode.confirm(code, { 3: code.shown.groups[3] ?? "" })).not.toThrow();
  });
});

describe("the snapshot", () => {
  it("hands on only what changed, at most once in 16 milliseconds", () => {
    const emitted: Partial<Snapshot>[] = [];
    const store = new SnapshotStore((changes) => emitted.push(changes));
    store.set({ connection: "online" });
    store.set({ undecryptable: 0 });
    expect(emitted).toEqual([]);
    vi.advanceTimersByTime(16);
    expect(emitted).toEqual([{ connection: "online", undecryptable: 0 }]);
  });

  it("leaves nothing of a person when it is cleared", () => {
    const emitted: Partial<Snapshot>[] = [];
    const store = new SnapshotStore((changes) => emitted.push(changes));
    store.set({ conversations: [{ id: "x" } as never] });
    store.clear({ phase: { name: "anonymous" } });
    expect(emitted).toEqual([{ ...initialSnapshot, phase: { name: "anonymous" } }]);
  });
});

describe("queues", () => {
  it("run one task after the other, whatever the one before came to", async () => {
    vi.useRealTimers();
    const queue = new Queue();
    const done: number[] = [];
    const first = queue.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      done.push(1);
      throw new Error("failed");
    });
    const second = queue.run(async () => done.push(2));
    await expect(first).rejects.toThrow("failed");
    await second;
    expect(done).toEqual([1, 2]);
  });

  it("share one run among the calls that came while another was under way", async () => {
    vi.useRealTimers();
    let runs = 0;
    const pull = new Coalesced(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      runs += 1;
    });
    await Promise.all([pull.run(), pull.run(), pull.run(), pull.run()]);
    expect(runs).toBe(2);
    await pull.run();
    expect(runs).toBe(3);
  });
});
