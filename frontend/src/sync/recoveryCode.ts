/** Recovery codes as people write and type them. */
import { type Bytes, randomBytes } from "../crypto/encoding";
import { readCharacters, readCode, writeCode } from "../crypto/recovery";
import type { RecoveryCode } from "./contract";
import { CoreFailure } from "./failure";

export interface NewCode {
  secret: Bytes;
  shown: RecoveryCode;
}

export function newCode(serial: number, date: number): NewCode {
  const secret = randomBytes(20);
  return { secret, shown: { groups: writeCode(secret), serial, date } };
}

/** Rejects with the first group that is not what was shown. */
export function confirm(code: NewCode, answers: { readonly [group: number]: string }): void {
  const typed = Object.entries(answers)
    .map(([group, text]) => ({ group: Number(group), text }))
    .sort((a, b) => a.group - b.group);
  if (typed.length === 0) {
    throw new CoreFailure("recovery_code_wrong", "Type back the groups that were asked for.", { group: 0 });
  }
  for (const { group, text } of typed) {
    if (readCharacters(text) !== code.shown.groups[group]) {
      throw new CoreFailure("recovery_code_wrong", "This group is not the one that was shown.", { group });
    }
  }
}

/** The 20 bytes of a code; rejects with the group where it is wrong. */
export function read(text: string): Bytes {
  const reading = readCode(text);
  if (!reading.ok) {
    throw new CoreFailure("recovery_code_wrong", "This group holds a slip.", { group: reading.group });
  }
  return reading.secret;
}
