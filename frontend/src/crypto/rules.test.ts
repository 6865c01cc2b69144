import fc from "fast-check";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { canonical } from "./canonical.ts";
import { type Bytes, toBase64, toHex } from "./encoding.ts";
import { foundingEntry, hashOf, identifier, MadeUpNetwork, makeUpPerson } from "./madeUp.ts";
import { apply } from "./rules.ts";
import { deviceSigner } from "./signing.ts";
import { type AccountState, emptyState, fromPlain, isTainted, type State, toPlain } from "./state.ts";
import {
  makeEntry,
  networkSubject,
  parseEntry,
  peopleSubject,
  signPayload,
  standingSubject,
  writeEnvelope,
} from "./statements.ts";

vi.setConfig({ testTimeout: 60_000 }); // two slow cores are shared with everything else

let network: MadeUpNetwork;
let alba: string;
beforeAll(async () => {
  network = await MadeUpNetwork.founded("Olga", "Omar", "Ottilie", "Otto");
  alba = await network.admit("Alba", "Ana");
  await network.appoint("Alba", "Dora", "Ana", "deputy");
  await network.appoint("Alba", "Mia", "Ana");
  await network.admit("Borea", "Bo");
}, 60_000);

async function of(name: string, state: State = network.state): Promise<AccountState> {
  return state.accounts.get(await identifier(name)) as AccountState;
}

async function reasonOf(entry: Bytes, state: State = network.state): Promise<string | null> {
  const outcome = await apply(state, entry);
  expect(outcome.state.size).toBe(state.size + 1);
  return outcome.rejected ? outcome.reason : null;
}

describe("a founding", () => {
  it("names the network by the hash of its entry", async () => {
    expect(network.state).toMatchObject({ name: "Réseau d’essai", threshold: 2, demo: false });
    expect(network.state.officers.size).toBe(4);
    expect(await reasonOf(network.entries[0] as Bytes)).toBe("already_founded");
  });

  it("needs one officer more than the threshold, and the signature of each", async () => {
    const three = await Promise.all(["Olga", "Omar", "Ottilie"].map((name) => makeUpPerson(name)));
    expect(await reasonOf(await foundingEntry(three), emptyState)).toBeNull();
    const signers = three.slice(0, 2).map((person) => person.identity);
    expect(await reasonOf(await foundingEntry(three, {}, signers), emptyState)).toBe("forbidden");
    await expect(foundingEntry(three, { threshold: 3 })).rejects.toThrow();
    expect(await reasonOf(await foundingEntry(three, { previous: await hashOf("x") }), emptyState)).toBe(
      "stale",
    );
  });
});

describe("the form of an entry", () => {
  it("is closed, canonical and signed by sorted strict keys", async () => {
    const entry = parseEntry(network.entries[0] as Bytes);
    const { payload, signatures } = entry;
    const envelope = JSON.parse(new TextDecoder().decode(network.entries[0])) as { [field: string]: unknown };
    const bad = [
      canonical({ ...envelope, extra: 1 }),
      canonical({ ...envelope, payloadType: "application/json" }),
      canonical({ ...envelope, signatures: [...(envelope.signatures as unknown[])].reverse() }),
      canonical({ ...envelope, signatures: [] }),
      new TextEncoder().encode(JSON.stringify(envelope, null, 1)) as Bytes,
      writeEnvelope(payload, [{ keyid: "01".padEnd(64, "0"), signature: signatures[0]?.signature as Bytes }]),
      writeEnvelope(payload, [{ keyid: signatures[0]?.keyid ?? "", signature: new Uint8Array(64) }]),
      new Uint8Array(70_000),
    ];
    for (const one of bad) expect(await reasonOf(one, emptyState)).toBe("malformed");
  });

  it("is refused for every field that is missing, added or of another kind", async () => {
    const entry = await network.appointment("Alba", "Nora", "Ana", "member");
    const said = parseEntry(entry).said as unknown as { [field: string]: unknown };
    const signer = (await network.person("Ana")).identity;
    const wrong = [
      ...Object.keys(said).map((field) =>
        Object.fromEntries(Object.entries(said).filter(([name]) => name !== field)),
      ),
      ...Object.keys(said).map((field) => ({ ...said, [field]: [] })),
      { ...said, extra: null },
      { ...said, time: -1 },
      { ...said, account: String(said.account).toUpperCase() },
      { ...said, identity_key: toBase64(new Uint8Array(32)) },
      { ...said, subject: "network" },
      { ...said, subject: peopleSubject(await identifier("Borea")) },
      { ...said, verification: "email" },
      { ...said, role: "officer" },
    ];
    for (const one of wrong) {
      const payload = canonical(one);
      const envelope = writeEnvelope(payload, [await signPayload(payload, signer)]);
      expect(await reasonOf(envelope), JSON.stringify(one)).toBe("malformed");
    }
    expect(await reasonOf(entry)).toBeNull();
  });
});

