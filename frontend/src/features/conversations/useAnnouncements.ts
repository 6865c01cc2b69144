/** Tells a screen reader what arrived in the open conversation: one message in full, many as a number. */
import { useEffect, useRef } from "react";
import { useI18n } from "../../i18n";
import type { ConversationView } from "../../sync/contract";
import { announce } from "../../ui";
import { usePersonNames } from "../members/names";
import { plainText } from "./markdown";

/** Messages that arrive within this time are announced together. */
const gathering = 1500;
const longestText = 160;

export function useAnnouncements(view: ConversationView): void {
  const { t } = useI18n();
  const { nameOf } = usePersonNames();
  // What comes into the window from further down or up was there before.
  const known = useRef(view.newestSequence);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const tell = useRef(() => {});
  tell.current = () => {
    timer.current = null;
    const fresh = view.items.filter(
      (item) => item.type === "message" && !item.own && (item.sequence ?? 0) > known.current,
    );
    const missed = view.hasNewer ? view.newestSequence - known.current : 0;
    known.current = view.newestSequence;
    const [only] = fresh;
    if (only?.type !== "message" && missed === 0) return;
    announce(
      fresh.length === 1 && only?.type === "message" && missed === 0
        ? t("conversations.thread.announce_one", {
            name: nameOf(only.account),
            text: plainText(only.text.slice(0, longestText * 2)).slice(0, longestText),
          })
        : t("conversations.thread.announce_many", { count: Math.max(missed, fresh.length) }),
    );
  };
  const newest = view.newestSequence;
  useEffect(() => {
    if (newest > known.current) timer.current ??= setTimeout(() => tell.current(), gathering);
  }, [newest]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
}
