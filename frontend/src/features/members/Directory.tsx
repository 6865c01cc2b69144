/** The directory: every authority of the network, and who speaks for it. */
import { PenLine } from "lucide-react";
import { useMemo, useState } from "react";
import { Link } from "wouter";
import { useI18n } from "../../i18n";
import type { Authority, Person } from "../../sync/contract";
import {
  Chip,
  EmptyState,
  Icon,
  Notice,
  Page,
  PageHeader,
  Progress,
  SearchField,
  Skeleton,
  StateTile,
  useGrowing,
} from "../../ui";
import { useSnapshot } from "../core";
import { byRank, canRead, matches } from "./lookup";
import { usePersonNames } from "./names";
import { Proof } from "./Proof";
import { WhoDialog } from "./WhoDialog";
import "./members.css";

export function Directory() {
  const { t, stateName } = useI18n();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  const register = useSnapshot((snapshot) => snapshot.register);
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [search, setSearch] = useState("");
  const [asked, setAsked] = useState<Person | null>(null);

  const sorted = useMemo(
    () =>
      authorities
        .filter((each) => each.status !== "withdrawn")
        .sort(
          (one, other) =>
            Number(other.id === own) - Number(one.id === own) ||
            stateName(one.state).localeCompare(stateName(other.state)) ||
            one.name.localeCompare(other.name),
        ),
    [authorities, own, stateName],
  );
  const found = sorted.filter((each) => found_(each, search, stateName(each.state)));
  const { shown, end } = useGrowing(found, search);
  const active = officers.filter((officer) => officer.active);
  return (
    <Page>
      <PageHeader title={t("members.directory.title")} lead={t("members.directory.lead")} />
      <div className="directory__tools">
        <SearchField label={t("members.directory.search")} value={search} onChange={setSearch} />
        <p role="status">{t("members.directory.count", { count: found.length })}</p>
      </div>
      {register?.replaying != null && (
        <Progress
          label={t("members.directory.reading")}
          done={register.replaying.done}
          total={register.replaying.total}
        />
      )}
      {register !== null && register.rejectedEntries > 0 && (
        <Notice tone="warn" title={t("members.directory.rejected", { count: register.rejectedEntries })} />
      )}
      {register === null && authorities.length === 0 && <Skeleton />}
      {register !== null && authorities.length === 0 && (
        <EmptyState title={t("members.directory.empty_title")}>
          {t("members.directory.empty_text")}
        </EmptyState>
      )}
      {authorities.length > 0 && found.length === 0 && (
        <EmptyState title={t("members.directory.none_title", { text: search })}>
          {t("members.directory.none_text")}
        </EmptyState>
      )}
      <ul className="directory">
        {shown.map((authority) => (
          <li key={authority.id}>
            <Entry
              authority={authority}
              own={authority.id === own}
              mayWrite={own !== null}
              onAsk={setAsked}
            />
          </li>
        ))}
        {end}
        {active.length > 0 && search === "" && end === null && (
          <li>
            <section className="card entry">
              <header className="entry__head">
                <StateTile code="GN" />
                <div>
                  <h2>{t("common.secretariat")}</h2>
                  <p>{t("members.directory.secretariat_text")}</p>
                </div>
              </header>
              <PersonList people={active} onAsk={setAsked} />
            </section>
          </li>
        )}
      </ul>
      {asked !== null && <WhoDialog person={asked} onClose={() => setAsked(null)} />}
    </Page>
  );
}

function found_(authority: Authority, search: string, state: string): boolean {
  const people = authority.people.filter((person) => person.active).map((person) => person.name);
  return matches(search, [authority.name, state, authority.state, ...people]);
}

interface EntryProps {
  authority: Authority;
  own: boolean;
  mayWrite: boolean;
  onAsk: (person: Person) => void;
}

function Entry({ authority, own, mayWrite, onAsk }: EntryProps) {
  const { t, stateName } = useI18n();
  const people = authority.people.filter((person) => person.active).sort(byRank);
  const writable = mayWrite && !own && people.some((person) => canRead(person, authority));
  return (
    <section className="card entry">
      <header className="entry__head">
        <StateTile code={authority.state} own={own} />
        <div>
          <h2 className="title" dir="auto">
            {authority.name}
          </h2>
          <p className="entry__facts">
            <span>{stateName(authority.state)}</span>
            {own && <Chip tone="accent">{t("members.directory.yours")}</Chip>}
            {authority.kind === "observer" && <Chip>{t("members.kind.observer")}</Chip>}
            {authority.status !== "active" && (
              <Chip tone="warn">{t(`members.status.${authority.status}`)}</Chip>
            )}
          </p>
        </div>
        {writable && (
          <Link
            href={`/conversations/new?to=${authority.id}`}
            className="button button--quiet button--icon"
            aria-label={`${t("members.directory.write")}: ${authority.name}`}
            title={t("members.directory.write")}
          >
            <Icon icon={PenLine} />
          </Link>
        )}
      </header>
      {people.length === 0 ? (
        <p className="entry__none">{t("members.directory.nobody")}</p>
      ) : (
        <PersonList people={people} onAsk={onAsk} />
      )}
    </section>
  );
}

function PersonList({ people, onAsk }: { people: readonly Person[]; onAsk: (person: Person) => void }) {
  const { t } = useI18n();
  const { personName } = usePersonNames();
  return (
    <ul className="entry__people">
      {people.map((person) => (
        <li key={person.account}>
          <div>
            <button type="button" className="person-link" onClick={() => onAsk(person)}>
              <bdi>{personName(person)}</bdi>
            </button>
            <p className="title" dir="auto">
              {person.function || t(`common.roles.${person.role}`)}
            </p>
          </div>
          <Proof person={person} />
        </li>
      ))}
    </ul>
  );
}
