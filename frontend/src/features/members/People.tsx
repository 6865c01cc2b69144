/** The people of one's own authority: who they are, since when, by whom; what the lead and deputies may do. */
import { Ellipsis, UserPlus } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Person } from "../../sync/contract";
import { Button, EmptyState, Menu, Notice, Page, PageHeader, Skeleton } from "../../ui";
import { AbsencesCard } from "../absences/AbsencesCard";
import { AwayChip } from "../absences/AwayChip";
import { useMayOnlyRead } from "../charter/ReadOnly";
import { useSnapshot } from "../core";
import { ObjectionsNotice } from "../vetting/ObjectionsNotice";
import { ActProvider } from "./act";
import { HandOverDialog } from "./HandOverDialog";
import { HeldNotice } from "./HeldNotice";
import { type Help, HelpDialog } from "./HelpDialog";
import { InviteDialog } from "./InviteDialog";
import { LeftBehind } from "./LeftBehind";
import { LoneHolder } from "./LoneHolder";
import { byRank, standing } from "./lookup";
import { usePersonNames } from "./names";
import { OpenInvitations } from "./OpenInvitations";
import { Proof } from "./Proof";
import { ConfirmDialog, RemovalDialog, RoleDialog } from "./personDialogs";
import { Resets } from "./Resets";
import { useHandOverOffers } from "./useHandOverOffers";
import { WaitingInvitation } from "./WaitingInvitation";
import { WhoDialog } from "./WhoDialog";
import { unsigned } from "./waiting";
import "./members.css";

export function People() {
  const { t } = useI18n();
  const me = useSnapshot((snapshot) => snapshot.me);
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const authority = authorities.find((each) => each.id === me?.authority) ?? null;
  return (
    <Page>
      {me === null ? (
        <>
          <PageHeader title={t("members.people.title")} />
          <Skeleton />
        </>
      ) : authority === null ? (
        <>
          <PageHeader title={t("members.people.title")} />
          <EmptyState title={t("members.people.officer_title")}>
            {t("members.people.officer_text")}
          </EmptyState>
        </>
      ) : (
        <ActProvider>
          <Ours me={me} authority={authority} />
        </ActProvider>
      )}
    </Page>
  );
}

type Asked = { what: "who" | "remove" | "confirm" | "role" | "hand_over" | Help; person: Person };

function Ours({ me, authority }: { me: Person; authority: Authority }) {
  const { t } = useI18n();
  const { personName, authorityName } = usePersonNames();
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  const [inviting, setInviting] = useState<"member" | "deputy" | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const people = authority.people.filter((person) => person.active).sort(byRank);

  const held = people.filter((person) => person.held && !person.self);
  const leads = me.role === "lead";
  const waiting = leads ? unsigned({ invitations, proposals: [] }) : []; // a former lead signs no more
  const onlyRead = useMayOnlyRead();
  const close = () => setAsked(null);
  return (
    <>
      <PageHeader
        title={t("members.people.title")}
        lead={t("members.people.lead", { name: authorityName(authority) })}
        actions={
          leads && authority.status === "active" ? (
            <Button
              variant="main"
              icon={UserPlus}
              whyDisabled={onlyRead ? t("charter.read_only.invite") : null}
              onPress={() => setInviting("member")}
            >
              {t("members.people.invite")}
            </Button>
          ) : undefined
        }
      />
      <div className="desk-stack">
        {authority.status !== "active" && (
          <Notice tone="warn" title={t("members.people.suspended_title")}>
            {t("members.people.suspended_text")}
          </Notice>
        )}
        <HeldNotice />
        <ObjectionsNotice />
        {authority.status === "active" && (
          <LoneHolder authority={authority} me={me} onInvite={() => setInviting("deputy")} />
        )}
        {!me.held &&
          held.map((person) => (
            <Notice
              key={person.account}
              tone="warn"
              title={t("members.people.held_title", { name: personName(person) })}
              action={
                <Button size="s" onPress={() => setAsked({ what: "confirm", person })}>
                  {t("members.people.confirm")}
                </Button>
              }
            >
              {t("members.people.held_text")}
            </Notice>
          ))}
        {people
          .filter((person) => standing(person, Date.now()) === "changed")
          .map((person) => (
            <Lacking
              key={person.account}
              person={person}
              onHandOver={() => setAsked({ what: "hand_over", person })}
            />
          ))}
        <LeftBehind me={me} authority={authority} />
        {waiting.length > 0 && (
          <section>
            <h2 className="section-title">{t("members.invitations.waiting_title")}</h2>
            <div className="sign-cards">
              {waiting.map((invitation) => (
                <WaitingInvitation key={invitation.id} invitation={invitation} />
              ))}
            </div>
          </section>
        )}
        <PeopleTable people={people} me={me} onAsk={(what, person) => setAsked({ what, person })} />
        <AbsencesCard me={me} people={people} active={authority.status === "active"} />
        {leads && <OpenInvitations invitations={invitations} />}
        {leads && <Resets />}
        {leads && (
          <section>
            <h2 className="section-title">{t("people.lead.ask_title")}</h2>
            <p className="muted">{t("people.lead.ask_text")}</p>
          </section>
        )}
      </div>
      {inviting === "deputy" && (
        <InviteDialog kind="focal_point" roleAtFirst="deputy" onClose={() => setInviting(null)} />
      )}
      {inviting === "member" && <InviteDialog kind="focal_point" onClose={() => setInviting(null)} />}
      {asked?.what === "who" && <WhoDialog person={asked.person} onClose={close} />}
      {asked?.what === "remove" && <RemovalDialog person={asked.person} onClose={close} />}
      {asked?.what === "confirm" && <ConfirmDialog person={asked.person} onClose={close} />}
      {(asked?.what === "rekey" || asked?.what === "reset") && (
        <HelpDialog how={asked.what} person={asked.person} onClose={close} />
      )}
      {asked?.what === "hand_over" && <HandOverDialog person={asked.person} onClose={close} />}
      {asked?.what === "role" && <RoleDialog person={asked.person} onClose={close} />}
    </>
  );
}

