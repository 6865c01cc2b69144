/**
 * The socket: a hint that something happened. It reconnects by itself, says what is held, and never decides anything;
 * what was missed is pulled over HTTP after each `welcome`.
 */
import { safeParse } from "valibot";
import { type Frame, frame } from "./wire";

export interface SocketListener {
  /** What this browser holds: conversation to sequence. */
  held(): Record<string, number>;
  frame(frame: Frame): void;
  state(state: "online" | "connecting" | "offline"): void;
  /** The server ended this session (4401) or knows no active device for it (4403). */
  ended(code: 4401 | 4403): void;
}

export interface SocketOptions {
  address: string;
  /** Milliseconds between two pings, and how long silence may last before the line counts as dead. */
  pingEvery?: number;
  /** How long a line that is doubted may stay silent. */
  doubtFor?: number;
  firstDelay?: number;
  longestDelay?: number;
}

const DEFAULTS = { pingEvery: 25_000, doubtFor: 4_000, firstDelay: 250, longestDelay: 15_000 };

export class Socket {
  readonly #listener: SocketListener;
  readonly #options: Required<SocketOptions>;
  #socket: WebSocket | null = null;
  #delay: number;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #pings: ReturnType<typeof setInterval> | null = null;
  #lastHeard = 0;
  #welcomed = false;
  #closed = false;

  constructor(listener: SocketListener, options: SocketOptions) {
    this.#listener = listener;
    this.#options = { ...DEFAULTS, ...options };
    this.#delay = this.#options.firstDelay;
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.addEventListener?.("offline", this.#doubt);
  }

  /** Whether frames sent now have a live, greeted line. */
  get online(): boolean {
    return this.#welcomed;
  }

  connect(): void {
    if (this.#closed || this.#socket !== null) {
      return;
    }
    this.#clearRetry();
    this.#listener.state("connecting");
    const socket = new WebSocket(this.#options.address);
    this.#socket = socket;
    this.#lastHeard = Date.now();
    socket.addEventListener("open", () => {
      socket.send(JSON.stringify({ type: "hello", held: this.#listener.held() }));
      this.#lastHeard = Date.now();
      this.#pings = setInterval(() => this.#ping(), this.#options.pingEvery);
    });
    socket.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(socket, event.data));
    socket.addEventListener("close", (event) => this.#lost(socket, event.code));
    socket.addEventListener("error", () => undefined);
  }

  /** False when there is no live line; nothing is kept for later here. */
  send(message: object): boolean {
    if (!this.#welcomed || this.#socket?.readyState !== WebSocket.OPEN) {
      return false;
    }
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.#closed = true;
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.removeEventListener?.("offline", this.#doubt);
    this.#clearRetry();
    const socket = this.#socket;
    this.#forget();
    socket?.close(1000);
  }

  readonly #wake = () => {
    this.#delay = this.#options.firstDelay;
    if (this.#retry !== null) {
      this.connect();
    } else {
      this.#doubt();
    }
  };

  /** The browser says that the line changed: is it still alive? A line that stays silent is given up soon. */
  readonly #doubt = () => {
    const socket = this.#socket;
    if (socket === null) {
      return;
    }
    const asked = Date.now();
    this.send({ type: "ping" });
    setTimeout(() => {
      if (socket === this.#socket && this.#lastHeard < asked) {
        this.#lost(socket, 1006);
        socket.close();
      }
    }, this.#options.doubtFor);
  };

  #receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== "string") {
      return;
    }
    this.#lastHeard = Date.now();
    let parsed: unknown;
    try {
      parsed = JSON.parse(data);
    } catch {
      return;
    }
    const result = safeParse(frame, parsed);
    if (!result.success) {
      return; // a newer server may say more than this page understands
    }
    if (result.output.type === "welcome") {
      this.#welcomed = true;
      this.#delay = this.#options.firstDelay;
      this.#listener.state("online");
    }
    if (result.output.type !== "pong") {
      this.#listener.frame(result.output);
    }
  }

  #ping(): void {
    if (Date.now() - this.#lastHeard > this.#options.pingEvery * 2) {
      const socket = this.#socket;
      if (socket !== null) {
        // A dead line may take minutes to close by itself.
        this.#lost(socket, 1006);
        socket.close();
      }
      return;
    }
    this.send({ type: "ping" });
  }

  #lost(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) {
      return;
    }
    this.#forget();
    if (this.#closed) {
      return;
    }
    if (code === 4401 || code === 4403) {
      this.close();
      this.#listener.ended(code);
      return;
    }
    this.#listener.state("offline");
    const jitter = 0.5 + Math.random() / 2;
    this.#retry = setTimeout(() => this.connect(), this.#delay * jitter);
    this.#delay = Math.min(this.#delay * 2, this.#options.longestDelay);
  }

  #forget(): void {
    this.#socket = null;
    this.#welcomed = false;
    if (this.#pings !== null) {
      clearInterval(this.#pings);
      this.#pings = null;
    }
  }

  #clearRetry(): void {
    if (this.#retry !== null) {
      clearTimeout(this.#retry);
      this.#retry = null;
    }
  }
}
