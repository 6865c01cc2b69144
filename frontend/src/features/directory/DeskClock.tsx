/** The clock of a counterpart, and whether the desk is open: in words, with a shape, and as a band of the day. */
import { RadioTower } from "lucide-react";
import { useI18n } from "../../i18n";
import type { Hours } from "../../sync/contract";
import { classes, Icon } from "../../ui";
import { clockText, type Desk, localTime, weekdayName } from "./hours";

const DAY = 24 * 60;

/** The word for the state of a desk. */
export function DeskState({ desk }: { desk: Desk }) {
  const { t } = useI18n();
  if (desk.open === null && !desk.duty) {
    return desk.local === null ? null : <span className="desk-state">{t("directory.desk.unknown")}</span>;
  }
  const duty = desk.open !== true && desk.duty;
  return (
    <span
      className={classes("desk-state", desk.open === true && "desk-state--open", duty && "desk-state--duty")}
    >
      {duty ? <Icon icon={RadioTower} /> : <i aria-hidden="true" />}
      {t(desk.open === true ? "directory.desk.open" : duty ? "directory.desk.duty" : "directory.desk.closed")}
    </span>
  );
}

/** When it opens, there and here; nothing while it is open or unknown. */
export function Opening({ desk, zone, now }: { desk: Desk; zone: string | null; now: number }) {
  const { t, language, formatTime } = useI18n();
  if (desk.opensAt === null || desk.local === null) return null;
  const local = localTime(zone, desk.opensAt);
  const there = clockText(local?.minutes ?? 0);
  const here = formatTime(desk.opensAt);
  if (local !== null && desk.opensAt - now > 20 * 3_600_000) {
    const day = weekdayName(language, local.weekday);
    return t("directory.desk.opens_day", { day, there, here });
  }
  return there === here
    ? t("directory.desk.opens_same", { there })
    : t("directory.desk.opens", { there, here });
}

/** Until when it is open, there and here. */
export function Closing({ desk, hours, now }: { desk: Desk; hours: Hours | null; now: number }) {
  const { t, formatTime } = useI18n();
  if (desk.open !== true || desk.local === null || hours === null) return null;
  const there = clockText(hours.until);
  const here = formatTime(now + (hours.until - desk.local.minutes) * 60_000);
  return there === here
    ? t("directory.desk.until_same", { there })
    : t("directory.desk.until", { there, here });
}

export function DayBand({ desk, hours }: { desk: Desk; hours: Hours | null }) {
  const { t } = useI18n();
  if (desk.local === null || hours === null) return null;
  const works = hours.days.includes(desk.local.weekday);
  const label = t("directory.desk.band", {
    from: clockText(hours.from),
    until: clockText(hours.until),
    now: clockText(desk.local.minutes),
  });
  return (
    <svg
      className={classes("day-band", desk.open === true && "day-band--open")}
      viewBox={`0 0 ${DAY} 8`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <rect width={DAY} height="8" />
      {works && (
        <rect className="day-band__work" x={hours.from} width={hours.until - hours.from} height="8" />
      )}
      <rect className="day-band__now" x={desk.local.minutes - 8} y="-3" width="16" height="14" />
    </svg>
  );
}
