// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OwnApplication } from "../../sync/applications";
import { initialSnapshot } from "../../sync/channel";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle } from "../../ui/testing";
import { Apply } from "./Apply";
import { emptyForm, madeUpApplication } from "./madeUp";

const kept = vi.hoisted(() => ({ snapshot: {} as unknown as Snapshot }));
vi.mock("../../sync/client", () => ({
  core: {},
  currentSnapshot: () => kept.snapshot,
  subscribe: () => () => undefined,
}));

let drawn: Drawn;
/** What the server knows; null where no link was opened. */
let application: OwnApplication | null;
let asked: { method: string; path: string; body: unknown }[];

function answer(body: unknown, status = 200): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status });
}

const refused = (status: number, code: string) => answer({ code, detail: "" }, status);

async function serve(path: string, init?: RequestInit): Promise<Response> {
  const method = init?.method ?? "GET";
  if (path === "/api/session") return answer({ csrf_token: "token" });
  const body = typeof init?.body === "string" ? JSON.parse(init.body) : null;
  asked.push({ method, path, body });
  if (path === "/api/applications") return answer(null, 204);
  if (path === "/api/applications/open") {
    if (body.token !== "good") return refused(404, "not_found");
    application = madeUpApplication();
    return answer(application);
  }
  if (application === null) return refused(404, "not_found");
  if (path === "/api/application/form") {
    if (body.seen !== application.changed_at) return refused(409, "application_changed");
    const missing = body.form.name === "" ? ["name"] : [];
    application = { ...application, form: body.form, changed_at: application.changed_at + 1, missing };
    return answer({ changed_at: application.changed_at, missing });
  }
  if (path === "/api/application/submit") {
    application = { ...application, status: "vetting", editable: false, submitted_at: 5_000, revision: 1 };
  }
  if (path === "/api/application/answer") application = { ...application, asked: false };
  if (path === "/api/application/observer") application = { ...application, status: "vetting" };
  if (path === "/api/application/withdraw") {
    application = { ...application, status: "withdrawn", editable: false, step: null };
  }
  return answer(application);
}

async function open(fragment = ""): Promise<void> {
  window.history.replaceState(null, "", `/apply${fragment}`);
  drawn = await draw(<Apply />);
  await settle();
}

