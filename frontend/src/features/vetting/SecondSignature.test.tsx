// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import { applicationDigest } from "../../crypto";
import type { VettingCase } from "../../sync/applications";
import { initialSnapshot } from "../../sync/channel";
import type { Proposal, Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { ActProvider } from "../members/act";
import { event, id, proposal, vettingCase } from "./madeUp";
import { SecondSignature } from "./SecondSignature";

const NETWORK = "ee".repeat(32);
const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
const core = vi.hoisted(() => ({
  signProposal: vi.fn((_id: string, _why: string) => Promise.resolve()),
  declineProposal: vi.fn(() => Promise.resolve()),
}));
vi.mock("../../sync/client", () => ({
  core,
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
afterEach(async () => {
  core.signProposal.mockClear();
  await drawn.end();
});

const SIGN = "Sign and admit";
const button = (words: string) =>
  drawn.all("button").find((each) => each.textContent?.includes(words)) ?? null;
const acts = { post: async () => undefined, put: async () => undefined, reload: async () => undefined };

/** The application with the digest that two officers would sign for. */
async function signedFor(more: Partial<VettingCase> = {}): Promise<VettingCase> {
  const made = vettingCase("admission", {
    proposal: id("proposal"),
    events: [event(1, "signed", { officer: id("first") })],
    ...more,
  });
  const { documents, form, nonce, revision } = made;
  const digest = await applicationDigest({
    application: made.id,
    documents,
    form,
    network: NETWORK,
    nonce: nonce ?? "",
    revision,
  });
  return { ...made, digest };
}

async function show(application: VettingCase, given: Proposal): Promise<string> {
  const me = { account: id("second"), name: "Olm", role: "officer", authority: null };
  const session = { network: { id: NETWORK, name: "", demo: false } };
  kept.snapshot = { ...initialSnapshot, me, session } as unknown as Snapshot;
  drawn = await draw(
    <ActProvider>
      <SecondSignature application={application} acts={acts} proposal={given} />
    </ActProvider>,
  );
  // the fingerprint is computed off the page, in its own time
  do await settle();
  while (drawn.page.textContent?.includes("Comparing the fingerprint"));
  return drawn.page.textContent ?? "";
}

it("shows what the first officer signed and why, and is signed with the code compared and a reason", async () => {
  const text = await show(await signedFor(), proposal());
  for (const shown of [
    "All documents in order.",
    "Anti-Corruption Agency",
    "Ulanbey (XH)",
    "lead@xh.example",
  ]) {
    expect(text).toContain(shown);
  }
  expect(text).toContain("exactly those that were signed");
  expect(button(SIGN)?.getAttribute("aria-disabled")).toBe("true");
  await press(drawn.find("input[type=checkbox]"));
  await press(button(SIGN) as HTMLElement);
  expect(drawn.page.textContent).toContain("Write why you agree");
  expect(core.signProposal).not.toHaveBeenCalled();
  await type(drawn.find("textarea"), "Checked again.");
  await press(button(SIGN) as HTMLElement);
  await settle();
  expect(core.signProposal).toHaveBeenCalledExactlyOnceWith(id("proposal"), "Checked again.");
});

it("lists what was changed since the first signature, and offers no second one", async () => {
  const changed = await signedFor({
    revision: 2,
    revisions: [
      { number: 1, at: 1, digest: "", changes: [] },
      { number: 2, at: 2, digest: "", changes: ["address", "documents"] },
    ],
  });
  const text = await show(changed, proposal({ application: { id: changed.id, matches: false } }));
  expect(text).toContain("Changed since the first signature");
  expect(drawn.all("li").map((each) => each.textContent)).toEqual(
    expect.arrayContaining(["Address", "Documents"]),
  );
  expect(button(SIGN)).toBeNull();
  expect(button("Do not sign, send back")).not.toBeNull();
});

it("takes the submission that it reads for changed also where the proposal still says that it matches", async () => {
  const text = await show(await signedFor({ revision: 2 }), proposal());
  expect(text).toContain("Changed since the first signature");
  expect(button(SIGN)).toBeNull();
});

it.each([
  ["another fingerprint", { digest: "00".repeat(32) }, {}],
  ["another application", {}, { application: { id: id("another"), matches: true } }],
  ["another name", {}, { summary: [{ label: "members.proposal.label.name", value: "Another Agency" }] }],
])("cannot be signed where the statement has %s than what is shown", async (_, application, given) => {
  const text = await show({ ...(await signedFor()), ...application }, proposal(given));
  expect(text).toContain("What was signed is not what is shown here. Do not sign.");
  expect(button(SIGN)).toBeNull();
});

it("lets the first officer take the signature back and nothing else", async () => {
  const text = await show(await signedFor(), proposal({ mine: true }));
  expect(text).toContain("Whoever signed first cannot sign second.");
  expect(drawn.all("button").map((each) => each.textContent)).toEqual(["Take back my signature"]);
});
