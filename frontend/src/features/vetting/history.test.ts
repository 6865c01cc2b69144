import { expect, it } from "vitest";
import { doerOf, isSecondSignature, settlement, standingObjections } from "./history";
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

it("takes for the second signature the one that follows a first that still stands", () => {
  const acts = ["passed", "signed", "unsigned", "signed", "signed", "admitted"] as const;
  const events = acts.map((act, index) => event(index, act));
  const second = events.filter((each) => each.act === "signed" && isSecondSignature(events, each));
  expect(second.map((each) => each.id)).toEqual([4]);
});

it("tells the applicant from the portal where nobody is named", () => {
  expect(doerOf(event(1, "submitted"))).toEqual({ by: "applicant" });
  expect(doerOf(event(1, "window_closed"))).toEqual({ by: "portal" });
});
