import { describe, expect, it, vi } from "vitest";
import { VaultFailure, VaultLocked } from "../vault";
import { AlarmRaised } from "./alarm";
import type { Fault } from "./contract";
import { CoreFailure, isOurs } from "./failure";
import { Faults } from "./faults";
import { Problem } from "./http";
import { SnapshotStore } from "./snapshot";

function made() {
  const shown: (Fault | null)[] = [];
  const tell = vi.fn();
  return { shown, tell, faults: new Faults((fault) => shown.push(fault), tell) };
}

describe("what fails in the background", () => {
  it("passes quietly where it is the line, the storage, a refusal or an alarm", () => {
    const { shown, tell, faults } = made();
    for (const error of [
      new Problem("offline", 0, ""),
      new CoreFailure("keys_missing", ""),
      new VaultFailure("full", "items", new Error("no room")),
      new VaultLocked(),
      new AlarmRaised("bad_history", {}),
    ]) {
      expect(isOurs(error)).toBe(false);
      for (let times = 0; times < 9; times++) {
        expect(faults.met("level", error, 7_000)).toBe(7_000);
      }
    }
    expect(shown).toEqual([]);
    expect(tell).not.toHaveBeenCalled();
  });

  it("is written once for each kind, and said after three in a row", () => {
    const { shown, tell, faults } = made();
    const broken = () => new TypeError("x is undefined");
    faults.met("level", broken());
    faults.met("level", broken());
    expect(shown).toEqual([]);
    expect(tell).toHaveBeenCalledTimes(1);
    faults.met("level", broken());
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatchObject({ task: "level", detail: "TypeError: x is undefined", times: 3 });
    faults.met("history", new RangeError("too far"));
    expect(tell).toHaveBeenCalledTimes(2);
  });

  it("is tried again at a growing distance that has an end", () => {
    const { faults } = made();
    const waits = Array.from({ length: 9 }, () => faults.met("level", new TypeError("x")));
    expect(waits.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(waits.at(-1)).toBe(300_000);
  });

  it("is taken back when the same task succeeds, and not when another does", () => {
    const { shown, faults } = made();
    for (let times = 0; times < 3; times++) {
      faults.met("level", new TypeError("x"));
    }
    faults.passed("minute");
    expect(shown.at(-1)).not.toBeNull();
    faults.passed("level", "frame");
    expect(shown.at(-1)).toBeNull();
    expect(faults.met("level", new TypeError("x"))).toBe(5_000);
  });

  it("gives way to what still fails, and leaves no gap between", () => {
    const { shown, faults } = made();
    for (let times = 0; times < 3; times++) {
      faults.met("level", new TypeError("x"));
      faults.met("frame", new TypeError("y"));
    }
    expect(shown.at(-1)).toMatchObject({ task: "frame" });
    faults.passed("frame");
    expect(shown.at(-1)).toMatchObject({ task: "level", detail: "TypeError: x", times: 3 });
    expect(shown).not.toContain(null);
    faults.passed("level");
    expect(shown.at(-1)).toBeNull();
  });

  it("reaches every tab by the snapshot, and does not outlive the stay", () => {
    const written = vi.spyOn(globalThis.console, "error").mockImplementation(() => undefined);
    const snapshots = new SnapshotStore(() => undefined);
    for (let times = 0; times < 3; times++) {
      snapshots.faults.met("level", new TypeError("x"));
    }
    expect(snapshots.current.fault?.times).toBe(3);
    expect(written).toHaveBeenCalledTimes(1);
    snapshots.clear({});
    expect(snapshots.current.fault).toBeNull();
    expect(snapshots.faults.met("level", new TypeError("x"))).toBe(5_000);
    vi.restoreAllMocks();
  });
});
