/** What an entry says, as counterparts read it: on its page, and before it is signed. */
import { Check, CircleCheck, CircleX, Landmark } from "lucide-react";
import type { ReactNode } from "react";
import { type Language, languages, useI18n } from "../../i18n";
import type { DirectoryEntry } from "../../sync/contract";
import { Card, type Definition, DescriptionList, Icon, type IconType, Link, languageNames } from "../../ui";
import { Closing, DayBand, DeskState, Opening } from "./DeskClock";
import { clockText, deskOf } from "./hours";
import { useDirectoryWords, zoneName } from "./words";

interface StripProps {
  entry: DirectoryEntry;
  now: number;
  /** Who signed and when; in a preview nobody has. */
  signed: ReactNode;
}

/** Four facts that one looks for first. */
export function EntryStrip({ entry, now, signed }: StripProps) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const desk = deskOf(entry, now);
  const { zone, hours, electronic } = entry;
  return (
    <div className="strip">
      <div>
        <h2>{t("directory.desk.title")}</h2>
        <p className="strip__big">
          {desk.local === null ? (
            t("directory.desk.unknown_zone")
          ) : (
            <>
              <span className="ltr">{clockText(desk.local.minutes)}</span> <DeskState desk={desk} />
            </>
          )}
        </p>
        <p>
          <Opening desk={desk} zone={zone} now={now} />
          <Closing desk={desk} hours={hours} now={now} />
        </p>
        <DayBand desk={desk} hours={hours} />
      </div>
      <div>
        <h2>{t("directory.entry.signed")}</h2>
        {signed}
      </div>
      <div>
        <h2>{t("directory.entry.electronic")}</h2>
        <p className="strip__big">
          {electronic !== null && (
            <Icon
              icon={electronic.accepted ? CircleCheck : CircleX}
              className={electronic.accepted ? "strip__yes" : "strip__no"}
            />
          )}
          {t(
            electronic === null
              ? "directory.entry.not_said"
              : electronic.accepted
                ? "directory.entry.accepted"
                : "directory.entry.not_accepted",
          )}
        </p>
        {electronic !== null && electronic.how !== "" && <Words>{electronic.how}</Words>}
      </div>
      <div>
        <h2>{t("directory.entry.language")}</h2>
        <p className="strip__big">
          {entry.languages.length === 0
            ? t("directory.entry.language_none")
            : words.languages(entry.languages)}
        </p>
      </div>
    </div>
  );
}

/** Words of people, in their own direction. */
export function Words({ children }: { children: string }) {
  return (
    <p className="entry-words title" dir="auto">
      {children}
    </p>
  );
}

export function Sharing({ entry }: { entry: DirectoryEntry }) {
  const { t } = useI18n();
  return (
    <div className="entry-pair">
      <Card title={t("directory.entry.informal")}>
        <Matters list={entry.informal} icon={Check} kind="yes" />
      </Card>
      <Card title={t("directory.entry.formal")}>
        <Matters list={entry.formal} icon={Landmark} kind="no" />
      </Card>
    </div>
  );
}

function Matters({
  list,
  icon,
  kind,
}: {
  list: DirectoryEntry["informal"];
  icon: IconType;
  kind: "yes" | "no";
}) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  if (list.length === 0) return <p className="muted">{t("directory.entry.nothing_informal")}</p>;
  return (
    <ul className={`matters matters--${kind}`}>
      {list.map(({ code, note }) => (
        <li key={code}>
          <Icon icon={icon} />
          <div>
            {words.matter(code)}
            {note !== "" && (
              <span className="matters__note title" dir="auto">
                {note}
              </span>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

interface FactsProps {
  entry: DirectoryEntry;
  now: number;
  /** Who the central authority of its State is, with a link; null where none is listed. */
  central: ReactNode;
}

export function HowItWorks({ entry, now, central }: FactsProps) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const items: Definition[] = [];
  const fact = (term: string, value: ReactNode) => items.push({ term, value });
  if (entry.powers.length > 0) {
    fact(t("directory.entry.powers"), words.list(entry.powers.map(words.power)));
  }
  if (entry.competences.length > 0) {
    fact(t("directory.entry.competences"), words.list(entry.competences.map(words.matter)));
  }
  if (entry.basis !== "") fact(t("directory.entry.basis"), <Words>{entry.basis}</Words>);
  if (entry.hours !== null) {
    const zone = entry.zone === null ? "" : ` (${zoneName(entry.zone, now)})`;
    fact(t("directory.entry.hours"), `${words.hours(entry.hours)}${zone}`);
  }
  if (entry.networks.length > 0) {
    fact(t("directory.entry.networks"), words.list(entry.networks.map(words.network)));
  }
  if (entry.interpol !== null) {
    fact(
      t("directory.entry.interpol"),
      t(entry.interpol ? "directory.entry.interpol_yes" : "directory.entry.interpol_no"),
    );
  }
  fact(t("directory.entry.central"), entry.central ? t("directory.entry.central_self") : central);
  if (entry.note !== "") fact(t("directory.entry.note"), <Words>{entry.note}</Words>);
  return (
    <Card title={t("directory.entry.how")}>
      <DescriptionList items={items} />
    </Card>
  );
}

/** Numbers and addresses: what one must be able to rely on. */
export function Contact({ entry, title }: { entry: DirectoryEntry; title: string }) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const items: Definition[] = [];
  const fact = (term: string, value: ReactNode) => items.push({ term, value });
  const named = languages.filter((one) => entry.names[one] !== undefined && entry.names[one] !== title);
  if (named.length > 0) fact(t("directory.entry.names"), <Names names={entry.names} named={named} />);
  if (entry.address !== "") fact(t("directory.entry.address"), <Words>{entry.address}</Words>);
  if (entry.switchboard !== "")
    fact(t("directory.entry.switchboard"), <Telephone number={entry.switchboard} />);
  if (entry.email !== "") {
    fact(
      t("directory.entry.email"),
      <Link href={`mailto:${entry.email}`}>
        <bdi className="ltr">{entry.email}</bdi>
      </Link>,
    );
  }
  if (entry.duty !== null) {
    fact(
      t("directory.entry.duty"),
      <>
        <Telephone number={entry.duty.telephone} />
        <p className="small muted">
          {entry.duty.hours === null ? t("directory.entry.duty_always") : words.hours(entry.duty.hours)}
        </p>
      </>,
    );
  }
  if (items.length === 0) return null;
  return (
    <Card title={t("directory.entry.contact")}>
      <DescriptionList items={items} />
    </Card>
  );
}

function Names({ names, named }: { names: DirectoryEntry["names"]; named: readonly Language[] }) {
  return (
    <ul className="entry-names">
      {named.map((one) => (
        <li key={one} lang={one}>
          <bdi>{names[one]}</bdi> <span className="tiny subtle">{languageNames[one]}</span>
        </li>
      ))}
    </ul>
  );
}

export function Telephone({ number }: { number: string }) {
  return (
    <Link href={`tel:${number.replace(/[^+\d]/g, "")}`}>
      <bdi className="ltr">{number}</bdi>
    </Link>
  );
}
