/** The authorities as the officers see them: how each stands, and what may be done about it. */
import { Ellipsis, Landmark } from "lucide-react";
import { useMemo, useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Person } from "../../sync/contract";
import { Button, Chip, EmptyState, Menu, Notice, SearchField, StateTile, useGrowing } from "../../ui";
import type { Help } from "./HelpDialog";
import { leadOf } from "./leading";
import { loneHolder } from "./lone";
import { matches } from "./lookup";
import type { StandingChange } from "./StandingDialog";

/** Fewer are seen at a glance. */
const WORTH_SEARCHING = 12;

interface AuthoritiesProps {
  authorities: readonly Authority[];
  /** Without an application. */
  onAdmit: () => void;
  onChange: (authority: Authority, change: StandingChange) => void;
  onHelp: (how: Help, person: Person) => void;
  onReplaceLead: (authority: Authority) => void;
}

/** Every authority, found by its name or State; the officers suspend it, let it go, and help its lead. */
export function Authorities({ authorities, onAdmit, onChange, onHelp, onReplaceLead }: AuthoritiesProps) {
  const { t, stateName } = useI18n();
  const helpForLead = (authority: Authority) => {
    const lead = leadOf(authority);
    if (lead === null) return [];
    return [
      { id: "rekey", label: t("recovery.rekey.act_lead"), onAction: () => onHelp("rekey", lead) },
      { id: "reset", label: t("recovery.reset.act_lead"), onAction: () => onHelp("reset", lead) },
    ];
  };
  const lone = authorities.filter((each) => loneHolder(each) !== null).length;
  const [search, setSearch] = useState("");
  const sorted = useMemo(
    () =>
      [...authorities].sort(
        (one, other) =>
          stateName(one.state).localeCompare(stateName(other.state)) || one.name.localeCompare(other.name),
      ),
    [authorities, stateName],
  );
  const found = sorted.filter((each) => matches(search, [each.name, stateName(each.state), each.state]));
  const { shown, end } = useGrowing(found, search);
  return (
    <section>
      <div className="section-head">
        <h2 className="section-title">{t("members.office.authorities")}</h2>
        <Button size="s" icon={Landmark} onPress={onAdmit}>
          {t("members.office.admit")}
        </Button>
      </div>
      <p className="muted">{t("members.office.admit_text")}</p>
      {lone > 0 && (
        <Notice tone="warn" title={t("people.lone.office_title", { count: lone })}>
          {t("people.lone.office_text")}
        </Notice>
      )}
      {sorted.length === 0 && <p className="muted">{t("members.office.no_authority")}</p>}
      {sorted.length > WORTH_SEARCHING && (
        <div className="desk-tools">
          <SearchField label={t("conversations.fresh.search")} value={search} onChange={setSearch} />
          <p role="status">{t("directory.list.count", { count: found.length })}</p>
        </div>
      )}
      {sorted.length > 0 && found.length === 0 && (
        <EmptyState title={t("directory.list.none_title")}>{t("directory.list.none_text")}</EmptyState>
      )}
      <ul className={found.length === 0 ? undefined : "card rows"}>
        {shown.map((authority) => (
          <li key={authority.id} className="rows__row">
            <StateTile code={authority.state} />
            <div className="rows__main">
              <b className="title" dir="auto">
                {authority.name}
              </b>
              <p>
                {stateName(authority.state)} · {t(`members.kind.${authority.kind}`)}
              </p>
            </div>
            {loneHolder(authority) !== null && <Chip tone="warn">{t("people.lone.chip")}</Chip>}
            {authority.kind === "member" &&
              authority.status !== "withdrawn" &&
              leadOf(authority) === null && <Chip tone="bad">{t("people.lead.chip_none")}</Chip>}
            <Chip
              tone={
                authority.status === "active" ? "ok" : authority.status === "suspended" ? "warn" : "neutral"
              }
            >
              {t(`members.status.${authority.status}`)}
            </Chip>
            {authority.status !== "withdrawn" && (
              <Menu
                label={t("members.more", { name: authority.name })}
                icon={Ellipsis}
                items={[
                  authority.status === "active"
                    ? {
                        id: "suspend",
                        label: t("members.office.suspend"),
                        onAction: () => onChange(authority, "suspended"),
                      }
                    : {
                        id: "reinstate",
                        label: t("members.office.reinstate"),
                        onAction: () => onChange(authority, "reinstated"),
                      },
                  {
                    id: "withdraw",
                    label: t("members.office.withdraw"),
                    onAction: () => onChange(authority, "withdrawn"),
                  },
                  ...(authority.kind === "member"
                    ? [
                        {
                          id: "lead",
                          label: t(leadOf(authority) === null ? "people.lead.act_none" : "people.lead.act"),
                          onAction: () => onReplaceLead(authority),
                        },
                      ]
                    : []),
                  ...helpForLead(authority),
                ]}
              />
            )}
          </li>
        ))}
        {end}
      </ul>
    </section>
  );
}
