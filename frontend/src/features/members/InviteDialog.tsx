/** Invites a focal point, the lead of an authority to be admitted, or an officer. */
import { type FormEvent, useId, useState } from "react";
import { languages, useI18n } from "../../i18n";
import type { Authority, Invitation } from "../../sync/contract";
import { Button, Dialog, Notice, RadioCards, Select, TextField } from "../../ui";
import { useCore } from "../core";
import { useAct } from "./act";
import { useActProblem } from "./errors";
import { LinkDialog } from "./LinkDialog";

const languageNames: Record<(typeof languages)[number], string> = {
  ar: "العربية",
  zh: "中文",
  en: "English",
  fr: "Français",
  ru: "Русский",
  es: "Español",
};

interface Props {
  kind: Exclude<Invitation["kind"], "rekey">;
  /** An authority that stands, and whose next lead is invited. */
  led?: Authority;
  /** The role that is chosen at first. */
  roleAtFirst?: "member" | "deputy";
  onClose: () => void;
}

export function InviteDialog({ kind, led, roleAtFirst = "member", onClose }: Props) {
  const { t, language } = useI18n();
  const core = useCore();
  const act = useAct();
  const problemOf = useActProblem();
  const form = useId();
  const [fields, setFields] = useState({
    authority: "",
    state: "",
    kind: "member" as "member" | "observer",
    name: "",
    function: "",
    email: "",
    role: roleAtFirst,
    language: language as string,
  });
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [link, setLink] = useState<string | null>(null);
  const set =
    <K extends keyof typeof fields>(name: K) =>
    (value: (typeof fields)[K]) =>
      setFields((before) => ({ ...before, [name]: value }));

  const admits = kind === "lead" && led === undefined;
  const missing = (text: string) => (text.trim() === "" ? t("members.invite.missing") : null);
  const faults = {
    authority: admits ? missing(fields.authority) : null,
    state: admits && !/^[A-Za-z]{2}$/.test(fields.state) ? t("members.invite.state_wrong") : null,
    name: missing(fields.name),
    function: missing(fields.function),
    email: /^\S+@\S+\.\S+$/.test(fields.email.trim()) ? null : t("members.invite.email_wrong"),
  };
  const untouched = [fields.authority, fields.state, fields.name, fields.function, fields.email].every(
    (text) => text.trim() === "",
  );
  const shown = (fault: string | null) => (tried ? fault : null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    setProblem(null);
    if (Object.values(faults).some((fault) => fault !== null)) return;
    setPending(true);
    const outcome = await act(() =>
      core.invite({
        kind,
        email: fields.email.trim(),
        role: kind === "officer" ? "officer" : kind === "lead" ? "lead" : fields.role,
        authority: admits
          ? { name: fields.authority.trim(), state: fields.state.toUpperCase(), kind: fields.kind }
          : null,
        ...(led === undefined ? {} : { led: led.id }),
        name: fields.name.trim(),
        function: fields.function.trim(),
        language: fields.language,
      }),
    );
    setPending(false);
    if (outcome.done) setLink(outcome.value.link);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };

  if (link !== null) return <LinkDialog link={link} name={fields.name.trim()} onClose={onClose} />;
  return (
    <Dialog
      isOpen
      isBusy={pending}
      isDismissable={untouched}
      onClose={onClose}
      title={
        led !== undefined
          ? t("people.lead.invite_title", { name: led.name })
          : t(
              kind === "lead"
                ? "members.invite.title_lead"
                : kind === "officer"
                  ? "members.invite.title_officer"
                  : "members.invite.title",
            )
      }
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="main"
            isPending={pending}
            pendingLabel={t("members.invite.making")}
          >
            {t("members.invite.make")}
          </Button>
          {/* The link is shown to whoever waits for it, and to nobody later. */}
          <Button variant="quiet" whyDisabled={pending ? t("members.invite.making") : null} onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <form id={form} className="dialog-form" onSubmit={submit} noValidate>
        {led !== undefined && <p className="dialog-lead">{t("people.lead.invite_text")}</p>}
        {admits && (
          <>
            <p className="dialog-lead">{t("members.invite.lead_text")}</p>
            <TextField
              label={t("members.invite.authority")}
              hint={t("members.invite.authority_hint")}
              error={shown(faults.authority)}
              value={fields.authority}
              onChange={set("authority")}
              dir="auto"
            />
            <TextField
              label={t("members.invite.state")}
              hint={t("members.invite.state_hint", { example: "XC" })}
              error={shown(faults.state)}
              value={fields.state}
              onChange={set("state")}
              maxLength={2}
            />
            <RadioCards
              label={t("members.invite.kind")}
              value={fields.kind}
              onChange={(value) => set("kind")(value === "observer" ? "observer" : "member")}
              options={[
                {
                  value: "member",
                  label: t("members.invite.kind_member"),
                  hint: t("members.invite.kind_member_text"),
                },
                {
                  value: "observer",
                  label: t("members.invite.kind_observer"),
                  hint: t("members.invite.kind_observer_text"),
                },
              ]}
            />
          </>
        )}
        <TextField
          label={t("members.invite.name")}
          error={shown(faults.name)}
          value={fields.name}
          onChange={set("name")}
          dir="auto"
        />
        <TextField
          label={t("members.invite.function")}
          hint={t("members.invite.function_hint")}
          error={shown(faults.function)}
          value={fields.function}
          onChange={set("function")}
          dir="auto"
        />
        <TextField
          type="email"
          label={t("members.invite.email")}
          hint={t("members.invite.email_hint")}
          error={shown(faults.email)}
          value={fields.email}
          onChange={set("email")}
        />
        {kind === "focal_point" && (
          <RadioCards
            label={t("members.invite.role")}
            value={fields.role}
            onChange={(value) => set("role")(value === "deputy" ? "deputy" : "member")}
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
        )}
        <Select
          label={t("members.invite.language")}
          value={fields.language}
          onChange={set("language")}
          options={languages.map((code) => ({ value: code, label: languageNames[code] }))}
        />
        {problem !== null && <Notice tone="bad" title={problem} />}
      </form>
    </Dialog>
  );
}
