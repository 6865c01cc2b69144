import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { fromHex, Malformed, toHex, utf8 } from "./encoding.ts";
import { secret } from "./madeUp.ts";
import { hashHex } from "./seal.ts";
import {
  acceptablePoint,
  deviceSigner,
  makeDeviceKey,
  pae,
  payloadTypes,
  publicKeyOf,
  seedSigner,
  verify,
} from "./signing.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

const p = 2n ** 255n - 19n;
const y8 = 55188659117513257062467267217118295137698188065244968500265048394206261417927n;

function littleEndian(value: bigint, sign = false): Uint8Array {
  const bytes = fromHex(value.toString(16).padStart(64, "0")).reverse();
  if (sign) bytes[31] = (bytes[31] ?? 0) | 0x80;
  return bytes;
}

describe("the encoding that is signed", () => {
  it("is that of DSSE, with lengths in bytes", () => {
    expect(pae("http://example.com/HelloWorld", utf8("hello world"))).toEqual(
      utf8("DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
    );
    expect(pae("é", utf8(""))).toEqual(utf8("DSSEv1 2 é 0 "));
  });
});

describe("signatures", () => {
  it("of RFC 8032 keys come from the seed", async () => {
    const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    expect(toHex(await publicKeyOf(seed))).toBe(
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    );
  });

  it("verify for their own key, type and body alone", async () => {
    const [signer, other] = await Promise.all([seedSigner(await secret("a")), seedSigner(await secret("b"))]);
    const body = utf8("body");
    const signature = await signer.sign(payloadTypes.item, body);
    expect(await verify(signer.publicKey, payloadTypes.item, body, signature)).toBe(true);
    expect(await verify(other.publicKey, payloadTypes.item, body, signature)).toBe(false);
    expect(await verify(signer.publicKey, payloadTypes.statement, body, signature)).toBe(false);
    expect(await verify(signer.publicKey, payloadTypes.item, utf8("bodz"), signature)).toBe(false);
    expect(await verify(signer.publicKey, payloadTypes.item, body, signature.subarray(1))).toBe(false);
  });

  it("fail when any bit is turned", async () => {
    const signer = await seedSigner(await secret("a"));
    const body = utf8("body");
    const signature = await signer.sign(payloadTypes.item, body);
    await fc.assert(
      fc.asyncProperty(fc.nat(511), async (bit) => {
        const turned = Uint8Array.from(signature);
        turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(await verify(signer.publicKey, payloadTypes.item, body, turned)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("are refused with S beyond the order of the group", async () => {
    const signer = await seedSigner(await secret("a"));
    const body = utf8("body");
    const signature = await signer.sign(payloadTypes.item, body);
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    const s = BigInt(`0x${toHex(signature.slice(32).reverse())}`) + order;
    signature.set(littleEndian(s), 32);
    expect(await verify(signer.publicKey, payloadTypes.item, body, signature)).toBe(false);
  });

  it("by a device key cannot be had from the stored key", async () => {
    const device = await makeDeviceKey();
    const body = utf8("body");
    const signature = await deviceSigner(device).sign(payloadTypes.session, body);
    expect(await verify(device.publicKey, payloadTypes.session, body, signature)).toBe(true);
    await expect(crypto.subtle.exportKey("pkcs8", device.privateKey)).rejects.toThrow();
    expect(device.id).toBe(await hashHex(device.publicKey));
  });

  it("need no export of a key that was made of a seed, which Firefox refuses", async () => {
    const seed = await secret("a");
    const { publicKey } = await seedSigner(seed);
    const refuses = vi
      .spyOn(crypto.subtle, "exportKey")
      .mockRejectedValue(new DOMException("", "OperationError"));
    expect(await publicKeyOf(seed)).toEqual(publicKey);
    expect((await seedSigner(seed)).publicKey).toEqual(publicKey);
    refuses.mockRestore();
  });

  it("need a seed of 32 bytes", async () => {
    await expect(seedSigner(new Uint8Array(31))).rejects.toThrow(Malformed);
  });
});

describe("points that implementations read differently", () => {
  it.each([0n, 1n, p - 1n, y8, p - y8])("are refused: y = %s", (y) => {
    expect(acceptablePoint(littleEndian(y))).toBe(false);
    expect(acceptablePoint(littleEndian(y, true))).toBe(false);
  });

  it.each([p, p + 1n, p + 2n, 2n ** 255n - 1n])("are refused when not reduced: y = %s", (y) => {
    expect(acceptablePoint(littleEndian(y))).toBe(false);
  });

  it("are refused in a signature, though the equation holds", async () => {
    // With A and R both the neutral element and S = 0 every message verifies in a lax implementation.
    const neutral = littleEndian(1n) as Uint8Array<ArrayBuffer>;
    const signature = new Uint8Array(64);
    signature.set(neutral);
    expect(await verify(neutral, payloadTypes.item, utf8("anything"), signature)).toBe(false);
  });

  it("do not include honest keys", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (seed) => {
        expect(acceptablePoint(await publicKeyOf(seed))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});
