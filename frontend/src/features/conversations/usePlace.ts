/** Where a reader is in a thread whose window moves: what they read stays where it stands, whatever comes or goes around it. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { ThreadItem } from "../../sync/contract";

/** This close to the end counts as reading the newest. */
const nearEnd = 80;
/** Room above what the reader is brought to, so that the words before it are in sight. */
const above = 56;
/** So much of it at the most, and a gap to the edge. */
const most = 150;
const gap = 8;
const foundFor = 2_000;

/** A sequence to be shown, the line above what is new, or the end. */
export type Goal = number | "line" | "end";

export interface Place {
  box: RefObject<HTMLElement | null>;
  atEnd: boolean;
  /** The same at this very moment, before it was drawn. */
  isAtEnd(): boolean;
  /** Takes down where the reader is; tells how far from both edges, and which way they moved. */
  measure(): { before: number; after: number; moved: number } | null;
  /** Brings the reader there now, or as soon as it is in the window. */
  bring(goal: Goal): void;
  /** The newest sequence in sight. */
  lastInSight(): number;
}

const lines = (box: HTMLElement) => box.querySelectorAll<HTMLElement>("[data-key]");
const topOf = (element: Element) => element.getBoundingClientRect().top;

/** The index of the first line that ends below this height; lines stand one below the other. */
function firstBelow(all: NodeListOf<HTMLElement>, height: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.getBoundingClientRect().bottom ?? 0) <= height) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Above the line stand days and appointments: where they are low enough they are in sight whole, none of them cut. */
function roomAbove(line: Element): number {
  let room = above;
  for (let row = line.closest("li")?.previousElementSibling; row; row = row.previousElementSibling) {
    const height = topOf(line) - topOf(row) + gap;
    if (height > most) return room;
    room = height;
  }
  return room;
}

export function usePlace(items: readonly ThreadItem[], hasNewer: boolean, wrote: boolean): Place {
  const { language } = useI18n();
  const box = useRef<HTMLElement>(null);
  const held = useRef({ key: "", last: "", offset: 0, top: 0, atEnd: true });
  const goal = useRef<Goal | null>(null);
  const [atEnd, setAtEnd] = useState(false);
  const more = useRef(hasNewer);
  more.current = hasNewer;

  const measure = useCallback(() => {
    const element = box.current;
    if (element === null) return null;
    const after = element.scrollHeight - element.scrollTop - element.clientHeight;
    const end = after < nearEnd && !more.current;
    const edge = topOf(element);
    const all = lines(element);
    const first = all[firstBelow(all, edge)];
    const moved = element.scrollTop - held.current.top;
    held.current = {
      key: first?.dataset.key ?? "",
      last: all[all.length - 1]?.dataset.key ?? "",
      offset: first === undefined ? 0 : topOf(first) - edge,
      top: element.scrollTop,
      atEnd: end,
    };
    setAtEnd(end);
    return { before: element.scrollTop, after, moved };
  }, []);

  const reach = useCallback((): boolean => {
    const element = box.current;
    const wanted = goal.current;
    if (element === null || wanted === null) return false;
    if (wanted === "end") {
      if (more.current) return false;
      goal.current = null;
      element.scrollTop = element.scrollHeight;
      return true;
    }
    if (wanted === "line") {
      const line = element.querySelector(".newmark");
      if (line === null) return false;
      goal.current = null;
      element.scrollTop += topOf(line) - topOf(element) - roomAbove(line);
      return true;
    }
    const all = [...lines(element)];
    const sequences = all.map((line) => Number(line.dataset.key));
    const place = sequences.findIndex((sequence) => sequence >= wanted);
    const line = all[place];
    if (line === undefined || (place === 0 && sequences[0] !== wanted)) return false;
    goal.current = null;
    element.scrollTop += topOf(line) - topOf(element) - above;
    line.dataset.found = "";
    setTimeout(() => delete line.dataset.found, foundFor);
    return true;
  }, []);

  const keep = useCallback((toEnd: boolean) => {
    const element = box.current;
    if (element === null) return;
    if (toEnd && !more.current) {
      element.scrollTop = element.scrollHeight;
    } else {
      const key = CSS.escape(held.current.key);
      const line = element.querySelector(`[data-key="${key}"]`);
      if (line !== null) element.scrollTop += topOf(line) - topOf(element) - held.current.offset;
    }
  }, []);

  /** What came at once and is more than fits stays to be read from its beginning; tells whether it is so much. */
  const stayBefore = useCallback((): boolean => {
    const element = box.current;
    const line = element?.querySelector(`[data-key="${CSS.escape(held.current.last)}"]`);
    if (!element || !line) return false;
    const end = line.getBoundingClientRect().bottom - topOf(element);
    if (element.scrollHeight - element.scrollTop - end <= element.clientHeight - above) return false;
    element.scrollTop += end - above;
    return true;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after each change of the items, whatever it was
  useLayoutEffect(() => {
    if (!reach() && !(held.current.atEnd && !wrote && stayBefore())) keep(held.current.atEnd || wrote);
    measure();
  }, [items, hasNewer, wrote]);

  // Another window (a telephone that is turned, its keyboard) breaks the lines elsewhere, and so does another language.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => keep(held.current.atEnd));
    observer.observe(element);
    return () => observer.disconnect();
  }, [keep]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of the language
  useEffect(() => keep(held.current.atEnd), [language, keep]);

  const bring = useCallback(
    (wanted: Goal) => {
      goal.current = wanted;
      if (reach()) measure();
    },
    [reach, measure],
  );

  const lastInSight = useCallback(() => {
    const element = box.current;
    if (element === null) return 0;
    const all = lines(element);
    for (let index = firstBelow(all, element.getBoundingClientRect().bottom) - 1; index >= 0; index--) {
      const sequence = Number(all[index]?.dataset.key);
      if (Number.isSafeInteger(sequence)) return sequence;
    }
    return 0;
  }, []);

  const isAtEnd = useCallback(() => held.current.atEnd, []);

  return { box, atEnd, isAtEnd, measure, bring, lastInSight };
}
