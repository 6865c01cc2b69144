/** All conversations, the newest first. */
import { Clock, PenLine } from "lucide-react";
import { type KeyboardEvent, lazy, memo, Suspense, useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { Link } from "wouter";
import { localeTag, useI18n } from "../../i18n";
import type { ConversationSummary, Hex } from "../../sync/contract";
import { Button, Count, EmptyState, Icon, Skeleton, StateTile } from "../../ui";
import { useSnapshot } from "../core";
import { HeldNotice, useHeld } from "../members/HeldNotice";
import { useLookup, usePersonNames } from "../members/names";
import { HistoryStrip } from "./HistoryStrip";
import { plainText } from "./markdown";
import { NewDraft } from "./NewDraft";
import { others } from "./participants";
import { NotLoaded, Stalled } from "./Stalled";
import { shortWhen } from "./when";

const HomeNotices = lazy(async () => ({
  default: (await import("../members/HomeNotices")).HomeNotices,
}));

/** Instead of last words that this person cannot read. */
const lacking = {
  key: "conversations.waits_for_key",
  colleague: "recovery.handover.row",
  news: "recovery.handover.row_news",
} as const;

type Filter = "all" | "unread";

export function List({ current }: { current: Hex | null }) {
  const { t } = useI18n();
  const conversations = useSnapshot((snapshot) => snapshot.conversations);
  const loaded = useSnapshot((snapshot) => snapshot.loaded.conversations);
  const complete = useSnapshot((snapshot) => snapshot.stalled.length === 0);
  const held = useHeld();
  const writes = useSnapshot((snapshot) => snapshot.me?.role !== "officer") && !held;
  const [filter, setFilter] = useState<Filter>("all");
  const shown = conversations
    .filter((each) => filter === "all" || each.unread > 0 || each.id === current)
    .sort((one, other) => other.lastAt - one.lastAt);
  return (
    <nav className="talk__list" aria-label={t("conversations.title")} onKeyDown={moveWithArrows}>
      <div className="listhead">
        <h2>{t("conversations.title")}</h2>
        {writes && (
          <Button href="/conversations/new" size="s" icon={PenLine}>
            {t("conversations.write")}
          </Button>
        )}
      </div>
      {conversations.length > 0 && (
        <ToggleButtonGroup
          className="seg"
          aria-label={t("conversations.filter")}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[filter]}
          onSelectionChange={(keys) => setFilter([...keys][0] === "unread" ? "unread" : "all")}
        >
          <ToggleButton id="all">{t("conversations.all")}</ToggleButton>
          <ToggleButton id="unread">{t("conversations.unread")}</ToggleButton>
        </ToggleButtonGroup>
      )}
      {loaded === "not_yet" && conversations.length === 0 && !held && <Skeleton />}
      {loaded === "failed" && conversations.length === 0 && !held && <NotLoaded />}
      {held && (
        <div className="listheld">
          <HeldNotice />
        </div>
      )}
      {loaded === "loaded" && complete && !held && conversations.length === 0 && (
        <EmptyState title={t("conversations.empty_title")}>{t("conversations.empty_text")}</EmptyState>
      )}
      {conversations.length > 0 && shown.length === 0 && (
        <EmptyState title={t("conversations.nothing_unread_title")}>
          {t("conversations.nothing_unread_text")}
        </EmptyState>
      )}
      <Suspense fallback={null}>
        <HomeNotices />
      </Suspense>
      <Stalled />
      <NewDraft />
      <ul>
        {shown.map((each) => (
          <li key={each.id}>
            <Row conversation={each} current={each.id === current} />
          </li>
        ))}
      </ul>
      <HistoryStrip />
    </nav>
  );
}

const Row = memo(function Row({
  conversation,
  current,
}: {
  conversation: ConversationSummary;
  current: boolean;
}) {
  const { t, language, stateName } = useI18n();
  const people = useLookup();
  const me = useSnapshot((snapshot) => snapshot.me);
  const with_ = others(conversation.participants, me?.authority ?? null, people);
  const [first] = with_;
  const draft = useSnapshot((snapshot) => snapshot.drafts[conversation.id]?.text ?? null);
  const onlyHere = useSnapshot((snapshot) => snapshot.draftsHere[conversation.id] !== undefined);
  const waiting = conversation.waiting ?? 0;
  const begun = draft !== null && !current;
  const last = begun ? draft : conversation.lastText;
  const text = last === null ? null : plainText(last.slice(0, 300));
  return (
    <Link
      href={`/conversations/${conversation.id}`}
      className="conv"
      aria-current={current ? "page" : undefined}
    >
      <StateTile code={first?.state ?? "–"} />
      <span className="conv__who">
        {first === undefined ? (
          t("conversations.no_authority")
        ) : (
          <>
            <b>{with_.map((authority) => stateName(authority.state)).join(" · ")}</b>
            {with_.length === 1 && (
              <span className="title" dir="auto">
                {first.name}
              </span>
            )}
          </>
        )}
      </span>
      <span className="conv__subject title" dir="auto">
        {conversation.subject ?? t("conversations.no_subject")}
      </span>
      {conversation.unread > 0 && (
        <Count
          value={conversation.unread}
          label={t("conversations.unread_count", { count: conversation.unread })}
        />
      )}
      <span className="conv__last">
        {conversation.typing.length > 0 && waiting === 0 && <TypingHere accounts={conversation.typing} />}
        {begun && (
          <span className="conv__draft">
            {t(onlyHere ? "keeping.draft.in_list" : "writing.draft.in_list")}
          </span>
        )}
        {waiting > 0 ? (
          <span className="conv__waiting">
            <Icon icon={Clock} />
            <span>{t("writing.in_list", { count: waiting })}</span>
          </span>
        ) : conversation.typing.length > 0 ? null : (
          <>
            {!begun && text !== null && conversation.lastFrom === me?.account && (
              <span>{t("conversations.you_prefix")}</span>
            )}
            <span className="title" dir={text === null ? undefined : "auto"}>
              {text ?? t(lacking[conversation.lacks ?? "key"])}
            </span>
          </>
        )}
      </span>
      <time dateTime={new Date(conversation.lastAt).toISOString()}>
        {shortWhen(conversation.lastAt, Date.now(), localeTag(language))}
      </time>
    </Link>
  );
});

/** Instead of the last words, as long as somebody writes. */
function TypingHere({ accounts }: { accounts: readonly Hex[] }) {
  const { t } = useI18n();
  const { nameOf } = usePersonNames();
  const [only] = accounts;
  return (
    <span className="conv__typing title">
      {accounts.length > 1 || only === undefined
        ? t("conversations.thread.typing_many")
        : t("conversations.thread.typing_one", { name: nameOf(only) })}
    </span>
  );
}

/** Arrow keys (and J, K) walk through the rows, as a list of links may. */
function moveWithArrows(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a.conv")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  links[at + step]?.focus();
}
