// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { initialSnapshot } from "../../sync/channel";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { ApplicationsPage } from "./ApplicationsPage";
import { DAY, id, NOW, steps, summary } from "./madeUp";
import { ObjectionsNotice } from "./ObjectionsNotice";
import { ObjectionsPage } from "./ObjectionsPage";
import { PipelinePage } from "./PipelinePage";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
/** What the server answers, by method and path; what it was asked last stands in `asked`. */
let answers: Record<string, unknown>;
let asked: { path: string; body: unknown }[];
let people = 0;

beforeEach(() => {
  answers = { "GET /api/session": { csrf_token: "token" } };
  asked = [];
  people += 1;
  // The list is kept for as long as the same person is signed in.
  const session = { account: { id: id(`person ${people}`) } };
  const me = { account: id("me"), role: "lead", authority: id("north"), name: "Ana", active: true };
  kept.snapshot = { ...initialSnapshot, session, me, officers: [] } as unknown as Snapshot;
  vi.stubGlobal("fetch", (path: string, { method = "GET", body }: RequestInit = {}) => {
    asked.push({ path: `${method} ${path}`, body: typeof body === "string" ? JSON.parse(body) : null });
    const answer = answers[`${method} ${path}`];
    const missing = { code: "not_found", detail: "" };
    return Promise.resolve(
      answer instanceof Response
        ? answer.clone()
        : new Response(JSON.stringify(answer ?? missing), { status: answer === undefined ? 404 : 200 }),
    );
  });
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

const text = () => document.body.textContent ?? "";
const rows = () => drawn.all(".case b").map((each) => each.textContent);
function button(words: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find(
    (each) => each.textContent?.startsWith(words) || each.getAttribute("aria-label") === words,
  );
  if (found === undefined) throw new Error(`no button ${words}`);
  return found;
}

async function list(applications: ReturnType<typeof summary>[]): Promise<void> {
  answers["GET /api/vetting"] = { steps, applications };
  drawn = await draw(<ApplicationsPage id={null} />);
  await settle();
}

it("shows each application with what it waits for, and says that one is overdue in words and by a sign", async () => {
  await list([
    summary("Agency"),
    summary("Court", { status: "offered", waits_for: "applicant", state: "XF" }),
    summary("Unit", { status: "returned", waits_for: "applicant", last_text: "Mandate text missing" }),
    summary("Bureau", {
      overdue: true,
      due_at: NOW,
      waits_for: "colleague",
      signatures: 1,
      step: "admission",
    }),
  ]);
  expect(rows()).toEqual(["Bureau", "Agency", "Court", "Unit"]);
  for (const words of ["Waits for you: Completeness", "Observer status offered", "Mandate text missing"]) {
    expect(text()).toContain(words);
  }
  const late = drawn.find(".case__when--late");
  expect(late.textContent).toContain("Overdue since 24 Nov");
  expect(late.querySelector("svg")).not.toBeNull();
});

it("filters by the step in the picture and by search, and clears again", async () => {
  await list([summary("Agency"), summary("Bureau", { step: "admission", state: "XF" })]);
  const admission = drawn.all(".station button").find((each) => each.textContent === "1Admission");
  await press(admission as HTMLElement);
  expect(rows()).toEqual(["Bureau"]);
  await type(drawn.find("input[type=search]"), "nobody");
  expect(text()).toContain("No application here fits these filters.");
  await press(button("Clear the filters"));
  expect(rows()).toHaveLength(2);
});

it("says what will stand here while there is no application, and tries again after a failure", async () => {
  await list([]);
  expect(text()).toContain("No application yet");
  await drawn.end();
  kept.snapshot = { ...kept.snapshot, session: { account: { id: id("other") } } } as unknown as Snapshot;
  answers["GET /api/vetting"] = new Response(JSON.stringify({ code: "server_failed", detail: "" }), {
    status: 500,
  });
  drawn = await draw(<ApplicationsPage id={null} />);
  await settle();
  expect(text()).toContain("The applications could not be loaded.");
  answers["GET /api/vetting"] = { steps, applications: [summary("Agency")] };
  await press(button("Try again"));
  await settle();
  expect(rows()).toEqual(["Agency"]);
});

const PIPELINE = "/api/vetting/pipeline";

async function pipeline(): Promise<void> {
  answers[`GET ${PIPELINE}`] = { version: 1, changed_at: NOW, changed_by: null, steps };
  drawn = await draw(<PipelinePage />);
  await settle();
}

it("saves the steps in another order, without the window, for the version that was read", async () => {
  await pipeline();
  expect(button("Save the steps").getAttribute("aria-disabled")).toBe("true");
  await press(button("Move up: Eligibility, art. 36"));
  await press(button("Remove: Objections"));
  answers[`PUT ${PIPELINE}`] = { version: 2, changed_at: NOW, changed_by: id("me"), steps };
  await press(button("Save the steps"));
  await settle();
  const sent = asked.find(({ path }) => path === `PUT ${PIPELINE}`)?.body as {
    seen: number;
    steps: { key: string }[];
  };
  expect(sent.seen).toBe(1);
  expect(sent.steps.map(({ key }) => key)).toEqual([
    "received",
    "eligibility",
    "completeness",
    "state_confirmation",
    "admission",
  ]);
});

it("does not save a step without words, and names the languages", async () => {
  await pipeline();
  await press(button("Add a step"));
  await press(button("Save the steps"));
  expect(text()).toMatch(/The title is missing in: .*Español/);
  expect(asked.some(({ path }) => path.startsWith("PUT"))).toBe(false);
});

it("says that somebody else has changed the steps, and keeps what was changed here until they are loaded", async () => {
  await pipeline();
  await press(button("Remove: Objections"));
  const refusal = { code: "pipeline_changed", detail: "" };
  answers[`PUT ${PIPELINE}`] = new Response(JSON.stringify(refusal), { status: 409 });
  await press(button("Save the steps"));
  await settle();
  expect(text()).toContain("Somebody else has changed the steps meanwhile.");
  expect(text()).not.toContain("Objections");
  answers[`GET ${PIPELINE}`] = { version: 2, changed_at: NOW, changed_by: id("other"), steps };
  await press(button("Load their version"));
  await settle();
  expect(text()).toContain("Objections");
});

const open = (more: object = {}) => ({
  id: id("agency"),
  name: "Агентство",
  name_en: "Agency",
  state: "XH",
  membership: "member",
  powers: ["investigate"],
  mandate: "Investigates.",
  legal_basis: "Law 12",
  website: "javascript:alert(1)",
  until: Date.now() + 2.5 * DAY,
  own: null,
  ...more,
});

it("tells a member of an application and takes its objection; an address that is none is no link", async () => {
  answers["GET /api/objections"] = [open()];
  answers[`POST /api/objections/${id("agency")}`] = new Response(null, { status: 204 });
  drawn = await draw(<ObjectionsPage />);
  await settle();
  expect(text()).toContain("2 days left");
  expect(drawn.all("a[href^=javascript]")).toEqual([]);
  await press(button("Object"));
  expect(text()).toContain("Read by the officers only");
  await type(document.querySelector("[role=dialog] textarea") as HTMLElement, "Not independent.");
  answers["GET /api/objections"] = [open({ own: { text: "Not independent.", at: NOW } })];
  await press(button("Send the objection"));
  await settle();
  expect(asked.find(({ path }) => path.startsWith("POST /api/objections"))?.body).toEqual({
    text: "Not independent.",
  });
  expect(text()).toContain("Objection of your authority, 24\u00a0November 2026");
  expect(button("Withdraw the objection")).toBeTruthy();
});

it("says that nothing is open, also to those who may not object", async () => {
  drawn = await draw(<ObjectionsPage />);
  await settle();
  expect(text()).toContain("No application is open for objections");
});

it("is announced to leads and deputies as long as their authority has said nothing", async () => {
  answers["GET /api/objections"] = [open(), open({ id: id("b"), own: { text: "No.", at: NOW } })];
  drawn = await draw(<ObjectionsNotice />);
  await settle();
  expect(text()).toContain("1 application of a new authority is open for objections.");
  await drawn.end();
  kept.snapshot = { ...kept.snapshot, me: { role: "member" } } as unknown as Snapshot;
  const before = asked.length;
  drawn = await draw(<ObjectionsNotice />);
  await settle();
  expect([text(), asked.length]).toEqual(["", before]);
});
