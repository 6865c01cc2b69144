/** The people who speak for an authority: role, languages and clock of each, and how far they are proved. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { DirectoryView, Person } from "../../sync/contract";
import { classes } from "../../ui";
import { AwayChip } from "../absences/AwayChip";
import { usePersonNames } from "../members/names";
import { Proof } from "../members/Proof";
import { WhoDialog } from "../members/WhoDialog";
import { DeskState } from "./DeskClock";
import { clockText, deskOf } from "./hours";
import { useDirectoryWords } from "./words";

interface Props {
  people: readonly Person[];
  directory: DirectoryView | null;
  /** Of the authority: a person who says nothing of their own zone and hours has these. */
  zone: string | null;
  now: number;
}

export function FocalPoints({ people, directory, zone, now }: Props) {
  const [asked, setAsked] = useState<Person | null>(null);
  return (
    <>
      <ul className="focal">
        {people.map((person) => (
          <li key={person.account} className="focal__person">
            <FocalPoint person={person} directory={directory} zone={zone} now={now} onAsk={setAsked} />
          </li>
        ))}
      </ul>
      {asked !== null && <WhoDialog person={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

interface OneProps extends Omit<Props, "people"> {
  person: Person;
  onAsk: (person: Person) => void;
}

function FocalPoint({ person, directory, zone, now, onAsk }: OneProps) {
  const { t } = useI18n();
  const { personName } = usePersonNames();
  const words = useDirectoryWords();
  const signed = directory?.profiles[person.account] ?? null;
  const profile = signed?.said ?? null;
  const title = profile?.title || person.function || "";
  const role = t(`common.roles.${person.role}`);
  const desk = profile === null ? null : deskOf({ zone: profile.zone ?? zone, hours: profile.hours }, now);
  const languages = profile === null ? "" : words.languages(profile.languages);
  return (
    <>
      <div className="focal__head">
        <button type="button" className="person-link" onClick={() => onAsk(person)}>
          <bdi>{personName(person)}</bdi>
        </button>
        <Proof person={person} />
      </div>
      <AwayChip account={person.account} />
      <p className="focal__line">
        {title === "" || personName(person) === role ? null : `${role} · `}
        <bdi>{title === "" ? role : title}</bdi>
      </p>
      {(languages !== "" || desk?.local != null) && (
        <p className="focal__line">
          {languages}
          {languages !== "" && desk?.local != null && " · "}
          {desk?.local != null && (
            <>
              <span className="ltr">{clockText(desk.local.minutes)}</span>{" "}
              {desk.open !== null && <DeskState desk={desk} />}
            </>
          )}
        </p>
      )}
      {profile !== null && profile.competences.length > 0 && (
        <p className="focal__line">{words.list(profile.competences.map(words.matter))}</p>
      )}
      {signed?.refused != null && (
        <p className={classes("focal__line", "focal__line--bad")}>{t("directory.proof.person_broken")}</p>
      )}
    </>
  );
}
