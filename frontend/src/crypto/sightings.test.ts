/** The limits of a sighting; its form is judged by the vectors. */

import { expect, it } from "vitest";
import { Malformed } from "./encoding.ts";
import { deviceKeyOf, hashOf, secret } from "./madeUp.ts";
import { makeSighting, mostSighted, readSighting, sightingTag, signSighting } from "./sightings.ts";
import { deviceSigner } from "./signing.ts";

async function made(number: number) {
  const device = await deviceKeyOf(await secret("device"));
  const [head, root, network] = [await hashOf("head"), await hashOf("root"), await hashOf("network")];
  const held = await Promise.all(
    Array.from({ length: number }, async (_, i) => ({ id: await hashOf(`${i}`), sequence: i + 1, head })),
  );
  const checkpoint = { root, size: 7 };
  const account = "ab".repeat(16);
  const body = await makeSighting({ account, device: device.id, network, checkpoint, held, time: 1 });
  return { device, body, signature: await signSighting(deviceSigner(device), body) };
}

it("takes as many conversations as there may be, and not one more", async () => {
  const full = await made(mostSighted);
  expect(readSighting(full.body, full.signature).conversations).toHaveLength(mostSighted);
  const tooMany = await made(mostSighted + 1);
  expect(() => readSighting(tooMany.body, tooMany.signature)).toThrow(Malformed);
});

it("names a conversation to those alone who are in it, and for each device anew", async () => {
  const { device, body } = await made(1);
  const conversation = await hashOf("0");
  expect(new TextDecoder().decode(body)).not.toContain(conversation);
  expect(new TextDecoder().decode(body)).toContain(await sightingTag(conversation, device.id));
  expect(await sightingTag(conversation, await hashOf("other"))).not.toBe(
    await sightingTag(conversation, device.id),
  );
});
