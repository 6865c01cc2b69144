/** "Who can read this": everyone who reads the next message, by authority, with the proof of each. */
import { Lock, UsersRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, ConversationView, Milliseconds, Person } from "../../sync/contract";
import { Icon, StateTile } from "../../ui";
import { useSnapshot } from "../core";
import { HandOverDialog } from "../members/HandOverDialog";
import { byRank, standing } from "../members/lookup";
import { useLookup, usePersonNames } from "../members/names";
import { Proof } from "../members/Proof";
import { WhoDialog } from "../members/WhoDialog";
import "../members/members.css";

export function Readers({ view }: { view: ConversationView }) {
  const { t } = useI18n();
  const people = useLookup();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [asked, setAsked] = useState<Person | null>(null);
  const [receiver, setReceiver] = useState<Person | null>(null);
  const authorities = view.participants
    .map((id) => people.authority(id))
    .filter((authority) => authority !== null)
    .sort((one, other) => Number(one.id === own) - Number(other.id === own));
  return (
    <>
      <section className="side">
        <h2>
          <Icon icon={UsersRound} />
          {t("conversations.readers.title")}
        </h2>
        {authorities.map((authority) => (
          <Group
            key={authority.id}
            authority={authority}
            readers={view.readers}
            own={authority.id === own}
            readsFrom={view.readsFrom}
            onAsk={setAsked}
            onHandOver={setReceiver}
          />
        ))}
      </section>
      {view.readers.length > 0 && (
        <section className="side">
          <p className="seal">
            <Icon icon={Lock} />
            <span>{t("conversations.readers.only", { count: view.readers.length })}</span>
          </p>
        </section>
      )}
      {asked !== null && <WhoDialog person={asked} onClose={() => setAsked(null)} />}
      {receiver !== null && (
        <HandOverDialog person={receiver} only={view.id} onClose={() => setReceiver(null)} />
      )}
    </>
  );
}

interface GroupProps {
  authority: Authority;
  readers: readonly string[];
  own: boolean;
  readsFrom: ConversationView["readsFrom"];
  onAsk: (person: Person) => void;
  onHandOver: (person: Person) => void;
}

function Group({ authority, readers, own, readsFrom, onAsk, onHandOver }: GroupProps) {
  const { t } = useI18n();
  const reading = authority.people.filter((person) => readers.includes(person.account)).sort(byRank);
  const waiting = authority.people
    .filter((person) => person.active && !readers.includes(person.account))
    .sort(byRank);
  return (
    <div className="readers">
      <h3 className="readers__place">
        <StateTile code={authority.state} size="s" own={own} />
        <bdi>{authority.name}</bdi>
      </h3>
      {reading.length === 0 && (
        <p className="readers__none">
          {t(
            authority.status === "active"
              ? "conversations.readers.nobody"
              : "conversations.readers.suspended",
          )}
        </p>
      )}
      <ul>
        {reading.map((person) => (
          <Reader
            key={person.account}
            person={person}
            reads={readsFrom[person.account] ?? null}
            onAsk={onAsk}
            onHandOver={onHandOver}
          />
        ))}
      </ul>
      {waiting.length > 0 && authority.status === "active" && (
        <>
          <p className="readers__label">{t("conversations.readers.not_yet")}</p>
          <ul>
            {waiting.map((person) => (
              <Reader key={person.account} person={person} reads={null} onAsk={onAsk} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

interface ReaderProps {
  person: Person;
  /** From when on they read, where they lack something earlier that could be handed over from here. */
  reads: { at: Milliseconds | null } | null;
  onAsk: (person: Person) => void;
  onHandOver?: (person: Person) => void;
}

function Reader({ person, reads, onAsk, onHandOver }: ReaderProps) {
  const { t, formatDate } = useI18n();
  const { personName } = usePersonNames();
  const changed = standing(person, Date.now()) === "changed";
  return (
    <li className={changed ? "who who--changed" : "who"}>
      <div className="who__line">
        <button type="button" className="person-link title" dir="auto" onClick={() => onAsk(person)}>
          {personName(person)}
        </button>
        <Proof person={person} />
      </div>
      {person.name !== null && <p className="who__role">{t(`common.roles.${person.role}`)}</p>}
      {changed && person.identityChanged !== null && (
        <p className="who__change">
          {t("conversations.readers.since", { date: formatDate(person.identityChanged) })}{" "}
          <button type="button" className="person-link" onClick={() => onAsk(person)}>
            {t("conversations.readers.compare")}
          </button>
        </p>
      )}
      {reads !== null && (
        <p className="who__change">
          {reads.at === null
            ? t("recovery.handover.reads_nothing")
            : t("recovery.handover.reads_from", { date: formatDate(reads.at) })}{" "}
          <button type="button" className="person-link" onClick={() => onHandOver?.(person)}>
            {t("recovery.handover.act")}
          </button>
        </p>
      )}
    </li>
  );
}
