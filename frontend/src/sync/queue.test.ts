import { describe, expect, it } from "vitest";
import { Coalesced } from "./queue";

describe("calls that share a run", () => {
  it("never run beside each other, also where somebody asks again the moment that a run has ended", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const shared = new Coalesced(async () => {
      running += 1;
      runs += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve));
      running -= 1;
    });
    const twice = (async () => {
      await shared.run();
      await shared.run();
    })();
    await Promise.all([twice, shared.run(), shared.run()]);
    expect(most).toBe(1);
    expect(runs).toBe(2);
  });

  it("end with a run that began after they were made", async () => {
    let begun = 0;
    const shared = new Coalesced(async () => {
      begun += 1;
      const own = begun;
      await new Promise((resolve) => setTimeout(resolve));
      return own;
    });
    const first = shared.run();
    const second = shared.run();
    expect(await first).toBe(1);
    expect(await second).toBe(2);
    expect(await shared.run()).toBe(3);
  });
});
