import { expect, it } from "vitest";
import type { Authority, Person } from "../../sync/contract";
import { lookup } from "../members/lookup";
import { others, statesOf } from "./participants";

const person = (account: string, authority: string): Person => ({
  account,
  role: "member",
  authority,
  name: account,
  function: null,
  self: account === "me",
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
});
const authority = (id: string, state: string, people: string[]): Authority => ({
  id,
  name: id,
  state,
  kind: "member",
  status: "active",
  people: people.map((account) => person(account, id)),
});
const people = lookup({
  authorities: [
    authority("ours", "XE", ["me", "colleague"]),
    authority("theirs", "XD", ["ana"]),
    authority("also theirs", "XD", ["ines"]),
  ],
  officers: [],
});

it("names the other side, each State once", () => {
  const found = others(["ours", "theirs", "also theirs"], "ours", people);
  expect(found.map((each) => each.id)).toEqual(["theirs", "also theirs"]);
  expect(statesOf(found)).toEqual(["XD"]);
});

it("names our own authority where there is no other", () => {
  expect(others(["ours"], "ours", people).map((each) => each.id)).toEqual(["ours"]);
});
