import { describe, expect, it } from "vitest";
import type { HandOverOffer } from "../../sync/contract";
import { startOfDay, stepFor } from "./handOver";

const day = (text: string) => startOfDay(text) ?? Number.NaN;

const offer: HandOverOffer = {
  conversation: "c",
  subject: "Harbour",
  participants: [],
  lastAt: day("2026-05-01"),
  readsFrom: day("2026-04-01"),
  steps: [
    { from: 2, at: day("2026-01-10") },
    { from: 40, at: day("2026-02-10") },
    { from: 90, at: day("2026-03-10") },
  ],
};

describe("from where on something is handed over", () => {
  it("begins with the first step for everything", () => {
    expect(stepFor(offer, null)?.from).toBe(2);
  });

  it("begins where the key of that day does, so that nothing of the day is missing", () => {
    expect(stepFor(offer, day("2026-02-09"))?.from).toBe(2);
    expect(stepFor(offer, day("2026-02-10"))?.from).toBe(40);
    expect(stepFor(offer, day("2026-03-31"))?.from).toBe(90);
  });

  it("begins with the first step for a day before it", () => {
    expect(stepFor(offer, day("2025-01-01"))?.from).toBe(2);
  });

  it("is nothing from a day on that is read already", () => {
    expect(stepFor(offer, day("2026-04-01"))).toBeNull();
    expect(stepFor({ ...offer, readsFrom: null }, day("2026-04-01"))?.from).toBe(90);
    expect(stepFor({ ...offer, steps: [] }, null)).toBeNull();
  });

  it("takes only real days", () => {
    expect(startOfDay("2026-02-30")).toBeNull();
    expect(startOfDay("tomorrow")).toBeNull();
  });
});
