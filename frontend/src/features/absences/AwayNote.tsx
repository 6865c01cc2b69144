/** Where one writes: who of the other side is away, and who reads instead. */
import { CalendarOff } from "lucide-react";
import { useI18n } from "../../i18n";
import type { Authority, Hex } from "../../sync/contract";
import { Icon } from "../../ui";
import { useSnapshot } from "../core";
import { byRank, canRead } from "../members/lookup";
import { usePersonNames } from "../members/names";
import { noonOf } from "./absences";
import { useAway } from "./useAbsences";
import "./absences.css";

export function AwayNote({ authorities: asked }: { authorities: readonly Hex[] }) {
  const own = useSnapshot(({ me }) => me?.authority ?? null);
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const others = authorities.filter((each) => asked.includes(each.id) && each.id !== own);
  return others.map((authority) => <OfAuthority key={authority.id} authority={authority} />);
}

/** Said of the lead and deputies, who answer; and of anybody where nobody else reads. */
function OfAuthority({ authority }: { authority: Authority }) {
  const { t, language, formatDate } = useI18n();
  const { personName } = usePersonNames();
  const away = useAway();
  const readers = authority.people.filter((person) => canRead(person, authority)).sort(byRank);
  const there = readers.filter((person) => !away.has(person.account));
  const gone = readers.filter((person) => away.has(person.account));
  const first = gone.find((person) => person.role !== "member") ?? (there.length === 0 ? gone[0] : undefined);
  const absence = first === undefined ? undefined : away.get(first.account);
  if (first === undefined || absence === undefined) return null;
  const date = formatDate(noonOf(absence.last));
  const standIn = there.find((person) => person.account === absence.stand_in);
  const names = new Intl.ListFormat(language).format(there.slice(0, 2).map(personName));
  return (
    <p className="away-note" role="note">
      <Icon icon={CalendarOff} />
      <span>
        {t("absences.note", { name: personName(first), authority: authority.name, date })}{" "}
        {standIn !== undefined
          ? t("absences.note_stand_in", { name: personName(standIn) })
          : there.length > 0
            ? t("absences.note_others", { names, count: Math.min(there.length, 2) })
            : t("absences.note_nobody")}
      </span>
    </p>
  );
}
