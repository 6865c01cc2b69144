/** Who leads an authority, and whether somebody new could come to lead it. */
import type { Authority, Person } from "../../sync/contract";

/** The one whom officers help: others are helped by their lead. */
export function leadOf(authority: Authority): Person | null {
  return authority.people.find((person) => person.active && person.role === "lead") ?? null;
}

/** Whether somebody is there who can confirm whom officers bring in: with a browser, and not held themself. */
export function canConfirm(authority: Authority): boolean {
  return authority.people.some((person) => person.active && !person.held && person.devices > 0);
}
