import { describe, expect, it } from "vitest";
import type { Authority, ConversationSummary, Person } from "../../sync/contract";
import { unreadSince } from "./leftBehind";

const base = {
  authority: "a",
  function: null,
  self: false,
  held: false,
  active: true,
  since: 0,
  vouchedBy: { by: "lead", account: null },
  hasKeys: true,
  tainted: false,
  codeToCompare: "",
  devices: 1,
  keysChanged: null,
  identityChanged: null,
} as const;

const leaver: Person = { ...base, account: "gone", name: "Gone", role: "lead", active: false };
const deputy: Person = { ...base, account: "deputy", name: "Deputy", role: "deputy", self: true };
const colleague: Person = { ...base, account: "colleague", name: "Colleague", role: "member" };
const authority: Authority = {
  id: "a",
  name: "A",
  state: "XC",
  kind: "member",
  status: "active",
  people: [leaver, deputy, colleague],
};

function conversation(more: Partial<ConversationSummary> = {}): ConversationSummary {
  return {
    id: "c",
    subject: "S",
    participants: ["a", "b"],
    administrators: ["a"],
    lastText: "text",
    lastFrom: "other",
    lastAt: 0,
    unread: 1,
    sequence: 5,
    closed: null,
    typing: [],
    readTo: { gone: 4, deputy: 3, colleague: 4 },
    ...more,
  };
}

const found = (more: Partial<ConversationSummary>) => unreadSince(leaver, authority, [conversation(more)]);

describe("a conversation that a leaver left behind", () => {
  it("is one with news that nobody there has read", () => {
    expect(found({})).toHaveLength(1);
    expect(found({ readTo: { gone: 4, deputy: 3, colleague: 5 } })).toHaveLength(0);
    expect(found({ unread: 0 })).toHaveLength(0);
  });

  it("is one that the leaver took part in", () => {
    expect(found({ readTo: { deputy: 3 } })).toHaveLength(0);
    expect(found({ readTo: { deputy: 3 }, lastFrom: "gone" })).toHaveLength(1);
  });

  it("counts whoever else left as nobody who has read it", () => {
    const others = { ...authority, people: [leaver, deputy, { ...colleague, active: false }] };
    const read = conversation({ readTo: { gone: 5, deputy: 3, colleague: 5 } });
    expect(unreadSince(leaver, others, [read])).toHaveLength(1);
  });
});