/** Somebody with new keys lacks what was written before; whoever has it is asked here, once they can give it. */
function Lacking({ person, onHandOver }: { person: Person; onHandOver: () => void }) {
  const { t } = useI18n();
  const { personName } = usePersonNames();
  if (useHandOverOffers(person).length === 0) return null;
  return (
    <Notice
      tone="info"
      title={t("recovery.handover.offer_title", { name: personName(person) })}
      action={
        <Button size="s" onPress={onHandOver}>
          {t("recovery.handover.act")}
        </Button>
      }
    >
      {t("recovery.handover.offer_text")}
    </Notice>
  );
}

interface TableProps {
  people: readonly Person[];
  me: Person;
  onAsk: (what: Asked["what"], person: Person) => void;
}

function PeopleTable({ people, me, onAsk }: TableProps) {
  const { t, formatDate } = useI18n();
  const { people: all, personName } = usePersonNames();
  const removes = (me.role === "lead" || me.role === "deputy") && !me.held;
  const voucher = (person: Person) => {
    if (person.vouchedBy.by === "officers") return t("members.people.officers");
    const by = person.vouchedBy.account === null ? null : all.person(person.vouchedBy.account);
    return by === null ? t("common.roles.lead") : personName(by);
  };
  return (
    <section className="card people" aria-label={t("members.people.title")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("members.people.name")}</th>
            <th scope="col">{t("members.people.role")}</th>
            <th scope="col">{t("members.people.since")}</th>
            <th scope="col">{t("members.people.vouched")}</th>
            <th scope="col">{t("members.people.state")}</th>
            {removes && (
              <th scope="col">
                <span className="visually-hidden">{t("members.people.actions")}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.account}>
              <th scope="row">
                <button type="button" className="person-link" onClick={() => onAsk("who", person)}>
                  <bdi>{personName(person)}</bdi>
                </button>
                {person.function && (
                  <p className="title" dir="auto">
                    {person.function}
                  </p>
                )}
                <AwayChip account={person.account} />
              </th>
              <td data-label={t("members.people.role")}>{t(`common.roles.${person.role}`)}</td>
              <td data-label={t("members.people.since")}>{formatDate(person.since)}</td>
              <td data-label={t("members.people.vouched")}>
                <bdi>{voucher(person)}</bdi>
              </td>
              <td data-label={t("members.people.state")}>
                <Proof person={person} />
              </td>
              {removes && (
                <td className="people__act">
                  <Menu
                    label={t("members.more", { name: personName(person) })}
                    icon={Ellipsis}
                    items={actions(person, me).map((what) => ({
                      id: what,
                      label: t(
                        what === "who"
                          ? "members.who.title"
                          : what === "role"
                            ? "members.people.change_role"
                            : what === "hand_over"
                              ? "recovery.handover.act"
                              : what === "rekey" || what === "reset"
                                ? `recovery.${what}.act`
                                : `members.people.${what}`,
                      ),
                      onAction: () => onAsk(what, person),
                    }))}
                  />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What I may do to this person. The lead is only ever removed by officers, and never removes themselves here. */
function actions(person: Person, me: Person): Asked["what"][] {
  const possible: Asked["what"][] = ["who"];
  if (person.held && !person.self) possible.push("confirm");
  if (me.role === "lead" && person.role !== "lead") possible.push("role");
  if (me.role === "lead" && !person.self && !me.held) possible.push("rekey", "reset");
  if (person.role !== "lead") possible.push("remove");
  return possible;
}
