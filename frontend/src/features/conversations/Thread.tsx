/** The messages of the open conversation: keeps the reader's place, marks what was seen, announces what arrives. */
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { ConversationView, Hex } from "../../sync/contract";
import { Button } from "../../ui";
import { useCore } from "../core";
import { usePersonNames } from "../members/names";
import { Run } from "./Bubble";
import { EventLines } from "./events";
import { FactsProvider, useCollectedFacts } from "./facts";
import { latestOfOurs, newestSequence, type Row, rows } from "./thread";
import { useAnnouncements } from "./useAnnouncements";
import { dayKey } from "./when";

/** This close to the end counts as reading the newest. */
const nearEnd = 80;
/** This close to the beginning, older messages are fetched. */
const nearStart = 300;
/** Room above the line "New since you last read", so that the words before it are in sight. */
const aboveMark = 48;

export function Thread({ view }: { view: ConversationView }) {
  const { t, formatDay } = useI18n();
  const core = useCore();
  const facts = useCollectedFacts();
  const { people, me, own } = facts;
  const box = useRef<HTMLElement>(null);
  const place = useRef({ height: 0, top: 0, atEnd: true });
  const [atEnd, setAtEnd] = useState(true);

  const ours = useCallback(
    (account: Hex) => account === me || (me !== null && people.person(account)?.authority === own),
    [people, me, own],
  );
  const [line, dropLine] = useUnreadLine(view, atEnd);
  const laid = useMemo(
    () => rows(view.items, { firstUnread: line, ours, dayOf: (at) => dayKey(at) }),
    [view.items, line, ours],
  );
  const latest = useMemo(() => latestOfOurs(view.items, ours), [view.items, ours]);
  const announcement = useAnnouncements(view);
  const unseen = useUnseen(view, atEnd);

  const measure = useCallback(() => {
    const element = box.current;
    if (element === null) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    place.current = { height: element.scrollHeight, top: element.scrollTop, atEnd: left < nearEnd };
    setAtEnd(left < nearEnd);
  }, []);

  const toEnd = useCallback(() => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    measure();
  }, [measure]);

  // Opening: at the line above what is new, or at the end.
  useLayoutEffect(() => {
    const element = box.current;
    const mark = element?.querySelector(".newmark");
    if (element && mark) {
      element.scrollTop += mark.getBoundingClientRect().top - element.getBoundingClientRect().top - aboveMark;
    } else {
      toEnd();
    }
    measure();
  }, [toEnd, measure]);

  // Older messages above keep the reader's place; newer ones below are followed when the reader was at the end.
  const first = view.items[0]?.key;
  const firstBefore = useRef(first);
  const lastOwn = view.items.findLast((item) => item.type === "message" && item.own)?.key;
  const ownBefore = useRef(lastOwn);
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after each change of the items, whatever it was
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const wrote = ownBefore.current !== lastOwn && view.items.at(-1)?.key === lastOwn;
    if (firstBefore.current !== first && firstBefore.current !== undefined) {
      element.scrollTop = place.current.top + (element.scrollHeight - place.current.height);
    } else if (place.current.atEnd || wrote) {
      element.scrollTop = element.scrollHeight;
    }
    firstBefore.current = first;
    ownBefore.current = lastOwn;
    if (wrote) dropLine();
    measure();
  }, [view.items]);

  // A smaller window (a keyboard on a telephone) keeps the end in sight.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (place.current.atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useMarkRead(view, atEnd);

  // What fails is asked for again: by the next scrolling, or by the button that stands there.
  const older = () => void core.loadOlder(view.id).catch(() => undefined);

  const onScroll = () => {
    measure();
    if (place.current.top < nearStart && view.hasOlder && !view.loadingOlder) older();
  };

  return (
    <div className="thread-frame">
      <div className="thread-hold">
        <section
          className="thread"
          ref={box}
          onScroll={onScroll}
          aria-label={t("conversations.thread.label")}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
          tabIndex={0}
        >
          <div className="thread__start">
            {view.hasOlder ? (
              <Button
                size="s"
                variant="quiet"
                isPending={view.loadingOlder}
                pendingLabel={t("conversations.thread.loading_older")}
                onPress={older}
              >
                {t("conversations.thread.older")}
              </Button>
            ) : (
              <p className="event">{t("conversations.thread.beginning")}</p>
            )}
          </div>
          <FactsProvider value={facts}>
            <ol className="thread__in">
              {laid.map((row) => (
                <li key={row.key} className={rowClass(row)}>
                  {row.type === "day" && <h2 className="daymark">{formatDay(row.at)}</h2>}
                  {row.type === "new" && <p className="newmark">{t("conversations.thread.new")}</p>}
                  {row.type === "event" && <EventLines item={row.item} />}
                  {row.type === "run" && (
                    <Run conversation={view.id} latest={isIn(row, latest) ? latest : null} run={row} />
                  )}
                </li>
              ))}
            </ol>
          </FactsProvider>
        </section>
        {!atEnd && (
          <div className="thread__newest">
            <Button size="s" icon={ArrowDown} onPress={toEnd}>
              {unseen > 0
                ? t("conversations.thread.newest_count", { count: unseen })
                : t("conversations.thread.newest")}
            </Button>
          </div>
        )}
      </div>
      <Typing accounts={view.typing} />
      <div className="visually-hidden" role="status">
        {announcement}
      </div>
    </div>
  );
}

function isIn(run: Extract<Row, { type: "run" }>, key: string | null): boolean {
  return run.messages.some((message) => message.key === key);
}

function rowClass(row: Row): string | undefined {
  return row.type === "run" ? (row.ours ? "thread__us" : undefined) : "thread__mark";
}

function Typing({ accounts }: { accounts: readonly Hex[] }) {
  const { t } = useI18n();
  const { nameOf } = usePersonNames();
  const [only] = accounts;
  if (only === undefined) return null;
  return (
    <p className="typing" aria-hidden="true">
      {accounts.length > 1
        ? t("conversations.thread.typing_many")
        : t("conversations.thread.typing_one", { name: nameOf(only) })}
    </p>
  );
}

/**
 * Where the line "New since you last read" stands: where reading stopped when the conversation was opened, or when
 * the page was left. It stays while the reader reads, and goes when they write.
 */
function useUnreadLine(view: ConversationView, atEnd: boolean): [number | null, () => void] {
  const [line, setLine] = useState(view.firstUnread);
  if (line === null && view.firstUnread !== null && !(atEnd && document.hasFocus()))
    setLine(view.firstUnread);
  return [line, useCallback(() => setLine(null), [])];
}

/** How many messages of others arrived while the reader was further up. */
function useUnseen(view: ConversationView, atEnd: boolean): number {
  const seen = useRef(newestSequence(view.items) ?? 0);
  if (atEnd) seen.current = newestSequence(view.items) ?? seen.current;
  return view.items.filter(
    (item) => item.type === "message" && !item.own && (item.sequence ?? 0) > seen.current,
  ).length;
}

/** What stands at the end of a page that somebody looks at counts as read. */
function useMarkRead(view: ConversationView, atEnd: boolean): void {
  const core = useCore();
  const newest = newestSequence(view.items);
  useEffect(() => {
    if (!atEnd || newest === null) return;
    const mark = () => {
      if (document.visibilityState !== "visible" || !document.hasFocus()) return;
      // The core may be locked at this very moment; what cannot be told now is told with what is read next.
      core.markRead(view.id, newest).catch(() => undefined);
    };
    mark();
    window.addEventListener("focus", mark);
    return () => window.removeEventListener("focus", mark);
  }, [core, view.id, newest, atEnd]);
}
