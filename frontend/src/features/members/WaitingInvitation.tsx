/** An enrolment that waits for the inviter's signature: who it is, whether the keys fit the link, what signing does. */
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Invitation } from "../../sync/contract";
import { Button, Card, Checkbox, DescriptionList, Notice, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useAct } from "./act";
import { Code } from "./Code";
import { CodeDiffers } from "./CodeDiffers";
import { useCompared } from "./compared";
import { useActProblem } from "./errors";
import { CompareSteps } from "./HowTo";
import { usePersonNames } from "./names";

export function WaitingInvitation({ invitation }: { invitation: Invitation }) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const { people, personName, nameOf } = usePersonNames();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [compared, setCompared] = useCompared(invitation.codeToCompare);
  const [pending, setPending] = useState<"sign" | "withdraw" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { kind } = invitation;
  const rekeyed = kind === "rekey";
  // Of somebody who is in the Register only the name counts that was signed.
  const known = rekeyed ? people.person(invitation.account) : null;
  const name = known === null ? invitation.name : personName(known);
  const alone =
    kind === "focal_point" || (rekeyed && (invitation.role === "member" || invitation.role === "deputy"));
  const authority = invitation.authority?.name ?? people.authority(own)?.name ?? "";

  const run = async (which: "sign" | "withdraw", call: () => Promise<void>, done: string) => {
    setPending(which);
    setProblem(null);
    const outcome = await act(call);
    setPending(null);
    if (outcome.done) toast(done);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };

  const facts = [
    { term: t("enrolment.open.function"), value: <bdi>{invitation.function}</bdi> },
    { term: t("enrolment.open.role"), value: t(`common.roles.${invitation.role}`) },
    ...(kind === "lead" ? [{ term: t("enrolment.open.authority"), value: <bdi>{authority}</bdi> }] : []),
    { term: t("members.proposal.label.email"), value: <bdi dir="ltr">{invitation.email}</bdi> },
  ];
  const mustCompare = rekeyed || invitation.matches !== true;
  const effect = () => {
    if (rekeyed) {
      return t(alone ? "recovery.rekey.sign_text" : "recovery.rekey.sign_officer_text", { name });
    }
    if (kind === "lead") return t("members.invitations.sign_lead_text", { authority });
    if (kind === "officer") return t("members.invitations.sign_officer_text", { name });
    return t("members.invitations.sign_text", { name, authority });
  };
  const done = () => {
    if (!alone) return t("members.invitations.signed_first");
    return rekeyed ? t("recovery.rekey.signed", { name }) : t("members.invitations.signed", { name });
  };
  return (
    <Card title={rekeyed ? t("recovery.rekey.card", { name }) : <bdi>{name}</bdi>}>
      <div className="sign-card">
        <DescriptionList items={facts} />
        {invitation.matches === true && (
          <Notice tone="ok" icon={ShieldCheck} title={t("members.invitations.matches")}>
            {t("members.invitations.matches_text")}
          </Notice>
        )}
        {invitation.matches === false && (
          <Notice tone="bad" icon={ShieldAlert} title={t("members.invitations.differs")}>
            {t("members.invitations.differs_text")}
          </Notice>
        )}
        {invitation.matches === null && (
          <Notice tone="warn" icon={ShieldAlert} title={t("members.invitations.unknown")}>
            {invitation.takenOverFrom == null
              ? t("members.invitations.unknown_text")
              : t("people.left.taken_from", { name: nameOf(invitation.takenOverFrom) })}
          </Notice>
        )}
        {invitation.codeToCompare !== null && invitation.matches !== false && (
          <div>
            <CompareSteps name={name} needed={mustCompare} />
            <h3 className="sign-card__label">{t("members.invitations.code")}</h3>
            <Code value={invitation.codeToCompare} />
            {mustCompare && (
              <Checkbox isSelected={compared} onChange={setCompared}>
                {t("members.invitations.compared", { name })}
              </Checkbox>
            )}
          </div>
        )}
        {rekeyed && <p>{t("recovery.rekey.warn", { name })}</p>}
        <p className="sign-card__effect">{effect()}</p>
        {problem !== null && <Notice tone="bad" title={problem} />}
        <div className="actions">
          {invitation.matches !== false && (
            <Button
              variant="main"
              isPending={pending === "sign"}
              pendingLabel={t("members.invitations.signing")}
              whyDisabled={mustCompare && !compared ? t("members.invitations.sign_whydisabled") : null}
              onPress={() => void run("sign", () => core.signInvitation(invitation.id), done())}
            >
              {t(
                !alone
                  ? "members.invitations.sign_first"
                  : rekeyed
                    ? "recovery.rekey.sign"
                    : "members.invitations.sign",
              )}
            </Button>
          )}
          {invitation.matches !== false && invitation.codeToCompare !== null && (
            <CodeDiffers
              account={invitation.account}
              name={name}
              what="invitation"
              then={() => core.withdrawInvitation(invitation.id)}
            />
          )}
          <Button
            variant="danger"
            isPending={pending === "withdraw"}
            onPress={() =>
              void run(
                "withdraw",
                () => core.withdrawInvitation(invitation.id),
                t("members.invitations.state.withdrawn"),
              )
            }
          >
            {t("members.invitations.withdraw_act")}
          </Button>
        </div>
      </div>
    </Card>
  );
}