describe("who may appoint", () => {
  it("is the lead by identity key, and nobody by a device", async () => {
    const [ana, dora, bo] = await Promise.all(["Ana", "Dora", "Bo"].map((name) => network.person(name)));
    const entry = await network.appointment("Alba", "Nora", "Ana", "member");
    expect(await reasonOf(entry)).toBeNull();
    const payload = parseEntry(entry).payload;
    for (const signer of [
      dora?.identity,
      bo?.identity,
      deviceSigner((ana as NonNullable<typeof ana>).device),
    ]) {
      const forged = writeEnvelope(payload, [
        await signPayload(payload, signer as NonNullable<typeof signer>),
      ]);
      expect(await reasonOf(forged)).toBe("forbidden");
    }
  });

  it("is not a lead whose authority is suspended, though people still keep their own keys", async () => {
    const own = await network.copy();
    await own.say(
      "authority.suspended",
      standingSubject(alba),
      { authority: alba, reason: "" },
      ...own.threshold,
    );
    expect(await reasonOf(await own.appointment("Alba", "Nora", "Ana", "member"), own.state)).toBe(
      "forbidden",
    );
    await own.renew("Mia");
    await own.say(
      "authority.withdrawn",
      standingSubject(alba),
      { authority: alba, reason: "" },
      ...own.threshold,
    );
    await expect(own.renew("Mia")).rejects.toThrow("forbidden");
  });

  it("cannot bring anybody in twice, nor with a key that was ever named", async () => {
    expect(await reasonOf(await network.appointment("Alba", "Mia", "Ana", "member"))).toBe("exists");
    const said = {
      ...(parseEntry(await network.appointment("Alba", "Nora", "Ana", "member")).said as object),
      identity_key: toBase64((await network.person("Mia")).device.publicKey),
    };
    const entry = await makeEntry(said as never, (await network.person("Ana")).identity);
    expect(await reasonOf(entry)).toBe("exists");
  });
});

describe("a threshold", () => {
  it("counts distinct officers in office and takes no other signature", async () => {
    const subject = standingSubject(alba);
    const fields = { authority: alba, reason: "" };
    const [olga, omar] = network.threshold;
    const mia = (await network.person("Mia")).identity;
    const entry = (...signers: (typeof mia | undefined)[]) =>
      network.entry("authority.suspended", subject, fields, signers as (typeof mia)[]);
    expect(await reasonOf(await entry(olga, omar))).toBeNull();
    expect(await reasonOf(await entry(olga))).toBe("forbidden");
    expect(await reasonOf(await entry(olga, omar, mia))).toBe("forbidden");
    expect(await reasonOf(await entry(olga, mia))).toBe("forbidden");
  });

  it("keeps one officer more than it needs", async () => {
    const own = await network.copy();
    const remove = async (name: string) =>
      own.say("officer.removed", networkSubject, { account: await identifier(name) }, ...own.threshold);
    await remove("Otto");
    await expect(remove("Ottilie")).rejects.toThrow("not_allowed");
  });

  it("no longer counts an officer who was removed", async () => {
    const own = await network.copy();
    const [olga, otto] = await Promise.all(["Olga", "Otto"].map((name) => own.person(name)));
    await own.say("officer.removed", networkSubject, { account: otto?.account ?? "" }, ...own.threshold);
    const signers = [olga, otto].map((person) => (person as NonNullable<typeof person>).identity);
    const fields = { authority: alba, reason: "" };
    const entry = await own.entry("authority.suspended", standingSubject(alba), fields, signers);
    expect(await reasonOf(entry, own.state)).toBe("forbidden");
  });
});

