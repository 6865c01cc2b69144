/** An officer signs the founding text whose code the three have compared, and no other. */
import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fromBase64 } from "../crypto/encoding";
import { numbersOf } from "../crypto/invitation";
import { foundingEntry, MadeUpNetwork, type MadeUpPerson } from "../crypto/madeUp";
import { hash } from "../crypto/seal";
import { UNFOUNDED } from "../vault";
import { asEnvelope } from "./beside";
import type { Founding } from "./contract";
import { FoundingStay } from "./founding";
import { MadeUpServer } from "./madeUpServer";
import { forgetVault } from "./madeUpStay";

let stay: FoundingStay;
let shown: Founding | null = null;
let payload: string | null = null;
let signatures = 0;
/** The text that names this officer's key and those of two others. */
let textWith: (...others: string[]) => Promise<string>;

beforeEach(async () => {
  const network = new MadeUpNetwork();
  const olga = await network.person("Olga");
  const server = new MadeUpServer(network, olga.account);
  server.install();
  let key = "";
  [shown, payload, signatures] = [null, null, 0];
  const officers = await Promise.all(["Olga", "Omar", "Ottilie"].map((name) => network.person(name)));
  server.on("POST", /^\/api\/founding\/key$/, (body) => {
    key = (body as { identity_key: string }).identity_key;
    return {};
  });
  server.on("POST", /^\/api\/founding\/sign$/, () => {
    signatures += 1;
    return {};
  });
  server.on("GET", /^\/api\/founding$/, () => ({
    state: payload === null ? "collecting" : "signing",
    payload,
    network: null,
    officers: officers.map(({ account }) => ({ account, name: "", has_key: true, signed: false })),
  }));
  await forgetVault(UNFOUNDED, olga.account);
  stay = await FoundingStay.open({
    account: olga.account,
    show: (founding) => {
      shown = founding;
    },
    look: async () => {
      await stay.refresh();
    },
  });
  await stay.offerKey();
  textWith = async (...others) => {
    const [first, ...rest] = officers.slice(1).map(({ account }) => account);
    const named: MadeUpPerson[] = await Promise.all(others.map((name) => network.person(name)));
    const accounts = [olga.account, first ?? "", ...rest];
    const keys = [fromBase64(key, 32), ...named.map(({ identity }) => identity.publicKey)];
    const all = accounts.map((account, place) => ({
      ...olga,
      account,
      identity: { ...olga.identity, publicKey: keys[place] ?? olga.identity.publicKey },
    }));
    return (asEnvelope(await foundingEntry(all)) as { payload: string }).payload;
  };
});
afterEach(() => {
  stay.close();
  vi.unstubAllGlobals();
});

it("signs the text that is shown", async () => {
  payload = await textWith("Omar", "Ottilie");
  await stay.refresh();
  await stay.sign();
  expect(signatures).toBe(1);
});

it("does not sign a text with the key of somebody else in it that came after the codes were compared", async () => {
  payload = await textWith("Omar", "Ottilie");
  await stay.refresh();
  const compared = shown?.codeToCompare;
  payload = await textWith("Omar", "Mallory");
  await expect(stay.sign()).rejects.toMatchObject({ code: "founding_mismatch" });
  expect(signatures).toBe(0);
  // From now on the other code stands there, to be compared in its turn.
  expect(shown?.codeToCompare).toBe(numbersOf(await hash(fromBase64(payload))).join(" "));
  expect(shown?.codeToCompare).not.toBe(compared);
});
