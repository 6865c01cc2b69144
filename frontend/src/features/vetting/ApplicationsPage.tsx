/** The secretariat's working list, and one application beside it: filters and search stay while one goes through them. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Notice, Page, PageHeader, Skeleton } from "../../ui";
import { ActProvider } from "../members/act";
import { useErrorText } from "../members/errors";
import { useApplications } from "./applications";
import { CaseList } from "./CaseList";
import { CasePage } from "./CasePage";
import { EnterDialog } from "./EnterDialog";
import { everything } from "./listing";
import { Overview } from "./Overview";

export function ApplicationsPage({ id }: { id: string | null }) {
  const { t } = useI18n();
  const errorText = useErrorText();
  const [list, again] = useApplications();
  const [filters, setFilters] = useState(everything);
  const [entering, setEntering] = useState(false);
  const known = list.state === "ready" ? list.value : null;
  return (
    <Page>
      <ActProvider>
        {id !== null ? (
          <div className="vetting">
            <CaseList
              list={known}
              current={id}
              filters={filters}
              onFilter={setFilters}
              onEnter={() => setEntering(true)}
            />
            <CasePage key={id} id={id} onChanged={again} />
          </div>
        ) : known !== null ? (
          <Overview list={known} filters={filters} onFilter={setFilters} onEnter={() => setEntering(true)} />
        ) : (
          <>
            <PageHeader title={t("vetting.title")} lead={t("vetting.lead")} />
            {list.state === "failed" ? (
              <Notice
                tone="bad"
                live
                title={t("vetting.failed")}
                action={
                  <Button size="s" onPress={() => void again()}>
                    {t("common.actions.try_again")}
                  </Button>
                }
              >
                {errorText(list.failure)}
              </Notice>
            ) : (
              <Skeleton lines={8} />
            )}
          </>
        )}
        {entering && <EnterDialog onClose={() => setEntering(false)} />}
      </ActProvider>
    </Page>
  );
}
