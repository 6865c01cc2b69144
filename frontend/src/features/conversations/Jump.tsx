/** Going to a day in a long thread. */
import { useState } from "react";
import { TextField as AriaTextField, Input } from "react-aria-components";
import { useI18n } from "../../i18n";
import { Button, Dialog } from "../../ui";
import { FieldFrame } from "../../ui/Field";
import { dayKey } from "./when";

/** The beginning of a day in the reader's zone, from a date field; null for what is no day. */
export function beginningOf(day: string): number | null {
  const parts = /^(\d{4,6})-(\d\d)-(\d\d)$/.exec(day);
  if (parts === null) return null;
  const at = new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])).getTime();
  return Number.isNaN(at) ? null : at;
}

export function JumpToDate({ onGo, onClose }: { onGo: (at: number) => void; onClose: () => void }) {
  const { t } = useI18n();
  const [day, setDay] = useState("");
  const [error, setError] = useState<string | null>(null);
  const go = () => {
    const at = beginningOf(day);
    if (at === null) setError(t("notices.jump.missing"));
    else if (at > Date.now()) setError(t("notices.jump.future"));
    else onGo(at);
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("notices.jump.title")}
      onSubmit={go}
      actions={
        <>
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
          <Button variant="main" type="submit">
            {t("notices.jump.go")}
          </Button>
        </>
      }
    >
      <AriaTextField
        className="field"
        value={day}
        onChange={(value) => {
          setDay(value);
          setError(null);
        }}
        isInvalid={error !== null}
        validationBehavior="aria"
        autoFocus
      >
        <FieldFrame label={t("notices.jump.day")} hint={t("notices.jump.hint")} error={error}>
          <Input className="input jump__day" type="date" max={dayKey(Date.now())} />
        </FieldFrame>
      </AriaTextField>
    </Dialog>
  );
}
