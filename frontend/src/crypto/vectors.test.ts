/** Judges every test vector in tests/vectors, whichever of the two implementations made it. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  acceptableBoxKey,
  acceptablePoint,
  applicationDigest,
  type Bytes,
  boxKeyPair,
  Conversation,
  canonical,
  charterHash,
  codeToCompare,
  commitmentTo,
  cosign,
  cosignedAt,
  DoesNotOpen,
  decide,
  derive,
  deviceSigner,
  draftKey,
  emptyRange,
  emptyState,
  epochCommitment,
  extend,
  followsEntry,
  freshnessOf,
  fromBase64,
  fromHex,
  fromPlain,
  hashHex,
  inviteeMac,
  inviterMac,
  isDue,
  leafHash,
  Malformed,
  makeAcceptance,
  makeDirectory,
  makeSighting,
  maySignFor,
  messageKey,
  openBookmark,
  openBookmarkKey,
  openBox,
  openDraft,
  openEpochBox,
  openMessage,
  openSealed,
  type PayloadType,
  padme,
  pae,
  parse,
  parseCheckpoint,
  payloadTypes,
  prepare,
  prfInput,
  publicKeyOf,
  RegisterFinding,
  type RegisterView,
  Replay,
  readAcceptance,
  readBundle,
  readCode,
  readDirectory,
  readersOf,
  readItem,
  readSighting,
  readTable,
  rootOf,
  type State,
  sealWithNonce,
  seedSigner,
  signAcceptance,
  signDirectory,
  signSighting,
  tilePath,
  toBase64,
  toHex,
  toPlain,
  unlockKeyOf,
  unlockKeyOfPasskey,
  utf8,
  vaultKeyBytes,
  verify,
  verifyAcceptance,
  verifyCheckpoint,
  verifyConsistency,
  verifyDirectory,
  verifyInclusion,
  verifySighting,
  writeBody,
  writeCheckpoint,
  writeCode,
} from "./index.ts";
import { deviceKeyOf, rawSigner, secret } from "./madeUp.ts";
import { apply } from "./rules.ts";
import { bindPayload } from "./session.ts";

const folder = new URL("../../../tests/vectors/", import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: the vectors are files of this repository, with the fields their README names.
type Case = any;
type Judge = (one: Case) => Promise<void>;

function read(file: string, from: string): { [list: string]: Case } {
  const path = new URL(`${from}${file}.json`, folder);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}

const bytes = (text: string): Bytes => fromBase64(text);

interface History {
  readonly entries: readonly Bytes[];
  readonly states: readonly State[];
  readonly view: RegisterView;
}

async function historyOf(listed: readonly Case[]): Promise<History> {
  const entries = listed.map((one) => bytes(one.entry));
  const states = [emptyState];
  const ranges = [emptyRange];
  for (const [place, one] of listed.entries()) {
    const entry = entries[place] as Bytes;
    const outcome = await apply(states[place] as State, entry);
    expect(outcome, `entry ${place}: ${one.type}`).toMatchObject({ rejected: false });
    expect(toHex(await leafHash(entry))).toBe(one.hash);
    expect(await hashHex(canonical(toPlain(outcome.state))), `entry ${place}: ${one.type}`).toBe(
      one.state_hash,
    );
    if (one.state !== undefined) {
      expect(toPlain(outcome.state)).toEqual(one.state);
      expect(toPlain(fromPlain(one.state))).toEqual(one.state);
    }
    states.push(outcome.state);
    ranges.push(await extend(ranges[place] ?? emptyRange, [await leafHash(entry)]));
  }
  const view: RegisterView = {
    size: entries.length,
    state: states[entries.length] as State,
    stateAt: (size) => states[size] ?? null,
    rootAt: async (size) => {
      const range = ranges[size];
      return range === undefined ? null : toHex(await rootOf(range));
    },
  };
  return { entries, states, view };
}

const histories: { [name: string]: History } = {};
for (const from of ["", "from-typescript/"]) {
  for (const [name, listed] of Object.entries(read("register", from).histories ?? {})) {
    histories[name] = await historyOf(listed as Case[]);
  }
}

function history(name: string): History {
  const found = histories[name];
  if (found === undefined) throw new Error(`no history ${name}`);
  return found;
}

const leaves = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, i) => leafHash(utf8(String(i)))));

async function noteFor(entries: readonly Bytes[]): Promise<string> {
  const seed = await secret("register");
  const range = await extend(emptyRange, await Promise.all(entries.map(leafHash)));
  const network = toHex(await leafHash(entries[0] as Bytes));
  return writeCheckpoint(
    network,
    range.size,
    await rootOf(range),
    await publicKeyOf(seed),
    await rawSigner(seed),
  );
}

async function judgeNote(one: Case): Promise<boolean> {
  try {
    const checkpoint = parseCheckpoint(one.note);
    const good = await verifyCheckpoint(checkpoint, bytes(one.register_key));
    return good && checkpoint.network === one.network;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

async function judgeAcceptance(one: Case): Promise<boolean> {
  try {
    const given = readAcceptance(bytes(one.body), bytes(one.signature));
    return await verifyAcceptance(given, bytes(one.device_key));
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

async function judgeDirectory(one: Case): Promise<boolean> {
  try {
    const given = await readDirectory(bytes(one.body), bytes(one.signature));
    return await verifyDirectory(given, bytes(one.device_key));
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

async function judgeSighting(one: Case): Promise<boolean> {
  try {
    return await verifySighting(readSighting(bytes(one.body), bytes(one.signature)), bytes(one.device_key));
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

const box: Judge = async (one) => {
  expect(await openBox(fromHex(one.seed), utf8(one.info), bytes(one.box))).toEqual(bytes(one.plaintext));
};

const judges: { [file: string]: { [list: string]: Judge } } = {
  canonical: {
    accepted: async (one) => {
      expect(canonical(one.value)).toEqual(bytes(one.bytes));
      expect(parse(bytes(one.bytes))).toEqual(one.value);
    },
    refused: async (one) => expect(() => parse(bytes(one.bytes))).toThrow(Malformed),
  },
  signatures: {
    pae: async (one) => expect(pae(one.type, bytes(one.body))).toEqual(bytes(one.pae)),
    made: async (one) => {
      const signer = await seedSigner(fromHex(one.seed));
      expect(toBase64(signer.publicKey)).toBe(one.public);
      expect(toBase64(await signer.sign(one.type, bytes(one.body)))).toBe(one.signature);
    },
    judged: async (one) => {
      const type: PayloadType = one.type;
      expect(await verify(bytes(one.public), type, bytes(one.body), bytes(one.signature))).toBe(one.holds);
    },
    keys: async (one) => expect(acceptablePoint(bytes(one.public))).toBe(one.accepted),
  },
  boxes: {
    key_pairs: async (one) => {
      const pair = await boxKeyPair(fromHex(one.seed));
      expect([toBase64(pair.publicKey), pair.hash]).toEqual([one.public, one.hash]);
    },
    boxes: box,
    refused: async (one) => {
      await expect(openBox(fromHex(one.seed), utf8(one.info), bytes(one.box))).rejects.toThrow(DoesNotOpen);
    },
    keys: async (one) => expect(acceptableBoxKey(bytes(one.public))).toBe(one.accepted),
  },
  seal: {
    derived: async (one) => {
      expect(toHex(await derive(bytes(one.secret), bytes(one.salt), bytes(one.info)))).toBe(one.key);
    },
    sealed: async (one) => {
      const [key, aad, plaintext] = [fromHex(one.key), bytes(one.aad), bytes(one.plaintext)];
      expect(await openSealed(key, bytes(one.sealed), aad)).toEqual(plaintext);
      expect(toBase64(await sealWithNonce(key, plaintext, bytes(one.nonce), aad))).toBe(one.sealed);
    },
    refused: async (one) => {
      await expect(openSealed(fromHex(one.key), bytes(one.sealed), bytes(one.aad))).rejects.toThrow(
        DoesNotOpen,
      );
    },
  },
  recovery: {
    written: async (one) => {
      expect(writeCode(fromHex(one.secret)).join("-")).toBe(one.code);
      expect(readCode(one.code)).toMatchObject({ ok: true, secret: fromHex(one.secret) });
    },
    read: async (one) => expect(readCode(one.text)).toMatchObject({ ok: true, secret: fromHex(one.secret) }),
    // A text that is only too long has no wrong group; here the last one is named, where the surplus stands.
    refused: async (one) => expect(readCode(one.text)).toEqual({ ok: false, group: one.group ?? 7 }),
    unlock: async (one) => {
      const pair = await unlockKeyOf(fromHex(one.secret), one);
      expect([toHex(pair.seed), pair.hash]).toEqual([one.seed, one.hash]);
    },
  },
  passkeys: {
    unlock: async (one) => {
      const pair = await unlockKeyOfPasskey(fromHex(one.secret), one);
      expect(toHex(await prfInput(one.network))).toBe(one.input);
      expect([toHex(pair.seed), pair.hash]).toEqual([one.seed, one.hash]);
    },
    bookmark_keys: async (one) => {
      const opened = await openBookmarkKey(fromHex(one.secret), one, bytes(one.sealed));
      expect(toHex(opened)).toBe(one.bookmark_key);
    },
  },
  person: {
    commitments: async (one) => {
      const { name, function: itsFunction } = one.person;
      expect(await commitmentTo(bytes(one.salt), name, itsFunction)).toBe(one.commitment);
    },
    compare: async (one) => {
      expect(await codeToCompare(one.network, bytes(one.identity_key))).toEqual(one.numbers);
    },
    macs: async (one) => {
      const given = fromHex(one.secret);
      const { covered } = one;
      const mac =
        one.kind === "inviter"
          ? await inviterMac(given, covered.network, covered.checkpoint)
          : await inviteeMac(given, covered, bytes(covered.identity_key));
      expect(toBase64(mac)).toBe(one.mac);
    },
    boxes: box,
    vault: async (one) => {
      const key = await vaultKeyBytes(
        fromHex(one.local),
        fromHex(one.half),
        one.network,
        one.account,
        one.device,
      );
      expect(toHex(key)).toBe(one.key);
    },
    sessions: async (one) => {
      const payload = bindPayload(one.network, one.account, one.device, bytes(one.challenge));
      expect(toBase64(payload)).toBe(one.payload);
      const signature = await deviceSigner(await deviceKeyOf(fromHex(one.seed))).sign(
        payloadTypes.session,
        payload,
      );
      expect(toBase64(signature)).toBe(one.signature);
    },
    bookmarks: async (one) => {
      const position = await openBookmark(fromHex(one.bookmark_key), one, bytes(one.sealed));
      expect(position).toEqual(one.content);
      const replay = await Replay.resume(one.network, position);
      expect(replay.position).toEqual(position);
    },
    bookmark_keys: async (one) => {
      const opened = await openBookmarkKey(fromHex(one.secret), one, bytes(one.sealed));
      expect(toHex(opened)).toBe(one.bookmark_key);
    },
  },
  merkle: {
    trees: async (one) => {
      const range = await extend(emptyRange, await leaves(one.size));
      expect([toHex(await rootOf(range)), range.hashes.map(toHex)]).toEqual([one.root, one.range]);
    },
    inclusion: async (one) => {
      const proof = one.proof.map((node: string) => fromHex(node));
      const holds = await verifyInclusion(one.index, one.size, fromHex(one.leaf), proof, fromHex(one.root));
      expect(holds).toBe(one.holds);
    },
    consistency: async (one) => {
      const proof = one.proof.map((node: string) => fromHex(node));
      const [first, second] = [fromHex(one.first_root), fromHex(one.second_root)];
      expect(await verifyConsistency(one.first, first, one.second, second, proof)).toBe(one.holds);
    },
  },
  applications: {
    digests: async ({ name: _, digest, ...content }) => {
      if (digest === null) await expect(applicationDigest(content)).rejects.toThrow(Malformed);
      else expect(await applicationDigest(content)).toBe(digest);
    },
  },
  charter: {
    versions: async (one) => {
      if (one.hash === null) await expect(charterHash(one)).rejects.toThrow(Malformed);
      else expect(await charterHash(one)).toBe(one.hash);
    },
    made: async (one) => {
      const device = await deviceKeyOf(fromHex(one.seed));
      const body = makeAcceptance({ ...one, device: device.id });
      expect(toBase64(body)).toBe(one.body);
      expect(toBase64(await signAcceptance(deviceSigner(device), body))).toBe(one.signature);
    },
    judged: async (one) => expect(await judgeAcceptance(one)).toBe(one.holds),
  },
  directory: {
    made: async (one) => {
      const device = await deviceKeyOf(fromHex(one.seed));
      const body = makeDirectory({ ...one, device: device.id });
      expect(toBase64(body)).toBe(one.body);
      expect(toBase64(await signDirectory(deviceSigner(device), body))).toBe(one.signature);
    },
    judged: async (one) => expect(await judgeDirectory(one)).toBe(one.holds),
    followed: async (one) => {
      const unsigned = (body: string) => readDirectory(bytes(body), new Uint8Array(64));
      const before = one.before === null ? null : await unsigned(one.before);
      expect(followsEntry(await unsigned(one.body), before)).toBe(one.follows);
    },
    signers: async (one) => expect(maySignFor(one.subject, one.account, one, one.kind)).toBe(one.may),
  },
  sightings: {
    made: async (one) => {
      const device = await deviceKeyOf(fromHex(one.seed));
      const body = await makeSighting({ ...one, device: device.id });
      expect(toBase64(body)).toBe(one.body);
      expect(toBase64(await signSighting(deviceSigner(device), body))).toBe(one.signature);
    },
    judged: async (one) => expect(await judgeSighting(one)).toBe(one.holds),
  },
  checkpoints: {
    accepted: async (one) => {
      expect(await judgeNote(one)).toBe(true);
      expect(parseCheckpoint(one.note)).toMatchObject({ size: one.size, root: one.root });
      expect(await cosignedAt(parseCheckpoint(one.note), bytes(one.register_key))).toBe(one.time);
    },
    freshness: async (one) => expect(freshnessOf(one.time, one.now)).toBe(one.freshness),
    cosigned: async (one) => {
      const seed = fromHex(one.seed);
      const made = await cosign(one.note, one.time, await publicKeyOf(seed), await rawSigner(seed));
      expect(made).toBe(one.cosigned);
    },
    refused: async (one) => expect(await judgeNote(one)).toBe(false),
    made: async (one) => {
      const seed = fromHex(one.seed);
      const key = await publicKeyOf(seed);
      const note = await writeCheckpoint(
        one.network,
        one.size,
        fromHex(one.root),
        key,
        await rawSigner(seed),
      );
      expect(note).toBe(one.note);
    },
  },
  tiles: {
    paths: async (one) => expect(tilePath(one.level, one.index, one.width)).toBe(`tile/${one.path}`),
    tiles: async (one) => {
      const all = await leaves(one.size);
      const under = 256 ** one.level;
      const nodes: string[] = [];
      for (let i = 0; i < one.width; i++) {
        const from = (one.index * 256 + i) * under;
        nodes.push(toHex(await rootOf(await extend(emptyRange, all.slice(from, from + under)))));
      }
      expect(nodes.join("")).toBe(toHex(bytes(one.bytes)));
    },
    bundles: async (one) => expect(readBundle(bytes(one.bytes)).map(toBase64)).toEqual(one.entries),
    refused_bundles: async (one) => expect(() => readBundle(bytes(one.bytes))).toThrow(Malformed),
  },
  refusals: {
    cases: async (one) => {
      let state = history(one.history).states[one.after] as State;
      for (const entry of one.then) {
        const outcome = await apply(state, bytes(entry));
        expect(outcome).toMatchObject({ rejected: false });
        state = outcome.state;
      }
      const outcome = decide(state, await prepare(bytes(one.entry)));
      expect(outcome).toMatchObject({ rejected: true, reason: one.reason });
      expect(outcome.state).toEqual({ ...state, size: state.size + 1 });
    },
  },
  replays: {
    cases: async (one) => {
      const { entries } = history(one.history);
      const given = one.entries.map(bytes) as Bytes[];
      // A client that knows no network yet takes it from the first entry it is given.
      const first = given[0] ?? entries[0];
      const network = one.network ?? (first === undefined ? "" : toHex(await leafHash(first)));
      const replay = await Replay.begin(network);
      if (one.held > 0) {
        await replay.advance(await noteFor(entries.slice(0, one.held)), [entries.slice(0, one.held)]);
      }
      const before = replay.position;
      const advanced = replay.advance(one.note, [given]);
      if (one.finding === null) {
        const rejected = await advanced;
        expect(rejected.map(({ index, reason }) => ({ index, reason }))).toEqual(one.rejected);
      } else {
        const error = await advanced.catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(RegisterFinding);
        expect((error as RegisterFinding).finding).toBe(one.finding);
        expect(replay.position).toEqual(before);
      }
    },
  },
  conversations: {
    sequences: async (one) => {
      const { view, states } = history(one.history);
      const conversation = new Conversation(states[1]?.network ?? "", one.conversation);
      for (const [place, each] of one.items.entries()) {
        const table = each.table === null ? {} : { table: bytes(each.table) };
        const item = {
          body: bytes(each.body),
          signature: bytes(each.signature),
          sequence: place + 1,
          ...table,
        };
        const taken = await conversation.take({ ...item, head: each.head }, view);
        expect([place + 1, taken.kind === "refused", taken]).toMatchObject([place + 1, each.refused, {}]);
        expect(conversation.head).toBe(each.head);
      }
      const again = new Conversation(conversation.network, conversation.id, conversation.anchor);
      expect(again.anchor).toEqual(conversation.anchor);
    },
    epoch_keys: async (one) => {
      expect(await epochCommitment(one.previous, one.number, fromHex(one.key))).toBe(one.commitment);
    },
    boxes: async (one) => {
      const seed = fromHex(one.reading_seed);
      const opened = openEpochBox(one, one, one.account, one.generation, { seed }, bytes(one.box));
      if (one.key === null) await expect(opened).rejects.toThrow(DoesNotOpen);
      else expect(toHex(await opened)).toBe(one.key);
    },
    messages: async (one) => {
      const opened = openMessage(fromHex(one.epoch_key), one.device, bytes(one.header), bytes(one.content));
      if (one.plaintext === null) await expect(opened).rejects.toThrow(DoesNotOpen);
      else expect(await opened).toEqual(one.plaintext);
    },
    message_keys: async (one) => {
      expect(toHex(await messageKey(fromHex(one.epoch_key), one.device))).toBe(one.key);
    },
    padme: async (one) => expect(padme(one.length)).toBe(one.padded),
    "headers.accepted": async (one) => {
      const content = new Uint8Array(one.kind === "message" ? 1 : 0);
      expect(readItem(writeBody(canonical(one), content)).header).toEqual(one);
    },
    "headers.refused": async (one) => {
      const content = new Uint8Array(one.header?.kind === "message" ? 1 : 0);
      expect(() => readItem(writeBody(canonical(one.header), content))).toThrow(Malformed);
    },
    readers: async (one) => {
      const state = history(one.history).states[one.after] as State;
      expect(readersOf(state, one.participants).map((reader) => reader.account)).toEqual(one.readers);
    },
    due: async (one) => {
      const state = history(one.history).states[one.after] as State;
      expect(isDue(state, one.participants, readTable(bytes(one.table)))).toBe(one.due);
    },
  },
  drafts: {
    drafts: async (one) => {
      const seed = fromHex(one.reading_seed);
      expect(toHex(await draftKey(seed, one, one.slot))).toBe(one.key);
      const opened = await openDraft(seed, one, one.slot, bytes(one.sealed)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(DoesNotOpen);
        return null;
      });
      expect(opened).toEqual(one.draft);
    },
  },
};

describe.each([
  ["Python", ""],
  ["TypeScript", "from-typescript/"],
])("vectors made by %s", (maker, from) => {
  for (const [file, lists] of Object.entries(judges)) {
    for (const [list, judge] of Object.entries(lists)) {
      const cases: Case[] =
        list.split(".").reduce<Case>((inner, part) => inner?.[part], read(file, from)) ?? [];
      if (maker === "TypeScript" && cases.length === 0) continue;
      it(`hold: ${file}, ${list}`, { timeout: 60_000 }, async () => {
        expect(cases.length).toBeGreaterThan(0);
        const failed: string[] = [];
        for (const [place, one] of cases.entries()) {
          await judge(one).catch((error: unknown) => failed.push(`${place} ${one.name ?? ""}: ${error}`));
        }
        expect(failed).toEqual([]);
      });
    }
  }
});

/** Only the server reads the path of a tile, and only the Python half keeps boxes from run to run. */
const forPythonAlone = ["tiles.refused_paths", "conversations.kept"];

describe("vectors", () => {
  it("are judged without exception, but for what Python alone does", () => {
    const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
    const lists = files.flatMap((name) => {
      const file = name.replace(".json", "");
      return Object.keys(read(file, "")).map((list) => `${file}.${list}`);
    });
    const judged = Object.entries(judges).flatMap(([file, own]) =>
      Object.keys(own).map((list) => `${file}.${list.split(".")[0]}`),
    );
    const known = new Set([...judged, ...forPythonAlone, "register.histories"]);
    expect(lists.filter((list) => !known.has(list))).toEqual([]);
  });
});

describe("histories of the Register", () => {
  it("lead to the same states in both implementations", () => {
    expect(Object.keys(histories)).toEqual(expect.arrayContaining(["small", "long", "story"]));
  });
});
