/** An enrolment that waits for the inviter's signature: who it is, whether the keys fit the link, what signing does. */
import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Invitation } from "../../sync/contract";
import { Button, Card, Checkbox, DescriptionList, Notice, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { useAct } from "./act";
import { Code } from "./Code";
import { useErrorText } from "./errors";
import { usePersonNames } from "./names";

export function WaitingInvitation({ invitation }: { invitation: Invitation }) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const errorText = useErrorText();
  const { people } = usePersonNames();
  const own = useSnapshot((snapshot) => snapshot.me?.authority ?? null);
  const [compared, setCompared] = useState(false);
  const [pending, setPending] = useState<"sign" | "withdraw" | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const { kind, name } = invitation;
  const authority = invitation.authority?.name ?? people.authority(own)?.name ?? "";

  const run = async (which: "sign" | "withdraw", call: () => Promise<void>, done: string) => {
    setPending(which);
    setProblem(null);
    const outcome = await act(call);
    setPending(null);
    if (outcome.done) toast(done);
    else if (outcome.failure) setProblem(t("members.failed", { reason: errorText(outcome.failure) }));
  };

  const facts = [
    { term: t("enrolment.open.function"), value: <bdi>{invitation.function}</bdi> },
    { term: t("enrolment.open.role"), value: t(`common.roles.${invitation.role}`) },
    ...(kind === "lead" ? [{ term: t("enrolment.open.authority"), value: <bdi>{authority}</bdi> }] : []),
    { term: t("members.proposal.label.email"), value: <bdi dir="ltr">{invitation.email}</bdi> },
  ];
  const mustCompare = invitation.matches !== true;
  return (
    <Card title={<bdi>{name}</bdi>}>
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
            {t("members.invitations.unknown_text")}
          </Notice>
        )}
        {invitation.codeToCompare !== null && invitation.matches !== false && (
          <div>
            <h3 className="sign-card__label">{t("members.invitations.code")}</h3>
            <Code value={invitation.codeToCompare} />
            {mustCompare && (
              <Checkbox isSelected={compared} onChange={setCompared}>
                {t("members.invitations.compared", { name })}
              </Checkbox>
            )}
          </div>
        )}
        <p className="sign-card__effect">
          {kind === "lead"
            ? t("members.invitations.sign_lead_text", { authority })
            : kind === "officer"
              ? t("members.invitations.sign_officer_text", { name })
              : t("members.invitations.sign_text", {
                  name,
                  authority,
                })}
        </p>
        {problem !== null && <Notice tone="bad" title={problem} />}
        <div className="actions">
          {invitation.matches !== false && (
            <Button
              variant="main"
              isPending={pending === "sign"}
              pendingLabel={t("members.invitations.signing")}
              whyDisabled={mustCompare && !compared ? t("members.invitations.sign_whydisabled") : null}
              onPress={() =>
                void run(
                  "sign",
                  () => core.signInvitation(invitation.id),
                  kind === "focal_point"
                    ? t("members.invitations.signed", { name })
                    : t("members.invitations.signed_first"),
                )
              }
            >
              {t(kind === "focal_point" ? "members.invitations.sign" : "members.invitations.sign_first")}
            </Button>
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
