/** The server's answers during an enrolment, as far as the page asks for them itself. */
import * as v from "valibot";

const step = v.picklist(["sign_in", "password", "second_factor", "keys", "waiting", "done"]);

export const invitationSchema = v.looseObject({
  kind: v.picklist(["focal_point", "lead", "officer", "rekey"]),
  email: v.string(),
  role: v.picklist(["officer", "lead", "deputy", "member"]),
  authority: v.nullable(
    v.looseObject({
      id: v.string(),
      name: v.string(),
      state: v.string(),
      kind: v.picklist(["member", "observer"]),
    }),
  ),
  name: v.string(),
  function: v.string(),
  step,
});

/** What the page knows of the invitation that is being used. */
export type Invited = Pick<
  v.InferOutput<typeof invitationSchema>,
  "kind" | "email" | "role" | "name" | "function"
> & {
  authority: { id: string; name: string; state: string; kind: "member" | "observer" } | null;
};

export const passwordSchema = v.looseObject({ totp_secret: v.string(), totp_uri: v.string() });
export type Secret = v.InferOutput<typeof passwordSchema>;

export const factorSchema = v.looseObject({ backup_codes: v.array(v.string()) });