function button(name: string): HTMLElement {
  const found = [...document.querySelectorAll<HTMLElement>("button")].find((each) =>
    each.textContent?.startsWith(name),
  );
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
}
async function pressButton(name: string): Promise<void> {
  await press(button(name));
  await settle();
}
async function write(label: string, text: string): Promise<void> {
  const found = [...document.querySelectorAll("label")].find((each) => each.textContent === label);
  const field = document.getElementById(found?.htmlFor ?? "");
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) {
    throw new Error(`no field ${label}`);
  }
  const shape = field instanceof HTMLInputElement ? HTMLInputElement : HTMLTextAreaElement;
  await act(async () => {
    Object.getOwnPropertyDescriptor(shape.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
async function shows(text: string): Promise<void> {
  await vi.waitFor(async () => {
    await settle();
    expect(document.body.textContent).toContain(text);
  });
}

const step = (
  key: string,
  kind: OwnApplication["steps"][number]["kind"],
  passed_at: number | null = null,
) => ({
  key,
  kind,
  days: 10,
  officers: null,
  another: false,
  title: null,
  text: null,
  passed_at,
});
const submitted: Partial<OwnApplication> = {
  status: "vetting",
  editable: false,
  form: { ...emptyForm, name_en: "Anti-Corruption Agency", state: "XH" },
  step: "state_confirmation",
  steps: [
    step("received", "receipt", 2_000),
    step("state_confirmation", "confirmation"),
    step("admission", "admission"),
  ],
  submitted_at: 1_000,
  revision: 1,
};
const event = (
  act: OwnApplication["events"][number]["act"],
  text: string,
): OwnApplication["events"][number] => ({
  id: 1,
  at: 3_000,
  act,
  step: null,
  text,
  revision: 1,
  by: "secretariat",
});

beforeEach(() => {
  application = null;
  asked = [];
  localStorage.clear();
  kept.snapshot = initialSnapshot;
  vi.stubGlobal("fetch", serve);
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

it("sends a link to an address that is one, and says what to do if nothing comes", async () => {
  await open();
  await write("Official e-mail address", "not an address");
  await pressButton("Send me the link");
  await shows("has the form name@authority.example");
  await write("Official e-mail address", "liaison@agency.example");
  await pressButton("Send me the link");
  await shows("We have sent a link");
  expect(document.body.textContent).toContain("Nothing came?");
  expect(asked.at(-1)?.body).toEqual({ email: "liaison@agency.example", language: "en" });
});

it("opens the application by the link, and takes the token out of the address", async () => {
  await open("#good");
  await shows("Your application");
  expect(window.location.hash).toBe("");
});

it("says to whom the links go, so that nobody writes into somebody else's application", async () => {
  await open("#good");
  expect(drawn.page.textContent).toContain(`are sent to ${madeUpApplication().email}`);
});

it("offers a new link where the old one opens nothing", async () => {
  await open("#spent");
  await shows("This link opens nothing any more");
  expect(window.location.hash).toBe("");
  expect(button("Send me the link")).toBeDefined();
});

it("keeps the link while the server does not answer", async () => {
  vi.stubGlobal("fetch", async (path: string, init?: RequestInit) => {
    if (path === "/api/applications/open") throw new TypeError("no line");
    return serve(path, init);
  });
  await open("#good");
  await shows("could not be opened");
  expect(window.location.hash).toBe("#good");
  vi.stubGlobal("fetch", serve);
  await pressButton("Try again");
  await shows("Your application");
});

it("saves what is typed, and leads from what is missing to its field", async () => {
  await open("#good");
  await shows("1 thing is still missing");
  await pressButton("Submit the application");
  await shows("This is still missing.");
  await pressButton("Name of the authority");
  expect(document.activeElement?.closest("[id^=apply-]")?.id).toBe("apply-name");
  await write("Name of the authority", "Agency");
  await pressButton("Submit the application");
  await shows("Your application is being examined");
  expect(asked.map(({ path }) => path)).toContain("/api/application/form");
  expect(application?.form.name).toBe("Agency");
});

it("shows what was changed elsewhere, and takes that when told to", async () => {
  await open("#good");
  await shows("1 thing is still missing");
  application = madeUpApplication({ form: { ...emptyForm, name: "From the colleague" }, changed_at: 9_000 });
  await write("Name of the authority", "From here");
  await pressButton("Submit the application");
  await shows("Somebody changed it");
  await pressButton("Take the other version");
  expect(drawn.find<HTMLInputElement>("#apply-name input").value).toBe("From the colleague");
});

it("keeps what is typed and asks for the link when the right to write has ended", async () => {
  await open("#good");
  await shows("1 thing is still missing");
  application = null;
  await write("Name of the authority", "Not lost");
  await pressButton("Submit the application");
  await shows("Open your link again");
  await drawn.end();
  await open("#good");
  await shows("Your application");
  expect(drawn.find<HTMLInputElement>("#apply-name input").value).toBe("Not lost");
});

it("marks what an officer has sent back for, until it is another", async () => {
  application = madeUpApplication({
    status: "returned",
    wanted: ["mandate"],
    form: { ...emptyForm, mandate: "Short" },
    missing: [],
    revision: 1,
    events: [event("returned", "Please send all articles.")],
  });
  await open();
  await shows("Please send all articles.");
  expect(drawn.find("#apply-mandate").textContent).toContain("asks you to change or complete this");
  await write("Mandate", "Longer");
  expect(drawn.find("#apply-mandate").textContent).not.toContain("asks you to change or complete this");
});

it("tells where it stands, and by when the step is expected", async () => {
  application = madeUpApplication(submitted);
  await open();
  await shows("Your application is being examined");
  expect(drawn.find("[aria-current=step]").textContent).toContain("State confirms");
  expect(document.body.textContent).toMatch(/Expected by 11\sJanuary\s1970/);
  expect(document.body.textContent).toContain("Ulanbey");
});

it("lets an applicant answer a question", async () => {
  application = madeUpApplication({ ...submitted, asked: true, events: [event("asked", "Which article?")] });
  await open();
  await shows("Which article?");
  await pressButton("Send the answer");
  await shows("Write an answer first.");
  await write("Your answer", "Article 7");
  await pressButton("Send the answer");
  await shows("What happens now");
  expect(asked.at(-1)).toMatchObject({ path: "/api/application/answer", body: { text: "Article 7" } });
});

it("offers observer status, to accept or to refuse", async () => {
  application = madeUpApplication({ ...submitted, status: "offered" });
  await open();
  await shows("You are offered observer status");
  await pressButton("Refuse");
  await shows("Your application is being examined");
  expect(asked.at(-1)).toMatchObject({ path: "/api/application/observer", body: { accept: false } });
});

it("withdraws after a question", async () => {
  application = madeUpApplication(submitted);
  await open();
  await pressButton("Withdraw the application");
  await pressButton("Withdraw it");
  await shows("The application was withdrawn");
});

it.each([
  ["declined", "The applicant is a company."],
  ["admitted", "Your authority is a member of the network."],
] as const)("says what it means that it was %s", async (status, words) => {
  const events = [event("declined", "The applicant is a company.")];
  application = madeUpApplication({
    ...submitted,
    status,
    step: null,
    events: status === "declined" ? events : [],
  });
  await open();
  await shows(words);
});

it("tells an officer for whom the form is filled in", async () => {
  const account = { role: "officer" };
  kept.snapshot = {
    ...initialSnapshot,
    session: { state: "signed_in", account, network: {} },
  } as unknown as Snapshot;
  application = madeUpApplication();
  await open();
  await shows("You fill this in for the applicant, ");
});

it("leaves only when all is saved, and keeps nothing behind", async () => {
  await open("#good");
  await shows("1 thing is still missing");
  await write("Name of the authority", "Agency");
  expect(localStorage.length).toBe(1);
  await pressButton("Close it in this browser");
  await shows("Apply to join the network");
  expect(application?.form.name).toBe("Agency");
  expect(localStorage.length).toBe(0);
});
