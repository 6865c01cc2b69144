/** The proof chip of a person: who stands for them, or what changed. */
import { useI18n } from "../../i18n";
import type { Person } from "../../sync/contract";
import { Chip, ProofChip } from "../../ui";
import { standing } from "./lookup";

export function Proof({ person }: { person: Person }) {
  const { t } = useI18n();
  const found = standing(person, Date.now());
  if (found === "held" || found === "no_keys") {
    return <Chip tone={found === "held" ? "warn" : "neutral"}>{t(`members.proof.${found}`)}</Chip>;
  }
  return <ProofChip proof={found} />;
}
