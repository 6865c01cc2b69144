/** From where on something is handed over: keys cover stretches of time, so a day begins where its key does. */
import type { HandOverOffer, Milliseconds } from "../../sync/contract";

/** The moment at which a day begins in the reader's zone; null for what is no date. `day` as in 2026-11-24. */
export function startOfDay(day: string): Milliseconds | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (parts === null) return null;
  const [year, month, date] = parts.slice(1).map(Number) as [number, number, number];
  const begins = new Date(year, month - 1, date);
  return begins.getMonth() === month - 1 && begins.getDate() === date ? begins.getTime() : null;
}

export type Step = HandOverOffer["steps"][number];

/** The latest beginning with which nothing of the day on is missing; null where that is read already. */
export function stepFor(offer: HandOverOffer, since: Milliseconds | null): Step | null {
  const [first] = offer.steps;
  if (first === undefined || since === null) return first ?? null;
  if (offer.readsFrom !== null && since >= offer.readsFrom) return null;
  return offer.steps.findLast((step) => step.at <= since) ?? first;
}
