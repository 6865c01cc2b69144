/** All applications: where they stand in the pipeline, for whom they wait, and which a search finds. */
import { ListFilter, ListOrdered, Plus, X } from "lucide-react";
import { useMemo } from "react";
import { useI18n } from "../../i18n";
import type { VettingList } from "../../sync/applications";
import { Button, Card, EmptyState, PageHeader, SearchField, Select, Tabs } from "../../ui";
import { CaseRow } from "./CaseRow";
import {
  countsOf,
  DRAFT,
  everything,
  type Filters,
  type Group,
  groups,
  isFiltered,
  listed,
  perStep,
} from "./listing";
import { Picture } from "./Picture";
import { useWords } from "./words";

interface Props {
  list: VettingList;
  filters: Filters;
  onFilter: (filters: Filters) => void;
  onEnter: () => void;
}

const ALL = "";

export function Overview({ list, filters, onFilter, onEnter }: Props) {
  const { t } = useI18n();
  const counts = countsOf(list.applications);
  return (
    <>
      <PageHeader
        title={t("vetting.title")}
        lead={t("vetting.lead")}
        actions={
          <>
            <Button icon={Plus} onPress={onEnter}>
              {t("vetting.enter.act")}
            </Button>
            <Button icon={ListOrdered} href="/secretariat/vetting">
              {t("vetting.settings")}
            </Button>
          </>
        }
      />
      <div className="stack stack--wide">
        <Card>
          <Picture
            counts={perStep(list.steps, list.applications)}
            chosen={filters.step}
            onChoose={(step) =>
              // A step is one of open applications: whoever chooses it among the closed ones means those.
              onFilter({ ...filters, step, group: filters.group === "closed" ? "open" : filters.group })
            }
          />
        </Card>
        <Tabs
          label={t("vetting.group.label")}
          selected={filters.group}
          onChange={(id) => {
            const group = groups.find((one) => one === id) ?? "open";
            onFilter({ ...filters, group, step: group === "closed" ? null : filters.step });
          }}
          tabs={groups.map((group) => ({
            id: group,
            title: t(`vetting.group.${group}`),
            ...(group === "closed" ? {} : { count: counts[group] }),
            content: <Found list={list} filters={filters} onFilter={onFilter} />,
          }))}
        />
      </div>
    </>
  );
}

type FoundProps = Omit<Props, "onEnter">;

function Found({ list, filters, onFilter }: FoundProps) {
  const { t, stateName } = useI18n();
  const words = useWords();
  const change = (part: Partial<Filters>) => onFilter({ ...filters, ...part });
  const states = useMemo(() => {
    const codes = [...new Set(list.applications.map((one) => one.state))].filter((code) => code !== "");
    return codes
      .map((code) => ({ value: code, label: stateName(code) }))
      .sort((one, other) => one.label.localeCompare(other.label));
  }, [list, stateName]);
  const shown = listed(list.applications, filters, stateName);
  const chosenStep =
    filters.step === null
      ? null
      : filters.step === DRAFT
        ? t("vetting.picture.draft")
        : words.stepOf(list.steps, filters.step);
  return (
    <div className="stack">
      <div className="vetting__filters">
        <SearchField
          label={t("vetting.filter.search")}
          value={filters.text}
          onChange={(text) => change({ text })}
          showLabel
        />
        <Select
          label={t("vetting.filter.state")}
          value={filters.state ?? ALL}
          options={[{ value: ALL, label: t("vetting.filter.any_state") }, ...states]}
          onChange={(state) => change({ state: state === ALL ? null : state })}
        />
        <Select
          label={t("vetting.filter.membership")}
          value={filters.membership ?? ALL}
          options={[
            { value: ALL, label: t("vetting.filter.any_membership") },
            { value: "member", label: t("vetting.membership.member") },
            { value: "observer", label: t("vetting.membership.observer") },
          ]}
          onChange={(value) =>
            change({ membership: value === "member" || value === "observer" ? value : null })
          }
        />
      </div>
      <div className="line">
        <p className="small muted" role="status">
          {t("vetting.filter.count", { count: shown.length })}
        </p>
        {chosenStep === null ? null : (
          <Button size="s" icon={X} onPress={() => change({ step: null })}>
            {t("vetting.filter.step", { step: chosenStep })}
          </Button>
        )}
      </div>
      {shown.length === 0 ? (
        <Card>
          <Nothing
            group={filters.group}
            isEmpty={list.applications.length === 0}
            isFiltered={isFiltered(filters)}
            onClear={() => onFilter({ ...everything, group: filters.group })}
          />
        </Card>
      ) : (
        <ul className="card cases cases--wide">
          {shown.map((application) => (
            <li key={application.id}>
              <CaseRow application={application} steps={list.steps} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface NothingProps {
  group: Group;
  isEmpty: boolean;
  isFiltered: boolean;
  onClear: () => void;
}

function Nothing({ group, isEmpty, isFiltered: filtered, onClear }: NothingProps) {
  const { t } = useI18n();
  if (isEmpty) {
    return <EmptyState title={t("vetting.none.empty_title")}>{t("vetting.none.empty_text")}</EmptyState>;
  }
  if (filtered) {
    return (
      <EmptyState
        icon={ListFilter}
        title={t("vetting.none.title")}
        action={<Button onPress={onClear}>{t("vetting.filter.clear")}</Button>}
      >
        {t("vetting.none.text")}
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t("vetting.none.group_title")}>
      {group === "me" || group === "overdue" ? t(`vetting.none.${group}`) : null}
    </EmptyState>
  );
}
