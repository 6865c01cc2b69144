/** The list beside an open application, with the same filters as the whole one. */
import { useI18n } from "../../i18n";
import type { VettingList } from "../../sync/applications";
import { Button, Link, SearchField, Select, Skeleton } from "../../ui";
import { CaseRow } from "./CaseRow";
import { countsOf, type Filters, type Group, groups, listed } from "./listing";

interface Props {
  list: VettingList | null;
  current: string;
  filters: Filters;
  onFilter: (filters: Filters) => void;
  onEnter: () => void;
}

export function CaseList({ list, current, filters, onFilter, onEnter }: Props) {
  const { t, stateName, formatNumber } = useI18n();
  const counts = countsOf(list?.applications ?? []);
  const shown = list === null ? [] : listed(list.applications, filters, stateName);
  return (
    <nav className="vetting__list" aria-label={t("vetting.title")}>
      <div className="vetting__list-head">
        <h2>
          <Link href="/secretariat/applications">{t("vetting.title")}</Link>
        </h2>
        <Button variant="quiet" size="s" onPress={onEnter}>
          {t("vetting.enter.act")}
        </Button>
      </div>
      <div className="vetting__list-body stack">
        <Select<Group>
          label={t("vetting.group.label")}
          value={filters.group}
          onChange={(group) => onFilter({ ...filters, group })}
          options={groups.map((group) => ({
            value: group,
            label: `${t(`vetting.group.${group}`)} (${formatNumber(counts[group])})`,
          }))}
        />
        <SearchField
          label={t("vetting.filter.search")}
          value={filters.text}
          onChange={(text) => onFilter({ ...filters, text })}
        />
        {list === null ? (
          <Skeleton lines={6} />
        ) : shown.length === 0 ? (
          <p className="muted small">{t("vetting.none.text")}</p>
        ) : (
          <ul className="card cases">
            {shown.map((application) => (
              <li key={application.id}>
                <CaseRow
                  application={application}
                  steps={list.steps}
                  isCurrent={application.id === current}
                />
              </li>
            ))}
          </ul>
        )}
      </div>
    </nav>
  );
}
