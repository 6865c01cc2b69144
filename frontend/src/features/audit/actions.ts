/** Every kind of act that the log knows (members/audit/actions.py), in the order in which it is offered as a filter. */
export const groups = {
  sign_in: [
    "person:session:opened",
    "person:session:bound",
    "person:session:ended",
    "stranger:second_factor:refused",
    "person:backup_code:used",
    "person:backup_codes:made",
    "person:passkey:added",
    "person:passkey:removed",
    "helper:sign_in_reset:requested",
    "officer:sign_in_reset:confirmed",
    "helper:sign_in_reset:withdrawn",
    "person:sign_in_reset:used",
  ],
  invitations: [
    "helper:invitation:made",
    "helper:invitation:withdrawn",
    "person:sign_in:set_up",
    "person:keys:given",
  ],
  network: [
    "officers:network:founded",
    "officers:officer:appointed",
    "officers:officer:rekeyed",
    "officers:officer:removed",
    "officers:authority:admitted",
    "officers:authority:suspended",
    "officers:authority:reinstated",
    "officers:authority:withdrawn",
  ],
  focal_points: [
    "authority:focal_point:appointed",
    "authority:focal_point:role_changed",
    "authority:focal_point:rekeyed",
    "authority:focal_point:confirmed",
    "authority:focal_point:removed",
  ],
  keys: ["person:keys:changed", "person:device:enrolled", "person:device:revoked"],
  proposals: ["officer:proposal:made", "officer:proposal:signed", "officer:proposal:declined"],
  charter: [
    "officer:charter:written",
    "officer:charter:discarded",
    "officer:charter:published",
    "lead:charter:accepted",
    "officer:charter:reminded",
  ],
  rest: [
    "person:conversation:opened",
    "operator:restoration:begun",
    "operator:restoration:ended",
    "officer:audit:exported",
  ],
} as const;

export type Group = keyof typeof groups;
export type Action = (typeof groups)[Group][number];

export const actions: readonly Action[] = Object.values(groups).flat();
