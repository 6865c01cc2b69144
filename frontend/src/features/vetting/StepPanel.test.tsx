// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { VettingCase } from "../../sync/applications";
import { initialSnapshot } from "../../sync/channel";
import type { Invitation, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { ActProvider } from "../members/act";
import { event, id, vettingCase } from "./madeUp";
import { StepPanel } from "./StepPanel";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
const post = vi.fn((_act: string, _body: object): Promise<void> => Promise.resolve());
const acts = { post, put: async () => undefined, reload: async () => undefined };
beforeEach(() => {
  post.mockReset();
  kept.snapshot = initialSnapshot;
});
afterEach(() => drawn.end());

async function show(application: VettingCase): Promise<string> {
  drawn = await draw(
    <ActProvider>
      <StepPanel application={application} acts={acts} />
    </ActProvider>,
  );
  return drawn.page.textContent ?? "";
}

/** What is written on a button, without what it says while it works or why it cannot be pressed. */
const face = (each: HTMLElement) => (each.querySelector(".button__labels > span") ?? each).textContent;

function button(words: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((each) => face(each) === words);
  if (found === undefined) throw new Error(`no button ${words}`);
  return found;
}
const buttons = () => drawn.all("button").map(face);

it("passes the step that was read, with a reason and the submission that was read", async () => {
  await show(vettingCase("completeness", { revision: 3 }));
  await press(button("It is complete"));
  expect(drawn.page.textContent).toContain("Write why");
  expect(post).not.toHaveBeenCalled();
  await type(drawn.find("textarea"), "  Nothing is missing. ");
  await press(button("It is complete"));
  await settle();
  expect(post).toHaveBeenCalledExactlyOnceWith("pass", {
    step: "completeness",
    revision: 3,
    text: "Nothing is missing.",
  });
});

it("says in words that somebody else has decided meanwhile", async () => {
  post.mockRejectedValue({ code: "application_changed", detail: "" });
  await show(vettingCase("completeness"));
  await type(drawn.find("textarea"), "Fine.");
  await press(button("It is complete"));
  await settle();
  expect(drawn.find("[role=alert]").textContent).toContain("This application was changed meanwhile.");
});

it.each([
  ["another_officer", {}, "You decided the step before. This one is for another officer."],
  ["not_your_step", {}, "This step is decided by other officers."],
  [
    "window_open",
    { objections_until: Date.UTC(2026, 11, 8, 9, 30) },
    "Open for objections until 8\u00a0December 2026",
  ],
  ["waits_for_applicant", {}, "It waits for the applicant."],
] as const)("says why one may not decide: %s", async (why_not, more, says) => {
  const text = await show(vettingCase("eligibility", { may_decide: false, why_not, ...more }));
  expect(text).toContain(says);
  expect(buttons()).not.toContain("It is eligible");
});

it("suggests observer status for a body that only prevents", async () => {
  const text = await show(vettingCase("eligibility", { powers: ["prevent"] }));
  expect(text).toContain("It only prevents corruption");
  expect(buttons()[1]).toBe("Offer observer status");
});

it("warns that no letter of the State is accepted, and of objections that are not settled", async () => {
  expect(await show(vettingCase("state_confirmation"))).toContain(
    "No State confirmation letter is accepted yet.",
  );
  await drawn.end();
  expect(await show(vettingCase("objections", { objections: 2 }))).toContain("2 objections are not settled.");
});

it("returns it with what is missing marked, and words for the applicant", async () => {
  await show(vettingCase("completeness", { missing: ["mandate"] }));
  await press(button("Return as incomplete"));
  const dialog = document.querySelector("[role=dialog]");
  const ticked = [...(dialog?.querySelectorAll("label") ?? [])].filter(
    (each) => each.querySelector("input")?.checked,
  );
  expect(ticked.map((each) => each.textContent)).toEqual(["Mandate"]);
  const field = dialog?.querySelector("textarea");
  await type(field as unknown as HTMLElement, "Hand in the law.");
  await press(button("Return it"));
  await settle();
  expect(post).toHaveBeenCalledExactlyOnceWith("return", {
    revision: 1,
    wanted: ["mandate"],
    text: "Hand in the law.",
  });
});

it("proposes the usual reasons in the applicant’s own language", async () => {
  await show(vettingCase("completeness", { language: "fr" }));
  await press(button("Decline the application"));
  await vi.waitFor(() => button("Not a public authority"));
  await press(button("Not a public authority"));
  expect(document.querySelector<HTMLTextAreaElement>("[role=alertdialog] textarea")?.value).toContain(
    "Seules les autorités publiques",
  );
});

it("tells how it ended, with the reason that the applicant has read", async () => {
  const ended = vettingCase("completeness", {
    status: "declined",
    step: null,
    last_text: "Not a public authority.",
    events: [event(1, "declined", { officer: id("one"), text: "Not a public authority." })],
  });
  const text = await show(ended);
  expect(text).toContain("Declined");
  expect(text).toContain("Not a public authority.");
  expect(buttons()).toEqual([]);
});

const invitation = (state: Invitation["state"], mine = true) => ({ id: id("link"), state, mine });

it("leads to the first signature by way of the lead’s keys", async () => {
  expect(await show(vettingCase("admission"))).toContain("Ines Marou");
  expect(buttons()).toContain("Make the link for the lead");
  await drawn.end();
  expect(await show(vettingCase("admission", { invitation: invitation("open") }))).toContain(
    "The link is made, not opened yet",
  );
  await drawn.end();
  expect(await show(vettingCase("admission", { invitation: invitation("waiting", false) }))).toContain(
    "A colleague made the link and signs first.",
  );
  await drawn.end();
  const waiting = { id: id("link"), matches: true, codeToCompare: "1 2 3 4 5 6" } as unknown as Invitation;
  kept.snapshot = { ...initialSnapshot, invitations: [waiting] };
  expect(await show(vettingCase("admission", { invitation: invitation("waiting") }))).toContain("+000 1");
  expect(button("Sign first").getAttribute("aria-disabled")).toBe("true");
});

it("lets nobody sign for keys that are not those of the link", async () => {
  const swapped = { id: id("link"), matches: false, codeToCompare: "1 2 3 4 5 6" } as unknown as Invitation;
  kept.snapshot = { ...initialSnapshot, invitations: [swapped] };
  expect(await show(vettingCase("admission", { invitation: invitation("waiting") }))).toContain(
    "Do not sign",
  );
  expect(buttons()).not.toContain("Sign first");
});

it("proposes an observer at once, without a lead", async () => {
  const text = await show(vettingCase("admission", { membership: "observer" }));
  expect(text).toContain("as an observer at once");
  expect(buttons()).toContain("Sign first");
  expect(buttons()).not.toContain("Offer observer status");
});
