import { expect, it } from "vitest";
import { doerOf, settlement, standingObjections } from "./history";
import { event, id } from "./madeUp";

const [north, south] = [id("north"), id("south")];

it("holds the last objection of each authority that was not withdrawn", () => {
  const events = [
    event(1, "objected", { authority: north, text: "first words" }),
    event(2, "objected", { authority: south }),
    event(3, "objected", { authority: north, text: "other words" }),
    event(4, "objection_withdrawn", { authority: south }),
  ];
  expect(standingObjections(events).map(({ text }) => text)).toEqual(["other words"]);
});

it("finds how an objection was settled, and that an officer did it", () => {
  const objection = event(1, "objected", { authority: north });
  const settled = event(3, "objection_settled", { authority: north, officer: id("one"), text: "Cleared." });
  expect(settlement([objection, settled], objection)?.text).toBe("Cleared.");
  expect(settlement([objection], objection)).toBeNull();
  expect(doerOf(settled)).toEqual({ by: "officer", account: id("one") });
  expect(doerOf(objection)).toEqual({ by: "authority", authority: north });
});

it("tells the applicant from the portal where nobody is named", () => {
  expect(doerOf(event(1, "submitted"))).toEqual({ by: "applicant" });
  expect(doerOf(event(1, "window_closed"))).toEqual({ by: "portal" });
});
