/** The messages of the open conversation, in a window that moves: keeps the reader's place, marks what was seen, announces. */
import { ArrowDown, ArrowUp } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { ConversationView, Hex, ThreadItem } from "../../sync/contract";
import { Button } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { usePersonNames } from "../members/names";
import { Run } from "./Bubble";
import { deliveries } from "./delivery";
import { BeforeYou, EventLines } from "./events";
import { FactsProvider, useCollectedFacts } from "./facts";
import { JumpToDate } from "./Jump";
import { StalledHere } from "./Stalled";
import { latestOfOurs, type Message, type Row, rows, settled } from "./thread";
import { useAnnouncements } from "./useAnnouncements";
import { useJump } from "./useJump";
import { usePlace } from "./usePlace";
import { useReading } from "./useReading";
import { WhoHas } from "./WhoHas";
import { dayKey } from "./when";

/** Where a reader asks to go; the date is asked for. */
export type Wish = "date" | "unread" | "newest";

/** This close to an edge of the window, more is fetched there. */
const nearEdge = 1_500;

interface ThreadProps {
  view: ConversationView;
  wish: Wish | null;
  onWish: (wish: Wish | null) => void;
}

export function Thread({ view, wish, onWish }: ThreadProps) {
  const { t, formatDay } = useI18n();
  const core = useCore();
  const facts = useCollectedFacts();
  const { people, me, own } = facts;
  const items = useSettled(view.items);
  const [who, setWho] = useState<Message | null>(null);

  const ours = useCallback(
    (account: Hex) => account === me || (me !== null && people.person(account)?.authority === own),
    [people, me, own],
  );
  const wrote = useWrote(view.id, items);
  const place = usePlace(items, view.hasNewer, wrote);
  const reading = useReading(view, me, place);
  const { line, dropLine } = reading;
  const laid = useMemo(
    () => rows(items, { firstUnread: line, ours, dayOf: (at) => dayKey(at) }),
    [items, line, ours],
  );
  const latest = useMemo(() => latestOfOurs(items, ours), [items, ours]);
  const delivery = useMemo(
    () =>
      deliveries({ received: view.received, read: view.read, participants: view.participants }, own, people),
    [view.received, view.read, view.participants, own, people],
  );
  useAnnouncements(view);
  const unread = useSnapshot(
    ({ conversations }) => conversations.find(({ id }) => id === view.id)?.unread ?? 0,
  );
  const { jump, searching, stop } = useJump(view.id, place);

  // What fails is asked for again: by the next scrolling, or by the button that stands there.
  const older = useCallback(() => void core.loadOlder(view.id).catch(() => undefined), [core, view.id]);
  const newer = useCallback(() => void core.loadNewer(view.id).catch(() => undefined), [core, view.id]);

  const onScroll = () => {
    const where = place.measure();
    reading.rests();
    if (where === null) return;
    if (where.moved <= 0 && where.before < nearEdge && view.hasOlder && !view.loadingOlder) older();
    if (where.moved > 0 && where.after < nearEdge && view.hasNewer && !view.loadingNewer) newer();
  };

  const toNewest = useCallback(() => {
    dropLine();
    jump("newest");
  }, [dropLine, jump]);
  const toUnread = useCallback(
    () => (line === null ? jump("unread") : jump({ sequence: line }, "line")),
    [jump, line],
  );

  // Opening: at the line above what is new, where that is near; else at the end.
  const opened = useRef(false);
  useLayoutEffect(() => {
    if (opened.current) return;
    opened.current = true;
    if (line === null) return;
    if (!reading.lineIsAbove) place.bring("line");
    else if (unread <= autoJump) jump({ sequence: line }, "line", true);
  });

  // One's own words are where one writes: at the end.
  useEffect(() => {
    if (!wrote) return;
    dropLine();
    if (view.hasNewer) jump("newest");
  }, [wrote, dropLine, view.hasNewer, jump]);

  useEffect(() => {
    if (wish === "newest") toNewest();
    if (wish === "unread") toUnread();
    if (wish === "newest" || wish === "unread") onWish(null);
  }, [wish, onWish, toNewest, toUnread]);

  return (
    <div className="thread-frame">
      <div className="thread-hold">
        <section
          className="thread"
          ref={place.box}
          onScroll={onScroll}
          aria-label={t("conversations.thread.label")}
          aria-busy={view.loadingOlder || view.loadingNewer || searching !== null}
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
            ) : view.firstSequence > 1 ? (
              <FactsProvider value={facts}>
                <BeforeYou />
              </FactsProvider>
            ) : (
              <p className="event">{t("conversations.thread.beginning")}</p>
            )}
          </div>
          <FactsProvider value={facts}>
            <ol className="thread__in">
              {laid.map((row) => (
                <li key={row.key} className={rowClass(row)} data-key={keyOf(row)}>
                  {row.type === "day" && <h2 className="daymark">{formatDay(row.at)}</h2>}
                  {row.type === "new" && <p className="newmark">{t("conversations.thread.new")}</p>}
                  {row.type === "event" && <EventLines item={row.item} />}
                  {row.type === "run" && (
                    <Run
                      conversation={view.id}
                      latest={isIn(row, latest) ? latest : null}
                      run={row}
                      deliveries={row.ours ? row.messages.map(delivery) : null}
                      onWho={setWho}
                    />
                  )}
                </li>
              ))}
              <StalledHere conversation={view.id} />
            </ol>
            {who !== null && <WhoHas message={who} view={view} onClose={() => setWho(null)} />}
          </FactsProvider>
          {view.hasNewer && (
            <div className="thread__end">
              <Button
                size="s"
                variant="quiet"
                isPending={view.loadingNewer}
                pendingLabel={t("notices.loading_newer")}
                onPress={newer}
              >
                {t("notices.newer")}
              </Button>
            </div>
          )}
        </section>
        {searching !== null ? (
          <div className="thread__above thread__searching" role="status">
            <span>
              {t(searching === "asked" ? "notices.jump.searching" : "notices.jump.searching_unread")}
            </span>
            <Button size="s" onPress={stop}>
              {t("notices.jump.stop")}
            </Button>
          </div>
        ) : (
          reading.lineIsAbove &&
          unread > 0 && (
            <div className="thread__above">
              <Button size="s" icon={ArrowUp} onPress={toUnread}>
                {t("notices.unread_above", { count: unread })}
              </Button>
            </div>
          )
        )}
        {(!place.atEnd || view.hasNewer) && (
          <div className="thread__newest">
            <Button size="s" icon={ArrowDown} onPress={toNewest}>
              {unread > 0 && !reading.lineIsAbove
                ? t("conversations.thread.newest_count", { count: unread })
                : t("conversations.thread.newest")}
            </Button>
          </div>
        )}
      </div>
      <Typing accounts={view.typing} />
      {wish === "date" && (
        <JumpToDate
          onClose={() => onWish(null)}
          onGo={(at) => {
            onWish(null);
            jump({ at });
          }}
        />
      )}
    </div>
  );
}

