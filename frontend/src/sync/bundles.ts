/** Fetches the entries of the Register as they lie in its tiles. */
import type { Bytes } from "../crypto/encoding";
import { planBundles, readBundle } from "../crypto/tiles";
import type { Changes } from "./changes";
import { getBytes, Problem } from "./http";

/** So many are under way beside the one that is being verified: a server that is busy answers late, not slowly. */
const AHEAD = 3;

/** The entries from one size to another, bundle by bundle; the next are fetched while one is being verified. */
export async function* bundles(
  from: number,
  to: number,
  changes: Changes,
  seen: (entry: Bytes) => void = () => undefined,
): AsyncGenerator<readonly Bytes[]> {
  const plan = planBundles(from, to);
  const fetched = plan.map(() => null as Promise<Uint8Array> | null);
  const fetchAt = (place: number) => {
    const step = plan[place];
    if (step !== undefined) {
      const answer = getBytes(`/api/register/${step.path}`);
      answer.catch(() => undefined); // reported where it is awaited
      fetched[place] = answer;
    }
  };
  for (let place = 0; place < AHEAD; place++) {
    fetchAt(place);
  }
  let index = from;
  for (const [place, step] of plan.entries()) {
    fetchAt(place + AHEAD);
    const bytes = await fetched[place];
    fetched[place] = null;
    if (bytes === null || bytes === undefined) {
      throw new Problem("bad_answer", 200, "A part of the Register is missing.");
    }
    const entries = readBundle(bytes, step.width).slice(step.skip);
    for (const entry of entries) {
      changes.see(index++, entry);
      seen(entry);
    }
    yield entries;
  }
}
