/** Proposes that an officer leaves office; where too few would be left, that is said before anybody signs. */
import { UserPlus } from "lucide-react";
import { useI18n } from "../../i18n";
import type { Person } from "../../sync/contract";
import { Button, Dialog, Notice, toast } from "../../ui";
import { useCore, useSnapshot } from "../core";
import { ActDialog } from "./ActDialog";
import { usePersonNames } from "./names";

interface Props {
  person: Person;
  onInvite: () => void;
  onClose: () => void;
}

export function OfficerRemovalDialog({ person, onInvite, onClose }: Props) {
  const { t, formatNumber } = useI18n();
  const core = useCore();
  const { personName } = usePersonNames();
  const officers = useSnapshot((snapshot) => snapshot.officers.filter(({ active }) => active).length);
  const threshold = useSnapshot((snapshot) => snapshot.threshold ?? 2);
  const name = personName(person);
  const title = t("people.officer.title", { name });
  if (officers - 1 < threshold + 1) {
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={title}
        actions={
          <>
            <Button
              variant="main"
              icon={UserPlus}
              onPress={() => {
                onClose();
                onInvite();
              }}
            >
              {t("members.office.invite")}
            </Button>
            <Button variant="quiet" onPress={onClose}>
              {t("common.actions.cancel")}
            </Button>
          </>
        }
      >
        <Notice tone="warn" title={t("people.officer.few_title")}>
          {t("people.officer.few_text", {
            name,
            needed: formatNumber(threshold + 1),
            left: formatNumber(officers - 1),
          })}
        </Notice>
      </Dialog>
    );
  }
  return (
    <ActDialog
      danger
      title={title}
      act={t("members.standing.act")}
      acting={t("members.standing.acting")}
      call={() => core.proposeRemoval(person.account)}
      onDone={() => toast(t("members.standing.done"))}
      onClose={onClose}
    >
      {person.self && <p>{t("people.officer.you")}</p>}
      <p>{t("members.removal.what")}:</p>
      <ul className="consequences">
        <li>{t("members.standing.two")}</li>
        <li>{t("people.officer.out", { name })}</li>
        <li>{t("people.officer.counts", { name })}</li>
        <li>{t("people.officer.left", { name })}</li>
        <li>{t("people.officer.stays", { name })}</li>
      </ul>
    </ActDialog>
  );
}
