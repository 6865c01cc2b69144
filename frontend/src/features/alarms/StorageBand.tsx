/** Under the header, calmly: what happened to the storage of this browser, and that it may not last. */
import { DatabaseZap, HardDrive, Info } from "lucide-react";
import { useEffect, useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Icon } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { FreeSpaceDialog } from "./FreeSpace";
import { useUnsentNote } from "./unsent";

const SEEN = "entente.passing-seen";

function wasSeen(): boolean {
  try {
    return localStorage.getItem(SEEN) !== null;
  } catch {
    return false;
  }
}

/** Asks the browser to keep what lies here; true when it says that it may clear it, and the person was not told yet. */
function usePassing(): [boolean, () => void] {
  const [passing, setPassing] = useState(false);
  useEffect(() => {
    let over = false;
    const ask = async () => {
      const { storage } = navigator;
      if (storage?.persist === undefined || wasSeen()) {
        return;
      }
      const lasts = (await storage.persisted()) || (await storage.persist());
      if (!lasts && !over) {
        setPassing(true);
      }
    };
    void ask().catch(() => undefined);
    return () => {
      over = true;
    };
  }, []);
  const seen = () => {
    setPassing(false);
    try {
      localStorage.setItem(SEEN, "1");
    } catch {
      // It will be said once more.
    }
  };
  return [passing, seen];
}

export function StorageBand() {
  const { t, formatNumber } = useI18n();
  const core = useCore();
  const storage = useSnapshot((snapshot) => snapshot.storage);
  const [passing, seen] = usePassing();
  useUnsentNote();
  const [asking, setAsking] = useState(false);
  const [freed, setFreed] = useState<number | null>(null);
  return (
    <div role="status">
      {storage?.full === true ? (
        <div className="band">
          <Icon icon={HardDrive} size="large" />
          <p>
            <strong>{t("storage.band.full")}</strong> {t("storage.band.full_text")}
          </p>
          <Button size="s" onPress={() => setAsking(true)}>
            {t("keeping.free.open")}
          </Button>
        </div>
      ) : null}
      {asking ? (
        <FreeSpaceDialog
          onClose={() => setAsking(false)}
          onDone={(size) => {
            setAsking(false);
            setFreed(size);
          }}
        />
      ) : null}
      {freed !== null ? (
        <div className="band band--calm">
          <Icon icon={HardDrive} size="large" />
          <p>{t("keeping.free.done", { size: formatNumber(Math.max(0.1, Math.round(freed * 10) / 10)) })}</p>
          <Button size="s" onPress={() => setFreed(null)}>
            {t("storage.band.seen")}
          </Button>
        </div>
      ) : null}
      {storage !== null && (storage.repaired > 0 || storage.lostPending > 0) ? (
        <div className="band">
          <Icon icon={DatabaseZap} size="large" />
          <p>
            {storage.lostPending > 0 ? (
              <strong>{t("storage.lost", { count: storage.lostPending })} </strong>
            ) : null}
            {storage.repaired > 0 ? t("storage.band.repaired", { count: storage.repaired }) : null}
          </p>
          <Button size="s" onPress={() => void core.storageSeen().catch(() => undefined)}>
            {t("storage.band.seen")}
          </Button>
        </div>
      ) : null}
      {passing && storage === null ? (
        <div className="band band--calm">
          <Icon icon={Info} size="large" />
          <p>
            <strong>{t("storage.band.passing")}</strong> {t("storage.band.passing_text")}
          </p>
          <Button size="s" onPress={seen}>
            {t("storage.band.seen")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
