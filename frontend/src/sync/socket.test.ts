import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MadeUpWebSocket } from "./madeUpSocket";
import { Socket, type SocketListener } from "./socket";

const welcome = {
  type: "welcome",
  device: "ab".repeat(32),
  heads: {},
  register: { size: 1, root: "cd".repeat(32) },
};

let states: string[];
let frames: string[];
let ended: number[];
let socket: Socket;

function newest(): MadeUpWebSocket {
  const made = MadeUpWebSocket.made.at(-1);
  if (made === undefined) {
    throw new Error("no socket was made");
  }
  return made;
}

beforeEach(() => {
  vi.useFakeTimers();
  MadeUpWebSocket.made = [];
  vi.stubGlobal("WebSocket", MadeUpWebSocket);
  [states, frames, ended] = [[], [], []];
  const listener: SocketListener = {
    held: () => ({ ["ef".repeat(32)]: 7 }),
    frame: (frame) => frames.push(frame.type),
    state: (state) => states.push(state),
    ended: (code) => ended.push(code),
  };
  socket = new Socket(listener, { address: "ws://localhost/ws" });
  socket.connect();
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the socket", () => {
  it("says first what this browser holds, and is online once it is welcomed", () => {
    newest().opens();
    expect(newest().sent).toEqual([{ type: "hello", held: { ["ef".repeat(32)]: 7 } }]);
    expect(socket.send({ type: "ping" })).toBe(false);
    newest().says(welcome);
    expect(states).toEqual(["connecting", "online"]);
    expect(socket.send({ type: "ping" })).toBe(true);
  });

  it("connects again by itself, waiting longer each time", () => {
    newest().closes(1006);
    expect(states.at(-1)).toBe("offline");
    vi.advanceTimersByTime(300);
    expect(MadeUpWebSocket.made).toHaveLength(2);
    newest().closes(1006);
    vi.advanceTimersByTime(200);
    expect(MadeUpWebSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(400);
    expect(MadeUpWebSocket.made).toHaveLength(3);
  });

  it("resumes after the server found it too slow", () => {
    newest().opens();
    newest().says(welcome);
    newest().closes(4408);
    vi.advanceTimersByTime(300);
    newest().opens();
    expect(newest().sent[0]).toMatchObject({ type: "hello" });
    expect(ended).toEqual([]);
  });

  it("reads past frames that only a newer server knows, and keeps its line", () => {
    newest().opens();
    newest().says({ ...welcome, version: "next" });
    newest().says({ type: "notice", of: "next", text: ["never heard of"] });
    newest().says({ type: "due", conversation: "ef".repeat(32), since: 7 });
    expect(frames).toEqual(["welcome", "due"]);
    expect(states).toEqual(["connecting", "online"]);
    expect(MadeUpWebSocket.made).toHaveLength(1);
  });

  it("never comes back by itself once the session has ended", () => {
    newest().opens();
    newest().closes(4401);
    vi.advanceTimersByTime(60_000);
    expect(ended).toEqual([4401]);
    expect(MadeUpWebSocket.made).toHaveLength(1);
  });

  it("gives up a line that stays silent", () => {
    newest().opens();
    newest().says(welcome);
    vi.advanceTimersByTime(80_000);
    expect(states).toContain("offline");
    expect(MadeUpWebSocket.made.length).toBeGreaterThan(1);
  });

  it("passes over what it does not understand", () => {
    newest().opens();
    newest().says(welcome);
    newest().says({ type: "something of a newer server" });
    newest().says({ type: "item", conversation: "not a hash" });
    newest().dispatchEvent(new MessageEvent("message", { data: "{" }));
    newest().says({ type: "invitation" });
    expect(frames).toEqual(["welcome", "invitation"]);
  });
});
