/** The directory: every authority by State, found by what one looks for, and whether it can be reached now. */
import { Landmark, PenLine, Plus } from "lucide-react";
import { memo, type ReactNode, startTransition, useDeferredValue, useEffect, useMemo, useState } from "react";
import { Link as RouteLink, useLocation, useSearchParams } from "wouter";
import { localeTag, useI18n } from "../../i18n";
import type { Person } from "../../sync/contract";
import {
  Button,
  Checkbox,
  Chip,
  Dialog,
  EmptyState,
  Icon,
  Notice,
  type Option,
  Page,
  PageHeader,
  Progress,
  SearchField,
  Select,
  Skeleton,
  StateTile,
  TextField,
} from "../../ui";
import { useNow } from "../conversations/useNow";
import { useSnapshot } from "../core";
import { byRank, canRead } from "../members/lookup";
import { competences } from "./codes";
import { DeskState } from "./DeskClock";
import { FocalPoints } from "./Focal";
import { clockText, deskOf } from "./hours";
import { ProofMark } from "./ProofMark";
import {
  type Filters,
  filtered,
  grouped,
  hrefOf,
  type Row,
  rowsOf,
  searchText,
  subjectOfState,
} from "./rows";
import { useDirectory } from "./useDirectory";
import { useDirectoryWords } from "./words";
import "../members/members.css";
import "./directory.css";

/** So many States are drawn at once; the others while one looks at these already. */
const FIRST_STATES = 12;
const kinds = ["member", "central", "observer", "institution"] as const;

/** The filters stand in the address: who comes back from an entry finds the list as it was. */
function useFilters(): [Filters, (changes: Partial<Filters>) => void, () => void] {
  const [search, setSearch] = useSearchParams();
  const filters: Filters = {
    text: search.get("q") ?? "",
    state: search.get("state") ?? "",
    language: search.get("language") ?? "",
    competence: search.get("acts") ?? "",
    kind: search.get("kind") ?? "",
    now: search.get("now") === "1",
  };
  const write = (next: Filters) => {
    const written = {
      q: next.text,
      state: next.state,
      language: next.language,
      acts: next.competence,
      kind: next.kind,
      now: next.now ? "1" : "",
    };
    setSearch(new URLSearchParams(Object.entries(written).filter(([, value]) => value !== "")), {
      replace: true,
    });
  };
  const clear = () => setSearch(new URLSearchParams(), { replace: true });
  return [filters, (changes) => write({ ...filters, ...changes }), clear];
}

