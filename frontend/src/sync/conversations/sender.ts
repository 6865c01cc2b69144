/** Sends single messages over the socket and waits for what the server says of each. */
import { Problem } from "../http";
import type { Socket } from "../socket";
import type { Frame } from "../wire";
import type { ItemOut } from "./composing";

type Answer = Extract<Frame, { type: "sent" }>;

const PATIENCE = 20_000;

interface Waiting {
  resolve: (answer: Answer | null) => void;
  reject: (refusal: Problem) => void;
  timer: ReturnType<typeof setTimeout>;
}

export class SocketSender {
  readonly #waiting = new Map<string, Waiting>();
  /** Given up while the line stood: an answer to that attempt may still come, and be taken for one to the next. */
  readonly #doubted = new Set<string>();
  #socket: Socket | null = null;

  use(socket: Socket): void {
    this.#socket = socket;
  }

  get online(): boolean {
    return this.#socket?.online === true;
  }

  /** Null when the line broke before the answer: nobody knows then whether it arrived. */
  send(conversation: string, clientId: string, { body, signature }: ItemOut): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#doubted.add(clientId);
        this.#settle(clientId, (waiting) => waiting.resolve(null));
      }, PATIENCE);
      this.#waiting.set(clientId, { resolve, reject, timer });
      const sent = this.#socket?.send({ type: "send", conversation, body, signature });
      if (sent !== true) {
        this.#settle(clientId, (waiting) => waiting.resolve(null));
      }
    });
  }

  heard(frame: Frame): void {
    if (frame.type === "sent" && this.#doubted.has(frame.client_id)) {
      // It is there, in the form of one attempt or of another: which one, the conversation itself says.
      const there = new Problem("repeated", 409, "The server has this message from an earlier attempt.");
      this.#settle(frame.client_id, (waiting) => waiting.reject(there));
    } else if (frame.type === "sent") {
      this.#settle(frame.client_id, (waiting) => waiting.resolve(frame));
    }
    if (frame.type === "refused") {
      const reason = frame.reason ?? null;
      // A client id that another item has: what was sent before is there already.
      const code = frame.code === "bad_item" && reason === "client_id" ? "repeated" : frame.code;
      this.#settle(frame.client_id, (waiting) =>
        waiting.reject(new Problem(code, 409, `The server refused the message (${frame.code}).`)),
      );
    }
  }

  /** The line is gone. */
  lost(): void {
    this.#doubted.clear();
    for (const clientId of [...this.#waiting.keys()]) {
      this.#settle(clientId, (waiting) => waiting.resolve(null));
    }
  }

  #settle(clientId: string, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(clientId);
    if (waiting !== undefined) {
      this.#waiting.delete(clientId);
      clearTimeout(waiting.timer);
      how(waiting);
    }
  }
}
