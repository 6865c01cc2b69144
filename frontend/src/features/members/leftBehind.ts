/** What somebody left behind who left: what the server says that they had open, and what nobody there has read. */
import * as v from "valibot";
import type { Authority, ConversationSummary, Hex, Person } from "../../sync/contract";
import { canRead } from "./lookup";

export const leftSchema = v.array(
  v.looseObject({
    left_by: v.string(),
    invitation: v.looseObject({
      id: v.string(),
      kind: v.picklist(["focal_point", "lead", "officer", "rekey"]),
      name: v.string(),
      role: v.picklist(["officer", "lead", "deputy", "member"]),
      authority: v.nullable(v.looseObject({ name: v.string() })),
      state: v.picklist(["open", "enrolling", "waiting", "done", "expired", "withdrawn"]),
    }),
  }),
);
export type Left = v.InferOutput<typeof leftSchema>[number];

/**
 * Conversations that somebody who left had read or written in, and whose newest nobody of the authority has read who
 * can. How far somebody has read is what the server says.
 */
export function unreadSince(
  leaver: Person,
  authority: Authority,
  conversations: readonly ConversationSummary[],
): ConversationSummary[] {
  const readers = authority.people.filter((person) => canRead(person, authority));
  return conversations.filter(({ readTo, sequence, unread, lastFrom, closed }) => {
    const readBy = (account: Hex) => readTo?.[account] ?? 0;
    return (
      closed !== "not_member" &&
      unread > 0 &&
      (readBy(leaver.account) > 0 || lastFrom === leaver.account) &&
      readers.every(({ account }) => readBy(account) < sequence)
    );
  });
}

/** Whoever is no longer active, and anybody who left something open. */
export function leavers(people: readonly Person[], left: readonly Left[]): Person[] {
  const makers = new Set(left.map(({ left_by }) => left_by));
  return people.filter((person) => !person.active || makers.has(person.account));
}
