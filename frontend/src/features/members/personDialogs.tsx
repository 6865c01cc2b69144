/** What a lead or deputy may do to a person, each with its consequences said first. */
import { useState } from "react";
import { useI18n } from "../../i18n";
import type { Person } from "../../sync/contract";
import { RadioCards, toast } from "../../ui";
import { useCore } from "../core";
import { ActDialog } from "./ActDialog";
import { Code } from "./Code";
import { CodeDiffers } from "./CodeDiffers";
import { usePersonNames } from "./names";

interface Props {
  person: Person;
  onClose: () => void;
}

export function RemovalDialog({ person, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const name = personName(person);
  return (
    <ActDialog
      danger
      title={t("members.removal.title", { name })}
      act={t("members.removal.act", { name })}
      acting={t("members.removal.acting")}
      call={() => core.removePerson(person.account)}
      onDone={() => toast(t("members.removal.done", { name }))}
      onClose={onClose}
    >
      {person.self && <p>{t("members.removal.you")}</p>}
      <p>{t("members.removal.what")}:</p>
      <ul className="consequences">
        <li>{t("members.removal.now")}</li>
        <li>{t("members.removal.keys")}</li>
        <li>{t("members.removal.past")}</li>
        <li>{t("members.removal.back")}</li>
      </ul>
    </ActDialog>
  );
}

export function ConfirmDialog({ person, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const name = personName(person);
  return (
    <ActDialog
      title={t("members.confirming.title", { name })}
      act={t("members.confirming.act", { name })}
      acting={t("members.confirming.acting")}
      call={() => core.confirmPerson(person.account)}
      onDone={() => toast(t("members.confirming.done", { name }))}
      onClose={onClose}
    >
      <p>{t("members.confirming.text")}</p>
      <p>{t("members.confirming.compare")}</p>
      <Code value={person.codeToCompare} />
      <p>{t("people.how.compare_confirm")}</p>
      <div>
        <CodeDiffers account={person.account} name={name} what="person" then={onClose} />
      </div>
    </ActDialog>
  );
}

export function RoleDialog({ person, onClose }: Props) {
  const { t } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const [role, setRole] = useState<"deputy" | "member">(person.role === "deputy" ? "deputy" : "member");
  const name = personName(person);
  return (
    <ActDialog
      title={t("members.role_change.title", { name })}
      act={t("members.role_change.act")}
      acting={t("members.role_change.acting")}
      whyDisabled={role === person.role ? t("members.role_change.same") : null}
      call={() => core.changeRole(person.account, role)}
      onDone={() => toast(t("members.role_change.done", { name, role: t(`common.roles.${role}`) }))}
      onClose={onClose}
    >
      <RadioCards
        label={t("members.invite.role")}
        value={role}
        onChange={(value) => setRole(value === "deputy" ? "deputy" : "member")}
        options={[
          {
            value: "member",
            label: t("members.invite.role_member"),
            hint: t("members.invite.role_member_text"),
          },
          {
            value: "deputy",
            label: t("members.invite.role_deputy"),
            hint: t("members.invite.role_deputy_text"),
          },
        ]}
      />
    </ActDialog>
  );
}
