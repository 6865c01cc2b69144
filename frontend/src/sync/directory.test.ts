/** Nothing of the directory is used that nobody signed who could, and nothing older in the place of what was seen. */
import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  type DirectorySaid,
  emptyEntry,
  emptyProfile,
  makeDirectory,
  readDirectory,
  type SignedDirectory,
  signDirectory,
  verifyDirectory,
} from "../crypto/directory";
import { fromBase64, fromUtf8, toBase64, utf8 } from "../crypto/encoding";
import { MadeUpNetwork } from "../crypto/madeUp";
import { deviceSigner } from "../crypto/signing";
import { peopleSubject } from "../crypto/statements";
import { DirectorySync } from "./directory";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";
import type { SignedRow } from "./wire";

vi.setConfig({ testTimeout: 60_000 });

const TELEPHONE = "+000 555 0100";

let network: MadeUpNetwork;
let server: MadeUpServer;
let bo: MadeUpStay;
let account: string;
let directory: DirectorySync;
/** What the server shows of each kind, and every revision. */
let shown: { entries: SignedRow[]; profiles: SignedRow[] };
let all: SignedRow[];
let restored: number | null;
let atOnce: number;
let sent: { body: string; signature: string }[];
let handedBack: { body: string; signature: string }[];

async function ofAuthority(name: string): Promise<string> {
  const { account } = await network.person(name);
  return `authority/${network.state.accounts.get(account)?.authority ?? ""}`;
}

/** What somebody signs on their device as the next revision of their authority, or with something changed. */
async function signed(
  name: string,
  changed: Partial<DirectorySaid> = {},
  by = name,
): Promise<SignedDirectory> {
  const person = await network.person(name);
  const subject = changed.subject ?? (await ofAuthority(name));
  const body = makeDirectory({
    account: person.account,
    device: person.device.id,
    entry: subject.startsWith("account/") ? emptyProfile : { ...emptyEntry, switchboard: TELEPHONE },
    network: network.network,
    previous: null,
    revision: 1,
    size: network.size,
    subject,
    time: 1,
    ...changed,
  });
  const signature = await signDirectory(deviceSigner((await network.person(by)).device), body);
  return readDirectory(body, signature);
}

async function after(
  before: SignedDirectory,
  name: string,
  note: string,
  size = network.size,
): Promise<SignedDirectory> {
  const next = { size, previous: before.hash, revision: before.revision + 1, entry: { ...emptyEntry, note } };
  return signed(name, { ...next, subject: before.subject });
}

/** The server shows it as the newest of its subject. */
function show(given: SignedDirectory, what: "entries" | "profiles" = "entries"): void {
  const place = Math.max(0, ...all.map((row) => row.place)) + 1;
  const row = { place, ...asRow(given) };
  all.push(row);
  shown[what] = [...shown[what].filter(({ subject }) => subject !== row.subject), row];
}

function asRow(given: SignedDirectory) {
  const { subject, body, signature } = given;
  return { subject, body: fromUtf8(body), signature: toBase64(signature), at: 2 };
}

const view = () => bo.hands.snapshots.current.directory;
const wordsOf = (subject: string) => view()?.entries[subject];

/** Bo's browser, and where there was one before, what it remembers. */
async function open(): Promise<void> {
  bo = await openStay(network, "Bo");
  directory = new DirectorySync(bo.hands);
}

async function reload(): Promise<void> {
  bo.close();
  await open();
}

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
  await network.appoint("Alba", "Dia", "Ana", "deputy");
  await network.appoint("Alba", "Mia", "Ana");
}, 60_000);

/** A server that shows the Register of this network, and of the directory what a test asks for. */
function serve(of: MadeUpNetwork): void {
  server = new MadeUpServer(of, account);
  server.install();
  server.on("GET", /^\/api\/directory\/(entries|profiles)$/, (_body, match, query) => {
    const from = Number(query.get("after"));
    const rows = shown[match[1] as "entries" | "profiles"].filter(({ place }) => place > from);
    return { rows: rows.slice(0, atOnce), more: rows.length > atOnce, restored };
  });
  server.on("GET", /^\/api\/directory\/history$/, (_body, _match, query) => {
    const of_ = all.filter(({ subject }) => subject === query.get("subject"));
    return { rows: of_.slice(Number(query.get("after"))) };
  });
  server.on("GET", /^\/api\/directory\/institutions$/, () => ({ institutions: [] }));
  server.on("POST", /^\/api\/directory\/(entries|profiles)$/, async (given, match) => {
    const { body, signature } = given as (typeof sent)[number];
    sent.push({ body, signature });
    const what = match[1] as "entries" | "profiles";
    show(await readDirectory(utf8(body), fromBase64(signature, 64)), what);
    return {};
  });
  server.on("POST", /^\/api\/directory\/handed-back$/, (body) => {
    handedBack.push(body as (typeof sent)[number]);
    return {};
  });
}

