/** Pages stay open while the server is updated: whatever a newer one says beside what they know, they read past it. */
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import * as wire from "./wire";

type Schema = v.GenericSchema;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && (value as { kind?: unknown }).kind === "schema";

/** Everything a schema is made of, and itself. */
function* within(schema: Schema): Generator<Schema> {
  yield schema;
  const { entries, item, wrapped, options, value, pipe } = schema as unknown as Record<string, unknown>;
  const parts = [item, wrapped, value, ...Object.values(entries ?? {})];
  for (const list of [options, pipe]) {
    parts.push(...(Array.isArray(list) ? (list as unknown[]).filter((part) => part !== schema) : []));
  }
  for (const part of parts.filter(isSchema)) {
    if (part !== schema) {
      yield* within(part);
    }
  }
}

const exported: [string, unknown][] = Object.entries(wire);
const schemas = exported.filter((entry): entry is [string, Schema] => isSchema(entry[1]));
const hash = "ab".repeat(32);
const account = "cd".repeat(16);
const frames: wire.Frame[] = [
  {
    type: "welcome",
    device: hash,
    heads: { [hash]: { sequence: 3, head: hash, due: false } },
    register: { size: 1, root: hash },
    restoring: false,
  },
  { type: "restoring", restoring: true },
  { type: "item", conversation: hash, head: hash, sequence: 4, received_at: 5, body: "", signature: "" },
  { type: "sent", conversation: hash, client_id: "one", sequence: 4, head: hash, received_at: 5 },
  { type: "refused", conversation: hash, client_id: "one", code: "slow_down" },
  { type: "conversation", id: hash },
  { type: "due", conversation: hash },
  { type: "missing", conversation: hash },
  { type: "register", size: 1, root: hash },
  { type: "marks", conversation: hash, received: { [account]: 1 }, read: {} },
  { type: "typing", conversation: hash, account },
  { type: "draft", slot: "a slot" },
  { type: "invitation" },
  { type: "charter" },
  { type: "pong" },
  { type: "error", code: "bad_type" },
];

describe("what a newer server says", () => {
  it("is looked for in every type of frame", () => {
    const known = wire.frame.options.map((option) => option.entries.type.literal);
    expect(frames.map((frame) => frame.type)).toEqual(known);
  });

  it.each(frames)("is read past in a frame of type $type", (frame) => {
    const more = { ...frame, written_by: "next", marked: { as: [null] } };
    expect(v.parse(wire.frame, more)).toEqual(frame);
  });

  it("is read past inside of a frame", () => {
    const welcome = v.parse(wire.frame, {
      ...frames[0],
      heads: { [hash]: { sequence: 3, head: hash, due: false, muted: true } },
      register: { size: 1, root: hash, time: 7 },
    });
    expect(welcome).toEqual(frames[0]);
  });

  it.each(schemas)("is not refused anywhere in %s", (_, schema) => {
    const kinds = [...within(schema)].map((part) => part.type);
    expect(kinds).not.toContain("strict_object");
    expect(kinds).not.toContain("strict_tuple");
  });
});
