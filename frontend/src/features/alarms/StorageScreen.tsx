/** What this browser keeps cannot be used: what happened, what is safe, what is lost, and one act that helps. */
import { Check, DatabaseZap, HardDrive, RotateCw, ServerCrash, WifiOff } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Phase, StorageTrouble } from "../../sync/contract";
import {
  Button,
  Card,
  EmptyState,
  Icon,
  type IconType,
  Notice,
  Page,
  PageHeader,
  useDocumentTitle,
} from "../../ui";
import { useCore } from "../core";
import "./alarms.css";

const icons: Record<StorageTrouble["kind"], IconType> = {
  unavailable: HardDrive,
  newer: RotateCw,
  full: HardDrive,
  closed: DatabaseZap,
  damaged: DatabaseZap,
  keys: DatabaseZap,
};

const steps = ["first", "second", "third"] as const;

export function StorageScreen({ trouble }: { trouble: StorageTrouble }) {
  const { t, formatNumber } = useI18n();
  const core = useCore();
  const [pending, setPending] = useState(false);
  const { kind, waiting, lost } = trouble;
  const safe = [
    t("storage.safe.server"),
    t("storage.safe.code"),
    ...(waiting > 0 ? [t("storage.safe.waiting", { count: waiting })] : []),
  ];
  const act = async (run: () => Promise<void>) => {
    setPending(true);
    await run().catch(() => undefined);
    setPending(false);
  };
  const repairs = kind === "keys" || kind === "damaged";
  const reloads = kind === "newer" || kind === "closed";
  return (
    <Page>
      <PageHeader title={t(`storage.kinds.${kind}.title`)} lead={<p>{t(`storage.kinds.${kind}.what`)}</p>} />
      <div className="stack stack--wide">
        {lost > 0 ? (
          <Notice tone="bad" icon={icons[kind]}>
            {t("storage.lost", { count: lost })}
          </Notice>
        ) : null}
        <div className="alarm__columns">
          <Card title={t("alarms.safe_title")}>
            <ul className="alarm__list">
              {safe.map((line) => (
                <li key={line}>
                  <Icon icon={Check} />
                  <span>{line}</span>
                </li>
              ))}
            </ul>
          </Card>
          <Card title={t("alarms.do_title")}>
            <ol className="alarm__list">
              {steps.map((step, index) => (
                <li key={step}>
                  <span className="alarm__number" aria-hidden="true">
                    {formatNumber(index + 1)}
                  </span>
                  <span>{t(`storage.kinds.${kind}.${step}`)}</span>
                </li>
              ))}
            </ol>
          </Card>
        </div>
        <div className="actions">
          {reloads ? (
            <Button variant="main" onPress={() => globalThis.location.reload()}>
              {t("storage.act.reload")}
            </Button>
          ) : (
            <Button
              variant="main"
              isPending={pending}
              pendingLabel={t("storage.act.acting")}
              onPress={() => void act(() => (repairs ? core.repairStorage() : core.refresh()))}
            >
              {kind === "keys"
                ? t("storage.act.repair_code")
                : t(repairs ? "storage.act.repair" : "storage.act.again")}
            </Button>
          )}
          <Button variant="quiet" onPress={() => void core.signOut().catch(() => undefined)}>
            {t("common.actions.sign_out")}
          </Button>
        </div>
        <details className="small muted">
          <summary>{t("storage.act.detail")}</summary>
          <p className="alarm__evidence" dir="ltr">
            {new Date(trouble.at).toISOString()} {trouble.detail}
          </p>
        </details>
      </div>
    </Page>
  );
}

type Why = Extract<Phase, { name: "unreachable" }>["why"];

/** Nobody can say yet where this browser stands: not the same as nothing being here. */
export function UnreachableScreen({ why }: { why: Why }) {
  const { t } = useI18n();
  const core = useCore();
  const title = t(`storage.unreachable.${why}.title`);
  useDocumentTitle(title);
  return (
    <Page layout="narrow">
      <EmptyState
        level={1}
        icon={why === "offline" ? WifiOff : ServerCrash}
        title={title}
        action={
          why === "unexpected" ? (
            <Button variant="main" onPress={() => globalThis.location.reload()}>
              {t("storage.act.reload")}
            </Button>
          ) : (
            <Button variant="main" onPress={() => void core.refresh().catch(() => undefined)}>
              {t("storage.act.again")}
            </Button>
          )
        }
      >
        {t(`storage.unreachable.${why}.text`)}
      </EmptyState>
    </Page>
  );
}
