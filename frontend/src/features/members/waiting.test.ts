import { expect, it } from "vitest";
import type { Invitation, Proposal } from "../../sync/contract";
import { signaturesWanted, unsigned } from "./waiting";

const invitation = (id: string, more: Partial<Invitation> = {}): Invitation => ({
  id,
  kind: "lead",
  email: "",
  role: "lead",
  authority: null,
  application: null,
  account: id,
  name: id,
  function: "",
  state: "waiting",
  matches: true,
  codeToCompare: `code ${id}`,
  expires: 0,
  ...more,
});
const proposal = (id: string, more: Partial<Proposal> = {}): Proposal => ({
  id,
  type: "authority.admitted",
  account: null,
  authority: null,
  summary: [],
  proposedBy: "o",
  proposedAt: 0,
  why: "",
  mine: true,
  stale: false,
  application: null,
  codeToCompare: `code ${id}`,
  ...more,
});

it("asks for no second signature of whoever signed first", () => {
  const held = { invitations: [invitation("a"), invitation("b")], proposals: [proposal("a")] };
  expect(unsigned(held).map((each) => each.id)).toEqual(["b"]);
  expect(signaturesWanted(held)).toBe(1);
});

it("asks again when the first signature has become void", () => {
  expect(
    signaturesWanted({ invitations: [invitation("a")], proposals: [proposal("a", { stale: true })] }),
  ).toBe(1);
});

it("counts what a colleague signed first, and no invitation that is still open", () => {
  const held = {
    invitations: [invitation("a", { state: "open", codeToCompare: null })],
    proposals: [
      proposal("x", { mine: false, codeToCompare: null }),
      proposal("y", { mine: false, stale: true }),
    ],
  };
  expect(signaturesWanted(held)).toBe(1);
});

it("leaves what stands on an application to the count of the applications", () => {
  const held = {
    invitations: [invitation("a", { application: "x" })],
    proposals: [proposal("b", { mine: false, application: { id: "y", matches: true } })],
  };
  expect(signaturesWanted(held)).toBe(0);
});
