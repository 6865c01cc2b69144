/** Tells of what is new outside the thread: a number in the title of the window, and a quiet sound where it is wanted. */
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import type { ConversationSummary, Hex } from "../../sync/contract";
import { setTitleCount } from "../../ui";
import { useSnapshot } from "../core";
import { useSound } from "./preferences";
import { soundOnce } from "./sound";

/** Whether some conversation has more unread than before, leaving out the one that the reader looks at. */
export function hasNews(
  before: ReadonlyMap<Hex, number>,
  now: readonly Pick<ConversationSummary, "id" | "unread">[],
  lookedAt: Hex | null,
): boolean {
  return now.some(({ id, unread }) => id !== lookedAt && unread > (before.get(id) ?? 0));
}

export function useNotices(): void {
  const { formatNumber } = useI18n();
  const conversations = useSnapshot((snapshot) => snapshot.conversations);
  const open = useSnapshot((snapshot) => snapshot.open?.id ?? null);
  // What was unread before this page stood is no news.
  const level = useSnapshot(({ phase, connection }) => phase.name === "ready" && connection === "online");
  const [wanted] = useSound();
  const known = useRef<Map<Hex, number> | null>(null);
  const unread = conversations.reduce((sum, each) => sum + each.unread, 0);

  useEffect(() => {
    setTitleCount(unread === 0 ? "" : formatNumber(unread));
    return () => setTitleCount("");
  }, [unread, formatNumber]);

  useEffect(() => {
    if (!level) {
      known.current = null;
      return;
    }
    const before = known.current;
    known.current = new Map(conversations.map(({ id, unread: count }) => [id, count]));
    const lookedAt = document.hasFocus() ? open : null;
    if (wanted === "on" && before !== null && hasNews(before, conversations, lookedAt)) void soundOnce();
  }, [conversations, open, level, wanted]);
}