describe("people whom officers bring in", () => {
  it("are held, and so are those that they bring in, until a colleague confirms", async () => {
    const own = await network.copy();
    await own.rekey("Alba", "Ana", null);
    expect((await of("Ana", own.state)).held).toBe(true);
    await own.appoint("Alba", "Nora", "Ana");
    expect((await of("Nora", own.state)).held).toBe(true);
    await expect(own.confirm("Alba", "Nora", "Ana")).rejects.toThrow("forbidden");
    await expect(own.confirm("Alba", "Nora", "Nora")).rejects.toThrow("forbidden");
    await expect(own.confirm("Alba", "Nora", "Bo")).rejects.toThrow("forbidden");
    await own.confirm("Alba", "Nora", "Mia");
    expect((await of("Nora", own.state)).held).toBe(false);
    await expect(own.confirm("Alba", "Nora", "Mia")).rejects.toThrow("not_allowed");
    await own.confirm("Alba", "Ana", "Nora");
    expect((await of("Ana", own.state)).held).toBe(false);
  });

  it("are not freed by being re-keyed", async () => {
    const own = await network.copy();
    await own.add(await own.appointment("Alba", "Lea", null, "lead"));
    await own.settle("Lea");
    expect((await of("Ana", own.state)).role).toBe("deputy");
    await own.say(
      "focal_point.role_changed",
      standingSubject(alba),
      { account: await identifier("Ana"), authority: alba, role: "lead" },
      ...own.threshold,
    );
    expect((await of("Ana", own.state)).held).toBe(false);
    await own.rekey("Alba", "Lea", "Ana");
    expect((await of("Lea", own.state)).held).toBe(true);
  });
});

describe("removing", () => {
  it("takes a device of lead or deputy, but no deputy removes another", async () => {
    const own = await network.copy();
    await own.appoint("Alba", "Dan", "Ana", "deputy");
    const remove = async (name: string, by: string) => {
      const signer = deviceSigner((await own.person(by)).device);
      const fields = { account: await identifier(name), authority: alba };
      return reasonOf(
        await own.entry("focal_point.removed", peopleSubject(alba), fields, [signer]),
        own.state,
      );
    };
    expect(await remove("Mia", "Dora")).toBeNull();
    expect(await remove("Dan", "Dora")).toBe("not_allowed");
    expect(await remove("Dora", "Dora")).toBeNull();
    expect(await remove("Dan", "Ana")).toBeNull();
    expect(await remove("Ana", "Dora")).toBe("not_allowed");
    expect(await remove("Dora", "Mia")).toBe("forbidden");
    expect(await remove("Mia", "Bo")).toBe("forbidden");
  });

  it("ends every device, and the removed one may do nothing", async () => {
    const own = await network.copy();
    await own.remove("Alba", "Mia");
    const mia = await of("Mia", own.state);
    expect(mia.active).toBe(false);
    expect(Object.values(mia.devices).map((device) => device.active)).toEqual([false]);
    await expect(own.renew("Mia")).rejects.toThrow("forbidden");
  });
});

