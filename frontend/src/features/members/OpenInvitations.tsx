/** Invitations that nobody has used up yet; each can be withdrawn. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Invitation } from "../../sync/contract";
import { Button, Chip, toast } from "../../ui";
import { useCore } from "../core";
import { ActDialog } from "./ActDialog";

type Open = Invitation & { state: "open" | "enrolling" | "expired" };

function isOpen(invitation: Invitation): invitation is Open {
  const { state } = invitation;
  return state === "open" || state === "enrolling" || state === "expired";
}

export function OpenInvitations({ invitations }: { invitations: readonly Invitation[] }) {
  const { t, formatDate } = useI18n();
  const core = useCore();
  const [asked, setAsked] = useState<Invitation | null>(null);
  const open = invitations.filter(isOpen);
  if (open.length === 0) return null;
  return (
    <section>
      <h2 className="section-title">{t("members.invitations.title")}</h2>
      <ul className="card rows">
        {open.map((invitation) => (
          <li key={invitation.id} className="rows__row">
            <div className="rows__main">
              <b>
                <bdi>{invitation.name}</bdi>
              </b>
              <p>
                {invitation.kind === "rekey"
                  ? t("recovery.rekey.chip")
                  : t(`common.roles.${invitation.role}`)}
                {invitation.authority !== null && (
                  <>
                    {" · "}
                    <bdi>{invitation.authority.name}</bdi>
                  </>
                )}
              </p>
            </div>
            <Chip tone={invitation.state === "expired" ? "warn" : "neutral"}>
              {t(`members.invitations.state.${invitation.state}`)}
            </Chip>
            <span className="rows__when">
              {t("members.invitations.expires", { date: formatDate(invitation.expires) })}
            </span>
            <Button size="s" onPress={() => setAsked(invitation)}>
              {t("members.invitations.withdraw")}
            </Button>
          </li>
        ))}
      </ul>
      {asked !== null && (
        <ActDialog
          danger
          title={t("members.invitations.withdraw_title", { name: asked.name })}
          act={t("members.invitations.withdraw_act")}
          call={() => core.withdrawInvitation(asked.id)}
          onDone={() => toast(t("members.invitations.state.withdrawn"))}
          onClose={() => setAsked(null)}
        >
          <p>{t("members.invitations.withdraw_text")}</p>
        </ActDialog>
      )}
    </section>
  );
}
