/** Compresses every file of a build once, as hard as possible, so that the server never compresses anything. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip, constants as zlib } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(?:js|mjs|css|html|svg|json|txt|wasm|webmanifest)$/;
const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** A smaller copy is written only when it saves something; the server looks for `.br` and `.gz` beside a file. */
async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  const variants = [
    [".br", await brotli(content, { params: { [zlib.BROTLI_PARAM_QUALITY]: zlib.BROTLI_MAX_QUALITY } })],
    [".gz", await gzipped(content, { level: zlib.Z_BEST_COMPRESSION })],
  ] as const;
  for (const [ending, smaller] of variants) {
    if (smaller.length < content.length) {
      await writeFile(path + ending, smaller);
    }
  }
}

export function precompress(): Plugin {
  let folder = "dist";
  return {
    name: "entente-precompress",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true, withFileTypes: true });
      const texts = files.filter((file) => file.isFile() && TEXT.test(file.name));
      await Promise.all(texts.map((file) => compressFile(join(file.parentPath, file.name))));
    },
  };
}
