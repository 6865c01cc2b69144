/** The screens of this domain, by path. */
import { useI18n } from "../../i18n";
import { EmptyState, Page } from "../../ui";

export function MembersRoutes() {
  const { t } = useI18n();
  return (
    <Page>
      <EmptyState level={1} title={t("common.loading")} />
    </Page>
  );
}
