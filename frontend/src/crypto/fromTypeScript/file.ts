/** Where the vectors lie that TypeScript makes. */

import { mkdirSync, writeFileSync } from "node:fs";

const folder = new URL("../../../../tests/vectors/from-typescript/", import.meta.url);

export type Fields = { readonly [field: string]: unknown };

/** One file of tests/vectors/from-typescript, in the format of tests/vectors/README.md. */
export function write(file: string, content: { readonly [list: string]: unknown }): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${file}.json`, folder), `${JSON.stringify(content, null, 1)}\n`);
}
