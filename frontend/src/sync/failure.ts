/** The one kind of error that leaves the core: a code that the catalogues translate, and an English sentence. */
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
  // Nobody provided for it: whoever looks for the cause finds it in the console, and no test passes over it.
  console.error("The core failed unexpectedly", error);
  return { code: "unexpected", detail: error instanceof Error ? error.message : String(error) };
}
