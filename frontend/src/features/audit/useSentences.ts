/** Each row of one's own log as a plain sentence in the person's language. */
import { useCallback } from "react";
import { localeTag, useI18n } from "../../i18n";
import { type Device, UNKNOWN_BROWSER } from "../accounts/answers";
import { useSnapshot } from "../core";
import type { Row } from "./answers";
import { useNames } from "./names";
import { type Advice, listed, telling } from "./telling";

export interface Told {
  sentence: string;
  /** The officers who signed it, where it took their signatures. */
  signed: string | null;
  advice: Advice | null;
  warns: boolean;
}

/** What a proposal is for: `authority.admitted` in the log, `authority_admitted` in the catalogue. */
export function useProposalName(): (type: unknown) => string {
  const { t, lookup } = useI18n();
  return useCallback(
    (type) =>
      lookup(`members.proposal.type.${String(type).replace(".", "_")}`) ?? t("members.proposal.type_other"),
    [t, lookup],
  );
}

/** The officers who signed, as one line; null where none but the one who did it. */
export function useSigners(): (row: Row) => string | null {
  const { t, language } = useI18n();
  const names = useNames();
  return useCallback(
    (row) => {
      const signers = listed(row.details.signers);
      if (signers.every((each) => each === row.actor)) return null;
      const list = new Intl.ListFormat(localeTag(language), { type: "conjunction" });
      return t("audit.signed", { names: list.format(signers.map(names.person)) });
    },
    [t, language, names],
  );
}

export function useSentences(devices: readonly Device[]): (row: Row) => Told {
  const { t, lookup, language } = useI18n();
  const names = useNames();
  const signersOf = useSigners();
  const proposalName = useProposalName();
  const me = useSnapshot((snapshot) => snapshot.me?.account ?? "");
  return useCallback(
    (row) => {
      const { side, sentence, other, advice, warns } = telling(row, me);
      const browserOf = (id: unknown) => {
        const label = devices.find((each) => each.device === id)?.label ?? "";
        return label !== "" && label !== UNKNOWN_BROWSER
          ? label
          : t("accounts.keys.unnamed", { id: String(id).slice(0, 6) });
      };
      const others = listed(row.details.authorities).filter((id) => id !== row.authority);
      const list = new Intl.ListFormat(localeTag(language), { type: "conjunction" });
      const values = {
        name: other === "" ? names.nobody(row.action) : names.person(other),
        authority: names.authority(row.authority),
        browser: browserOf(row.details.device),
        what: proposalName(row.details.type),
        authorities: list.format((others.length === 0 ? [row.authority] : others).map(names.authority)),
      };
      return {
        sentence:
          lookup(`audit.${side}.${sentence}`, values) ??
          lookup(`audit.act.${row.action}`) ??
          t("audit.unknown_act"),
        signed: signersOf(row),
        advice,
        warns,
      };
    },
    [me, devices, names, signersOf, proposalName, t, lookup, language],
  );
}
