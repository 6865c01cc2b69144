import { expect, it } from "vitest";
import type { Authority, Person } from "../../sync/contract";
import { lookup } from "../members/lookup";
import { deliveries, whoHas } from "./delivery";
import type { Message } from "./thread";

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
    authority("theirs", "XD", ["ana", "eva"]),
    authority("also theirs", "XD", ["ines"]),
  ],
  officers: [],
});
const message = (sequence: number | null, account = "me", state: Message["state"] = "sent"): Message => ({
  type: "message",
  key: String(sequence),
  sequence,
  account,
  device: "d",
  own: account === "me",
  text: "",
  at: 0,
  claimedAt: 0,
  state,
  failure: null,
});
const participants = ["ours", "theirs", "also theirs"];
const of = (received: Record<string, number>, read: Record<string, number> = {}) =>
  deliveries({ received: { ...read, ...received }, read, participants }, "ours", people);

it("goes from sent to delivered to read as the other side comes along", () => {
  expect(of({})(message(5)).state).toBe("sent");
  expect(of({ ana: 4 })(message(5)).state).toBe("sent");
  expect(of({ ana: 5 })(message(5)).state).toBe("delivered");
  expect(of({ ana: 5 }, { eva: 5 })(message(5))).toEqual({
    state: "read",
    readIn: ["XD"],
    byColleague: false,
  });
});

it("names each State once", () => {
  expect(of({}, { ana: 9, ines: 9 })(message(5)).readIn).toEqual(["XD"]);
});

it("does not take a colleague for the other side, and says who it was", () => {
  expect(of({ colleague: 5 })(message(5))).toEqual({ state: "sent", readIn: [], byColleague: false });
  expect(of({}, { colleague: 5 })(message(5))).toEqual({ state: "sent", readIn: [], byColleague: true });
  expect(of({}, { colleague: 5, ana: 5 })(message(5)).byColleague).toBe(false);
});

it("does not count the reading of whoever wrote it", () => {
  expect(of({}, { colleague: 5 })(message(5, "colleague")).byColleague).toBe(false);
});

it("counts colleagues where there is no other side", () => {
  const alone = deliveries(
    { received: { colleague: 5, me: 5 }, read: { colleague: 5, me: 5 }, participants: ["ours"] },
    "ours",
    people,
  );
  expect(alone(message(5))).toMatchObject({ state: "read", readIn: [] });
  expect(alone(message(6)).state).toBe("sent");
});

it("says nothing of reading while a message waits", () => {
  expect(of({}, { ana: 9 })(message(null, "me", "pending")).state).toBe("pending");
  expect(of({}, { ana: 9 })(message(null, "me", "failed")).state).toBe("failed");
});

it("gives the same object for what has come equally far", () => {
  const from = of({ ana: 9 });
  expect(from(message(5))).toBe(from(message(6)));
});

it("sorts the readers by how far each has come", () => {
  const readers = ["me", "colleague", "ana", "eva", "ines"];
  const marks = { received: { ana: 7, eva: 7, colleague: 4 }, read: { ana: 7 }, readers };
  expect(whoHas(message(5), marks)).toEqual({
    read: ["ana"],
    received: ["eva"],
    notYet: ["colleague", "ines"],
  });
});
