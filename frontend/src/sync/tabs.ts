/** What the tabs of one browser tell each other: that a session ended, and that an outbox has something new. */
import * as v from "valibot";
import { account, hash } from "./wire";

const message = v.variant("type", [
  v.object({
    type: v.literal("ended"),
    account,
    reason: v.picklist(["signed_out", "session_ended", "device_revoked", "removed"]),
  }),
  v.object({ type: v.literal("outbox"), account, conversation: hash }),
  v.object({ type: v.literal("signed_in"), account }),
]);

export type TabMessage = v.InferOutput<typeof message>;

export class Tabs {
  readonly #channel = new BroadcastChannel("entente");

  constructor(receive: (message: TabMessage) => void) {
    this.#channel.addEventListener("message", (event: MessageEvent<unknown>) => {
      const result = v.safeParse(message, event.data);
      if (result.success) {
        receive(result.output);
      }
    });
  }

  tell(what: TabMessage): void {
    this.#channel.postMessage(what);
  }

  close(): void {
    this.#channel.close();
  }
}
