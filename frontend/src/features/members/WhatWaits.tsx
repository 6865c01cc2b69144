/**
 * First on the secretariat's desk: what waits for this officer, and what they signed and a colleague must sign. That
 * nothing waits is said only where the server has told so.
 */
import { useI18n } from "../../i18n";
import type { Proposal } from "../../sync/contract";
import { EmptyState, Notice, Skeleton } from "../../ui";
import { useSnapshot } from "../core";
import { useApplications } from "../vetting/applications";
import { CaseRow } from "../vetting/CaseRow";
import { everything, listed } from "../vetting/listing";
import { ProposalCard } from "./ProposalCard";
import { WaitingInvitation } from "./WaitingInvitation";
import { unsigned } from "./waiting";
import "../vetting/vetting.css";

export function WhatWaits() {
  const { t, stateName } = useI18n();
  const invitations = useSnapshot((snapshot) => snapshot.invitations);
  const proposals = useSnapshot((snapshot) => snapshot.proposals);
  const toSign = useSnapshot((snapshot) => snapshot.loaded.toSign);
  const [list] = useApplications();
  const steps = list.state === "ready" ? list.value.steps : [];
  const open = list.state === "ready" ? listed(list.value.applications, everything, stateName) : [];
  const forMe = open.filter((one) => one.waits_for === "me");
  const forColleague = open.filter(
    (one) => one.waits_for === "colleague" && proposals.some((each) => each.mine && isOn(each, one.id)),
  );
  // One on an application is read and signed there, and stands here once.
  const rows = [...forMe, ...forColleague];
  const cards = proposals.filter((each) => !rows.some(({ id }) => isOn(each, id)));
  const mine = cards.filter((each) => each.mine);
  const others = cards.filter((each) => !each.mine);
  const enrolled = unsigned({ invitations, proposals }).filter(
    ({ application }) => !rows.some(({ id }) => id === application),
  );
  const waiting = forMe.length + others.length + enrolled.length;
  const row = (one: (typeof rows)[number]) => (
    <li key={one.id}>
      <CaseRow application={one} steps={steps} />
    </li>
  );
  return (
    <>
      <section>
        <h2 className="section-title">{t("members.office.waits_you")}</h2>
        {forMe.length > 0 && <ul className="card cases cases--wide">{forMe.map(row)}</ul>}
        {others.length + enrolled.length > 0 && (
          <div className="sign-cards">
            {others.map((proposal) => (
              <ProposalCard key={proposal.id} proposal={proposal} />
            ))}
            {enrolled.map((invitation) => (
              <WaitingInvitation key={invitation.id} invitation={invitation} />
            ))}
          </div>
        )}
        {list.state === "failed" && <Notice tone="warn" title={t("vetting.failed")} live />}
        {toSign === "failed" && (
          <Notice tone="warn" title={t("notices.stalled.to_sign")} live>
            {t("notices.stalled.tried")}
          </Notice>
        )}
        {waiting > 0 || list.state === "failed" || toSign === "failed" ? null : list.state === "loading" ||
          toSign === "not_yet" ? (
          <Skeleton />
        ) : (
          <div className="card">
            <EmptyState title={t("members.office.nothing_title")}>
              {t("members.office.nothing_text")}
            </EmptyState>
          </div>
        )}
      </section>
      {forColleague.length + mine.length > 0 && (
        <section>
          <h2 className="section-title">{t("members.office.waits_colleague")}</h2>
          {forColleague.length > 0 && <ul className="card cases cases--wide">{forColleague.map(row)}</ul>}
          {mine.length > 0 && (
            <div className="sign-cards">
              {mine.map((proposal) => (
                <ProposalCard key={proposal.id} proposal={proposal} />
              ))}
            </div>
          )}
        </section>
      )}
    </>
  );
}

function isOn({ application }: Proposal, id: string): boolean {
  return application?.id === id;
}
