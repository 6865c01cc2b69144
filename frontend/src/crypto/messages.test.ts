import { describe, expect, it } from "vitest";
import { randomBytes, utf8 } from "./encoding.ts";
import { makeClientId } from "./items.ts";
import { contentLength, openMessage, pad, padme, sealMessage, unpad } from "./messages.ts";
import { DoesNotOpen } from "./seal.ts";

describe("messages", () => {
  const key = randomBytes(32);
  const device = "0".repeat(64);
  const header = utf8("{}");

  it("open under their own epoch, sender and header alone", async () => {
    const plaintext = { kind: "subject", text: "Grüße 🕊" } as const;
    const content = await sealMessage(key, device, header, plaintext);
    expect(await openMessage(key, device, header, content)).toEqual(plaintext);
    await expect(openMessage(randomBytes(32), device, header, content)).rejects.toThrow(DoesNotOpen);
    await expect(openMessage(key, "1".repeat(64), header, content)).rejects.toThrow(DoesNotOpen);
    await expect(openMessage(key, device, utf8("[]"), content)).rejects.toThrow(DoesNotOpen);
  });

  it("show little of their length", async () => {
    const lengths = new Set<number>();
    for (let length = 0; length <= 3000; length++) {
      const padded = pad(new Uint8Array(length));
      expect(unpad(padded).length).toBe(length);
      expect(padded.length).toBeLessThanOrEqual(Math.max(256, (length + 4) * 1.12));
      lengths.add(padded.length);
    }
    expect(lengths.size).toBeLessThan(60);
    expect([1, 2, 3, 9, 1000, 65_000].map(padme)).toEqual([1, 2, 3, 10, 1024, 65_536]);
    expect(contentLength({ kind: "text", text: "" })).toBe(284);
  });

  it("are refused with padding of another kind", () => {
    const padded = pad(utf8("text"));
    const spoilt = Uint8Array.from(padded);
    spoilt[255] = 1;
    const longer = new Uint8Array(512);
    longer.set(padded);
    const lying = Uint8Array.from(padded);
    lying[0] = 255;
    for (const wrong of [spoilt, longer, lying, padded.subarray(0, 255), new Uint8Array(0)]) {
      expect(() => unpad(wrong)).toThrow();
    }
  });

  it("are not made over 64 KiB", async () => {
    const text = "x".repeat(66_000);
    await expect(sealMessage(key, device, header, { kind: "text", text })).rejects.toThrow("64 KiB");
    const fits = { kind: "text", text: "x".repeat(60_000) } as const;
    expect((await sealMessage(key, device, header, fits)).length).toBeLessThanOrEqual(65_536);
  });
});

describe("client ids", () => {
  it("are UUIDs of version 7 that sort by time", () => {
    const ids = [0, 1, 255, 256, 1_790_000_000_000, 2 ** 48 - 1].map(makeClientId);
    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(makeClientId(5)).not.toBe(makeClientId(5));
  });
});
