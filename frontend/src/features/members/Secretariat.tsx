/** The secretariat's desk: what waits for a signature, the authorities, the officers. */
import { Ellipsis, FileUser, History, ScrollText, UserPlus } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Authority, Invitation, Person } from "../../sync/contract";
import { Button, EmptyState, Menu, Page, PageHeader, Skeleton } from "../../ui";
import { AbsencesCard } from "../absences/AbsencesCard";
import { AwayChip } from "../absences/AwayChip";
import { UnlockReminder } from "../accounts/UnlockReminder";
import { useSnapshot } from "../core";
import { Authorities } from "./Authorities";
import { ActProvider } from "./act";
import { Completion } from "./Completion";
import { type Help, HelpDialog } from "./HelpDialog";
import { InviteDialog } from "./InviteDialog";
import { LeadDialog } from "./LeadDialog";
import { LeftBehind } from "./LeftBehind";
import { byRank } from "./lookup";
import { usePersonNames } from "./names";
import { OfficerRemovalDialog } from "./OfficerRemovalDialog";
import { OpenInvitations } from "./OpenInvitations";
import { Proof } from "./Proof";
import { Resets } from "./Resets";
import { type StandingChange, StandingDialog } from "./StandingDialog";
import { WhatWaits } from "./WhatWaits";
import { WhoDialog } from "./WhoDialog";
import "./members.css";

export function Secretariat() {
  const { t } = useI18n();
  const me = useSnapshot((snapshot) => snapshot.me);
  return (
    <Page>
      {me === null ? (
        <>
          <PageHeader title={t("members.office.title")} />
          <Skeleton />
        </>
      ) : me.role !== "officer" ? (
        <>
          <PageHeader title={t("members.office.title")} />
          <EmptyState title={t("members.office.not_officer_title")}>
            {t("members.office.not_officer_text")}
          </EmptyState>
        </>
      ) : (
        <ActProvider>
          <Office />
        </ActProvider>
      )}
    </Page>
  );
}

function Office() {
  const { t } = useI18n();
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  const authorities = useSnapshot((snapshot) => snapshot.authorities);
  const officers = useSnapshot((snapshot) => snapshot.officers);
  const [inviting, setInviting] = useState<Exclude<Invitation["kind"], "rekey"> | null>(null);
  const [asked, setAsked] = useState<Person | null>(null);
  const [helped, setHelped] = useState<{ how: Help; person: Person } | null>(null);
  const [change, setChange] = useState<{ authority: Authority; change: StandingChange } | null>(null);
  const me = useSnapshot((snapshot) => snapshot.me);
  const [removed, setRemoved] = useState<Person | null>(null);
  const [replaced, setReplaced] = useState<Authority | null>(null);
  const [led, setLed] = useState<Authority | null>(null);

  return (
    <>
      <PageHeader
        title={t("members.office.title")}
        lead={t("members.office.lead")}
        actions={
          <>
            <Button icon={FileUser} href="/secretariat/applications">
              {t("vetting.title")}
            </Button>
            <Button icon={ScrollText} href="/charter">
              {t("charter.title")}
            </Button>
            <Button icon={History} href="/secretariat/log">
              {t("audit.log.title")}
            </Button>
          </>
        }
      />
      <div className="desk-stack">
        <Completion />
        <WhatWaits />
        <UnlockReminder />
        {me !== null && <LeftBehind me={me} authority={null} />}
        <OpenInvitations invitations={invitations} />
        <Resets />
        <Officers
          officers={officers}
          onInvite={() => setInviting("officer")}
          onAsk={setAsked}
          onHelp={(how, person) => setHelped({ how, person })}
          onRemove={setRemoved}
        />
        <Authorities
          authorities={authorities}
          onAdmit={() => setInviting("lead")}
          onHelp={(how, person) => setHelped({ how, person })}
          onChange={(authority, which) => setChange({ authority, change: which })}
          onReplaceLead={setReplaced}
        />
        {me !== null && (
          <AbsencesCard me={me} people={officers.filter(({ active }) => active)} active={false} />
        )}
      </div>
      {inviting !== null && <InviteDialog kind={inviting} onClose={() => setInviting(null)} />}
      {asked !== null && <WhoDialog person={asked} onClose={() => setAsked(null)} />}
      {helped !== null && <HelpDialog {...helped} onClose={() => setHelped(null)} />}
      {removed !== null && (
        <OfficerRemovalDialog
          person={removed}
          onInvite={() => setInviting("officer")}
          onClose={() => setRemoved(null)}
        />
      )}
      {replaced !== null && (
        <LeadDialog
          authority={replaced}
          onInvite={() => setLed(replaced)}
          onHelp={(how, person) => setHelped({ how, person })}
          onClose={() => setReplaced(null)}
        />
      )}
      {led !== null && <InviteDialog kind="lead" led={led} onClose={() => setLed(null)} />}
      {change !== null && <StandingDialog {...change} onClose={() => setChange(null)} />}
    </>
  );
}

interface OfficersProps {
  officers: readonly Person[];
  onInvite: () => void;
  onAsk: (person: Person) => void;
  onHelp: (how: Help, person: Person) => void;
  onRemove: (person: Person) => void;
}

function Officers({ officers, onInvite, onAsk, onHelp, onRemove }: OfficersProps) {
  const { t, formatDate } = useI18n();
  const { personName } = usePersonNames();
  return (
    <section>
      <div className="section-head">
        <h2 className="section-title">{t("members.office.officers")}</h2>
        <Button size="s" icon={UserPlus} onPress={onInvite}>
          {t("members.office.invite")}
        </Button>
      </div>
      <ul className="card rows">
        {[...officers]
          .filter((officer) => officer.active)
          .sort(byRank)
          .map((officer) => (
            <li key={officer.account} className="rows__row">
              <div className="rows__main">
                <button type="button" className="person-link" onClick={() => onAsk(officer)}>
                  <bdi>{personName(officer)}</bdi>
                </button>
                <p>
                  {officer.function ? (
                    <>
                      <bdi>{officer.function}</bdi>
                      {" · "}
                    </>
                  ) : null}
                  {t("members.since", { date: formatDate(officer.since) })}
                </p>
              </div>
              <Proof person={officer} />
              <AwayChip account={officer.account} />
              <Menu
                label={t("members.more", { name: personName(officer) })}
                icon={Ellipsis}
                items={[
                  ...(officer.self
                    ? []
                    : (["rekey", "reset"] as const).map((how) => ({
                        id: how,
                        label: t(`recovery.${how}.act`),
                        onAction: () => onHelp(how, officer),
                      }))),
                  {
                    id: "remove",
                    label: t("people.officer.act"),
                    onAction: () => onRemove(officer),
                  },
                ]}
              />
            </li>
          ))}
      </ul>
    </section>
  );
}
