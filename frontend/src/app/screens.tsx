/** Screens that belong to no domain: waiting, not found, a page that failed, a browser that cannot serve. */
import { FileQuestion, MonitorX, RotateCw } from "lucide-react";
import { Component, type ReactNode } from "react";
import { useSnapshot } from "../features/core";
import { useI18n } from "../i18n";
import {
  BrandMark,
  Button,
  EmptyState,
  LanguageSwitch,
  Notice,
  Page,
  PageHeader,
  Progress,
  Skeleton,
  useDocumentTitle,
} from "../ui";
import "./shell.css";
import type { Support } from "./support";

/** While a part of the application is on its way. */
export function WaitingScreen() {
  return (
    <Page layout="narrow">
      <Skeleton lines={6} />
    </Page>
  );
}

/** Keys are being opened, or the Register is read for the first time. */
export function OpeningScreen() {
  const { t } = useI18n();
  const phase = useSnapshot((snapshot) => snapshot.phase);
  const replaying = useSnapshot((snapshot) => snapshot.register?.replaying ?? null);
  const progress = replaying ?? (phase.name === "opening" ? phase : null);
  const reading = progress !== null && progress.total > 0;
  return (
    <Page layout="narrow">
      <PageHeader
        title={t(reading ? "common.opening.register_title" : "common.opening.title")}
        lead={<p>{t(reading ? "common.opening.register_lead" : "common.opening.lead")}</p>}
      />
      <Progress
        label={t(reading ? "common.opening.entries" : "common.loading")}
        done={progress?.done ?? 0}
        total={reading ? progress.total : null}
      />
    </Page>
  );
}

export function NotFoundScreen() {
  const { t } = useI18n();
  useDocumentTitle(t("common.not_found.title"));
  return (
    <Page layout="narrow">
      <EmptyState
        level={1}
        icon={FileQuestion}
        title={t("common.not_found.title")}
        action={
          <Button variant="main" href="/">
            {t("common.not_found.home")}
          </Button>
        }
      >
        {t("common.not_found.text")}
      </EmptyState>
    </Page>
  );
}

function FailedScreen() {
  const { t } = useI18n();
  return (
    <Page layout="narrow">
      <EmptyState
        level={1}
        icon={RotateCw}
        title={t("common.failed.title")}
        action={
          <Button variant="main" onPress={() => globalThis.location.reload()}>
            {t("common.failed.reload")}
          </Button>
        }
      >
        {t("common.failed.text")}
      </EmptyState>
    </Page>
  );
}

/** Catches a page that could not be loaded or drawn, so that the frame around it stays. */
export class FailureBoundary extends Component<
  { place: string; children: ReactNode },
  { failedAt: string | null }
> {
  override state: { failedAt: string | null } = { failedAt: null };

  static getDerivedStateFromError(): { failedAt: string } {
    return { failedAt: "" };
  }

  override componentDidCatch(): void {
    this.setState({ failedAt: this.props.place });
  }

  override componentDidUpdate(): void {
    const { failedAt } = this.state;
    if (failedAt !== null && failedAt !== "" && failedAt !== this.props.place) {
      this.setState({ failedAt: null });
    }
  }

  override render(): ReactNode {
    return this.state.failedAt === null ? this.props.children : <FailedScreen />;
  }
}

/** Without the core: it cannot run here, so nothing may start it. */
export function UnsupportedScreen({ support }: { support: Support }) {
  const { t } = useI18n();
  const kind = support.kind;
  return (
    <div className="shell">
      <header className="bar">
        <div className="bar__in">
          <span className="brand">
            <BrandMark />
            <span translate="no">Entente</span>
          </span>
          <div className="bar__end">
            <LanguageSwitch />
          </div>
        </div>
      </header>
      <Page layout="narrow">
        <PageHeader
          title={t(
            kind === "insecure"
              ? "common.unsupported.insecure_title"
              : kind === "storage"
                ? "common.unsupported.storage_title"
                : "common.unsupported.title",
          )}
        />
        <Notice tone="bad" icon={MonitorX}>
          <p>
            {t(
              kind === "insecure"
                ? "common.unsupported.insecure_text"
                : kind === "storage"
                  ? "common.unsupported.storage_text"
                  : "common.unsupported.text",
            )}
          </p>
          {support.kind === "missing" ? (
            <p className="tiny subtle">
              {t("common.unsupported.missing")}: <span className="ltr">{support.missing.join(", ")}</span>
            </p>
          ) : null}
        </Notice>
      </Page>
    </div>
  );
}
