/** Small marks: chips, proof of identity, State tiles, counts and the brand. Colour never stands without a word or shape. */
import { Shield, ShieldAlert, ShieldCheck, ShieldOff, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { useI18n } from "../i18n";
import { classes } from "./classes";
import { Icon, type IconType } from "./Icon";
import "./Marks.css";

export interface ChipProps {
  tone?: "neutral" | "accent" | "ok" | "warn" | "bad";
  icon?: IconType | undefined;
  children: ReactNode;
}

export function Chip({ tone = "neutral", icon, children }: ChipProps) {
  return (
    <span className={classes("chip", `chip--${tone}`)}>
      {icon === undefined ? null : <Icon icon={icon} />}
      <span>{children}</span>
    </span>
  );
}

export type Proof = "person" | "vouched" | "changed" | "ended" | "you";

const proofIcons: Record<Proof, IconType> = {
  person: ShieldCheck,
  vouched: Shield,
  changed: ShieldAlert,
  ended: ShieldOff,
  you: UserRound,
};

/** How we know who it is; quiet until it changes. `children` replaces the words. */
export function ProofChip({ proof, children }: { proof: Proof; children?: ReactNode }) {
  const { t } = useI18n();
  return (
    <span className={classes("proof", `proof--${proof}`)}>
      <Icon icon={proofIcons[proof]} />
      <span>{children ?? t(`common.proof.${proof}`)}</span>
    </span>
  );
}

export interface StateTileProps {
  /** ISO 3166 code, a fictional one, or GN for the secretariat. */
  code: string;
  own?: boolean;
  size?: "s" | "m" | "l";
}

/** The code of a State; its name stands near, so that it is not read twice. */
export function StateTile({ code, own = false, size = "m" }: StateTileProps) {
  return (
    <span
      className={classes("tile", own && "tile--own", size !== "m" && `tile--${size}`)}
      aria-hidden="true"
      translate="no"
    >
      {code}
    </span>
  );
}

/** A number that waits. `label` says of what, as "3 unread"; without it the words around must do. */
export function Count({ value, label }: { value: number; label?: string | undefined }) {
  const { formatNumber } = useI18n();
  if (value <= 0) {
    return null;
  }
  const shown = value > 99 ? "99+" : formatNumber(value);
  return (
    <span className="count">
      <span aria-hidden={label !== undefined}>{shown}</span>
      {label === undefined ? null : <span className="visually-hidden">{label}</span>}
    </span>
  );
}

export function BrandMark() {
  return (
    <svg viewBox="0 0 34 22" fill="none" stroke="currentColor" strokeWidth="2.6" aria-hidden="true">
      <circle cx="11.5" cy="11" r="9" />
      <path d="M22.5 2a9 9 0 1 1-6.4 15.3M16.1 4.7A9 9 0 0 1 22.5 2" />
    </svg>
  );
}
