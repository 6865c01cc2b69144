import { describe, expect, it } from "vitest";
import { openBookmark, openBookmarkKey, sealBookmark, sealBookmarkKey } from "./bookmark.ts";
import { canonical } from "./canonical.ts";
import { Malformed, randomBytes, utf8 } from "./encoding.ts";
import { identifier, MadeUpNetwork } from "./madeUp.ts";
import { Replay } from "./register.ts";
import { DoesNotOpen, derive, seal } from "./seal.ts";

const network = await MadeUpNetwork.founded();
await network.admit("Alba", "Ana");
const whose = { network: network.network, account: await identifier("Ana") };
const other = { network: network.network, account: await identifier("Mia") };
const elsewhere = { ...whose, network: "ab".repeat(32) };

describe("a bookmark", () => {
  it("opens for its owner alone, and leads on", async () => {
    const own = await network.copy();
    const replay = await Replay.begin(own.network);
    await replay.advance(await own.note(), [own.entries]);
    const key = randomBytes(32);
    const sealed = await sealBookmark(key, whose, replay.position);
    const position = await openBookmark(key, whose, sealed);
    expect(position).toEqual(replay.position);
    await expect(openBookmark(randomBytes(32), whose, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(openBookmark(key, other, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(openBookmark(key, elsewhere, sealed)).rejects.toThrow(DoesNotOpen);
    const before = own.size;
    await own.renew("Ana");
    const resumed = await Replay.resume(own.network, position);
    await resumed.advance(await own.note(), [own.entries.slice(before)]);
    expect(resumed.state).toEqual(own.state);
  });

  it("has the form of a position", async () => {
    const key = randomBytes(32);
    const sealing = await derive(key, null, `entente/v1/bookmark\n${whose.network}${whose.account}`);
    for (const content of [canonical({}), canonical({ size: 1 }), utf8("nothing")]) {
      const sealed = await seal(sealing, content);
      await expect(openBookmark(key, whose, sealed)).rejects.toThrow(Malformed);
    }
  });
});

describe("the bookmark key", () => {
  it("opens with its recovery code alone, for this account of this network", async () => {
    const [code, key] = [randomBytes(20), randomBytes(32)];
    const sealed = await sealBookmarkKey(code, whose, key);
    expect(await openBookmarkKey(code, whose, sealed)).toEqual(key);
    await expect(openBookmarkKey(randomBytes(20), whose, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(openBookmarkKey(code, other, sealed)).rejects.toThrow(DoesNotOpen);
    await expect(openBookmarkKey(code, elsewhere, sealed)).rejects.toThrow(DoesNotOpen);
    const short = await sealBookmarkKey(code, whose, key.slice(0, 16));
    await expect(openBookmarkKey(code, whose, short)).rejects.toThrow(Malformed);
  });
});
