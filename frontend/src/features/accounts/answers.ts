/** What the server answers to the account screens. */
import * as v from "valibot";

/** What the server says of a client that does not name itself; every other label is a proper name. */
export const UNKNOWN_BROWSER = "Unknown browser";

export const stepSchema = v.looseObject({ state: v.string() });

export const sessionsSchema = v.array(
  v.looseObject({
    id: v.string(),
    current: v.boolean(),
    created: v.number(),
    last_seen: v.number(),
    device: v.nullable(v.string()),
    label: v.string(),
    address: v.string(),
  }),
);
export type OpenSession = v.InferOutput<typeof sessionsSchema>[number];

export const devicesSchema = v.array(
  v.looseObject({
    device: v.string(),
    label: v.string(),
    enrolled: v.number(),
    last_seen: v.nullable(v.number()),
    active: v.boolean(),
    current: v.boolean(),
  }),
);
export type Device = v.InferOutput<typeof devicesSchema>[number];

export const backupCodesLeftSchema = v.looseObject({ left: v.number() });
export const backupCodesSchema = v.looseObject({ codes: v.array(v.string()) });

export const personasSchema = v.array(
  v.looseObject({
    id: v.string(),
    title: v.string(),
    authority: v.nullable(v.string()),
    authority_name: v.nullish(v.string(), ""),
    state: v.nullish(v.string(), ""),
    language: v.string(),
    role: v.nullable(v.string()),
    story: v.string(),
  }),
);
export type Persona = v.InferOutput<typeof personasSchema>[number];

export const filledSchema = v.looseObject({
  email: v.string(),
  password: v.string(),
  code: v.string(),
});
export type Filled = v.InferOutput<typeof filledSchema>;
