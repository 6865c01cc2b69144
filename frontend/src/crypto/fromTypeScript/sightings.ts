/** Vectors of sightings. */

import { deviceSigner, makeSighting, signSighting, toBase64, toHex } from "../index.ts";
import { deviceKeyOf, hashOf, secret } from "../madeUp.ts";
import { type Fields, write } from "./file.ts";

export async function writeSightings(): Promise<void> {
  const seed = await secret("TypeScript sighting");
  const device = await deviceKeyOf(seed);
  const common = {
    account: (await hashOf("account")).slice(0, 32),
    network: await hashOf("network"),
    checkpoint: { root: await hashOf("root"), size: 12 },
    time: Number.MAX_SAFE_INTEGER,
  };
  const made: Fields[] = [];
  for (const numbers of [[], [1], [3, 2, Number.MAX_SAFE_INTEGER]]) {
    const held = await Promise.all(
      numbers.map(async (sequence) => ({
        id: await hashOf(`conversation ${sequence}`),
        sequence,
        head: await hashOf(`head ${sequence}`),
      })),
    );
    const body = await makeSighting({ ...common, device: device.id, held });
    const signature = toBase64(await signSighting(deviceSigner(device), body));
    made.push({ ...common, seed: toHex(seed), held, body: toBase64(body), signature });
  }
  write("sightings", { made });
}
