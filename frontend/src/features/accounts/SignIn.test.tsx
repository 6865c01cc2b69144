// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Snapshot } from "../../sync/contract";
import { type Drawn, draw, press, settle, type } from "../../ui/testing";
import { SignIn } from "./SignIn";

const state = vi.hoisted(() => ({
  snapshot: {} as Snapshot,
  listeners: new Set<() => void>(),
  refresh: vi.fn(() => Promise.resolve()),
  signOut: vi.fn(() => Promise.resolve()),
}));

vi.mock("../../sync/client", () => ({
  core: { refresh: state.refresh, signOut: state.signOut },
  currentSnapshot: () => state.snapshot,
  subscribe: (listener: () => void) => {
    state.listeners.add(listener);
    return () => state.listeners.delete(listener);
  },
}));

const persona = {
  id: "qasrain_duty",
  title: "duty_officer",
  authority: "c1",
  authority_name: "Integrity Commission",
  state: "XE",
  language: "ar",
  role: "member",
  story: "urgent_message_waiting",
};
const filled = { email: "duty@integrity.example", password: "kettle harbour", code: "417903" };

interface Request {
  method: string;
  path: string;
  body: unknown;
}
let requests: Request[] = [];
let answers: Record<string, { status: number; body: unknown }> = {};

function stand(phase: "anonymous" | "second_factor", demoPersonas: boolean) {
  state.snapshot = {
    phase: { name: phase },
    session: {
      state: phase,
      network: { id: null, name: "Test", demo: demoPersonas },
      account: null,
      device: null,
      confirmedUntil: null,
      demoPersonas,
    },
  } as Snapshot;
  for (const listener of state.listeners) {
    listener();
  }
}

let drawn: Drawn;
beforeEach(() => {
  requests = [];
  sessionStorage.clear();
  vi.clearAllMocks();
  answers = {
    "/api/session": { status: 200, body: { csrf_token: "t" } },
    "/api/session/password": { status: 200, body: { state: "second_factor" } },
    "/api/session/second-factor": { status: 200, body: { state: "signed_in" } },
    "/api/demo/personas": { status: 200, body: [persona] },
    "/api/demo/personas/qasrain_duty/fill": { status: 200, body: filled },
  };
  vi.stubGlobal("fetch", (path: string, request: RequestInit) => {
    requests.push({
      method: request.method ?? "GET",
      path,
      body: typeof request.body === "string" ? JSON.parse(request.body) : undefined,
    });
    const answer = answers[path] ?? { status: 404, body: { code: "not_found", detail: "" } };
    return Promise.resolve(new Response(JSON.stringify(answer.body), { status: answer.status }));
  });
});
afterEach(async () => {
  await drawn.end();
  vi.unstubAllGlobals();
});

function posted(path: string): unknown {
  return requests.find((request) => request.method === "POST" && request.path === path)?.body;
}
function submit(): HTMLElement {
  return drawn.find("button[type='submit']");
}

describe("signing in", () => {
  it("asks for what is missing and sends nothing", async () => {
    stand("anonymous", false);
    drawn = await draw(<SignIn />);
    await press(submit());
    expect(drawn.page.textContent).toContain("Enter your e-mail address.");
    expect(drawn.page.textContent).toContain("Enter your password.");
    expect(document.activeElement).toBe(drawn.find("input[name='email']"));
    expect(posted("/api/session/password")).toBeUndefined();
  });

  it("shows no people to try on an ordinary network", async () => {
    stand("anonymous", false);
    drawn = await draw(<SignIn />);
    await settle();
    expect(drawn.all("aside")).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("sends the password, then asks the core where the person stands", async () => {
    stand("anonymous", false);
    drawn = await draw(<SignIn />);
    await type(drawn.find("input[name='email']"), " duty@integrity.example ");
    await type(drawn.find("input[name='password']"), "kettle harbour");
    await press(submit());
    await settle();
    expect(posted("/api/session/password")).toEqual({
      email: "duty@integrity.example",
      password: "kettle harbour",
    });
    expect(state.refresh).toHaveBeenCalled();
  });

  it("says the same for an unknown address and a wrong password, and keeps what was typed", async () => {
    answers["/api/session/password"] = { status: 401, body: { code: "wrong_credentials", detail: "" } };
    stand("anonymous", false);
    drawn = await draw(<SignIn />);
    await type(drawn.find("input[name='email']"), "duty@integrity.example");
    await type(drawn.find("input[name='password']"), "wrong");
    await press(submit());
    await settle();
    expect(drawn.find("[role='alert']").textContent).toContain("e-mail address or the password");
    expect(drawn.find<HTMLInputElement>("input[name='email']").value).toBe("duty@integrity.example");
  });

  it("takes a backup code in place of the one-time code", async () => {
    stand("second_factor", false);
    drawn = await draw(<SignIn />);
    const other = drawn.all(".as-link").at(-1);
    await press(other as HTMLElement);
    await type(drawn.find("input"), "ABCD-EFGH");
    await press(submit());
    await settle();
    expect(posted("/api/session/second-factor")).toEqual({ backup_code: "ABCD-EFGH" });
  });

  it("empties the field after a wrong code and puts the caret back into it", async () => {
    answers["/api/session/second-factor"] = { status: 401, body: { code: "wrong_code", detail: "" } };
    stand("second_factor", false);
    drawn = await draw(<SignIn />);
    await type(drawn.find("input"), "000000");
    await press(submit());
    await settle();
    expect(drawn.page.textContent).toContain("This code is not right");
    expect(drawn.find<HTMLInputElement>("input").value).toBe("");
    expect(document.activeElement).toBe(drawn.find("input"));
  });

  it("goes back to the password when the five minutes are over", async () => {
    answers["/api/session/second-factor"] = { status: 401, body: { code: "not_signed_in", detail: "" } };
    stand("second_factor", false);
    drawn = await draw(<SignIn />);
    await type(drawn.find("input"), "123456");
    await press(submit());
    await settle();
    expect(state.refresh).toHaveBeenCalled();
  });
});

describe("the demonstration", () => {
  it("fills in both steps by one pick, and the person only presses on", async () => {
    stand("anonymous", true);
    drawn = await draw(<SignIn />);
    await settle();
    const [one] = drawn.all("button.persona");
    expect(one?.textContent).toContain("Duty officer, Integrity Commission, Qasrain");
    expect(one?.textContent).toContain("An urgent message is waiting");
    await press(one as HTMLElement);
    await settle();
    expect(drawn.find<HTMLInputElement>("input[name='email']").value).toBe(filled.email);
    expect(document.activeElement).toBe(submit());
    await press(submit());
    await settle();
    expect(posted("/api/session/password")).toEqual({ email: filled.email, password: filled.password });

    await act(async () => stand("second_factor", true));
    await settle();
    expect(drawn.find<HTMLInputElement>("input").value).toBe(filled.code);
    await press(submit());
    await settle();
    expect(posted("/api/session/second-factor")).toEqual({ code: filled.code });
  });

  it("forgets the pick when somebody types another address", async () => {
    stand("anonymous", true);
    drawn = await draw(<SignIn />);
    await settle();
    await press(drawn.all("button.persona")[0] as HTMLElement);
    await settle();
    await type(drawn.find("input[name='email']"), "someone@else.example");
    expect(drawn.all("button.persona[aria-pressed='true']")).toEqual([]);
    expect(sessionStorage.length).toBe(0);
  });
});
