/** The worker of one tab. Together the workers of a browser have one core; what crosses here is only calls and answers. */
import { nextTerm } from "../vault";
import { openLine, type Reply, type Request } from "./channel";
import { createCores } from "./core";
import { Desk } from "./desk";

const scope = globalThis as unknown as {
  location: Location;
  postMessage(reply: Reply): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
};

const desk = new Desk({
  tab: crypto.randomUUID(),
  version: scope.location.pathname,
  locks: navigator.locks,
  open: openLine,
  nextTerm,
  createCores,
  reply: (reply) => scope.postMessage(reply),
});

scope.addEventListener("message", (event) => void desk.heard(event.data));
