/** Vectors of canonical JSON, signatures, boxes, seals, trees and checkpoints. */

import {
  boxKeyPair,
  canonical,
  concat,
  cosign,
  derive,
  emptyRange,
  extend,
  fromHex,
  leafHash,
  pae,
  payloadTypes,
  publicKeyOf,
  randomBytes,
  rootOf,
  sealBox,
  sealWithNonce,
  seedSigner,
  toBase64,
  toHex,
  utf8,
  writeCheckpoint,
} from "../index.ts";
import { hashOf, rawSigner, secret } from "../madeUp.ts";
import { type Fields, write } from "./file.ts";

export async function writePrimitives(): Promise<void> {
  const values: unknown[] = [
    null,
    [],
    {},
    { "": 0, é: "e\u0301", "\u{1f600}": -1, "\ufb33": 9_007_199_254_740_991 },
    ["\u0000\u001f\u007f\u0080\u2028\u2029", '"\\/', true, false],
    { a: { b: { c: [1, [2, [3]]] } }, A: "\u{10ffff}" },
  ];
  const refused: { [name: string]: string } = {
    "a surrogate that stands alone": '"\\udc00"',
    "a number with an exponent of zero": "1e0",
    "a negative zero inside": "[-0]",
    "an integer that doubles cannot hold": "9007199254740993",
    "keys in the order of code points, not of code units": '{"\ufb33":1,"\u{1f600}":2}',
    "a duplicate key": '{"a":1,"a":1}',
    "a tab after the value": "[]\t",
  };
  write("canonical", {
    accepted: values.map((value) => ({ value, bytes: toBase64(canonical(value)) })),
    refused: Object.entries(refused).map(([name, text]) => ({ name, bytes: toBase64(utf8(text)) })),
  });

  const made: Fields[] = [];
  const judged: Fields[] = [];
  for (const [i, type] of Object.values(payloadTypes).entries()) {
    const seed = await secret(`TypeScript signs ${i}`);
    const signer = await seedSigner(seed);
    const body = utf8("é".repeat(i * 50));
    const signature = await signer.sign(type, body);
    const [public_, signed] = [toBase64(signer.publicKey), toBase64(signature)];
    made.push({ seed: toHex(seed), public: public_, type, body: toBase64(body), signature: signed });
    for (const [name, changed, holds] of [
      ["as it was made", signature, true],
      [
        "with its last bit turned",
        Uint8Array.from(signature, (byte, at) => (at === 63 ? byte ^ 128 : byte)),
        false,
      ],
      ["with the halves exchanged", concat(signature.subarray(32), signature.subarray(0, 32)), false],
    ] as const) {
      judged.push({ name, public: public_, type, body: toBase64(body), signature: toBase64(changed), holds });
    }
  }
  const bodies = ["", "a", "é", "\0".repeat(300)];
  write("signatures", {
    pae: bodies.map((body) => ({
      type: payloadTypes.item,
      body: toBase64(utf8(body)),
      pae: toBase64(pae(payloadTypes.item, utf8(body))),
    })),
    made,
    judged,
  });

  const pairs = await Promise.all(
    ["a", "b", "c"].map(async (name) => boxKeyPair(await secret(`TypeScript box ${name}`))),
  );
  const boxes: Fields[] = [];
  const wrong: Fields[] = [];
  for (const [i, pair] of pairs.entries()) {
    const boxInfo = ["entente/v1/test", "é\n", ""][i] ?? "";
    const plaintext = await secret(`boxed ${i}`);
    const box = await sealBox(pair.publicKey, utf8(boxInfo), i === 2 ? new Uint8Array(0) : plaintext);
    const inside = i === 2 ? "" : toBase64(plaintext);
    boxes.push({ seed: toHex(pair.seed), info: boxInfo, plaintext: inside, box: toBase64(box) });
    wrong.push({ name: "another info", seed: toHex(pair.seed), info: `${boxInfo}x`, box: toBase64(box) });
    const other = pairs[(i + 1) % pairs.length] ?? pair;
    wrong.push({ name: "another key", seed: toHex(other.seed), info: boxInfo, box: toBase64(box) });
  }
  write("boxes", {
    key_pairs: pairs.map((pair) => ({
      seed: toHex(pair.seed),
      public: toBase64(pair.publicKey),
      hash: pair.hash,
    })),
    boxes,
    refused: wrong,
    keys: pairs.map((pair) => ({ name: "a good key", public: toBase64(pair.publicKey), accepted: true })),
  });

  const [key, nonce, aad, plaintext] = [randomBytes(32), randomBytes(12), utf8("header"), utf8("inside")];
  const sealed = await sealWithNonce(key, plaintext, nonce, aad);
  const given = [utf8("secret"), fromHex("00ff"), utf8("label\n")] as const;
  write("seal", {
    derived: [
      {
        secret: toBase64(given[0]),
        salt: toBase64(given[1]),
        info: toBase64(given[2]),
        key: toHex(await derive(given[0], given[1], given[2])),
      },
    ],
    sealed: [
      {
        key: toHex(key),
        nonce: toBase64(nonce),
        aad: toBase64(aad),
        plaintext: toBase64(plaintext),
        sealed: toBase64(sealed),
      },
    ],
    refused: [
      { name: "no associated data", key: toHex(key), aad: "", sealed: toBase64(sealed) },
      {
        name: "without its tag",
        key: toHex(key),
        aad: toBase64(aad),
        sealed: toBase64(sealed.slice(0, -16)),
      },
    ],
  });
}

export async function writeTrees(): Promise<void> {
  const leaves = await Promise.all(Array.from({ length: 300 }, (_, i) => leafHash(utf8(String(i)))));
  const trees: Fields[] = [];
  for (const size of [0, 1, 2, 3, 100, 255, 256, 257, 300]) {
    const range = await extend(emptyRange, leaves.slice(0, size));
    trees.push({ size, root: toHex(await rootOf(range)), range: range.hashes.map(toHex) });
  }
  write("merkle", { trees });
  const made: Fields[] = [];
  for (const size of [1, 1000, Number.MAX_SAFE_INTEGER]) {
    const seed = await secret(`TypeScript register ${size}`);
    const network = await hashOf(`network ${size}`);
    const root = await secret(`root ${size}`);
    const note = await writeCheckpoint(network, size, root, await publicKeyOf(seed), await rawSigner(seed));
    made.push({ seed: toHex(seed), network, size, root: toHex(root), note });
  }
  const cosigned: Fields[] = [];
  for (const [index, time] of [0, 1_790_000_000].entries()) {
    const seed = await secret(`TypeScript cosigner ${index}`);
    const note = await writeCheckpoint(
      await hashOf("network"),
      index,
      await secret("root"),
      await publicKeyOf(seed),
      await rawSigner(seed),
    );
    const made = await cosign(note, time, await publicKeyOf(seed), await rawSigner(seed));
    cosigned.push({ seed: toHex(seed), note, time, cosigned: made });
  }
  write("checkpoints", { made, cosigned });
}