beforeEach(async () => {
  account = (await network.person("Bo")).account;
  await forgetVault(network.network, account);
  [shown, all, sent, handedBack, restored, atOnce] = [{ entries: [], profiles: [] }, [], [], [], null, 100];
  serve(network);
  await open();
});

afterEach(() => {
  bo.close();
  vi.unstubAllGlobals();
});

it("takes what the lead of an authority has signed, and says who and when", async () => {
  show(await signed("Ana"));
  await directory.read();
  expect(view()?.entriesLoaded).toBe("loaded");
  expect(wordsOf(await ofAuthority("Ana"))).toMatchObject({
    said: { switchboard: TELEPHONE },
    revision: 1,
    signedBy: (await network.person("Ana")).account,
    refused: null,
  });
});

it("shows nothing of what nobody signed who could", async () => {
  const ana = await ofAuthority("Ana");
  const bo_ = await network.person("Bo");
  const broken = [
    await signed("Ana", {}, "Bo"), // by another device than it names
    await signed("Bo", { subject: ana }), // by the lead of another authority
    await signed("Mia"), // by somebody who does not speak for it
    await signed("Ana", { network: "ab".repeat(32) }),
    await signed("Ana", { device: bo_.device.id }),
    await signed("Ana", { size: 10_000 }), // by a Register that there is not
  ];
  for (const given of broken) {
    [shown.entries, all] = [[], []];
    show(given);
    await reload();
    await directory.read();
    expect(wordsOf(ana)).toMatchObject({ said: null, refused: "broken" });
  }
});

it("does not use a telephone number that the server has changed, and goes on showing the one that was signed", async () => {
  const given = await signed("Ana");
  const forged = { ...asRow(given), body: fromUtf8(given.body).replace("0100", "0199") };
  show(given);
  await directory.read();
  // in the same place, where it was read already, and then in a new one
  shown.entries = [{ place: 1, ...forged }];
  await directory.read();
  expect(wordsOf(given.subject)).toMatchObject({ said: { switchboard: TELEPHONE }, refused: null });
  shown.entries = [{ place: 2, ...forged }];
  await directory.read();
  expect(wordsOf(given.subject)).toMatchObject({ said: { switchboard: TELEPHONE }, refused: "broken" });
  // after a reload it is still seen that the server shows it, and no longer when it does not
  await reload();
  await directory.read();
  expect(wordsOf(given.subject)).toMatchObject({ said: { switchboard: TELEPHONE }, refused: "broken" });
  shown.entries = [{ place: 2, ...asRow(given) }];
  await directory.read();
  expect(wordsOf(given.subject)).toMatchObject({ refused: null });
});

it("takes the next revision of another who speaks for it, and nothing older in its place", async () => {
  const first = await signed("Ana");
  show(first);
  await directory.read();
  const second = await after(first, "Ana", "second");
  show(second);
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ said: { note: "second" }, revision: 2 });
  show(first);
  await reload();
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ said: { note: "second" }, revision: 2, refused: "older" });
});

it("takes no other revision in the place of one that was seen", async () => {
  const first = await signed("Ana");
  show(first);
  await directory.read();
  show(await signed("Ana", { time: 2 }));
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ revision: 1, refused: "other" });
  show(await after(await signed("Ana", { time: 2 }), "Ana", "after another"));
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ revision: 1, refused: "other" });
});

it("follows the chain where several revisions came since, and sees where it is cut", async () => {
  const first = await signed("Ana");
  show(first);
  await directory.read();
  const second = await after(first, "Ana", "second");
  const third = await after(second, "Ana", "third");
  show(second);
  show(third);
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ revision: 3, refused: null });
  expect((await directory.history(first.subject)).map(({ revision }) => revision)).toEqual([3, 2, 1]);
  const fourth = await after(await after(third, "Ana", "a fourth"), "Ana", "fifth");
  show(await after(third, "Ana", "another fourth"));
  show(fourth);
  await directory.read();
  expect(wordsOf(first.subject)).toMatchObject({ revision: 3, refused: "other" });
  await expect(directory.history(first.subject)).rejects.toMatchObject({ code: "directory_chain" });
});

it("goes on taking what somebody signed who no longer speaks for it, or has left", async () => {
  const subject = await ofAuthority("Ana");
  const authority = subject.slice("authority/".length);
  const byDeputy = await signed("Dia");
  const dia = (await network.person("Dia")).account;
  const later = await network.copy();
  const { identity } = await network.person("Ana");
  const fields = { account: dia, authority, role: "member" } as const;
  await later.say("focal_point.role_changed", peopleSubject(authority), fields, identity);
  serve(later);
  await reload();
  show(byDeputy);
  await directory.read();
  expect(wordsOf(subject)).toMatchObject({ revision: 1, refused: null });
  show(await after(byDeputy, "Dia", "as a member", later.size));
  await directory.read();
  expect(wordsOf(subject)).toMatchObject({ revision: 1, refused: "broken" });
  // removed as a deputy
  const left = await network.copy();
  await left.remove("Alba", "Dia");
  serve(left);
  bo.close();
  await forgetVault(network.network, account);
  await open();
  [shown.entries, all] = [[], []];
  show(byDeputy);
  await directory.read();
  expect(wordsOf(subject)).toMatchObject({ revision: 1, refused: null });
});

