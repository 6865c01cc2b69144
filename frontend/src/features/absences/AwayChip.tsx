/** Beside a name: until when the person is away. */
import { useI18n } from "../../i18n";
import type { Hex } from "../../sync/contract";
import { Chip } from "../../ui";
import { noonOf } from "./absences";
import { useAway } from "./useAbsences";

export function AwayChip({ account }: { account: Hex }) {
  const { t, formatDate } = useI18n();
  const absence = useAway().get(account);
  if (absence === undefined) return null;
  return <Chip tone="warn">{t("absences.until", { date: formatDate(noonOf(absence.last)) })}</Chip>;
}
