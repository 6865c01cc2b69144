/** How far the fetching of older messages has come, below the list, and a button that stops it. */
import { useI18n } from "../../i18n";
import { Button, Progress } from "../../ui";
import { useCore, useSnapshot } from "../core";

export function HistoryStrip() {
  const { t } = useI18n();
  const core = useCore();
  const history = useSnapshot((snapshot) => snapshot.history);
  if (history === null) return null;
  const { done, total, paused } = history;
  return (
    <div className="history">
      <Progress
        label={t(paused ? "notices.history.paused" : "notices.history.title")}
        done={done}
        total={total}
      />
      <Button size="s" variant="quiet" onPress={() => void core.pauseHistory(!paused).catch(() => undefined)}>
        {t(paused ? "notices.history.go_on" : "notices.history.pause")}
      </Button>
    </div>
  );
}
