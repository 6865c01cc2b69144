/** The one kind of error that leaves the core: a code that the catalogues translate, and an English sentence. */
import { VaultFailure, VaultLocked } from "../vault";
import { AlarmRaised } from "./alarm";
import type { CoreError } from "./contract";
import { Problem } from "./http";

export class CoreFailure extends Error implements CoreError {
  readonly code: string;
  readonly detail: string;
  readonly group?: number;
  readonly serial?: number;
  readonly retryAfter?: number;

  constructor(code: string, detail: string, more: Omit<CoreError, "code" | "detail"> = {}) {
    super(`${code}: ${detail}`);
    this.name = "CoreFailure";
    this.code = code;
    this.detail = detail;
    Object.assign(this, more);
  }
}

/** Whether this is a fault of ours: neither the line, nor the storage, nor a refusal that has a code. */
export function isOurs(error: unknown): boolean {
  const known = [Problem, CoreFailure, VaultFailure, VaultLocked, AlarmRaised];
  return !known.some((kind) => error instanceof kind);
}

/** For whoever looks for the cause, and for the tests of the page, which fail on it. */
export function report(message: string, error: unknown): void {
  // biome-ignore lint/suspicious/noConsole: nothing else remains of a fault of ours
  console.error(message, error);
}

/** Whatever was thrown, as something that can cross to the page. */
export function toCoreError(error: unknown): CoreError {
  if (error instanceof CoreFailure) {
    const { code, detail, group, serial, retryAfter } = error;
    return {
      code,
      detail,
      ...(group === undefined ? {} : { group }),
      ...(serial === undefined ? {} : { serial }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
  }
  if (error instanceof Problem) {
    const { code, detail, retryAfter } = error;
    return { code, detail, ...(retryAfter === undefined ? {} : { retryAfter }) };
  }
  if (isOurs(error)) {
    report("The core failed unexpectedly.", error);
  }
  return { code: "unexpected", detail: error instanceof Error ? error.message : String(error) };
}
