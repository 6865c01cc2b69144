/** The forms of the server's answers that the core reads; anything else is refused at the border. */
import * as v from "valibot";

export const account = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
export const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const base64 = v.pipe(
  v.string(),
  v.regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
);
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const time = v.pipe(v.number(), v.safeInteger());
export const role = v.picklist(["officer", "lead", "deputy", "member"]);
export const attachments = v.record(hash, base64);

export const network = v.object({
  id: v.nullable(hash),
  name: v.string(),
  demo: v.boolean(),
});

export const session = v.object({
  state: v.picklist(["anonymous", "second_factor", "signed_in"]),
  network,
  account: v.nullable(
    v.object({
      id: account,
      email: v.string(),
      role: v.nullable(role),
      authority: v.nullable(account),
      language: v.string(),
      sign_in_reset_at: v.optional(v.nullable(time), null),
      sign_in_reset_by: v.optional(v.array(account), []),
    }),
  ),
  device: v.nullable(hash),
  confirmed_until: v.nullable(time),
  passkeys: v.optional(count, 0),
  passkey_needed: v.optional(v.boolean(), false),
  demo_personas: v.optional(v.boolean(), false),
});

export const authority = v.object({
  id: account,
  name: v.string(),
  state: v.string(),
  kind: v.picklist(["member", "observer"]),
});

export const attestation = v.object({
  checkpoint: v.object({ root: hash, size: count }),
  network: hash,
  mac: v.string(),
});

export const invitationKind = v.picklist(["focal_point", "lead", "officer", "rekey"]);

export const enrolment = v.object({
  kind: invitationKind,
  email: v.string(),
  role,
  authority: v.nullable(authority),
  account,
  name: v.string(),
  function: v.string(),
  network,
  attestation: v.nullable(attestation),
  founding: v.boolean(),
  step: v.picklist(["sign_in", "password", "second_factor", "keys", "waiting", "done"]),
});

export const signature = v.object({ keyid: hash, sig: base64 });
export const envelope = v.object({
  payload: base64,
  payloadType: v.string(),
  signatures: v.array(signature),
});

export const invitation = v.object({
  id: v.string(),
  kind: invitationKind,
  email: v.string(),
  role,
  authority: v.nullable(authority),
  application: v.optional(v.nullable(account), null),
  account,
  name: v.string(),
  function: v.string(),
  salt: v.nullable(hash),
  commitment: v.nullable(hash),
  state: v.picklist(["open", "enrolling", "waiting", "done", "expired", "withdrawn"]),
  secret_box: v.nullable(base64),
  taken_over_from: v.optional(v.nullable(account), null),
  keys: v.nullable(
    v.object({
      identity_key: base64,
      mac: v.nullable(v.string()),
      statements: v.array(envelope),
      attachments,
    }),
  ),
  expires: time,
});

export const invitationMade = v.object({
  id: v.string(),
  account,
  authority: v.nullable(account),
  salt: v.nullable(hash),
  commitment: v.nullable(hash),
  expires: time,
});

export const signInReset = v.object({
  id: account,
  account,
  requested_by: account,
  requested_at: time,
  confirmed_by: v.nullable(account),
  state: v.picklist(["needs_second", "open", "done", "expired", "withdrawn"]),
  expires: time,
});
export const signInResets = v.array(signInReset);
export const signInResetState = v.object({ state: signInReset.entries.state });

export const founding = v.object({
  state: v.picklist(["collecting", "signing", "founded"]),
  payload: v.nullable(base64),
  officers: v.array(v.object({ account, name: v.string(), has_key: v.boolean(), signed: v.boolean() })),
  network: v.nullable(hash),
});

export const challenge = v.object({ challenge: base64 });
export const bound = v.object({ vault_half: base64, device: hash });
export const accountKeys = v.object({ account, statements: v.array(envelope), attachments });
export const bookmark = v.object({
  sealed: base64,
  key: v.object({ serial: count, sealed: base64 }),
  passkeys: v.optional(v.array(v.object({ unlock_key: hash, sealed: base64 })), []),
});
export const passkeys = v.array(v.object({ id: v.string(), credential: v.string() }));
export const attachmentsAnswer = v.object({ attachments });
export const consistency = v.object({ proof: v.array(hash) });
export const sightings = v.object({
  sightings: v.array(v.object({ body: base64, signature: base64, received_at: time })),
  more: v.boolean(),
});
export const appended = v.object({ checkpoint: v.string() });

export const proposal = v.object({
  id: v.string(),
  envelope,
  proposed_by: account,
  proposed_at: time,
  signatures: v.array(v.object({ account, at: time, why: v.optional(v.string(), "") })),
  stale: v.boolean(),
  application: v.optional(v.nullable(account), null),
  invitation: v.nullable(invitation),
});
export const invitations = v.array(invitation);
export const proposals = v.array(proposal);
export const proposed = v.object({ id: v.string() });
export const proposalSigned = v.object({ checkpoint: v.nullable(v.string()) });

export const charterTexts = v.object({ texts: v.record(v.string(), v.string()) });
export const charter = v.object({
  required: v.boolean(),
  versions: v.array(
    v.object({
      number: v.string(),
      effective: time,
      hash,
      written_by: account,
      published_by: account,
      published_at: time,
      acceptances: v.array(v.object({ body: base64, signature: base64, at: time })),
    }),
  ),
});
export const charterDraft = v.object({
  number: v.string(),
  effective: v.nullable(time),
  texts: v.record(v.string(), v.string()),
  hash: v.string(),
  written_by: account,
  changed_at: time,
});
export const perhapsCharterDraft = v.object({ draft: v.nullable(charterDraft) });
export const charterReminded = v.object({ sent: count });

