/** For tests: rows of a log, and a server that gives them out page by page. */
import type { Row } from "./answers";

export function row(id: number, action: string, more: Partial<Row> = {}): Row {
  return {
    id,
    at: Date.UTC(2026, 10, 24, 12, 0, id),
    action,
    actor: "",
    about: "",
    authority: "",
    details: {},
    sequence: id,
    ...more,
  };
}

const answer = (body: unknown, status = 200) =>
  Promise.resolve(new Response(JSON.stringify(body), { status }));

/** Gives pages of two rows, the newest first, to whoever asks for the log; `asked` holds every question. */
export function madeUpLog(rows: readonly Row[]) {
  const log = {
    asked: [] as string[],
    /** What the server answers instead, with this status. */
    refusal: null as { code: string; status: number } | null,
    fetch: (path: string): Promise<Response> => {
      if (!path.startsWith("/api/audit")) return answer([]);
      log.asked.push(path);
      if (log.refusal !== null) {
        return answer({ code: log.refusal.code, detail: "" }, log.refusal.status);
      }
      const query = new URLSearchParams(path.split("?")[1]);
      const before = Number(query.get("before") ?? Number.POSITIVE_INFINITY);
      const action = query.get("action");
      const found = rows.filter((each) => each.id < before && (action === null || each.action === action));
      const shown = found.slice(0, 2);
      return answer({ rows: shown, next: found.length > 2 ? (shown.at(-1)?.id ?? null) : null });
    },
  };
  return log;
}
