import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { hasNews } from "./useNotices";

const before = new Map([
  ["one", 0],
  ["two", 3],
]);
const now = (one: number, two: number, third?: number) => [
  { id: "one", unread: one },
  { id: "two", unread: two },
  ...(third === undefined ? [] : [{ id: "third", unread: third }]),
];

describe("what is news", () => {
  it("is more unread than before, in any conversation, or a conversation that is new", () => {
    expect(hasNews(before, now(0, 3), null)).toBe(false);
    expect(hasNews(before, now(1, 3), null)).toBe(true);
    expect(hasNews(before, now(0, 4), null)).toBe(true);
    expect(hasNews(before, now(0, 3, 1), null)).toBe(true);
    expect(hasNews(before, now(0, 3, 0), null)).toBe(false);
  });

  it("is neither what was read meanwhile nor what the reader looks at", () => {
    expect(hasNews(before, now(0, 0), null)).toBe(false);
    expect(hasNews(before, now(2, 3), "one")).toBe(false);
    expect(hasNews(before, now(2, 4), "one")).toBe(true);
  });
});

describe("the quiet sound", () => {
  let tones: number;
  let held: boolean;

  beforeEach(() => {
    vi.resetModules();
    vi.useFakeTimers();
    tones = 0;
    held = false;
    const param = {
      setValueAtTime: vi.fn(),
      linearRampToValueAtTime: vi.fn(),
      exponentialRampToValueAtTime: vi.fn(),
    };
    const node = { connect: (next: unknown) => next, frequency: { value: 0 }, gain: param, stop: vi.fn() };
    const start = () => {
      tones += 1;
    };
    vi.stubGlobal(
      "AudioContext",
      class {
        currentTime = 0;
        destination = {};
        resume = async () => undefined;
        createOscillator = () => ({ ...node, start });
        createGain = () => node;
      },
    );
    const request = async (_: string, __: object, run: (lock: object | null) => Promise<void>) => {
      if (held) {
        return run(null);
      }
      held = true;
      await run({});
      held = false;
    };
    vi.stubGlobal("navigator", { locks: { request } });
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it("comes once for several messages, and in one of several tabs", async () => {
    const { soundOnce } = await import("./sound");
    vi.resetModules();
    const other = await import("./sound"); // as another tab has it
    expect(other.soundOnce).not.toBe(soundOnce);
    void soundOnce();
    void soundOnce();
    void other.soundOnce();
    await vi.advanceTimersByTimeAsync(10);
    expect(tones).toBe(2); // two notes are one sound
    await vi.advanceTimersByTimeAsync(4_000);
    void soundOnce();
    await vi.advanceTimersByTimeAsync(10);
    expect(tones).toBe(4);
  });
});
