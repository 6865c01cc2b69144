/** The page of an authority: is it open, is it really them, what may be asked, and the one button. */
import { History, PenLine, SquarePen } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link as RouteLink } from "wouter";
import { emptyEntry } from "../../crypto/directory";
import { useI18n } from "../../i18n";
import type {
  Authority,
  DirectoryEntry,
  DirectoryView,
  PastRevision,
  SignedWords,
} from "../../sync/contract";
import {
  Button,
  Card,
  Chip,
  EmptyState,
  Notice,
  Page,
  Skeleton,
  StateTile,
  useDocumentTitle,
} from "../../ui";
import { useNow } from "../conversations/useNow";
import { useCore, useSnapshot } from "../core";
import { failureOf } from "../members/errors";
import { byRank, canRead } from "../members/lookup";
import { usePersonNames } from "../members/names";
import { Contact, EntryStrip, HowItWorks, Sharing, Telephone } from "./EntryBody";
import { FocalPoints } from "./Focal";
import { useFailureText } from "./failures";
import { BrokenNotice, SignedBy } from "./ProofMark";
import { hrefOf, nameIn, proofOf, subjectOf, subjectOfState, titleOf } from "./rows";
import { useDirectory } from "./useDirectory";
import { useDirectoryWords } from "./words";
import "../members/members.css";
import "./directory.css";

/** Whether this person signs the entry of this subject. */
export function useSpeaksFor(subject: string, authority: Authority | null): boolean {
  const me = useSnapshot((snapshot) => snapshot.me);
  if (me === null || me.held || !me.active) return false;
  if (subject.startsWith("state/")) return me.role === "officer";
  if (authority === null || authority.status !== "active") return false;
  if (authority.kind === "observer") return me.role === "officer";
  return me.authority === authority.id && (me.role === "lead" || me.role === "deputy");
}

export function EntryPage({ subject }: { subject: string }) {
  const { t, language } = useI18n();
  const { directory, reading } = useDirectory();
  const register = useSnapshot((snapshot) => snapshot.register);
  const authority = useSnapshot(
    (snapshot) => snapshot.authorities.find(({ id }) => subjectOf(id) === subject) ?? null,
  );
  const words = directory?.entries[subject] ?? null;
  const known = authority !== null || (subject.startsWith("state/") && words !== null);
  if (!known && (register === null || (reading && directory?.entriesLoaded !== "loaded"))) {
    return (
      <Page>
        <Skeleton lines={8} />
      </Page>
    );
  }
  if (!known) {
    return (
      <Page layout="narrow">
        <EmptyState
          level={1}
          title={t("directory.entry.missing_title")}
          action={
            <Button variant="main" href="/directory">
              {t("directory.entry.back")}
            </Button>
          }
        >
          {t("directory.entry.missing_text")}
        </EmptyState>
      </Page>
    );
  }
  const name = titleOf(words, authority, language);
  return <Entry subject={subject} name={name} authority={authority} words={words} directory={directory} />;
}

interface EntryProps {
  subject: string;
  name: string;
  authority: Authority | null;
  words: SignedWords<DirectoryEntry> | null;
  directory: DirectoryView | null;
}

function Entry({ subject, name, authority, words, directory }: EntryProps) {
  const { t } = useI18n();
  const now = useNow();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const mayEdit = useSpeaksFor(subject, authority);
  useDocumentTitle(name);
  const state = authority?.state ?? subject.slice("state/".length);
  const people = authority?.people.filter((person) => person.active).sort(byRank) ?? [];
  const readers = authority === null ? [] : people.filter((person) => canRead(person, authority));
  const isOwn = authority !== null && authority.id === own;
  const writable = own !== null && !isOwn && readers.length > 0;
  const said = words?.said ?? null;
  const proof = proofOf(words);
  return (
    <Page>
      <Head subject={subject} name={name} state={state} authority={authority} words={words} isOwn={isOwn}>
        {writable && (
          <Button variant="main" icon={PenLine} href={`/conversations/new?to=${authority?.id}`}>
            {t("directory.entry.write")}
          </Button>
        )}
        {mayEdit && (
          <Button variant={isOwn ? "main" : "plain"} icon={SquarePen} href={`${hrefOf(subject)}/edit`}>
            {t(words === null ? "directory.entry.edit_first" : "directory.entry.edit")}
          </Button>
        )}
      </Head>
      <div className="stack stack--wide">
        {words !== null && <BrokenNotice words={words} />}
        {proof === "unverified" && (
          <Notice tone="plain" title={t("directory.proof.unverified")}>
            {t("directory.proof.unverified_text")}
          </Notice>
        )}
        {said !== null && words !== null && (
          <EntryStrip entry={said} now={now} signed={<SignedFact words={words} />} />
        )}
        <div className="entry-cols">
          <div className="stack stack--wide">
            {said !== null && <Sharing entry={said} />}
            <HowItWorks
              entry={said ?? emptyEntry}
              now={now}
              central={<CentralAuthority state={state} self={subject} directory={directory} />}
            />
            {words !== null && words.revision > 1 && <Past subject={subject} />}
          </div>
          <div className="stack stack--wide">
            {said !== null && <Contact entry={said} title={name} />}
            {authority?.kind === "member" && (
              <Reaches readers={readers.length} telephone={said?.duty?.telephone ?? null} />
            )}
            {authority === null && <p className="muted small">{t("directory.entry.no_account")}</p>}
            {authority !== null && people.length > 0 && (
              <Card title={t("directory.entry.people")} flush>
                <FocalPoints people={people} directory={directory} zone={said?.zone ?? null} now={now} />
              </Card>
            )}
          </div>
        </div>
      </div>
    </Page>
  );
}

