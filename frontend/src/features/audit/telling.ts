/** Which sentence tells a row to the person whom it concerns, and whether it wants to be looked at. */
import type { Hex } from "../../sync/contract";
import type { Row } from "./answers";

export type Advice = "password" | "backup_code" | "not_asked" | "new_sign_in" | "browser";

export interface Telling {
  /** `did` by this person, or `done` to them: the two halves of the catalogue. */
  side: "did" | "done";
  /** The name of the sentence in that half. */
  sentence: string;
  /** The person whom the sentence names: the other one, where there is one. Empty where nobody was signed in. */
  other: Hex;
  advice: Advice | null;
  /** It may be somebody else's doing, and stands out. */
  warns: boolean;
}

const warnings: Readonly<Record<string, Advice>> = {
  "done:stranger:second_factor:refused": "password",
  "did:person:backup_code:used": "backup_code",
  "done:helper:sign_in_reset:requested": "not_asked",
  "done:officer:sign_in_reset:confirmed": "not_asked",
  "did:person:sign_in_reset:used": "new_sign_in",
  "done:helper:invitation:made:rekey": "not_asked",
  "done:officers:officer:rekeyed": "not_asked",
  "done:authority:focal_point:rekeyed": "not_asked",
};

export function telling(row: Row, me: Hex): Telling {
  const did = row.actor === me;
  const side = did ? "did" : "done";
  const sentence = row.action + variant(row, did);
  const warning = warnings[`${side}:${sentence}`];
  return {
    side,
    sentence,
    other: did ? row.about || me : row.actor,
    advice: warning ?? (sentence === "person:device:enrolled" ? "browser" : null),
    warns: warning !== undefined,
  };
}

function variant(row: Row, did: boolean): string {
  if (row.action === "helper:invitation:made" && row.details.kind === "rekey") return ":rekey";
  if (row.action === "person:device:revoked" && did && row.about !== "") return ":other";
  return "";
}

/** Identifiers in a detail that is a list of them. */
export function listed(detail: unknown): Hex[] {
  return Array.isArray(detail) ? detail.filter((one) => typeof one === "string") : [];
}

/** Rows by their day, in the order in which they came. */
export function byDay(rows: readonly Row[], dayOf: (at: number) => string): { day: string; rows: Row[] }[] {
  const days: { day: string; rows: Row[] }[] = [];
  for (const row of rows) {
    const day = dayOf(row.at);
    const last = days.at(-1);
    if (last?.day === day) {
      last.rows.push(row);
    } else {
      days.push({ day, rows: [row] });
    }
  }
  return days;
}
