/** Whether an entry is signed: quiet where it is, said where it is not, and like an alarm where it does not hold. */
import { ShieldAlert, ShieldCheck, ShieldQuestionMark } from "lucide-react";
import { useI18n } from "../../i18n";
import type { SignedWords } from "../../sync/contract";
import { Chip, Icon, Notice } from "../../ui";
import { usePersonNames } from "../members/names";
import { proofOf, type RowProof } from "./rows";

export function ProofMark({ proof }: { proof: RowProof }) {
  const { t } = useI18n();
  if (proof === "signed") {
    return (
      <span className="proof proof--person">
        <Icon icon={ShieldCheck} />
        <span>{t("directory.proof.signed_short")}</span>
      </span>
    );
  }
  return proof === "broken" ? (
    <Chip tone="bad" icon={ShieldAlert}>
      {t("directory.proof.broken")}
    </Chip>
  ) : (
    <Chip icon={ShieldQuestionMark}>{t("directory.proof.unverified")}</Chip>
  );
}

/** “Signed by Sol, 3 February 2026”. */
export function SignedBy({ words }: { words: SignedWords<unknown> | null }) {
  const { t, formatDate } = useI18n();
  const { nameOf } = usePersonNames();
  const proof = proofOf(words);
  if (proof !== "signed" || words?.signedBy == null) return <ProofMark proof={proof} />;
  return (
    <span className="proof proof--person">
      <Icon icon={ShieldCheck} />
      <span>
        {t("directory.proof.signed", { name: nameOf(words.signedBy), date: formatDate(words.signedAt) })}
      </span>
    </span>
  );
}

/** What is wrong, what is shown instead, and what to do. */
export function BrokenNotice({ words }: { words: SignedWords<unknown> }) {
  const { t } = useI18n();
  if (words.refused === null) return null;
  return (
    <Notice tone="bad" icon={ShieldAlert} title={t("directory.proof.broken_title")}>
      <p>{t(`directory.proof.broken_${words.refused}`)}</p>
      <p>{t(words.said === null ? "directory.proof.broken_nothing" : "directory.proof.broken_kept")}</p>
    </Notice>
  );
}
