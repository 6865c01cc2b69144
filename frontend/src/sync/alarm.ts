/** A finding after which the core refuses to talk, with the evidence as text to save. */
import type { Alarm } from "./contract";

export class AlarmRaised extends Error {
  readonly alarm: Alarm;

  constructor(kind: Alarm["kind"], evidence: Record<string, unknown>) {
    super(`The core refuses to talk: ${kind}.`);
    this.name = "AlarmRaised";
    const at = Date.now();
    this.alarm = { kind, at, evidence: writeEvidence(kind, at, evidence) };
  }
}

/** Readable by people and by programs: indented JSON, with the time it was found. */
function writeEvidence(kind: string, at: number, evidence: Record<string, unknown>): string {
  return `${JSON.stringify({ finding: kind, found: new Date(at).toISOString(), ...evidence }, null, 2)}\n`;
}