describe("devices and keys", () => {
  it("taint the present generation when a device goes, until the next one", async () => {
    const own = await network.copy();
    await own.revoke("Alba", "Mia");
    expect(isTainted(await of("Mia", own.state))).toBe(true);
    await own.renew("Mia");
    const mia = await of("Mia", own.state);
    expect([mia.generation, mia.tainted_through, isTainted(mia)]).toEqual([2, 1, false]);
    expect(mia.previous_box).not.toBeNull();
  });

  it("are not enrolled by one signature, nor a second time", async () => {
    const own = await network.copy();
    const device = await own.enrol("Mia", "phone");
    const enrolled = own.entries[own.entries.length - 1] as Bytes;
    const { payload, signatures } = parseEntry(enrolled);
    const before = own.states[own.size - 1] as State;
    for (const signature of signatures) {
      expect(await reasonOf(writeEnvelope(payload, [signature]), before)).toBe("forbidden");
    }
    await own.revoke("Alba", "Mia", device.id);
    await expect(own.enrol("Mia", "phone")).rejects.toThrow("exists");
  });

  it("number twenty at most", async () => {
    const own = await network.copy();
    for (let i = 2; i <= 20; i++) await own.enrol("Mia", `device ${i}`);
    await expect(own.enrol("Mia", "one too many")).rejects.toThrow("not_allowed");
    const first = Object.keys((await of("Mia", own.state)).devices)[0] ?? "";
    await own.enrol("Mia", "instead", [first]);
  });

  it("let a device renew, but not change the unlock keys", async () => {
    const own = await network.copy();
    const mia = await own.person("Mia");
    const made = await own.renew("Mia", deviceSigner(mia.device));
    const key = await hashOf("another unlock key");
    const said = {
      ...made.said,
      previous: own.state.heads.get(made.said.subject) ?? null,
      unlock_keys: [{ ...made.said.unlock_keys[0], key }],
      reading_boxes: [
        ...made.said.reading_boxes.filter((one) => one.key !== made.said.unlock_keys[0]?.key),
        { box: await hashOf("box"), key },
      ].sort((a, b) => (a.key < b.key ? -1 : 1)),
    };
    expect(await reasonOf(await makeEntry(said as never, deviceSigner(mia.device)), own.state)).toBe(
      "forbidden",
    );
    expect(await reasonOf(await makeEntry(said as never, mia.identity), own.state)).toBeNull();
  });

  it("start a new chain under a new identity, with the next generation", async () => {
    const own = await network.copy();
    const before = await of("Mia", own.state);
    await own.rekey("Alba", "Mia", "Ana");
    const after = await of("Mia", own.state);
    expect(after.generation).toBe(before.generation + 1);
    expect(after.previous_box).toBeNull();
    expect(Object.values(after.devices).filter((device) => device.active)).toHaveLength(1);
    const old = await makeUpPerson("Mia");
    const fields = { account: old.account, device: old.device.id };
    const subject = `account/${old.account}/${toHex(old.identity.publicKey)}`;
    const entry = await own.entry("device.revoked", subject, fields, [old.identity]);
    expect(await reasonOf(entry, own.state)).toBe("unknown");
  });
});

describe("order", () => {
  it("refuses what was said before, and what follows another head", async () => {
    for (const entry of network.entries.slice(1)) expect(await reasonOf(entry)).toBe("stale");
  });

  it("refuses what another network said", async () => {
    const fields = { authority: alba, reason: "" };
    const other = { network: await hashOf("another network") };
    const entry = await network.entry(
      "authority.suspended",
      standingSubject(alba),
      fields,
      network.threshold,
      other,
    );
    expect(await reasonOf(entry)).toBe("wrong_network");
    expect(await reasonOf(entry, emptyState)).toBe("not_founded");
  });

  it("never lets one change of an entry go unseen", async () => {
    const entry = await network.appointment("Alba", "Nora", "Ana", "member");
    await fc.assert(
      fc.asyncProperty(fc.nat(entry.length - 1), fc.integer({ min: 1, max: 255 }), async (place, change) => {
        const changed = Uint8Array.from(entry);
        changed[place] = (changed[place] ?? 0) ^ change;
        expect(await reasonOf(changed)).not.toBeNull();
      }),
      { numRuns: 150 },
    );
  });
});

describe("states", () => {
  it("are read back from their plain form, and go on from there alike", async () => {
    const again = fromPlain(toPlain(network.state));
    expect(toPlain(again)).toEqual(toPlain(network.state));
    const entry = await network.appointment("Alba", "Nora", "Ana", "member");
    const [a, b] = [await apply(network.state, entry), await apply(again, entry)];
    expect(toPlain(a.state)).toEqual(toPlain(b.state));
  });

  it("never change once given out", async () => {
    const before = canonical(toPlain(network.state));
    await apply(network.state, await network.appointment("Alba", "Nora", "Ana", "member"));
    expect(canonical(toPlain(network.state))).toEqual(before);
  });

  it("are refused in another form", () => {
    const plain = toPlain(network.state);
    for (const wrong of [
      null,
      {},
      { ...plain, size: -1 },
      { ...plain, extra: 1 },
      { ...plain, heads: { a: 1 } },
    ]) {
      expect(() => fromPlain(wrong)).toThrow();
    }
  });
});
