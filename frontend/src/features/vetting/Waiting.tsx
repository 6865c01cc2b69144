/** How many applications wait for this officer, beside the word in the header; it comes after the page, not with it. */
import { useI18n } from "../../i18n";
import { Count } from "../../ui";
import { useFreshApplications } from "./applications";

export function Waiting() {
  const { t } = useI18n();
  const list = useFreshApplications();
  if (list.state !== "ready") return null;
  const count = list.value.applications.filter((one) => one.waits_for === "me").length;
  return <Count value={count} label={t("common.nav.waiting", { count })} />;
}
