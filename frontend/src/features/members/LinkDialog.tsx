/** Shows the link of an invitation, once: it is the secret, and it must leave the portal by another way. */
import { Copy, KeyRound } from "lucide-react";
import { useState } from "react";
import { useI18n } from "../../i18n";
import { Button, Dialog, Notice } from "../../ui";
import { copyText } from "../enrolment/keep";
import { LinkSteps } from "./HowTo";

interface Props {
  link: string;
  name: string;
  /** What the link is for, where it brings nobody in. */
  text?: string;
  afterwards?: string | undefined;
  onClose: () => void;
}

export function LinkDialog({ link, name, text, afterwards, onClose }: Props) {
  const { t } = useI18n();
  const [copied, setCopied] = useState(false);
  const [touched, setTouched] = useState(false);
  const copy = async () => {
    setTouched(true);
    setCopied(await copyText(link));
  };
  return (
    <Dialog
      isOpen
      // Left by its own button only: the link cannot be shown a second time.
      isAlert
      isBusy
      onClose={onClose}
      title={t("members.invite.link_title")}
      actions={
        <>
          <Button variant={touched ? "plain" : "main"} icon={Copy} onPress={() => void copy()}>
            {t(copied ? "common.actions.copied" : "members.invite.copy")}
          </Button>
          <Button
            variant={touched ? "main" : "plain"}
            whyDisabled={touched ? null : t("members.invite.done_whydisabled")}
            onPress={onClose}
          >
            {t("members.invite.done")}
          </Button>
        </>
      }
    >
      <div className="handover">
        <label htmlFor="invitation-link">{t("members.invite.link_label", { name })}</label>
        <textarea
          id="invitation-link"
          className="handover__link"
          dir="ltr"
          readOnly
          rows={3}
          value={link}
          onFocus={(event) => {
            event.target.select();
            setTouched(true);
          }}
        />
      </div>
      <Notice tone="warn" icon={KeyRound} title={t("members.invite.link_secret")}>
        {text ?? t("members.invite.link_text", { name })}
      </Notice>
      {afterwards === undefined ? <LinkSteps name={name} /> : <p>{afterwards}</p>}
    </Dialog>
  );
}
