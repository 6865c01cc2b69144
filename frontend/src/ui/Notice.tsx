/** A sentence that stands in the page: what happened, what was kept, what to do. Never a toast for what needs an act. */
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { classes } from "./classes";
import { Icon, type IconType } from "./Icon";
import "./Notice.css";

export type Tone = "info" | "ok" | "warn" | "bad";

const icons: Record<Tone | "plain", IconType> = {
  plain: Info,
  info: Info,
  ok: CircleCheck,
  warn: TriangleAlert,
  bad: CircleAlert,
};

export interface NoticeProps {
  tone?: Tone | "plain";
  icon?: IconType;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** Read aloud when it appears: politely, or at once for `bad`. */
  live?: boolean;
}

export function Notice({ tone = "info", icon, title, children, action, live = false }: NoticeProps) {
  return (
    <div
      className={classes("notice", `notice--${tone}`)}
      role={live ? (tone === "bad" ? "alert" : "status") : undefined}
    >
      <Icon icon={icon ?? icons[tone]} size="large" />
      <div>
        {title === undefined ? null : <p className="notice__title">{title}</p>}
        {typeof children === "string" ? <p>{children}</p> : children}
        {action === undefined ? null : <div className="notice__action actions">{action}</div>}
      </div>
    </div>
  );
}
