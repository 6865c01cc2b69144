/** What the verifier of a conversation asks of the Register, at hand before it asks. */
import type { RegisterView } from "../../crypto/conversation";
import { AlarmRaised } from "../alarm";
import type { RegisterSync } from "../registerSync";

/**
 * The Register for an item that names this checkpoint (null: its header cannot be read): read that far, with the state
 * of that time fetched where it lies before what this browser remembers.
 */
export async function registerFor(
  named: { readonly size: number; readonly root: string } | null,
  register: RegisterSync,
): Promise<RegisterView> {
  const then = named === null ? null : await register.stateAt(named.size);
  if (named !== null && then === null && named.size > register.size) {
    // The server took an item that names entries which it does not show here.
    throw new AlarmRaised("rolled_back", { network: register.network, named, shown: register.note });
  }
  return {
    size: register.size,
    state: register.state,
    stateAt: (size) => (size === named?.size ? then : register.replay.stateAt(size)),
    rootAt: async (size) => {
      if (size !== named?.size) {
        return register.replay.rootAt(size);
      }
      return (await register.belongs(size, named.root)) ? named.root : "of another log";
    },
  };
}

/**
 * The Register for an item of a skeleton, as far as it is at hand: what is checked without the state of that time is
 * checked again with it when the item is met at its place.
 */
export async function registerAtHand(
  named: { readonly size: number } | null,
  register: RegisterSync,
): Promise<RegisterView> {
  if (named !== null && named.size > register.size) {
    await register.catchUp();
  }
  if (named !== null && named.size > register.size) {
    throw new AlarmRaised("rolled_back", { network: register.network, named, shown: register.note });
  }
  return {
    size: register.size,
    state: register.state,
    stateAt: (size) => register.replay.stateAt(size),
    rootAt: (size) => register.replay.rootAt(size),
  };
}
