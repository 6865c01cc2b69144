import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { forgetSession, get, onSessionEnded, Problem, post, putBytes } from "./http";

type Answer = { status?: number; body?: unknown; text?: string };
let answers: Answer[];
let requests: { path: string; method: string; token: string | null }[];
let written: { type: string | null; body: unknown }[];

beforeEach(() => {
  forgetSession();
  [answers, requests, written] = [[], [], []];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const token = new Headers(init.headers).get("X-CSRFToken");
    requests.push({ path, method: init.method ?? "GET", token });
    if (path === "/api/session" && init.method === "GET") {
      return Response.json({ csrf_token: `token ${requests.length}` });
    }
    written.push({ type: new Headers(init.headers).get("Content-Type"), body: init.body });
    const answer = answers.shift();
    if (answer === undefined) {
      throw new TypeError("no line");
    }
    const status = answer.status ?? 200;
    return new Response(answer.text ?? (status === 204 ? null : JSON.stringify(answer.body)), { status });
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const problem = (status: number, code: string, more: object = {}): Answer => ({
  status,
  body: { type: "about:blank", title: code, status, code, detail: "A sentence.", ...more },
});

async function failure(act: Promise<unknown>): Promise<Problem> {
  const error = await act.catch((reason: unknown) => reason);
  if (!(error instanceof Problem)) {
    throw new Error("no problem was thrown");
  }
  return error;
}

describe("speaking with the server", () => {
  it("sends bytes as they are", async () => {
    answers = [{ status: 204 }];
    const bytes = new Uint8Array([1, 2, 3]);
    await putBytes("/api/parts/0", bytes);
    expect(written).toEqual([{ type: "application/octet-stream", body: bytes }]);
  });

  it("fetches the token before the first write, and once more when it was refused", async () => {
    answers = [problem(403, "csrf"), { status: 204 }];
    await post("/api/something", { a: 1 });
    expect(requests.map(({ path }) => path)).toEqual([
      "/api/session",
      "/api/something",
      "/api/session",
      "/api/something",
    ]);
    expect(requests[1]?.token).not.toBe(requests[3]?.token);
  });

  it("gives the server's word for a refusal, with how long to wait", async () => {
    answers = [problem(429, "slow_down", { retry_after: 7 })];
    expect(await failure(get("/api/x", v.any()))).toMatchObject({
      code: "slow_down",
      status: 429,
      retryAfter: 7,
      detail: "A sentence.",
    });
  });

  it("says offline when nobody answers, and server_failed for a proxy's page", async () => {
    expect(await failure(get("/api/x", v.any()))).toMatchObject({ code: "offline", status: 0 });
    answers = [{ status: 502, text: "<html>" }];
    expect(await failure(get("/api/x", v.any()))).toMatchObject({ code: "server_failed" });
  });

  it("refuses an answer of another form", async () => {
    answers = [{ body: { count: "three" } }];
    const schema = v.object({ count: v.number() });
    expect(await failure(get("/api/x", schema))).toMatchObject({ code: "bad_answer" });
  });

  it("reads past what only a newer server answers", async () => {
    answers = [{ body: { count: 3, given_by: "next" } }];
    const schema = v.object({ count: v.number() });
    expect(await get("/api/x", schema)).toEqual({ count: 3 });
  });

  it("tells whoever listens that the session has ended", async () => {
    const heard: string[] = [];
    const stop = onSessionEnded((code) => heard.push(code));
    answers = [problem(401, "not_signed_in"), problem(401, "wrong_code"), problem(403, "device_needed")];
    for (let i = 0; i < 3; i++) {
      await failure(get("/api/x", v.any()));
    }
    stop();
    expect(heard).toEqual(["not_signed_in", "device_needed"]);
  });
});
