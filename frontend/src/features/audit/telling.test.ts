import { describe, expect, it } from "vitest";
import { audit } from "../../i18n/en/audit";
import { actions } from "./actions";
import type { Row } from "./answers";
import { byDay, listed, telling } from "./telling";

const [me, other] = ["a".repeat(32), "b".repeat(32)];

function row(action: string, more: Partial<Row> = {}): Row {
  return {
    id: 1,
    at: 0,
    action,
    actor: me,
    about: "",
    authority: "",
    details: {},
    sequence: 1,
    ...more,
  };
}

describe("a row of one's own log", () => {
  it("says you where one did it, and names the person to whom it was done", () => {
    const told = telling(row("helper:invitation:made", { about: other }), me);
    expect(told).toMatchObject({ side: "did", sentence: "helper:invitation:made", other, warns: false });
  });

  it("names whoever did it where it was done to oneself", () => {
    const told = telling(row("helper:invitation:made", { actor: other, about: me }), me);
    expect(told).toMatchObject({ side: "done", sentence: "helper:invitation:made", other });
  });

  it("names oneself where nobody else is concerned", () => {
    expect(telling(row("authority:focal_point:role_changed"), me).other).toBe(me);
  });

  it("stands out where it may be somebody else’s doing, and not where one did it to another", () => {
    const refused = row("stranger:second_factor:refused", { actor: "", about: me });
    expect(telling(refused, me)).toMatchObject({ side: "done", other: "", advice: "password", warns: true });
    const reset = "officer:sign_in_reset:confirmed";
    expect(telling(row(reset, { actor: other, about: me }), me).warns).toBe(true);
    expect(telling(row(reset, { about: other }), me).warns).toBe(false);
  });

  it("tells new keys from an invitation into the network", () => {
    const rekey = { actor: other, about: me, details: { kind: "rekey" } };
    const told = telling(row("helper:invitation:made", rekey), me);
    expect(told).toMatchObject({ sentence: "helper:invitation:made:rekey", warns: true });
  });

  it("tells one's own browser from that of somebody else", () => {
    expect(telling(row("person:device:revoked"), me).sentence).toBe("person:device:revoked");
    const theirs = telling(row("person:device:revoked", { about: other }), me);
    expect(theirs.sentence).toBe("person:device:revoked:other");
  });
});

describe("the sentences", () => {
  const keys = [...Object.keys(audit.did), ...Object.keys(audit.done)];

  it("tell every act to whoever did it, or to whom it was done", () => {
    // a restoration is the operator’s, and stands in the log of officers only; what an applicant does, an officer may do for them
    const own = actions.filter((action) => !/^operator:/.test(action));
    expect(own.filter((action) => !keys.includes(action))).toEqual([]);
  });

  it("are told of acts that there are", () => {
    const variants = new Set(["helper:invitation:made:rekey", "person:device:revoked:other"]);
    const known: readonly string[] = actions;
    expect(keys.filter((key) => !known.includes(key) && !variants.has(key))).toEqual([]);
  });
});

it("takes identifiers out of a list, and nothing out of anything else", () => {
  expect(listed([me, 3, other])).toEqual([me, other]);
  expect(listed(me)).toEqual([]);
  expect(listed(undefined)).toEqual([]);
});

it("groups what follows each other on one day", () => {
  const rows = [5, 4, 14, 3].map((at, id) => row("person:session:opened", { id, at }));
  const days = byDay(rows, (at) => (at < 10 ? "first" : "second"));
  expect(days.map(({ day, rows: ofDay }) => [day, ofDay.map(({ at }) => at)])).toEqual([
    ["first", [5, 4]],
    ["second", [14]],
    ["first", [3]],
  ]);
});
