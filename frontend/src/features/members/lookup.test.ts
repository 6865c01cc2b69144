import { describe, expect, it } from "vitest";
import type { Authority, Person } from "../../sync/contract";
import { byRank, canRead, lookup, matches, standing } from "./lookup";

const now = Date.UTC(2026, 10, 24);

function person(more: Partial<Person> = {}): Person {
  return {
    account: "a",
    role: "member",
    authority: "x",
    name: "Ana",
    function: null,
    self: false,
    held: false,
    active: true,
    since: now,
    vouchedBy: { by: "lead", account: null },
    hasKeys: true,
    tainted: false,
    codeToCompare: "",
    devices: 1,
    keysChanged: null,
    identityChanged: null,
    ...more,
  };
}

function authority(people: Person[], more: Partial<Authority> = {}): Authority {
  return { id: "x", name: "Bureau", state: "XC", kind: "member", status: "active", people, ...more };
}

describe("standing", () => {
  it("says the most serious thing first", () => {
    expect(standing(person(), now)).toBe("vouched");
    expect(standing(person({ identityChanged: now - 86_400_000 }), now)).toBe("changed");
    expect(standing(person({ identityChanged: now - 40 * 86_400_000 }), now)).toBe("vouched");
    expect(standing(person({ keysChanged: now }), now)).toBe("vouched");
    expect(standing(person({ hasKeys: false }), now)).toBe("no_keys");
    expect(standing(person({ held: true, hasKeys: false }), now)).toBe("held");
    expect(standing(person({ self: true, identityChanged: now }), now)).toBe("you");
    expect(standing(person({ active: false, self: true }), now)).toBe("ended");
  });
});

it("finds people and their authority", () => {
  const found = lookup({
    authorities: [authority([person()])],
    officers: [person({ account: "o", authority: null })],
  });
  expect(found.person("a")?.name).toBe("Ana");
  expect(found.authorityOf("a")?.name).toBe("Bureau");
  expect(found.authorityOf("o")).toBeNull();
  expect(found.person("nobody")).toBeNull();
});

it("puts leads first and people who left last", () => {
  const people = [
    person({ account: "1", role: "member", name: "B" }),
    person({ account: "2", role: "lead", active: false }),
    person({ account: "3", role: "lead" }),
    person({ account: "4", role: "member", name: "A" }),
    person({ account: "5", role: "deputy" }),
  ];
  expect(people.sort(byRank).map((each) => each.account)).toEqual(["3", "5", "4", "1", "2"]);
});

it("lets read only people with keys, confirmed, of an active member", () => {
  expect(canRead(person(), authority([]))).toBe(true);
  expect(canRead(person({ held: true }), authority([]))).toBe(false);
  expect(canRead(person({ hasKeys: false }), authority([]))).toBe(false);
  expect(canRead(person(), authority([], { status: "suspended" }))).toBe(false);
  expect(canRead(person(), authority([], { kind: "observer" }))).toBe(false);
});

describe("search", () => {
  it("does not mind case, accents and the order of words", () => {
    expect(matches("enquetes financieres", ["Service des enquêtes financières", "Belmara"])).toBe(true);
    expect(matches("belmara service", ["Service des enquêtes financières", "Belmara"])).toBe(true);
    expect(matches("norvik", ["Service des enquêtes financières", null])).toBe(false);
  });

  it("finds everything with nothing to search for", () => {
    expect(matches("", ["Bureau"])).toBe(true);
  });
});
