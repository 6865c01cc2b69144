import { describe, expect, it } from "vitest";
import type { Authority, Person } from "../../sync/contract";
import { lacksDeputy, loneHolder } from "./lone";

function person(account: string, more: Partial<Person> = {}): Person {
  return {
    account,
    role: "member",
    authority: "a",
    name: account,
    function: null,
    self: false,
    held: false,
    active: true,
    since: 0,
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
  return { id: "a", name: "A", state: "XC", kind: "member", status: "active", people, ...more };
}

const lead = person("lead", { role: "lead" });
const deputy = person("deputy", { role: "deputy" });
const member = person("member");

describe("an authority that depends on one person", () => {
  it("names the one who holds its keys", () => {
    expect(loneHolder(authority([lead]))).toBe(lead);
    expect(loneHolder(authority([lead, deputy]))).toBeNull();
  });

  it("counts neither who left, nor who waits to be confirmed, nor who has no keys yet", () => {
    const others = [
      person("left", { active: false }),
      person("held", { held: true }),
      person("none", { hasKeys: false }),
    ];
    expect(loneHolder(authority([lead, ...others]))).toBe(lead);
    expect(loneHolder(authority(others))).toBeNull();
  });

  it("is no matter while it is suspended, or observes", () => {
    expect(loneHolder(authority([lead], { status: "suspended" }))).toBeNull();
    expect(loneHolder(authority([lead], { kind: "observer" }))).toBeNull();
  });

  it("lacks a deputy where several hold its keys and none of them is one", () => {
    expect(lacksDeputy(authority([lead, member]))).toBe(true);
    expect(lacksDeputy(authority([lead, member, deputy]))).toBe(false);
    expect(lacksDeputy(authority([lead]))).toBe(false);
    expect(lacksDeputy(authority([member, person("other")]))).toBe(false);
  });
});
