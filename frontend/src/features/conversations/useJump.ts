/** Takes a reader to another place of a thread, which may have to be fetched first. */
import { useCallback, useRef, useState } from "react";
import { useI18n } from "../../i18n";
import type { Hex, ThreadPlace } from "../../sync/contract";
import { toast } from "../../ui";
import { useCore } from "../core";
import type { Goal, Place } from "./usePlace";

/** A jump that takes longer is told of, with a way out. */
const soon = 400;

/** What a person types goes where they began it, however late a jump arrives. */
const writes = () => document.activeElement?.matches("textarea, input") === true;

export function useJump(id: Hex, place: Pick<Place, "bring" | "box" | "lastInSight">) {
  const { t } = useI18n();
  const core = useCore();
  const [searching, setSearching] = useState<"asked" | "unasked" | null>(null);
  const jumps = useRef(0);
  const { bring, box, lastInSight } = place;
  const jump = useCallback(
    (to: ThreadPlace, goal?: Goal, unasked = false) => {
      jumps.current += 1;
      const mine = jumps.current;
      const slow = setTimeout(
        () => mine === jumps.current && setSearching(unasked ? "unasked" : "asked"),
        soon,
      );
      core
        .jumpTo(id, to)
        .then((sequence) => {
          if (mine !== jumps.current) return;
          if (sequence === null) toast(t("notices.jump.nothing"));
          else bring(goal ?? (to === "newest" ? "end" : sequence));
          if (!writes()) box.current?.focus({ preventScroll: true });
        })
        // The line gave nothing: the reader is where they were, and can ask again.
        .catch(() => undefined)
        .finally(() => {
          clearTimeout(slow);
          if (mine === jumps.current) setSearching(null);
        });
    },
    [core, id, bring, box, t],
  );
  const stop = useCallback(() => {
    jumps.current += 1;
    setSearching(null);
    core.jumpTo(id, { sequence: lastInSight() }).catch(() => undefined);
  }, [core, id, lastInSight]);
  return { jump, searching, stop };
}
