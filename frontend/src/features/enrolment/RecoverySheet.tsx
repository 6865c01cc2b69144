/** The recovery code on paper: seen only when printing; the same words go to the clipboard and the text file. */
import { createPortal } from "react-dom";
import { useI18n } from "../../i18n";
import type { RecoveryCode } from "../../sync/contract";
import { useSnapshot } from "../core";
import { copyText, saveText } from "./keep";

interface Props {
  code: RecoveryCode;
  email: string | null;
}

function useFacts({ code, email }: Props): { label: string; value: string }[] {
  const { t, formatDate } = useI18n();
  const network = useSnapshot((snapshot) => snapshot.session?.network ?? null);
  return [
    { label: t("enrolment.recovery.print_network"), value: network?.name ?? "" },
    { label: "", value: network?.id ?? "" },
    { label: t("enrolment.recovery.print_account"), value: email ?? "" },
    { label: t("enrolment.recovery.print_date"), value: formatDate(code.date) },
  ].filter((fact) => fact.value !== "");
}

export function RecoverySheet(props: Props) {
  const { t } = useI18n();
  const facts = useFacts(props);
  const { code } = props;
  return createPortal(
    <section className="print-sheet" aria-hidden="true">
      <h1>{t("enrolment.recovery.print_title", { serial: code.serial })}</h1>
      <dl>
        {facts.map((fact) => (
          <div key={fact.value}>
            <dt>{fact.label}</dt>
            <dd>
              <bdi>{fact.value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
      <ol className="code-sheet" dir="ltr">
        {code.groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
          <li key={index}>
            <small>{index + 1}</small>
            <b>{group}</b>
          </li>
        ))}
      </ol>
      <p>{t("enrolment.recovery.print_keep")}</p>
      <p>{t("enrolment.recovery.not_backup")}</p>
    </section>,
    document.body,
  );
}

/** The same words for the clipboard (the groups alone) and for a text file. */
export function useSheetText(code: RecoveryCode, email: string | null) {
  const { t } = useI18n();
  const facts = useFacts({ code, email });
  const groups = code.groups.join(" ");
  const text = [
    t("enrolment.recovery.print_title", { serial: code.serial }),
    "",
    ...facts.map((fact) => (fact.label === "" ? fact.value : `${fact.label}: ${fact.value}`)),
    "",
    groups,
    "",
    t("enrolment.recovery.print_keep"),
    t("enrolment.recovery.not_backup"),
    "",
  ].join("\n");
  return {
    copy: () => copyText(groups),
    save: () => saveText(t("enrolment.recovery.file", { serial: code.serial }), text),
  };
}
