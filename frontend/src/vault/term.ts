/**
 * The term of the worker that leads. Terms only grow; each vault remembers the highest that opened it, and refuses every
 * write of a lower one in the transaction of the write itself. A worker that was held still, and does not know yet that
 * another leads now, can thereby change nothing.
 */
let own = 0;
let deposed: (term: number) => void = () => undefined;

/** This worker leads from now on, under this term. */
export function beginTerm(term: number): void {
  own = term;
}

export function ownTerm(): number {
  return own;
}

/** Calls `listener` with the later term as soon as a write finds one. */
export function whenDeposed(listener: (term: number) => void): void {
  deposed = listener;
}

export function tellDeposed(term: number): void {
  deposed(term);
}
