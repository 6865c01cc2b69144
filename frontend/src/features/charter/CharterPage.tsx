/** The charter: the version that concerns one now, its text, what has changed in it, who has accepted it. */
import { FilePen, ScrollText } from "lucide-react";
import { useEffect, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useI18n } from "../../i18n";
import type { Charter, CharterDraft, CharterVersion, Hex } from "../../sync/contract";
import { Button, Card, Chip, EmptyState, Link, Notice, Page, PageHeader, Skeleton, Tabs } from "../../ui";
import { useNow } from "../conversations/useNow";
import { useCore, useSnapshot } from "../core";
import { ActProvider } from "../members/act";
import { useErrorText } from "../members/errors";
import { Accept } from "./Accept";
import { Acceptances } from "./Acceptances";
import { charterDay } from "./dates";
import { acceptedBy, inForce, ownMember, toAccept } from "./standing";
import { CharterChanges, CharterText } from "./Text";
import { useTexts } from "./useTexts";
import "./charter.css";

export function CharterPage({ number }: { number?: string | undefined }) {
  const { t } = useI18n();
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const officer = useSnapshot((snapshot) => snapshot.me?.role === "officer");
  return (
    <Page>
      <PageHeader title={t("charter.title")} lead={t("charter.lead")} />
      <ActProvider>
        <div className="desk-stack">
          {officer && <Prepared first={charter?.versions.length === 0} />}
          {charter === null ? (
            <Skeleton />
          ) : charter.versions.length === 0 ? (
            <div className="card">
              <EmptyState icon={ScrollText} title={t("charter.none_title")}>
                {t(officer ? "charter.none_officer" : "charter.none_text")}
              </EmptyState>
            </div>
          ) : (
            <Versions charter={charter} number={number} />
          )}
        </div>
      </ActProvider>
    </Page>
  );
}

/** For officers: what is being prepared. */
function Prepared({ first }: { first: boolean }) {
  const { t } = useI18n();
  const core = useCore();
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const [draft, setDraft] = useState<CharterDraft | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was published is no draft any more
  useEffect(() => {
    core.charterDraft().then(setDraft, () => undefined);
  }, [core, charter]);
  return (
    <Card
      title={t("charter.draft.title")}
      actions={
        <Button icon={FilePen} href="/charter/draft">
          {t(
            draft !== null
              ? "charter.draft.open"
              : first
                ? "charter.draft.begin_first"
                : "charter.draft.begin",
          )}
        </Button>
      }
    >
      {draft === null ? t("charter.draft.none") : t("charter.draft.waits", { number: draft.number })}
    </Card>
  );
}

function Versions({ charter, number }: { charter: Charter; number: string | undefined }) {
  const { t } = useI18n();
  const now = useNow();
  const own = useSnapshot(ownMember);
  const present = inForce(charter, now);
  const waiting = own === null ? null : toAccept(charter, own, now);
  const chosen =
    charter.versions.find((one) => one.number === number) ?? waiting ?? present ?? charter.versions.at(-1);
  if (chosen === undefined) return null;
  return (
    <div className="charter">
      <nav className="charter__versions" aria-label={t("charter.versions")}>
        <ul>
          {charter.versions.toReversed().map((one) => (
            <li key={one.number}>
              <Link
                href={`/charter/${one.number}`}
                aria-current={one === chosen ? ("page" as const) : undefined}
              >
                <b>{t("charter.version", { number: one.number })}</b>
                <State charter={charter} version={one} now={now} />
                <Span charter={charter} version={one} now={now} />
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <Version key={chosen.number} charter={charter} version={chosen} own={own} now={now} />
    </div>
  );
}

interface VersionProps {
  charter: Charter;
  version: CharterVersion;
  now: number;
}

function State({ charter, version, now }: VersionProps) {
  const { t } = useI18n();
  const state =
    version.effective > now ? "coming" : version === inForce(charter, now) ? "in_force" : "earlier";
  const tone = { coming: "accent", in_force: "ok", earlier: "neutral" } as const;
  return <Chip tone={tone[state]}>{t(`charter.state.${state}`)}</Chip>;
}

function Span({ charter, version, now }: VersionProps) {
  const { t, language } = useI18n();
  const date = charterDay(language, version.effective);
  const next = charter.versions[charter.versions.indexOf(version) + 1];
  return (
    <span className="charter__span">
      {version.effective > now
        ? t("charter.from", { date })
        : next !== undefined && next.effective <= now
          ? t("charter.until", { date, end: charterDay(language, next.effective) })
          : t("charter.since", { date })}
    </span>
  );
}

const views = ["text", "changes", "acceptances"] as const;

/** What one compares with: the version that the own authority accepted before, or the one before it. */
function earlier(charter: Charter, version: CharterVersion, own: Hex | null): CharterVersion | null {
  const before = charter.versions.slice(0, charter.versions.indexOf(version));
  const accepted = own === null ? undefined : before.findLast((one) => acceptedBy(one, own));
  return accepted ?? before.at(-1) ?? null;
}

function Version({ charter, version, own, now }: VersionProps & { own: Hex | null }) {
  const { t, language } = useI18n();
  const errorText = useErrorText();
  const [, navigate] = useLocation();
  const search = useSearch();
  const before = earlier(charter, version, own);
  const [read, again] = useTexts(version.number);
  const [readBefore, againBefore] = useTexts(before?.number ?? null);
  const wanted = views.find((one) => one === search);
  // whoever is asked to accept wants to know first what is new
  const asked = own !== null && toAccept(charter, own, now) === version;
  const selected = wanted ?? (asked && before !== null ? "changes" : "text");
  const failed = read.state === "failed" ? read : readBefore.state === "failed" ? readBefore : null;
  if (failed !== null) {
    return (
      <Notice
        tone="bad"
        live
        title={t("charter.failed")}
        action={
          <Button
            size="s"
            onPress={() => {
              again();
              againBefore();
            }}
          >
            {t("common.actions.try_again")}
          </Button>
        }
      >
        {errorText(failed.failure)}
      </Notice>
    );
  }
  const text = read.state === "read" ? (read.texts[language] ?? "") : null;
  const textBefore = readBefore.state === "read" ? (readBefore.texts[language] ?? "") : null;
  return (
    <section className="charter__version stack" aria-labelledby="charter-version">
      <h2 id="charter-version" className="charter__title">
        {t("charter.version", { number: version.number })}
        <State charter={charter} version={version} now={now} />
      </h2>
      <Tabs
        label={t("charter.views.label")}
        selected={selected}
        onChange={(id) => navigate(`/charter/${version.number}?${id}`, { replace: true })}
        tabs={[
          {
            id: "text",
            title: t("charter.views.text"),
            content: text === null ? <Skeleton /> : <CharterText text={text} language={language} />,
          },
          {
            id: "changes",
            title: t("charter.views.changes"),
            content:
              before === null ? (
                <p>{t("charter.changes.first")}</p>
              ) : text === null || textBefore === null ? (
                <Skeleton />
              ) : (
                <CharterChanges
                  before={textBefore}
                  after={text}
                  language={language}
                  title={t(
                    own !== null && acceptedBy(before, own)
                      ? "charter.changes.since_accepted"
                      : "charter.changes.since",
                    { number: before.number },
                  )}
                />
              ),
          },
          {
            id: "acceptances",
            title: t("charter.views.acceptances"),
            count: version.acceptances.length,
            content: <Acceptances charter={charter} version={version} />,
          },
        ]}
      />
      {own !== null && (asked || acceptedBy(version, own)) && (
        <Accept version={version} authority={own} ready={read.state === "read"} />
      )}
    </section>
  );
}
