/** Speaks HTTP with the portal: every answer is validated, every failure is a `Problem` with a stable code. */
import * as v from "valibot";

export type Schema<T> = v.GenericSchema<unknown, T>;

/** A refusal of the server (RFC 9457), or `offline` (status 0) when there was no answer at all. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  /** Seconds to wait, when the server said so. */
  readonly retryAfter: number | undefined;
  /** Further members of the problem document, such as `reason`, `index` or `reasons`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, detail: string, extra: Record<string, unknown> = {}) {
    super(`${code} (${status}): ${detail}`);
    this.name = "Problem";
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.extra = extra;
    const wait = extra.retry_after;
    this.retryAfter = typeof wait === "number" ? wait : undefined;
  }
}

const problemSchema = v.looseObject({
  code: v.string(),
  detail: v.optional(v.string(), ""),
});
const tokenSchema = v.looseObject({ csrf_token: v.string() });

/** How long an answer may take; a slow line with a large answer is still a live one. */
const PATIENCE = 60_000;

/** What the server says to a session that has ended, or that has lost its device. */
const ENDED = new Set(["not_signed_in", "second_factor_needed", "device_needed"]);

let csrfToken: string | null = null;
const endedListeners = new Set<(code: string) => void>();

/** Calls `listener` whenever an answer says that this session is no longer signed in, or bound to its device. */
export function onSessionEnded(listener: (code: string) => void): () => void {
  endedListeners.add(listener);
  return () => endedListeners.delete(listener);
}

/** What the server says to whoever would write while it is being completed after its database was put back. */
export const RESTORING = "restoring";
const restoringListeners = new Set<() => void>();

/** Calls `listener` whenever an answer says that the portal takes nothing while it is being completed. */
export function onRestoring(listener: () => void): () => void {
  restoringListeners.add(listener);
  return () => restoringListeners.delete(listener);
}

const BYTES_TYPE = "application/octet-stream";

type Method = "GET" | "POST" | "PUT" | "DELETE";

async function exchange(
  method: Method,
  path: string,
  body: unknown,
  headers: HeadersInit,
): Promise<Response> {
  const request: RequestInit = {
    method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(PATIENCE),
  };
  if (body !== undefined) {
    request.body = body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body);
  }
  try {
    return await fetch(path, request);
  } catch (error) {
    throw new Problem("offline", 0, error instanceof Error ? error.message : "The server did not answer.");
  }
}

async function toProblem(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => "");
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // An answer of a proxy, not of the portal.
  }
  const result = v.safeParse(problemSchema, parsed);
  if (result.success) {
    return new Problem(result.output.code, response.status, result.output.detail, result.output);
  }
  const code = response.status >= 500 ? "server_failed" : "bad_answer";
  return new Problem(code, response.status, `The server answered with status ${response.status}.`);
}

async function fetchToken(): Promise<string> {
  const response = await exchange("GET", "/api/session", undefined, { Accept: "application/json" });
  if (!response.ok) {
    throw await toProblem(response);
  }
  csrfToken = v.parse(tokenSchema, await response.json()).csrf_token;
  return csrfToken;
}

async function attempt(method: Method, path: string, body: unknown, accept: string): Promise<Response> {
  const headers: Record<string, string> = { Accept: accept };
  if (body !== undefined) {
    headers["Content-Type"] = body instanceof Uint8Array ? BYTES_TYPE : "application/json";
  }
  if (method !== "GET") {
    headers["X-CSRFToken"] = csrfToken ?? (await fetchToken());
  }
  const response = await exchange(method, path, body, headers);
  if (response.ok) {
    return response;
  }
  throw await toProblem(response);
}

async function request(method: Method, path: string, body: unknown, accept: string): Promise<Response> {
  try {
    return await attempt(method, path, body, accept);
  } catch (error) {
    if (!(error instanceof Problem)) {
      throw error;
    }
    if (error.code === "csrf" && method !== "GET") {
      // The token turns over at each sign-in: fetch the present one and try once more.
      csrfToken = null;
      return await attempt(method, path, body, accept);
    }
    if (error.code === RESTORING) {
      for (const listener of restoringListeners) {
        listener();
      }
    }
    if (ENDED.has(error.code)) {
      for (const listener of endedListeners) {
        listener(error.code);
      }
    }
    throw error;
  }
}

async function readJson<T>(response: Response, schema: Schema<T> | undefined): Promise<T> {
  let answer: unknown;
  if (response.status !== 204) {
    try {
      answer = await response.json();
    } catch {
      throw new Problem("bad_answer", response.status, "The server's answer could not be read.");
    }
  }
  if (schema === undefined) {
    return undefined as T;
  }
  const token = v.safeParse(tokenSchema, answer);
  if (token.success) {
    csrfToken = token.output.csrf_token;
  }
  const result = v.safeParse(schema, answer);
  if (!result.success) {
    const where = v.getDotPath(result.issues[0]) ?? "";
    throw new Problem(
      "bad_answer",
      response.status,
      `The server's answer has an unexpected form (${where}).`,
    );
  }
  return result.output;
}

const JSON_TYPE = "application/json, application/problem+json";

export async function get<T>(path: string, schema: Schema<T>): Promise<T> {
  return readJson(await request("GET", path, undefined, JSON_TYPE), schema);
}

/** Without a schema the answer is ignored (204, or nothing of interest). */
export async function post<T = void>(path: string, body?: unknown, schema?: Schema<T>): Promise<T> {
  return readJson(await request("POST", path, body ?? {}, JSON_TYPE), schema);
}

export async function put<T = void>(path: string, body: unknown, schema?: Schema<T>): Promise<T> {
  return readJson(await request("PUT", path, body, JSON_TYPE), schema);
}

export async function remove<T = void>(path: string, schema?: Schema<T>): Promise<T> {
  return readJson(await request("DELETE", path, undefined, JSON_TYPE), schema);
}

export async function getText(path: string): Promise<string> {
  return (await request("GET", path, undefined, "text/plain, application/problem+json")).text();
}

export async function getBytes(path: string): Promise<Uint8Array> {
  const response = await request(
    "GET",
    path,
    undefined,
    "application/octet-stream, application/problem+json",
  );
  return new Uint8Array(await response.arrayBuffer());
}

/** Bytes as they are, as a part of a file. */
export async function putBytes(path: string, bytes: Uint8Array): Promise<void> {
  await request("PUT", path, bytes, JSON_TYPE);
}

/** Forgets what belongs to the ended session. */
export function forgetSession(): void {
  csrfToken = null;
}
