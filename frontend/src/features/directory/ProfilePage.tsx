/** One's own profile, among the pages of the account. */
import { PenLine, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { emptyProfile } from "../../crypto/directory";
import { useI18n } from "../../i18n";
import type { DirectoryProfile, SignedWords } from "../../sync/contract";
import { Button, Card, Checkbox, Icon, Notice, Skeleton, TextField, toast } from "../../ui";
import { AccountPage } from "../accounts/AccountPage";
import { useCore, useSnapshot } from "../core";
import { ActProvider, useAct } from "../members/act";
import { competences } from "./codes";
import { CodesField, HoursFields, LanguagesField, useFaultText, ZoneField } from "./Fields";
import { useFailureText } from "./failures";
import { checkProfile, type Faults, profileFormOf } from "./form";
import { useDirectory } from "./useDirectory";
import { useDirectoryWords } from "./words";
import "./directory.css";

export function ProfilePage() {
  const { t } = useI18n();
  const { directory, reading } = useDirectory();
  const me = useSnapshot((snapshot) => snapshot.me?.account ?? null);
  const signed = me === null ? null : (directory?.profiles[me] ?? null);
  return (
    <AccountPage
      title={t("directory.profile.title")}
      lead={t("directory.profile.lead")}
      asideLabel={t("directory.profile.aside")}
      aside={
        <Card title={t("directory.profile.aside")}>
          <p className="muted">{t("directory.profile.aside_text")}</p>
        </Card>
      }
    >
      {reading && directory?.profilesLoaded !== "loaded" ? (
        <Skeleton lines={6} />
      ) : (
        <ActProvider>
          <Editor key={signed?.revision ?? 0} signed={signed} />
        </ActProvider>
      )}
    </AccountPage>
  );
}

function Editor({ signed }: { signed: SignedWords<DirectoryProfile> | null }) {
  const { t, formatDate } = useI18n();
  const core = useCore();
  const act = useAct();
  const words = useDirectoryWords();
  const failureText = useFailureText();
  const [form, setForm] = useState(() => profileFormOf(signed?.said ?? emptyProfile));
  const [faults, setFaults] = useState<Faults>({});
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const fault = useFaultText(faults);
  const change = (changes: Partial<typeof form>) => setForm({ ...form, ...changes });
  const sign = async () => {
    const { profile, faults: found } = checkProfile(form);
    setFaults(found);
    if (profile === null) return;
    setPending(true);
    setProblem(null);
    const outcome = await act(() => core.signProfile(profile, signed?.revision ?? 0));
    setPending(false);
    if (outcome.done) toast(t("directory.profile.signed"));
    else if (outcome.failure !== null) setProblem(failureText(outcome.failure));
  };
  return (
    <>
      {signed?.refused != null && (
        <Notice tone="bad" title={t("directory.proof.broken_title")}>
          {t(`directory.proof.broken_${signed.refused}`)}
        </Notice>
      )}
      <Card>
        <div className="stack stack--wide">
          <p className={signed?.said == null ? "muted" : "proof proof--person"}>
            {signed?.said == null ? (
              t("directory.profile.unsigned")
            ) : (
              <>
                <Icon icon={ShieldCheck} />
                <span>{t("directory.profile.signed_at", { date: formatDate(signed.signedAt) })}</span>
              </>
            )}
          </p>
          <TextField
            name="title"
            label={t("directory.profile.role")}
            hint={t("directory.profile.role_hint")}
            error={fault("title")}
            value={form.title}
            onChange={(title) => change({ title })}
          />
          <LanguagesField
            label={t("directory.entry.language")}
            hint={t("directory.profile.languages_text")}
            value={form.languages}
            onChange={(languages) => change({ languages })}
          />
          <ZoneField value={form.zone} onChange={(zone) => change({ zone })} faults={faults} />
          <Checkbox isSelected={form.hasHours} onChange={(hasHours) => change({ hasHours })}>
            {t("directory.profile.own_hours")}
          </Checkbox>
          {form.hasHours && (
            <HoursFields
              label={t("directory.edit.days")}
              field="hours"
              value={form.hours}
              onChange={(hours) => change({ hours })}
              faults={faults}
            />
          )}
          <CodesField
            label={t("directory.profile.competences")}
            codes={competences}
            word={words.matter}
            chosen={form.competences}
            onChange={(chosen) => change({ competences: chosen })}
          />
          {problem !== null && <Notice tone="bad" live title={problem} />}
          <div className="actions">
            <Button
              variant="main"
              icon={PenLine}
              isPending={pending}
              pendingLabel={t("directory.profile.signing")}
              onPress={() => void sign()}
            >
              {t("directory.profile.sign")}
            </Button>
          </div>
        </div>
      </Card>
    </>
  );
}
