/** What can be wrong with the storage of a browser, told apart, since each wants something else of the person. */

/**
 * `unavailable`: the browser gives no storage at all. `newer`: a later version of this page has written here. `full`:
 * nothing more can be written. `closed`: the browser took the database away and does not give it back. `wiped`: it is
 * there again, and empty. `damaged`: a record is there and cannot be read, or one is missing that must be there.
 */
export type FailureKind = "unavailable" | "newer" | "full" | "closed" | "wiped" | "damaged";

/** A record is there and could not be read, or the storage itself failed. */
export class VaultFailure extends Error {
  readonly place: string;
  readonly kind: FailureKind;
  constructor(kind: FailureKind, place: string, cause: unknown) {
    super(`The vault failed at ${place}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = "VaultFailure";
    this.kind = kind;
    this.place = place;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

/** What hinders the opening of a database. */
export function openingFailure(place: string, error: unknown): VaultFailure {
  if (error instanceof VaultFailure) {
    return error;
  }
  switch (nameOf(error)) {
    case "VersionError":
      return new VaultFailure("newer", place, error);
    case "QuotaExceededError":
      return new VaultFailure("full", place, error);
    default:
      return new VaultFailure("unavailable", place, error);
  }
}

/** What hinders reading or writing in a database that is open. */
export function usingFailure(place: string, error: unknown): VaultFailure {
  if (error instanceof VaultFailure) {
    return error;
  }
  if (nameOf(error) === "QuotaExceededError") {
    return new VaultFailure("full", place, error);
  }
  return new VaultFailure(isGone(error) ? "closed" : "damaged", place, error);
}

/** Whether the database may have been closed under us: it is worth opening it again. */
export function isGone(error: unknown): boolean {
  return ["InvalidStateError", "AbortError", "UnknownError", "TransactionInactiveError"].includes(
    nameOf(error),
  );
}
