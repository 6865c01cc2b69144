/** What the server answers of the log. */
import * as v from "valibot";

export const rowSchema = v.looseObject({
  id: v.number(),
  at: v.number(),
  action: v.string(),
  actor: v.string(),
  about: v.string(),
  authority: v.string(),
  details: v.record(v.string(), v.unknown()),
  sequence: v.nullable(v.number()),
});
export type Row = v.InferOutput<typeof rowSchema>;

export const pageSchema = v.looseObject({ rows: v.array(rowSchema), next: v.nullable(v.number()) });
export type LogPage = v.InferOutput<typeof pageSchema>;
