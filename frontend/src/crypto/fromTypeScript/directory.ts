/** Vectors of the directory. */

import {
  type DirectoryEntry,
  deviceSigner,
  emptyEntry,
  emptyProfile,
  makeDirectory,
  signDirectory,
  toBase64,
  toHex,
} from "../index.ts";
import { deviceKeyOf, hashOf, secret } from "../madeUp.ts";
import { write } from "./file.ts";

export async function writeDirectory(): Promise<void> {
  const seed = await secret("TypeScript directory");
  const device = await deviceKeyOf(seed);
  const account = (await hashOf("account")).slice(0, 32);
  const full: DirectoryEntry = {
    ...emptyEntry,
    address: '"\\/\n😀',
    central: true,
    competences: ["bank", "travel"],
    duty: { telephone: "+000 555 0100", hours: { days: [1, 7], from: 0, until: 1440 } },
    electronic: { accepted: false, how: "" },
    formal: [{ code: "bank", note: "суд" }],
    hours: { days: [1, 2, 3, 4, 5], from: 480, until: 960 },
    interpol: false,
    languages: ["es", "tzm"],
    names: { zh: "司法部", es: "Ministerio de Justicia" },
    zone: "Etc/GMT+5",
  };
  const first = { previous: null, revision: 1 };
  const later = { previous: await hashOf("before"), revision: 7 };
  const said = [
    { ...first, entry: emptyEntry, subject: `authority/${(await hashOf("authority")).slice(0, 32)}` },
    { ...later, entry: full, subject: "state/XD" },
    { ...first, entry: emptyProfile, subject: `account/${account}` },
  ];
  const network = await hashOf("network");
  const made = await Promise.all(
    said.map(async (one) => {
      const common = { ...one, account, network, size: 5, time: Number.MAX_SAFE_INTEGER };
      const body = makeDirectory({ ...common, device: device.id });
      const signature = toBase64(await signDirectory(deviceSigner(device), body));
      return { ...common, seed: toHex(seed), body: toBase64(body), signature };
    }),
  );
  write("directory", { made });
}