/** With more than that above, a reader is not taken away from the newest unasked. */
const autoJump = 300;

/** Each snapshot is a copy; what did not change stays the same object. */
function useSettled(items: readonly ThreadItem[]): readonly ThreadItem[] {
  const held = useRef<readonly ThreadItem[]>([]);
  return useMemo(() => {
    held.current = settled(items, held.current);
    return held.current;
  }, [items]);
}

/** True in the one drawing where the person's own new words have come to the end, be that in the window or not. */
function useWrote(id: Hex, items: readonly ThreadItem[]): boolean {
  const waiting = useSnapshot(
    ({ conversations }) => conversations.find((one) => one.id === id)?.waiting ?? 0,
  );
  const last = items.at(-1);
  const own = last?.type === "message" && last.own && last.sequence === null ? last.key : null;
  const before = useRef({ own, waiting });
  const wrote = (own !== null && before.current.own !== own) || waiting > before.current.waiting;
  useEffect(() => {
    before.current = { own, waiting };
  }, [own, waiting]);
  return wrote;
}

function isIn(run: Extract<Row, { type: "run" }>, key: string | null): boolean {
  return run.messages.some((message) => message.key === key);
}

/** Lines by which a place is kept; the messages of a run have their own. */
function keyOf(row: Row): string | undefined {
  return row.type === "event" ? row.item.key : undefined;
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
