/** Vectors of applications. */

import { applicationDigest } from "../index.ts";
import { hashOf } from "../madeUp.ts";
import { write } from "./file.ts";

export async function writeApplications(): Promise<void> {
  const content = {
    application: (await hashOf("application of TypeScript")).slice(0, 32),
    documents: [
      { name: "قانون", purpose: "mandate", sha256: await hashOf("law"), size: Number.MAX_SAFE_INTEGER },
      { name: '"\\/\n😀', purpose: "other", sha256: await hashOf("other"), size: 1 },
    ],
    form: {
      name: "هيئة النزاهة",
      name_en: "Integrity Commission",
      state: "XE",
      membership: "observer",
      powers: ["prevent"],
      mandate: "\u007f",
      legal_basis: "",
      independence: "",
      protection_physical: "",
      protection_legal: "",
      website: "https://xe.example",
      address: "",
      telephone: "",
      focal_points: [],
      signatory_name: "",
      signatory_function: "",
      charter: "",
      note: "ё",
    },
    network: await hashOf("network"),
    nonce: await hashOf("nonce"),
    revision: 3,
  };
  write("applications", {
    digests: [{ name: "observer", ...content, digest: await applicationDigest(content) }],
  });
}
