/** What an officer looks for: a kind of act, a person, an authority, days. */
import { useMemo } from "react";
import { useI18n } from "../../i18n";
import type { Hex, Person } from "../../sync/contract";
import { DayField, type Option, Select } from "../../ui";
// Not with the other parts: a page that is opened first must not bring it.
import { SearchSelect } from "../../ui/SearchSelect";
import { useSnapshot } from "../core";
import { byRank, matches } from "../members/lookup";
import { usePersonNames } from "../members/names";
import { type Action, actions, type Group, groups } from "./actions";
import { type Filters, turnedRound } from "./filters";
import { useNames } from "./names";

const ALL = "";

interface Props {
  filters: Filters;
  onChange: (filters: Filters) => void;
}

export function FilterFields({ filters, onChange }: Props) {
  const { t, stateName } = useI18n();
  const names = useNames();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const change = (part: Partial<Filters>) => onChange({ ...filters, ...part });
  const find = usePeople();
  const byName = useMemo(
    () => [...authorities].sort((one, other) => stateName(one.state).localeCompare(stateName(other.state))),
    [authorities, stateName],
  );
  return (
    <div className="log-filters">
      <Select<Action | typeof ALL>
        label={t("audit.log.act")}
        options={[{ value: ALL, label: t("audit.log.any_act") }]}
        groups={Object.entries(groups).map(([group, members]) => ({
          heading: t(`audit.group.${group as Group}`),
          options: members.map((action) => ({ value: action, label: t(`audit.act.${action}`) })),
        }))}
        value={filters.action ?? ALL}
        onChange={(value) => change({ action: actions.find((each) => each === value) ?? null })}
      />
      <SearchSelect<Hex>
        label={t("audit.log.person")}
        placeholder={t("audit.log.person_how")}
        noneFound={t("audit.log.nobody_found")}
        clear={t("audit.log.any_person")}
        chosen={
          filters.person === null ? null : { value: filters.person, label: names.person(filters.person) }
        }
        onChange={(person) => change({ person })}
        find={find}
      />
      <Select<Hex>
        label={t("audit.log.authority")}
        options={[
          { value: ALL, label: t("audit.log.any_authority") },
          ...byName.map((each) => ({ value: each.id, label: names.authority(each.id) })),
        ]}
        value={filters.authority ?? ALL}
        onChange={(value) => change({ authority: value === ALL ? null : value })}
      />
      <DayField label={t("audit.log.from")} value={filters.from} onChange={(from) => change({ from })} />
      <DayField
        label={t("audit.log.to")}
        value={filters.to}
        error={turnedRound(filters) ? t("audit.log.to_before") : null}
        onChange={(to) => change({ to })}
      />
    </div>
  );
}

/** Everybody whom the Register knows, those who left too, by name, authority or State. */
function usePeople(): (text: string) => Option<Hex>[] {
  const { t, stateName } = useI18n();
  const { personName, authorityName } = usePersonNames();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  return useMemo(() => {
    const listed = [
      ...officers.map((person) => ({ person, place: t("common.secretariat"), state: "" })),
      ...authorities.flatMap((authority) =>
        authority.people.map((person) => ({
          person,
          place: authorityName(authority),
          state: stateName(authority.state),
        })),
      ),
    ].sort((one, other) => byRank(one.person, other.person));
    const option = (person: Person, place: string) => ({
      value: person.account,
      label: personName(person),
      hint: place,
    });
    return (text) =>
      listed
        .filter(({ person, place, state }) => matches(text, [personName(person), place, state]))
        .map(({ person, place }) => option(person, place));
  }, [authorities, officers, personName, authorityName, stateName, t]);
}
