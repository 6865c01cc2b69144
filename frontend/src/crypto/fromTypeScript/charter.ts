/** Vectors of the charter. */

import { charterHash, deviceSigner, makeAcceptance, signAcceptance, toBase64, toHex } from "../index.ts";
import { deviceKeyOf, hashOf, secret } from "../madeUp.ts";
import { write } from "./file.ts";

export async function writeCharter(): Promise<void> {
  const text = (words: string) => ({ ar: "١", en: words, es: "¡", fr: "é", ru: "ё", zh: "约" });
  const said = [
    { name: "short", number: "1.0", effective: 0, texts: text("We agree.") },
    { name: "marks", number: "12.340", effective: Number.MAX_SAFE_INTEGER, texts: text('"\\/\n\u007f😀') },
  ];
  const versions = await Promise.all(said.map(async (one) => ({ ...one, hash: await charterHash(one) })));
  const seed = await secret("TypeScript charter");
  const device = await deviceKeyOf(seed);
  const made = await Promise.all(
    versions.map(async ({ number, hash }) => {
      const common = {
        account: (await hashOf("account")).slice(0, 32),
        authority: (await hashOf("authority")).slice(0, 32),
        charter: hash,
        network: await hashOf("network"),
        number,
        time: Number.MAX_SAFE_INTEGER,
      };
      const body = makeAcceptance({ ...common, device: device.id });
      const signature = toBase64(await signAcceptance(deviceSigner(device), body));
      return { ...common, seed: toHex(seed), body: toBase64(body), signature };
    }),
  );
  write("charter", { versions, made });
}
