/** What shows that something takes time, or that there is nothing yet. */
import type { ReactNode } from "react";
import { useI18n } from "../i18n";
import { Icon, type IconType } from "./Icon";
import "./Progress.css";

export interface ProgressProps {
  label: string;
  done: number;
  /** Null while it is unknown. */
  total: number | null;
}

/** A bar with its amounts in words; an unknown total shows movement without a number. */
export function Progress({ label, done, total }: ProgressProps) {
  const { t } = useI18n();
  const known = total !== null && total > 0;
  const words = known ? t("common.progress", { done, total }) : null;
  return (
    <div className="progress">
      <p className="progress__line">
        <span>{label}</span>
        {words === null ? null : <span className="muted">{words}</span>}
      </p>
      <progress
        className="progress__bar"
        aria-label={label}
        aria-valuetext={words ?? undefined}
        {...(known ? { value: Math.min(done, total), max: total } : {})}
      />
    </div>
  );
}

/** Lines where words will be; `label` is read aloud once. */
export function Skeleton({ lines = 3, label }: { lines?: number; label?: string }) {
  const { t } = useI18n();
  return (
    <div role="status">
      <span className="visually-hidden">{label ?? t("common.loading")}</span>
      <div className="skeleton" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
          <i key={index} />
        ))}
      </div>
    </div>
  );
}

export interface EmptyStateProps {
  icon?: IconType;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  level?: 1 | 2 | 3;
}

/** Nothing here yet: one sentence that says what will appear, and one act. */
export function EmptyState({ icon, title, children, action, level = 2 }: EmptyStateProps) {
  const Heading = `h${level}` as const;
  return (
    <div className="empty">
      {icon === undefined ? null : <Icon icon={icon} size="huge" />}
      <Heading className="empty__title">{title}</Heading>
      {children === undefined ? null : <p className="empty__words">{children}</p>}
      {action === undefined ? null : <div className="empty__action">{action}</div>}
    </div>
  );
}
