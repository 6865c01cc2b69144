/** Who has accepted is believed to nobody but their signature, and nothing is signed that was not read. */
import "fake-indexeddb/auto";
import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import {
  charterHash,
  makeAcceptance,
  readAcceptance,
  signAcceptance,
  verifyAcceptance,
} from "../crypto/charter";
import { fromBase64, toBase64 } from "../crypto/encoding";
import { MadeUpNetwork, type MadeUpPerson } from "../crypto/madeUp";
import { deviceSigner } from "../crypto/signing";
import { CharterSync } from "./charter";
import { MadeUpServer, Refusal } from "./madeUpServer";
import { forgetVault, type MadeUpStay, openStay } from "./madeUpStay";

vi.setConfig({ testTimeout: 60_000 });

const texts = { ar: "نتعاون", en: "We agree", es: "Acordamos", fr: "Convenons", ru: "Согласны", zh: "约定" };
const version = { number: "1.3", effective: 1_790_000_000_000, texts };

let network: MadeUpNetwork;
let server: MadeUpServer;
let bo: MadeUpStay;
let charter: CharterSync;
let hash: string;
let acceptances: { body: string; signature: string; at: number }[];
let shown: Record<string, string>;
let sent: { body: string; signature: string }[];

function authorityOf(person: MadeUpPerson): string {
  return network.state.accounts.get(person.account)?.authority ?? "";
}

/** What somebody signs on their device, as it says or with something changed. */
async function accepted(name: string, changed: object = {}, by = name) {
  const person = await network.person(name);
  const said = {
    account: person.account,
    authority: authorityOf(person),
    charter: hash,
    device: person.device.id,
    network: network.network,
    number: "1.3",
    time: 1,
    ...changed,
  };
  const body = makeAcceptance(said);
  const signature = await signAcceptance(deviceSigner((await network.person(by)).device), body);
  return { body: toBase64(body), signature: toBase64(signature), at: 2 };
}

const proofs = () =>
  bo.hands.snapshots.current.charter?.versions.flatMap((one) => one.acceptances.map(({ proof }) => proof));

beforeAll(async () => {
  network = await MadeUpNetwork.ofTwo();
  hash = await charterHash(version);
}, 60_000);

beforeEach(async () => {
  const { account } = await network.person("Bo");
  server = new MadeUpServer(network, account);
  server.install();
  await forgetVault(network.network, account);
  [acceptances, shown, sent] = [[], texts, []];
  server.on("GET", /^\/api\/charter$/, () => {
    const row = { number: "1.3", effective: version.effective, hash, published_at: 1, acceptances };
    return {
      required: true,
      versions: [{ ...row, written_by: "ab".repeat(16), published_by: "cd".repeat(16) }],
    };
  });
  server.on("GET", /^\/api\/charter\/versions\/1\.3$/, () => ({ texts: shown }));
  server.on("POST", /^\/api\/charter\/acceptances$/, (body) => {
    sent.push(body as (typeof sent)[number]);
    return {};
  });
  bo = await openStay(network, "Bo");
  charter = new CharterSync(bo.hands);
});

afterEach(() => {
  bo.close();
  vi.unstubAllGlobals();
});

it("takes an acceptance that the device of that authority has signed for these texts", async () => {
  acceptances = [await accepted("Ana")];
  await charter.fetch();
  expect(proofs()).toEqual(["holds"]);
});

it("says of everything else what it is", async () => {
  const bo_ = await network.person("Bo");
  acceptances = [
    await accepted("Ana", { charter: "ab".repeat(32) }), // signed, for another text
    await accepted("Ana", { number: "1.4" }),
    await accepted("Ana", {}, "Bo"), // signed by somebody else
    await accepted("Ana", { authority: authorityOf(bo_) }), // for an authority that is not theirs
    await accepted("Ana", { network: "ab".repeat(32) }),
    await accepted("Ana", { device: bo_.device.id }),
    { ...(await accepted("Ana")), body: toBase64(new TextEncoder().encode("{}")) }, // nothing at all
  ];
  await charter.fetch();
  expect(proofs()).toEqual(["other_text", "other_text", "broken", "broken", "broken", "broken"]);
});

it("goes on taking what a device signed that was revoked since", async () => {
  acceptances = [await accepted("Ana")];
  const later = await network.copy();
  await later.revoke("Alba", "Ana");
  new MadeUpServer(later, bo.hands.keyring.whose.account).install();
  await bo.hands.register.catchUp();
  const { account, device } = await network.person("Ana");
  expect(bo.hands.register.state.accounts.get(account)?.devices[device.id]?.active).toBe(false);
  server.install();
  await charter.fetch();
  expect(proofs()).toEqual(["holds"]);
});

it("signs what was read, with this device", async () => {
  await charter.fetch();
  expect(await charter.read("1.3")).toEqual(texts);
  await charter.accept("1.3", hash);
  const [one] = sent;
  const given = readAcceptance(fromBase64(one?.body ?? ""), fromBase64(one?.signature ?? ""));
  const person = await network.person("Bo");
  expect(given).toMatchObject({ account: person.account, authority: authorityOf(person), charter: hash });
  expect(await verifyAcceptance(given, person.device.publicKey)).toBe(true);
});

it("neither shows nor signs texts that the version does not stand for", async () => {
  shown = { ...texts, zh: "别的约定" };
  await charter.fetch();
  await expect(charter.read("1.3")).rejects.toMatchObject({ code: "charter_mismatch" });
  await expect(charter.accept("1.3", hash)).rejects.toMatchObject({ code: "charter_mismatch" });
  shown = texts;
  await expect(charter.accept("1.3", "ab".repeat(32))).rejects.toMatchObject({ code: "charter_mismatch" });
  expect(sent).toEqual([]);
});

it("says nothing of a charter where the server has none to show", async () => {
  server.on("GET", /^\/api\/charter$/, () => new Refusal(404, "not_found"));
  await charter.fetch();
  expect(bo.hands.snapshots.current.charter).toBeNull();
});