const signedRow = v.object({
  place: count,
  subject: v.string(),
  body: v.string(),
  signature: base64,
  at: time,
});
export const directoryChanges = v.object({
  rows: v.array(signedRow),
  more: v.boolean(),
  restored: v.nullable(time),
});
export const directoryHistory = v.object({ rows: v.array(signedRow) });
export const institutions = v.object({
  institutions: v.array(
    v.object({
      id: count,
      name: v.string(),
      state: v.string(),
      central: v.boolean(),
      languages: v.array(v.string()),
      zone: v.string(),
    }),
  ),
});
export type SignedRow = v.InferOutput<typeof signedRow>;

export const directory = v.object({
  people: v.array(
    v.object({
      account,
      salt: v.nullable(v.string()),
      name: v.string(),
      function: v.string(),
      language: v.optional(v.string(), "en"),
    }),
  ),
});

export const conversationHead = v.object({
  id: hash,
  sequence: count,
  head: hash,
  epoch: count,
  due: v.boolean(),
  administrators: v.array(account),
  participants: v.array(account),
  created: time,
  last_at: time,
  received: v.record(account, count),
  read: v.record(account, count),
  first_sequence: count,
});

export const item = v.object({ sequence: count, received_at: time, body: base64, signature: base64 });
export const conversationMade = v.object({ id: hash, sequence: count, head: hash });
export const page = v.object({
  before_head: hash,
  items: v.array(item),
  sequence: count,
  head: hash,
});
export const conversationHeads = v.array(conversationHead);
export const epochs = v.array(
  v.object({
    number: count,
    members: base64,
    box: v.nullable(base64),
    late: v.boolean(),
    /** Further boxes of the same key, such as late ones to other generations. */
    other_boxes: v.optional(v.array(base64), []),
  }),
);
export const synced = v.object({
  conversations: v.array(
    v.object({
      id: hash,
      before_head: hash,
      items: v.array(item),
      sequence: count,
      head: hash,
      more: v.boolean(),
      /** Where the items are the newest ones: what is between those held and these. */
      skeleton: v.optional(v.array(item)),
      first: v.optional(count),
      epochs: v.optional(epochs, []),
    }),
  ),
});
export const skeleton = v.object({ items: v.array(item), first: count, sequence: count, head: hash });
export const sent = v.object({
  results: v.array(v.object({ client_id: v.string(), sequence: count, head: hash, received_at: time })),
  sequence: count,
  head: hash,
});
export const missing = v.array(v.object({ account, generation: count, epochs: v.array(count) }));

/** Whether the portal is being completed after its database was put back to an older copy, and how far it is. */
export const restoration = v.object({
  restoring: v.boolean(),
  since: v.nullable(time),
  restored_at: v.nullable(time),
  size: count,
  known: count,
  came: count,
  expected: count,
});
export const registerHandedBack = v.object({ size: count, known: count });
export const conversationHandedBack = v.object({ sequence: count, head: hash, taken: v.boolean() });

export const frame = v.variant("type", [
  v.object({
    type: v.literal("welcome"),
    device: hash,
    heads: v.record(hash, v.object({ sequence: count, head: hash, due: v.boolean() })),
    register: v.object({ size: count, root: hash }),
    restoring: v.optional(v.boolean(), false),
  }),
  v.object({ type: v.literal("restoring"), restoring: v.boolean() }),
  v.object({ type: v.literal("item"), conversation: hash, head: hash, ...item.entries }),
  v.object({
    type: v.literal("sent"),
    conversation: hash,
    client_id: v.string(),
    sequence: count,
    head: hash,
    received_at: time,
  }),
  v.object({
    type: v.literal("refused"),
    conversation: hash,
    client_id: v.string(),
    code: v.string(),
    reason: v.nullish(v.string()),
  }),
  v.object({ type: v.literal("conversation"), id: hash }),
  v.object({ type: v.literal("due"), conversation: hash }),
  v.object({ type: v.literal("missing"), conversation: hash }),
  v.object({ type: v.literal("register"), size: count, root: hash }),
  v.object({
    type: v.literal("marks"),
    conversation: hash,
    received: v.record(account, count),
    read: v.record(account, count),
  }),
  v.object({ type: v.literal("typing"), conversation: hash, account }),
  v.object({ type: v.literal("draft"), slot: v.string() }),
  v.object({ type: v.literal("invitation") }),
  v.object({ type: v.literal("charter") }),
  v.object({ type: v.literal("pong") }),
  v.object({ type: v.literal("error"), code: v.string() }),
]);

export type Session = v.InferOutput<typeof session>;
export type Enrolment = v.InferOutput<typeof enrolment>;
export type Invitation = v.InferOutput<typeof invitation>;
export type Envelope = v.InferOutput<typeof envelope>;
export type AccountKeys = v.InferOutput<typeof accountKeys>;
export type Item = v.InferOutput<typeof item>;
export type ConversationHead = v.InferOutput<typeof conversationHead>;
export type Page = v.InferOutput<typeof page>;
export type Skeleton = v.InferOutput<typeof skeleton>;
export type EpochRow = v.InferOutput<typeof epochs>[number];
export type Frame = v.InferOutput<typeof frame>;
export type Directory = v.InferOutput<typeof directory>;
export type Restoration = v.InferOutput<typeof restoration>;
export type ConversationHandedBack = v.InferOutput<typeof conversationHandedBack>;
export type Charter = v.InferOutput<typeof charter>;
export type CharterDraft = v.InferOutput<typeof charterDraft>;
export type ProposalRow = v.InferOutput<typeof proposal>;