it("takes nothing that somebody signed for an authority whom officers alone have made its lead", async () => {
  const subject = await ofAuthority("Ana");
  const later = await network.copy();
  await later.appoint("Alba", "Eve", null, "lead");
  serve(later);
  await reload();
  show(await signed("Eve", { subject, size: later.size }));
  await directory.read();
  expect(wordsOf(subject)).toMatchObject({ said: null, refused: "broken" });
  await later.confirm("Alba", "Eve", "Dia");
  await bo.hands.register.catchUp();
  await directory.read();
  expect(wordsOf(subject)).toMatchObject({ revision: 1, refused: null });
});

it("shows each page as it comes, and fetches only what is new the next time", async () => {
  atOnce = 1;
  show(await signed("Ana"));
  show(await signed("Bo"));
  const mia = (await network.person("Mia")).account;
  show(await signed("Mia", { subject: `account/${mia}` }), "profiles");
  await directory.read();
  expect(Object.keys(view()?.entries ?? {})).toHaveLength(2);
  expect(view()?.profiles[mia]).toMatchObject({ said: emptyProfile, refused: null });
  await reload();
  server.asked.length = 0;
  await directory.read();
  expect(Object.keys(view()?.entries ?? {})).toHaveLength(2);
  expect(server.asked.filter((path) => path.includes("after="))).toEqual([
    "GET /api/directory/entries?after=2",
    "GET /api/directory/profiles?after=3",
  ]);
});

it("shows without a line what it held", async () => {
  show(await signed("Ana"));
  await directory.read();
  await reload();
  server.offline = true;
  await expect(directory.read()).rejects.toMatchObject({ code: "offline" });
  expect(wordsOf(await ofAuthority("Ana"))).toMatchObject({ said: { switchboard: TELEPHONE } });
  expect(view()?.entriesLoaded).toBe("failed");
});

it("signs the next revision of what was edited, on this device", async () => {
  const own = await ofAuthority("Bo");
  await directory.signEntry(own, { ...emptyEntry, note: "first" }, 0);
  await directory.signEntry(own, { ...emptyEntry, note: "second" }, 1);
  const [first, second] = await Promise.all(
    sent.map(({ body, signature }) => readDirectory(utf8(body), fromBase64(signature, 64))),
  );
  expect(second).toMatchObject({ revision: 2, previous: first?.hash, subject: own });
  const { device } = await network.person("Bo");
  expect(await verifyDirectory(second as SignedDirectory, device.publicKey)).toBe(true);
  expect(wordsOf(own)).toMatchObject({ said: { note: "second" }, revision: 2 });
});

it("signs nothing over what another has changed, for others, or of another form", async () => {
  const own = await ofAuthority("Bo");
  await expect(directory.signEntry(own, emptyEntry, 1)).rejects.toMatchObject({ code: "directory_changed" });
  await expect(directory.signEntry(await ofAuthority("Ana"), emptyEntry, 0)).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(directory.signEntry("state/XD", emptyEntry, 0)).rejects.toMatchObject({ code: "forbidden" });
  const wrong = { ...emptyEntry, switchboard: "1\n2" };
  await expect((async () => directory.signEntry(own, wrong, 0))()).rejects.toMatchObject({ code: "invalid" });
  expect(sent).toEqual([]);
});

it("keeps what was begun until it is signed", async () => {
  const own = await ofAuthority("Bo");
  await directory.keepDraft(own, { seen: 0, form: "{}", at: 5 });
  await reload();
  expect(await directory.draft(own)).toEqual({ seen: 0, form: "{}", at: 5 });
  await directory.signEntry(own, emptyEntry, 0);
  expect(await directory.draft(own)).toBeNull();
});

it("hands back what a database lacks that was put back to an older copy", async () => {
  const first = await signed("Ana");
  const second = await after(first, "Ana", "second");
  show(first);
  show(second);
  show(await signed("Bo"));
  await directory.read();
  // an older copy has the first revision of one, and nothing of the other
  shown.entries = [{ place: 1, ...asRow(first) }];
  restored = 1234;
  await reload();
  await directory.read();
  const given = await Promise.all(
    handedBack.map(({ body, signature }) => readDirectory(utf8(body), fromBase64(signature, 64))),
  );
  expect(given.map(({ revision }) => revision).sort()).toEqual([1, 2]);
  expect(wordsOf(first.subject)).toMatchObject({ said: { note: "second" }, refused: null });
});

it("says that it failed where the server answers otherwise than it should", async () => {
  server.on("GET", /^\/api\/directory\/entries$/, () => new Refusal(500, "server_failed"));
  await expect(directory.read()).rejects.toMatchObject({ code: "server_failed" });
  expect(view()?.entriesLoaded).toBe("failed");
});
