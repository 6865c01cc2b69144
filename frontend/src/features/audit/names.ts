/** How people, authorities and browsers are called in the log: as everywhere, and by a word where nobody knows a name. */
import { useMemo } from "react";
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { useSnapshot } from "../core";
import { usePersonNames } from "../members/names";

export interface Names {
  /** The name of an account; of somebody who was invited, the one in the invitation. */
  person(account: Hex): string;
  /** Who did an act without being signed in: nobody knows, an applicant, the operator, or the portal as a consequence of another. */
  nobody(action: string): string;
  authority(id: Hex): string;
}

/** What follows from another act. */
const byPortal = new Set(["person:session:ended", "helper:invitation:withdrawn"]);

export function useNames(): Names {
  const { t } = useI18n();
  const { people, nameOf, authorityName } = usePersonNames();
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  return useMemo(() => {
    const invited = new Map(invitations.map((each) => [each.account, each.name]));
    return {
      person: (account) =>
        people.person(account) !== null
          ? nameOf(account)
          : (invited.get(account) ?? t("audit.unknown_person", { id: account.slice(0, 6) })),
      nobody: (action) => {
        if (action.startsWith("stranger:")) return t("audit.stranger");
        if (action.startsWith("applicant:")) return t("audit.applicant");
        return t(byPortal.has(action) ? "audit.portal" : "audit.operator");
      },
      authority: (id) => {
        const authority = people.authority(id);
        return authority === null ? t("audit.unknown_authority") : authorityName(authority);
      },
    };
  }, [people, nameOf, authorityName, invitations, t]);
}
