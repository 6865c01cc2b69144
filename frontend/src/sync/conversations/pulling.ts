/** Brings all conversations to what the server holds, newest first; one that fails never stops the others. */
import { VaultFailure, VaultLocked } from "../../vault";
import { AlarmRaised } from "../alarm";
import { CoreFailure, isOurs } from "../failure";
import { Problem, post } from "../http";
import * as wire from "../wire";
import type { Thread } from "./thread";

/** So many of the newest items of each conversation; what is between them and those held comes in the background. */
const NEWEST = 40;

export interface PullContext {
  held(): Record<string, number>;
  thread(id: string): Thread;
  alarm(raised: AlarmRaised): void;
  /** The server has told of all of them; these fail by themselves, and neither by the line nor by the storage. */
  toldOf(stalled: readonly string[]): void;
  /** The stay has ended meanwhile. */
  over(): boolean;
}

/** Rejects after everything else was taken: with what failed of the line or of storage, if anything did. */
export async function pullAll(context: PullContext): Promise<void> {
  const failed = new Map<string, unknown>();
  for (let more = true; more && !context.over(); ) {
    more = false;
    let grown = false;
    const held = context.held();
    for (const id of failed.keys()) {
      held[id] = Number.MAX_SAFE_INTEGER; // nothing more of it in this round
    }
    const answer = await post("/api/conversations/sync", { held, limit: NEWEST, newest: true }, wire.synced);
    for (const { id, sequence, head, more: rest, epochs, ...page } of answer.conversations) {
      const { items } = page;
      if (failed.has(id)) {
        continue;
      }
      try {
        const heads = items.at(-1)?.sequence === sequence ? new Map([[sequence, head]]) : new Map();
        const taken = await context.thread(id).take({
          ...page,
          heads,
          epochs: new Map(epochs.map((row) => [row.number, row])),
        });
        if (taken === "gap") {
          throw new CoreFailure("bad_answer", "The server left out a part of the conversation.");
        }
        more ||= rest;
        grown ||= items.length > 0;
      } catch (error) {
        if (error instanceof AlarmRaised) {
          context.alarm(error);
          throw error;
        }
        if (error instanceof VaultLocked) {
          throw error;
        }
        failed.set(id, error);
      }
    }
    more &&= grown; // a server that promises more and gives nothing is asked again another time
  }
  if (context.over()) {
    return;
  }
  const byThemselves = [...failed].filter(([, error]) => error instanceof CoreFailure || isOurs(error));
  context.toldOf(byThemselves.map(([id]) => id));
  const all = [...failed.values()];
  if (all.length > 0) {
    const outside = (error: unknown) => error instanceof Problem || error instanceof VaultFailure;
    throw all.find(outside) ?? all.find(isOurs) ?? all[0];
  }
}