interface HeadProps extends Pick<EntryProps, "subject" | "name" | "authority" | "words"> {
  state: string;
  isOwn: boolean;
  children: ReactNode;
}

function Head({ name, state, authority, words, isOwn, children }: HeadProps) {
  const { t, stateName } = useI18n();
  const say = useDirectoryWords();
  const powers = words?.said?.powers ?? [];
  const stateWords = stateName(state);
  return (
    <>
      <nav className="crumbs" aria-label={t("directory.entry.path")}>
        <RouteLink href="/directory">{t("directory.list.title")}</RouteLink>
        <span aria-hidden="true">/</span>
        <RouteLink href={`/directory?state=${state}`}>{stateWords}</RouteLink>
        <span aria-hidden="true">/</span>
        <span aria-current="page">
          <bdi>{name}</bdi>
        </span>
      </nav>
      <div className="entry-head">
        <StateTile code={state} size="l" own={isOwn} />
        <div className="entry-head__main">
          <h1 tabIndex={-1} className="title" dir="auto">
            {name}
          </h1>
          <p className="entry-head__line">
            <span>{stateWords}</span>
            {powers.length > 0 && <span>{say.list(powers.map(say.power))}</span>}
            {authority?.kind === "observer" && <Chip>{t("directory.kind.observer")}</Chip>}
            {authority === null && <Chip>{t("directory.kind.central")}</Chip>}
            {authority !== null && authority.status !== "active" && (
              <Chip tone="warn">{t(`members.status.${authority.status}`)}</Chip>
            )}
            <SignedBy words={words} />
          </p>
        </div>
        <div className="actions">{children}</div>
      </div>
    </>
  );
}

function SignedFact({ words }: { words: SignedWords<DirectoryEntry> }) {
  const { t, formatDate } = useI18n();
  const { nameOf } = usePersonNames();
  if (words.signedBy === null) return <p className="strip__big">{t("directory.entry.never")}</p>;
  return (
    <>
      <p className="strip__big">{formatDate(words.signedAt)}</p>
      <p>{t("directory.entry.signed_by", { name: nameOf(words.signedBy) })}</p>
    </>
  );
}

/** Of the State of this entry: a member that says so, or what an officer signed. */
function CentralAuthority({
  state,
  self,
  directory,
}: {
  state: string;
  self: string;
  directory: DirectoryView | null;
}) {
  const { t, language } = useI18n();
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const members = authorities
    .filter((one) => one.state === state && one.status !== "withdrawn" && subjectOf(one.id) !== self)
    .map((one) => ({ subject: subjectOf(one.id), words: directory?.entries[subjectOf(one.id)] ?? null, one }))
    .filter(({ words }) => words?.said?.central === true)
    .map(({ subject, words, one }) => ({ subject, name: titleOf(words, one, language) }));
  const ofState = directory?.entries[subjectOfState(state)]?.said;
  const listed =
    ofState == null || subjectOfState(state) === self
      ? members
      : [{ subject: subjectOfState(state), name: nameIn(ofState.names, language) ?? "" }, ...members];
  if (listed.length === 0) return t("directory.entry.central_none");
  return (
    <ul>
      {listed.map(({ subject, name }) => (
        <li key={subject}>
          <RouteLink href={hrefOf(subject)}>
            <bdi>{name}</bdi>
          </RouteLink>
        </li>
      ))}
    </ul>
  );
}

function Reaches({ readers, telephone }: { readers: number; telephone: string | null }) {
  const { t, rich } = useI18n();
  return (
    <Card title={t("directory.entry.reaches")}>
      <p>
        {readers === 0
          ? t("directory.entry.reaches_nobody")
          : t("directory.entry.reaches_text", { count: readers })}
      </p>
      {telephone !== null && (
        <p className="reaches__duty">
          {rich("directory.entry.reaches_duty", { telephone: <Telephone number={telephone} /> })}
        </p>
      )}
    </Card>
  );
}

/** Who signed before, once somebody asks. */
function Past({ subject }: { subject: string }) {
  const { t, formatDate } = useI18n();
  const core = useCore();
  const { nameOf } = usePersonNames();
  const failureText = useFailureText();
  const [past, setPast] = useState<PastRevision[] | null>(null);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const show = async () => {
    setPending(true);
    setProblem(null);
    try {
      setPast(await core.entryHistory(subject));
    } catch (thrown) {
      setProblem(failureText(failureOf(thrown)));
    } finally {
      setPending(false);
    }
  };
  return (
    <Card title={t("directory.entry.history")}>
      <div className="stack">
        <p className="muted">{t("directory.entry.history_text")}</p>
        {problem !== null && <Notice tone="bad" live title={problem} />}
        {past === null ? (
          <Button icon={History} isPending={pending} onPress={() => void show()}>
            {t("directory.entry.history_show")}
          </Button>
        ) : (
          <ol className="past">
            {past.map(({ revision, signedBy, signedAt }) => (
              <li key={revision}>
                {t("directory.entry.history_row", {
                  number: revision,
                  name: nameOf(signedBy),
                  date: formatDate(signedAt),
                })}
              </li>
            ))}
          </ol>
        )}
      </div>
    </Card>
  );
}
