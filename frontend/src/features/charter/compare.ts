/**
 * What a later text says otherwise than an earlier one, word by word. Passages that say nearly the same are set beside
 * each other first, so that a word more in one paragraph does not make the whole text look new.
 */
import { type Passage, passagesOf } from "./passages";

export interface Piece {
  kind: "same" | "new" | "gone";
  text: string;
}

export interface Compared {
  shape: Passage["shape"];
  kind: "same" | "changed" | "new" | "gone";
  pieces: Piece[];
}

/** How much of two passages must be alike for one to be taken for the other, changed. */
const ALIKE = 0.35;
/** Beyond so many comparisons of words a passage is shown as replaced. */
const MOST = 4_000_000;

export function compare(before: string, after: string, language: string): Compared[] {
  const segmenter = new Intl.Segmenter(language, { granularity: "word" });
  const cut = (passage: Passage): Cut => ({
    ...passage,
    words: [...segmenter.segment(passage.text)].map(({ segment }) => segment),
  });
  const [old, fresh] = [passagesOf(before).map(cut), passagesOf(after).map(cut)];
  return align(old, fresh).map(([gone, came]) => {
    if (gone === null) return whole(came as Cut, "new");
    if (came === null) return whole(gone, "gone");
    if (gone.text === came.text && gone.shape === came.shape) return whole(came, "same");
    return { shape: came.shape, kind: "changed", pieces: pieces(gone.words, came.words) };
  });
}

interface Cut extends Passage {
  words: string[];
}

type Pair = [Cut | null, Cut | null];

function whole(passage: Cut, kind: "same" | "new" | "gone"): Compared {
  return { shape: passage.shape, kind, pieces: [{ kind, text: passage.text }] };
}

/** From 0 to 1: the share of words that both have. */
function likeness(one: Cut, other: Cut): number {
  if (one.text === other.text) return 1;
  const counted = new Map<string, number>();
  for (const word of one.words) counted.set(word, (counted.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of other.words) {
    const left = counted.get(word) ?? 0;
    if (left > 0) {
      counted.set(word, left - 1);
      common += 1;
    }
  }
  return (2 * common) / (one.words.length + other.words.length);
}

/** Pairs passages in their order so that as much as possible is alike. */
function align(old: readonly Cut[], fresh: readonly Cut[]): Pair[] {
  const best = table(old.length, fresh.length, (i, j) => {
    const like = likeness(old[i] as Cut, fresh[j] as Cut);
    return like < ALIKE ? 0 : like;
  });
  const pairs: Pair[] = [];
  walk(best, (i, j) =>
    pairs.push([i === null ? null : (old[i] as Cut), j === null ? null : (fresh[j] as Cut)]),
  );
  return pairs;
}

function pieces(old: readonly string[], fresh: readonly string[]): Piece[] {
  if (old.length * fresh.length > MOST) {
    return [
      { kind: "gone", text: old.join("") },
      { kind: "new", text: fresh.join("") },
    ];
  }
  const best = table(old.length, fresh.length, (i, j) => (old[i] === fresh[j] ? 1 : 0));
  const steps: { gone: string; came: string; same: boolean }[] = [];
  walk(best, (i, j) => {
    const gone = i === null ? "" : (old[i] ?? "");
    const came = j === null ? "" : (fresh[j] ?? "");
    steps.push({ gone, came, same: i !== null && j !== null });
  });
  return joined(steps);
}

/** Neighbours of one kind become one piece; a space between two changed words is changed with them. */
function joined(steps: readonly { gone: string; came: string; same: boolean }[]): Piece[] {
  const found: Piece[] = [];
  let gone = "";
  let came = "";
  const flush = () => {
    if (gone !== "") found.push({ kind: "gone", text: gone });
    if (came !== "") found.push({ kind: "new", text: came });
    gone = "";
    came = "";
  };
  steps.forEach((step, index) => {
    const next = steps[index + 1];
    const between = step.same && step.came.trim() === "" && gone + came !== "" && next?.same === false;
    if (step.same && !between) {
      flush();
      const last = found.at(-1);
      if (last?.kind === "same") last.text += step.came;
      else found.push({ kind: "same", text: step.came });
    } else {
      gone += step.gone;
      came += step.came;
    }
  });
  flush();
  return found;
}

interface Table {
  rows: number;
  columns: number;
  /** The best total of the pairs after (i, j). */
  total: Float64Array;
  value: (i: number, j: number) => number;
}

function table(rows: number, columns: number, value: (i: number, j: number) => number): Table {
  const total = new Float64Array((rows + 1) * (columns + 1));
  const known = new Float32Array(rows * columns);
  const at = (i: number, j: number) => total[i * (columns + 1) + j] ?? 0;
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const pair = value(i, j);
      known[i * columns + j] = pair;
      const paired = pair > 0 ? pair + at(i + 1, j + 1) : 0;
      total[i * (columns + 1) + j] = Math.max(paired, at(i + 1, j), at(i, j + 1));
    }
  }
  return { rows, columns, total, value: (i, j) => known[i * columns + j] ?? 0 };
}

/** Goes through the best pairs in order; what has no partner comes with null, the earlier text first. */
function walk(
  { rows, columns, total, value }: Table,
  step: (i: number | null, j: number | null) => void,
): void {
  const at = (i: number, j: number) => total[i * (columns + 1) + j] ?? 0;
  let i = 0;
  let j = 0;
  while (i < rows || j < columns) {
    const pair = i < rows && j < columns ? value(i, j) : 0;
    if (pair > 0 && at(i, j) <= pair + at(i + 1, j + 1) + 1e-6) {
      step(i, j);
      i += 1;
      j += 1;
    } else if (i < rows && (j >= columns || at(i + 1, j) >= at(i, j + 1))) {
      step(i, null);
      i += 1;
    } else {
      step(null, j);
      j += 1;
    }
  }
}
