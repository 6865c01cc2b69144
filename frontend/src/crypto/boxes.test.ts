import { Aes128Gcm, Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256, HkdfSha512 } from "@hpke/core";
import { XWing } from "@hpke/hybridkem-x-wing";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { acceptableBoxKey, type BoxKeyPair, boxKeyPair, info, openBox, sealBox } from "./boxes.ts";
import { type Bytes, concat, fromHex, Malformed, randomBytes, toHex, utf8 } from "./encoding.ts";
import { secret } from "./madeUp.ts";
import { DoesNotOpen, derive, openSealed, seal, sealWithNonce } from "./seal.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

let pair: BoxKeyPair;
let other: BoxKeyPair;
beforeAll(async () => {
  pair = await boxKeyPair(await secret("box"));
  other = await boxKeyPair(await secret("another box"));
});

describe("boxes", () => {
  it("open for the receiver, with the same info", async () => {
    const box = await sealBox(pair.publicKey, info("a", 1), utf8("inside"));
    expect(box.length).toBe(1120 + 6 + 16);
    expect(await openBox(pair.seed, info("a", 1), box)).toEqual(utf8("inside"));
    expect(await openBox(pair.seed, info("a", 1), box)).toEqual(utf8("inside"));
  });

  it("open for nobody else, with no other info, and not when changed", async () => {
    const box = await sealBox(pair.publicKey, info("a"), utf8("inside"));
    await expect(openBox(other.seed, info("a"), box)).rejects.toThrow(DoesNotOpen);
    await expect(openBox(pair.seed, info("b"), box)).rejects.toThrow(DoesNotOpen);
    for (const place of [0, 1087, 1088, 1119, 1120, box.length - 1]) {
      const changed = Uint8Array.from(box);
      changed[place] = (changed[place] ?? 0) ^ 1;
      await expect(openBox(pair.seed, info("a"), changed)).rejects.toThrow(DoesNotOpen);
    }
    await expect(openBox(pair.seed, info("a"), box.subarray(0, 1135))).rejects.toThrow(DoesNotOpen);
  });

  it("are of one suite, and none that was made with a weaker one opens", async () => {
    const sealed = async (suite: CipherSuite, key: Bytes) => {
      const recipientPublicKey = await suite.kem.deserializePublicKey(key);
      const sender = await suite.createSenderContext({ recipientPublicKey, info: info("a") });
      return concat(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(utf8("inside"))));
    };
    const hybrid = { kem: new XWing(), kdf: new HkdfSha256() };
    const classical = { kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256() };
    const good = await sealed(new CipherSuite({ ...hybrid, aead: new Aes256Gcm() }), pair.publicKey);
    expect(await openBox(pair.seed, info("a"), good)).toEqual(utf8("inside"));
    const others = [
      await sealed(new CipherSuite({ ...hybrid, aead: new Aes128Gcm() }), pair.publicKey),
      await sealed(
        new CipherSuite({ ...hybrid, kdf: new HkdfSha512(), aead: new Aes256Gcm() }),
        pair.publicKey,
      ),
      await sealed(new CipherSuite({ ...classical, aead: new Aes256Gcm() }), pair.publicKey.slice(1184)),
    ];
    for (const box of others) {
      await expect(openBox(pair.seed, info("a"), box)).rejects.toThrow(DoesNotOpen);
    }
  });

  it("come from the seed alone, and survive the caller wiping it or giving a part of a buffer", async () => {
    const buffer = new Uint8Array(40);
    buffer.set(await secret("box"), 8);
    const again = await boxKeyPair(buffer.subarray(8));
    buffer.fill(0);
    expect(again.hash).toBe(pair.hash);
    const box = await sealBox(pair.publicKey, info(), utf8("x"));
    expect(await openBox(again.seed, info(), box)).toEqual(utf8("x"));
  });

  it("join the lines of info by newlines, with none at the end", () => {
    expect(info("a", "b", 3)).toEqual(utf8("a\nb\n3"));
  });
});

describe("box keys that nobody should box to", () => {
  const withTail = (u: string) => {
    const key = Uint8Array.from(pair.publicKey);
    key.set(fromHex(u).reverse(), 1184);
    return key;
  };
  const hex = (value: bigint) => value.toString(16).padStart(64, "0");
  const p = 2n ** 255n - 19n;

  it("are refused when the X25519 half is weak or not reduced", async () => {
    const weak = [
      0n,
      1n,
      p - 1n,
      p,
      p + 1n,
      325606250916557431795983626356110631294008115727848805560023387167927233504n,
      39382357235489614581723060781553021112529911719440698176882885853963445705823n,
      2n ** 255n + 9n,
    ];
    for (const u of weak) expect(acceptableBoxKey(withTail(hex(u)))).toBe(false);
    await expect(sealBox(withTail(hex(0n)), info(), utf8("x"))).rejects.toThrow(Malformed);
  });

  it("are refused when a coefficient of the ML-KEM half is 3329 or more", () => {
    for (const coefficient of [0, 1, 766, 767]) {
      const key = Uint8Array.from(pair.publicKey);
      const place = Math.floor(coefficient / 2) * 3;
      if (coefficient % 2 === 0) {
        key[place] = 3329 & 0xff;
        key[place + 1] = ((key[place + 1] ?? 0) & 0xf0) | (3329 >> 8);
      } else {
        key[place + 1] = ((key[place + 1] ?? 0) & 0x0f) | ((3329 & 15) << 4);
        key[place + 2] = 3329 >> 4;
      }
      expect(acceptableBoxKey(key)).toBe(false);
    }
  });

  it("are refused when of another length, and honest ones are not", () => {
    expect(acceptableBoxKey(pair.publicKey.subarray(1))).toBe(false);
    expect(acceptableBoxKey(pair.publicKey)).toBe(true);
    expect(acceptableBoxKey(other.publicKey)).toBe(true);
  });
});

describe("seals", () => {
  it("open under the same key and associated data alone", async () => {
    const key = randomBytes(32);
    const sealed = await seal(key, utf8("inside"), utf8("header"));
    expect(await openSealed(key, sealed, utf8("header"))).toEqual(utf8("inside"));
    await expect(openSealed(key, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(openSealed(randomBytes(32), sealed, utf8("header"))).rejects.toThrow(DoesNotOpen);
    await expect(openSealed(key, sealed.slice(0, 27), utf8("header"))).rejects.toThrow(DoesNotOpen);
    await expect(seal(randomBytes(16), utf8(""))).rejects.toThrow(Malformed);
  });

  it("take a key that cannot be read back as well", async () => {
    const key = await crypto.subtle.importKey("raw", randomBytes(32), "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    expect(await openSealed(key, await seal(key, utf8("x")))).toEqual(utf8("x"));
  });

  it("have the nonce in front", async () => {
    const nonce = new Uint8Array(12).fill(9);
    expect((await sealWithNonce(new Uint8Array(32), utf8("x"), nonce)).slice(0, 12)).toEqual(nonce);
  });

  it("derive keys by HKDF, where no salt is the empty one", async () => {
    const secret_ = new Uint8Array(22).fill(0x0b);
    const salt = fromHex("000102030405060708090a0b0c");
    const key = await derive(secret_, salt, fromHex("f0f1f2f3f4f5f6f7f8f9"));
    expect(toHex(key)).toBe("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
    expect(await derive(secret_, null, "x")).toEqual(await derive(secret_, new Uint8Array(0), "x"));
  });
});
