/** Vectors of the Register: a history, what the rules refuse, and what stops a replay. */

import {
  accountSubject,
  apply,
  type Bytes,
  canonical,
  hashHex,
  leafHash,
  makeEntry,
  parseEntry,
  peopleSubject,
  type Signer,
  type Statement,
  signPayload,
  standingSubject,
  toBase64,
  toHex,
  toPlain,
  writeEnvelope,
} from "../index.ts";
import { deviceKeyOf, hashOf, identifier, type MadeUpNetwork, secret } from "../madeUp.ts";
import { deviceSigner } from "../signing.ts";
import { type Fields, write } from "./file.ts";

export async function historyOf(network: MadeUpNetwork): Promise<Fields[]> {
  const listed: Fields[] = [];
  for (const [i, entry] of network.entries.entries()) {
    const state = toPlain(network.states[i + 1] as (typeof network.states)[number]);
    listed.push({
      entry: toBase64(entry),
      hash: toHex(await leafHash(entry)),
      type: parseEntry(entry).said.type,
      state_hash: await hashHex(canonical(state)),
      ...((i + 1) % 10 === 0 || i + 1 === network.size ? { state } : {}),
    });
  }
  return listed;
}

export async function writeRefusals(network: MadeUpNetwork): Promise<void> {
  const cases: Fields[] = [];
  const alba = await identifier("Alba");
  const people = peopleSubject(alba);
  const standing = standingSubject(alba);
  const one = async (name: string) => network.person(name);
  const device = async (name: string) => deviceSigner((await one(name)).device);
  const [dora, mia, bo, nora] = await Promise.all(["Dora", "Mia", "Bo", "Nora"].map(one));
  if (dora === undefined || mia === undefined || bo === undefined || nora === undefined)
    throw new Error("nobody");
  const add = async (name: string, entry: Promise<Bytes> | Bytes) => {
    const outcome = await apply(network.state, await entry);
    if (!outcome.rejected) throw new Error(`${name}: it applies`);
    const { reason } = outcome;
    cases.push({
      name,
      history: "typescript",
      after: network.size,
      // biome-ignore lint/suspicious/noThenProperty: a field of the vectors, which nobody awaits.
      then: [],
      entry: toBase64(await entry),
      reason,
    });
  };
  const removal = (account: string, ...signers: Signer[]) =>
    network.entry("focal_point.removed", people, { account, authority: alba }, signers);
  await add("a member removes a member", removal(nora.account, await device("Mia")));
  await add("the identity key of the lead removes", removal(mia.account, dora.identity));
  await add("somebody of another authority removes", removal(mia.account, await device("Bo")));
  await add("the lead removes themself", removal(dora.account, await device("Dora")));
  await add("the lead removes somebody of another authority", removal(bo.account, await device("Dora")));
  await add("two devices remove", removal(mia.account, await device("Dora"), await device("Ana")));
  await add("nobody knows whom", removal("1".repeat(32), await device("Dora")));
  await add("a lead appoints a lead", network.appointment("Alba", "Nils", "Dora", "lead"));
  await add("officers appoint a member", network.appointment("Alba", "Nils", null, "member"));
  await add("the former lead appoints", network.appointment("Alba", "Nils", "Ana", "member"));
  await add("an authority of observers", network.appointment("Observers", "Nils", null, "lead"));
  await add("somebody who is there", network.appointment("Alba", "Mia", "Dora", "member"));
  const foreign = parseEntry(await network.appointment("Alba", "Nils", "Dora", "member"));
  const used = { ...foreign.said, identity_key: toBase64(mia.device.publicKey) } as unknown as Statement;
  await add("an identity key that was a device key", makeEntry(used, dora.identity));
  const signature = await signPayload(foreign.payload, dora.identity);
  const turned = {
    ...signature,
    signature: Uint8Array.from(signature.signature, (byte, i) => (i === 40 ? byte ^ 1 : byte)),
  };
  await add("a signature with a bit turned", writeEnvelope(foreign.payload, [turned]));
  const empty = { authority: alba, reason: "" };
  await add(
    "one officer alone",
    network.entry("authority.suspended", standing, empty, network.threshold.slice(1)),
  );
  await add("not suspended", network.entry("authority.reinstated", standing, empty, network.threshold));
  await add(
    "another head",
    network.entry("authority.suspended", standing, empty, network.threshold, { previous: null }),
  );
  await add(
    "another network",
    network.entry("authority.suspended", standing, empty, network.threshold, { network: await hashOf("x") }),
  );
  const subject = accountSubject(mia.account, mia.identity.publicKey);
  const revoked = {
    account: mia.account,
    device: Object.keys(network.state.accounts.get(mia.account)?.devices ?? {})[0] ?? "",
  };
  await add(
    "a device that is gone revokes",
    network.entry("device.revoked", subject, revoked, [await goneDevice()]),
  );
  await add(
    "a device that is gone is revoked",
    network.entry("device.revoked", subject, revoked, [mia.identity]),
  );
  await add(
    "under the old identity",
    network.entry("device.revoked", accountSubject(mia.account, nora.identity.publicKey), revoked, [
      mia.identity,
    ]),
  );
  write("refusals", { cases });

  async function goneDevice(): Promise<Signer> {
    return deviceSigner(await deviceKeyOf(await secret("device laptop 1 of Mia")));
  }
}

export async function writeReplays(network: MadeUpNetwork): Promise<void> {
  const known = { history: "typescript", network: network.network };
  const given = (from: number, to: number) => network.entries.slice(from, to).map(toBase64);
  const end = network.size;
  const accepted = { finding: null, rejected: [] };
  const stopped = (finding: string) => ({ finding, rejected: [] });
  write("replays", {
    cases: [
      {
        name: "all at once",
        ...known,
        held: 0,
        note: await network.note(),
        entries: given(0, end),
        ...accepted,
      },
      { name: "a part", ...known, held: 9, note: await network.note(20), entries: given(9, 20), ...accepted },
      { name: "nothing new", ...known, held: 20, note: await network.note(20), entries: [], ...accepted },
      {
        name: "shorter",
        ...known,
        held: 20,
        note: await network.note(19),
        entries: [],
        ...stopped("rolled_back"),
      },
      {
        name: "one left out",
        ...known,
        held: 9,
        note: await network.note(20),
        entries: given(10, 20),
        ...stopped("forked"),
      },
      {
        name: "another signer",
        ...known,
        held: 9,
        note: await network.note(20, await secret("nobody")),
        entries: given(9, 20),
        ...stopped("bad_signature"),
      },
      {
        name: "another network",
        ...known,
        network: await hashOf("another network"),
        held: 0,
        note: await network.note(),
        entries: given(0, end),
        ...stopped("other_network"),
      },
    ],
  });
}