export function DirectoryPage() {
  const { t, language, stateName } = useI18n();
  const words = useDirectoryWords();
  const now = useNow();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  const register = useSnapshot((snapshot) => snapshot.register);
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const officer = useSnapshot((snapshot) => snapshot.me?.role === "officer");
  const { directory, reading, failure, again } = useDirectory();
  const [filters, change, clear] = useFilters();
  const [adding, setAdding] = useState(false);

  const rows = useMemo(() => rowsOf(authorities, directory, language), [authorities, directory, language]);
  const texts = useMemo(() => {
    const names = new Map<string, string>();
    return new Map(
      rows.map((row) => {
        const name = names.get(row.state) ?? stateName(row.state);
        names.set(row.state, name);
        return [row.key, searchText(row, name, { competence: words.matter, language: words.language })];
      }),
    );
  }, [rows, stateName, words]);
  const text = useDeferredValue(filters.text);
  const found = filtered(rows, { ...filters, text }, texts, now);
  const groups = useMemo(() => grouped(found, own, stateName, language), [found, own, stateName, language]);
  const [whole, setWhole] = useState(false);
  useEffect(() => startTransition(() => setWhole(true)), []);
  const active = officers.filter((one) => one.active);
  const narrowed = Object.values(filters).some((value) => value !== "" && value !== false);
  const empty = register !== null && rows.length === 0;
  return (
    <Page>
      <PageHeader
        title={t("directory.list.title")}
        lead={t("directory.list.lead")}
        actions={
          officer ? (
            <Button icon={Plus} onPress={() => setAdding(true)}>
              {t("directory.list.central_add")}
            </Button>
          ) : undefined
        }
      />
      <search className="dir-tools" aria-label={t("directory.list.filters")}>
        <SearchField
          label={t("directory.list.search")}
          value={filters.text}
          onChange={(value) => change({ text: value })}
        />
        <FilterFields rows={rows} filters={filters} change={change} />
      </search>
      <div className="dir-count">
        <p role="status">{t("directory.list.count", { count: found.length })}</p>
        {narrowed && (
          <Button variant="quiet" size="s" onPress={clear}>
            {t("directory.list.clear")}
          </Button>
        )}
        {reading && directory?.entriesLoaded !== "loaded" && rows.length > 0 && (
          <p className="muted">{t("directory.list.fetching")}</p>
        )}
      </div>
      {register?.replaying != null && (
        <Progress
          label={t("directory.list.reading")}
          done={register.replaying.done}
          total={register.replaying.total}
        />
      )}
      {register !== null && register.rejectedEntries > 0 && (
        <Notice tone="warn" title={t("directory.list.rejected", { count: register.rejectedEntries })} />
      )}
      {failure !== null && (
        <Notice
          tone="warn"
          action={
            <Button size="s" onPress={again}>
              {t("common.actions.try_again")}
            </Button>
          }
        >
          {t("directory.list.failed")}
        </Notice>
      )}
      {register === null && rows.length === 0 && <Skeleton />}
      {empty && (
        <EmptyState title={t("directory.list.empty_title")}>{t("directory.list.empty_text")}</EmptyState>
      )}
      {rows.length > 0 && found.length === 0 && (
        <EmptyState
          title={t("directory.list.none_title")}
          action={
            <Button variant="main" onPress={clear}>
              {t("directory.list.clear")}
            </Button>
          }
        >
          {t("directory.list.none_text")}
        </EmptyState>
      )}
      <div className="dir-list">
        {(whole ? groups : groups.slice(0, FIRST_STATES)).map((group) => (
          <section key={group.state} className="dir-state" aria-labelledby={`state-${group.state}`}>
            <h2 id={`state-${group.state}`}>
              <StateTile code={group.state} own={group.rows.some((row) => isOwn(row, own))} />
              {group.name}
            </h2>
            <ul className="card">
              {group.rows.map((row) => (
                <li key={row.key} className="dir-row">
                  <DirectoryRow row={row} own={isOwn(row, own)} mayWrite={own !== null} now={now} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {found.some((row) => row.kind === "institution") && (
          <p className="small muted">
            {t("directory.kind.institution")}: {t("directory.proof.institution_text")}
          </p>
        )}
        {active.length > 0 && !narrowed && whole && <SecretariatCard people={active} now={now} />}
      </div>
      {adding && <AddCentral onClose={() => setAdding(false)} />}
    </Page>
  );
}

const isOwn = (row: Row, own: string | null) => own !== null && row.authority?.id === own;

interface FilterProps {
  rows: readonly Row[];
  filters: Filters;
  change: (changes: Partial<Filters>) => void;
}

function FilterFields({ rows, filters, change }: FilterProps) {
  const { t, language, stateName } = useI18n();
  const words = useDirectoryWords();
  const options = useMemo(() => {
    const collator = new Intl.Collator(localeTag(language));
    const sorted = (values: Iterable<string>, label: (value: string) => string, any: string): Option[] => [
      { value: "", label: any },
      ...[...new Set(values)]
        .map((value) => ({ value, label: label(value) }))
        .sort((one, other) => collator.compare(one.label, other.label)),
    ];
    return {
      states: sorted(
        rows.map(({ state }) => state),
        stateName,
        t("directory.list.any_state"),
      ),
      languages: sorted(
        rows.flatMap((row) => row.languages),
        words.language,
        t("directory.list.any_language"),
      ),
      competences: [
        { value: "", label: t("directory.list.any_competence") },
        ...competences.map((value) => ({ value, label: words.matter(value) })),
      ],
      kinds: [
        { value: "", label: t("directory.list.any_kind") },
        ...kinds.map((value) => ({ value, label: t(`directory.kind.${value}`) })),
      ],
    };
  }, [rows, language, stateName, words, t]);
  return (
    <>
      <Select
        label={t("directory.list.state")}
        options={options.states}
        value={filters.state}
        onChange={(state) => change({ state })}
      />
      <Select
        label={t("directory.list.language")}
        options={options.languages}
        value={filters.language}
        onChange={(value) => change({ language: value })}
      />
      <Select
        label={t("directory.list.competence")}
        options={options.competences}
        value={filters.competence}
        onChange={(competence) => change({ competence })}
      />
      <Select
        label={t("directory.list.kind")}
        options={options.kinds}
        value={filters.kind}
        onChange={(kind) => change({ kind })}
      />
      <Checkbox isSelected={filters.now} onChange={(value) => change({ now: value })}>
        {t("directory.list.now")}
      </Checkbox>
    </>
  );
}

interface RowProps {
  row: Row;
  own: boolean;
  mayWrite: boolean;
  now: number;
}

const DirectoryRow = memo(function DirectoryRow({ row, own, mayWrite, now }: RowProps) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const { authority } = row;
  const said = row.words?.said ?? null;
  const people = authority?.people.filter((person) => person.active).sort(byRank) ?? [];
  const writable =
    mayWrite && !own && authority !== null && people.some((person) => canRead(person, authority));
  const facts = [
    ...(row.competences.length > 0 ? [words.list(row.competences.slice(0, 4).map(words.matter))] : []),
    ...(row.languages.length > 0 ? [words.languages(row.languages)] : []),
  ];
  const zone = said?.zone ?? row.institution?.zone ?? null;
  const desk = deskOf({ zone, hours: said?.hours ?? null, duty: said?.duty ?? null }, now);
  return (
    <>
      <div className="dir-row__main">
        <p className="dir-row__name">
          {row.href === null ? (
            <bdi>{row.name}</bdi>
          ) : (
            <RouteLink href={row.href}>
              <bdi>{row.name}</bdi>
            </RouteLink>
          )}
          {own && <Chip tone="accent">{t("directory.list.yours")}</Chip>}
          {row.kind !== "member" && <Chip>{t(`directory.kind.${row.kind}`)}</Chip>}
          {row.central && row.kind !== "central" && (
            <Chip icon={Landmark}>{t("directory.kind.also_central")}</Chip>
          )}
          {authority !== null && authority.status !== "active" && (
            <Chip tone="warn">{t(`members.status.${authority.status}`)}</Chip>
          )}
          <ProofMark proof={row.proof} />
        </p>
        {facts.length > 0 && <p className="dir-row__fact">{facts.join(" · ")}</p>}
        {row.kind === "member" && <PeopleLine people={people} />}
      </div>
      <div className="dir-row__desk">
        {desk.local !== null && <b className="ltr">{clockText(desk.local.minutes)}</b>}
        {said !== null && <DeskState desk={desk} />}
      </div>
      {writable && (
        <RouteLink
          href={`/conversations/new?to=${authority.id}`}
          className="button button--quiet button--icon"
          aria-label={t("directory.list.write", { name: row.name })}
          title={t("directory.list.write", { name: row.name })}
        >
          <Icon icon={PenLine} />
        </RouteLink>
      )}
    </>
  );
});

/** Who speaks for it, in one line that is cut at its end. */
function PeopleLine({ people }: { people: readonly Person[] }): ReactNode {
  const { t } = useI18n();
  const words = useDirectoryWords();
  if (people.length === 0) return <p className="dir-row__fact">{t("directory.list.nobody")}</p>;
  const names = people.slice(0, 5).map((person) => person.name ?? t(`common.roles.${person.role}`));
  return <p className="dir-row__fact dir-row__people">{words.list(names)}</p>;
}

function SecretariatCard({ people, now }: { people: readonly Person[]; now: number }) {
  const { t } = useI18n();
  const directory = useSnapshot((snapshot) => snapshot.directory);
  return (
    <section className="dir-state" aria-labelledby="state-GN">
      <h2 id="state-GN">
        <StateTile code="GN" />
        {t("common.secretariat")}
      </h2>
      <div className="card">
        <p className="dir-row dir-row__fact">{t("directory.list.secretariat_text")}</p>
        <FocalPoints people={people} directory={directory} zone={null} now={now} />
      </div>
    </section>
  );
}

/** Officers choose the State; what they enter stands on a page of its own. */
function AddCentral({ onClose }: { onClose: () => void }) {
  const { t } = useI18n();
  const [, navigate] = useLocation();
  const [code, setCode] = useState("");
  const [tried, setTried] = useState(false);
  const right = /^[A-Z]{2}$/.test(code);
  const go = () => {
    setTried(true);
    if (right) navigate(`${hrefOf(subjectOfState(code))}/edit`);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onSubmit={go}
      title={t("directory.list.central_title")}
      actions={
        <>
          <Button variant="main" type="submit">
            {t("directory.list.central_go")}
          </Button>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("directory.list.central_text")}</p>
      <TextField
        name="state"
        label={t("directory.list.central_state")}
        hint={t("directory.list.central_state_hint", { example: "XD" })}
        error={tried && !right ? t("directory.list.central_state_wrong") : null}
        value={code}
        onChange={(value) => setCode(value.trim().toUpperCase())}
        maxLength={2}
        dir="ltr"
      />
    </Dialog>
  );
}
