/** Writing an entry: what is typed is kept, what will be signed is read first, and then it is signed. */
import { ArrowLeft, Eye, PenLine } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { DirectoryEntry } from "../../crypto/directory";
import { languages, useI18n } from "../../i18n";
import type { Authority, SignedWords } from "../../sync/contract";
import {
  Button,
  Card,
  Checkbox,
  Dialog,
  languageNames,
  Notice,
  Page,
  PageHeader,
  RadioCards,
  Skeleton,
  TextArea,
  TextField,
  toast,
} from "../../ui";
import { useNow } from "../conversations/useNow";
import { useCore, useSnapshot } from "../core";
import { useAct } from "../members/act";
import { usePersonNames } from "../members/names";
import { competences, matters, networks, powers } from "./codes";
import { Contact, EntryStrip, HowItWorks, Sharing } from "./EntryBody";
import { useSpeaksFor } from "./EntryPage";
import { CodesField, HoursFields, LanguagesField, useFaultText, ZoneField } from "./Fields";
import { useFailureText } from "./failures";
import { type Answer, checkEntry, type EntryForm, type Faults } from "./form";
import { hrefOf, subjectOf, titleOf } from "./rows";
import { useDirectory } from "./useDirectory";
import { type KeptForm, useKeptForm } from "./useKeptForm";
import { useDirectoryWords } from "./words";
import "./directory.css";

export function EditPage({ subject }: { subject: string }) {
  const { t, language, stateName } = useI18n();
  const { directory, reading } = useDirectory();
  const authority = useSnapshot(
    (snapshot) => snapshot.authorities.find(({ id }) => subjectOf(id) === subject) ?? null,
  );
  const may = useSpeaksFor(subject, authority);
  const words = directory?.entries[subject] ?? null;
  const title =
    titleOf(words, authority, language) || stateName(authority?.state ?? subject.slice("state/".length));
  return (
    <Page>
      <PageHeader
        title={t("directory.edit.title", { name: title })}
        lead={t(authority === null ? "directory.edit.central_lead" : "directory.edit.lead")}
        actions={
          <Button
            variant="quiet"
            icon={ArrowLeft}
            flipIcon
            href={words === null && authority === null ? "/directory" : hrefOf(subject)}
          >
            {t("common.actions.back")}
          </Button>
        }
      />
      {!may ? (
        <Notice tone="warn" title={t("directory.edit.not_yours")} />
      ) : reading && directory?.entriesLoaded !== "loaded" ? (
        <Skeleton lines={8} />
      ) : (
        <Editor subject={subject} title={title} authority={authority} words={words} />
      )}
    </Page>
  );
}

interface EditorProps {
  subject: string;
  title: string;
  authority: Authority | null;
  words: SignedWords<DirectoryEntry> | null;
}

function Editor({ subject, title, authority, words }: EditorProps) {
  const { t, formatMoment } = useI18n();
  const seen = words?.revision ?? 0;
  const kept = useKeptForm(subject, words?.said ?? null, seen);
  const [faults, setFaults] = useState<Faults>({});
  const [ready, setReady] = useState<DirectoryEntry | null>(null);
  const top = useRef<HTMLDivElement>(null);
  const count = Object.keys(faults).length;
  // whoever is told of faults goes on at the first of them
  useEffect(() => {
    if (count > 0) top.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [count]);
  if (kept === null) return <Skeleton lines={8} />;
  const central = authority === null;
  const read = () => {
    const form = central ? { ...kept.form, central: true } : kept.form;
    const checked = checkEntry(form, central);
    setFaults(checked.faults);
    setReady(checked.entry);
    if (checked.entry !== null) globalThis.scrollTo(0, 0);
  };
  if (ready !== null) {
    return (
      <Preview
        subject={subject}
        title={title}
        entry={ready}
        seen={seen}
        onBack={() => setReady(null)}
        onSigned={kept.done}
      />
    );
  }
  return (
    <div ref={top} className="stack stack--wide dir-form">
      {kept.from !== null && (
        <Notice
          tone={kept.from.seen === seen ? "info" : "warn"}
          action={
            <Button size="s" onPress={kept.startAgain}>
              {t("directory.edit.discard")}
            </Button>
          }
        >
          {t(kept.from.seen === seen ? "directory.edit.restored" : "directory.edit.restored_older", {
            date: formatMoment(kept.from.at),
          })}
        </Notice>
      )}
      {count > 0 && <Notice tone="bad" live title={t("directory.edit.wrong", { count })} />}
      <Fields kept={kept} faults={faults} central={central} />
      <div className="dir-form__end">
        <p className="muted small">{t("directory.edit.kept")}</p>
        <Button variant="main" icon={Eye} onPress={read}>
          {t("directory.edit.preview")}
        </Button>
      </div>
    </div>
  );
}

interface FieldsProps {
  kept: KeptForm;
  faults: Faults;
  central: boolean;
}

function Fields({ kept, faults, central }: FieldsProps) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const fault = useFaultText(faults);
  const { form, change } = kept;
  const answers = (name: "electronic" | "interpol", labels: Record<Answer, string>) => (
    <RadioCards
      name={name}
      label={t(`directory.edit.${name}`)}
      value={form[name]}
      onChange={(value) => change({ [name]: value })}
      options={(["not_said", "yes", "no"] as const).map((value) => ({ value, label: labels[value] }))}
    />
  );
  const notSaid = t("directory.edit.electronic_not_said");
  return (
    <>
      <Card title={t("directory.edit.names")}>
        <div className="stack">
          <p className="muted">{t("directory.edit.names_text")}</p>
          <div className="dir-pairs">
            {languages.map((one) => (
              <div key={one} lang={one}>
                <TextField
                  name={`names.${one}`}
                  label={t("directory.edit.name_in", { language: languageNames[one] })}
                  error={fault(`names.${one}`)}
                  value={form.names[one] ?? ""}
                  onChange={(name) => change({ names: { ...form.names, [one]: name } })}
                  maxLength={200}
                />
              </div>
            ))}
          </div>
        </div>
      </Card>
      <Card title={t("directory.edit.contact")}>
        <div className="dir-pairs">
          <TextArea
            name="address"
            label={t("directory.edit.address")}
            error={fault("address")}
            value={form.address}
            onChange={(address) => change({ address })}
            rows={4}
          />
          <div className="stack">
            <TextField
              name="switchboard"
              type="tel"
              label={t("directory.edit.switchboard")}
              error={fault("switchboard")}
              value={form.switchboard}
              onChange={(switchboard) => change({ switchboard })}
            />
            <TextField
              name="email"
              type="email"
              label={t("directory.edit.email")}
              error={fault("email")}
              value={form.email}
              onChange={(email) => change({ email })}
            />
          </div>
        </div>
        <div className="stack dir-part">
          <Checkbox isSelected={form.hasDuty} onChange={(hasDuty) => change({ hasDuty })}>
            {t("directory.edit.duty_has")}
          </Checkbox>
          {form.hasDuty && (
            <>
              <TextField
                name="dutyTelephone"
                type="tel"
                label={t("directory.edit.duty_telephone")}
                error={fault("dutyTelephone")}
                value={form.dutyTelephone}
                onChange={(dutyTelephone) => change({ dutyTelephone })}
              />
              <Checkbox isSelected={form.dutyAlways} onChange={(dutyAlways) => change({ dutyAlways })}>
                {t("directory.edit.duty_always")}
              </Checkbox>
              {!form.dutyAlways && (
                <HoursFields
                  label={t("directory.edit.duty_hours")}
                  field="dutyHours"
                  value={form.dutyHours}
                  onChange={(dutyHours) => change({ dutyHours })}
                  faults={faults}
                />
              )}
            </>
          )}
        </div>
      </Card>
      <Card title={t("directory.edit.when")}>
        <div className="stack">
          <ZoneField value={form.zone} onChange={(zone) => change({ zone })} faults={faults} />
          <Checkbox isSelected={form.hasHours} onChange={(hasHours) => change({ hasHours })}>
            {t("directory.edit.hours_has")}
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
        </div>
      </Card>
      <Card title={t("directory.edit.languages")}>
        <LanguagesField
          hint={t("directory.edit.languages_text")}
          value={form.languages}
          onChange={(chosen) => change({ languages: chosen })}
        />
      </Card>
      <Card title={t("directory.edit.does")}>
        <div className="stack">
          <CodesField
            label={t("directory.edit.powers")}
            codes={powers}
            word={words.power}
            chosen={form.powers}
            onChange={(chosen) => change({ powers: chosen })}
          />
          <CodesField
            label={t("directory.edit.competences")}
            codes={competences}
            word={words.matter}
            chosen={form.competences}
            onChange={(chosen) => change({ competences: chosen })}
          />
          {!central && (
            <Checkbox isSelected={form.central} onChange={(value) => change({ central: value })}>
              {t("directory.edit.central")}
            </Checkbox>
          )}
        </div>
      </Card>
      <SharingFields form={form} change={change} faults={faults} />
      <Card title={t("directory.edit.law")}>
        <div className="stack stack--wide">
          <TextArea
            name="basis"
            label={t("directory.edit.basis")}
            error={fault("basis")}
            value={form.basis}
            onChange={(basis) => change({ basis })}
          />
          {answers("electronic", {
            not_said: notSaid,
            yes: t("directory.edit.electronic_yes"),
            no: t("directory.edit.electronic_no"),
          })}
          {form.electronic !== "not_said" && (
            <TextField
              name="electronicHow"
              label={t("directory.edit.electronic_how")}
              error={fault("electronicHow")}
              optional
              value={form.electronicHow}
              onChange={(electronicHow) => change({ electronicHow })}
            />
          )}
          {answers("interpol", {
            not_said: notSaid,
            yes: t("directory.edit.interpol_yes"),
            no: t("directory.edit.interpol_no"),
          })}
          <CodesField
            label={t("directory.edit.networks")}
            codes={networks}
            word={words.network}
            chosen={form.networks}
            onChange={(chosen) => change({ networks: chosen })}
          />
          <TextArea
            name="note"
            label={t("directory.edit.note")}
            error={fault("note")}
            value={form.note}
            onChange={(note) => change({ note })}
          />
        </div>
      </Card>
    </>
  );
}

type Way = "informal" | "formal";

function SharingFields({
  form,
  change,
  faults,
}: {
  form: EntryForm;
  change: KeptForm["change"];
  faults: Faults;
}) {
  const { t } = useI18n();
  const words = useDirectoryWords();
  const fault = useFaultText(faults);
  const chosen = [...Object.keys(form.informal), ...Object.keys(form.formal)];
  const all = [...matters, ...new Set(chosen.filter((code) => !matters.some((one) => one === code)))];
  const choose = (way: Way, code: string, selected: boolean) => {
    const { [code]: note = "", ...others } = form[way];
    change({ [way]: selected ? { ...others, [code]: note } : others });
  };
  return (
    <Card title={t("directory.edit.sharing")}>
      <p className="muted">{t("directory.edit.sharing_text")}</p>
      <ul className="dir-matters">
        {all.map((code) => (
          <li key={code}>
            <fieldset>
              <legend>{words.matter(code)}</legend>
              {(["informal", "formal"] as const).map((way) => (
                <div key={way} className="dir-matters__way">
                  <Checkbox
                    isSelected={form[way][code] !== undefined}
                    onChange={(selected) => choose(way, code, selected)}
                  >
                    {t(`directory.edit.${way}`)}
                  </Checkbox>
                  {form[way][code] !== undefined && (
                    <TextField
                      name={`${way}.${code}`}
                      label={t(`directory.edit.${way}_note`, { matter: words.matter(code) })}
                      optional
                      error={fault(`${way}.${code}`)}
                      value={form[way][code] ?? ""}
                      onChange={(note) => change({ [way]: { ...form[way], [code]: note } })}
                    />
                  )}
                </div>
              ))}
            </fieldset>
          </li>
        ))}
      </ul>
    </Card>
  );
}

interface PreviewProps {
  subject: string;
  title: string;
  entry: DirectoryEntry;
  seen: number;
  onBack: () => void;
  onSigned: () => void;
}

function Preview({ subject, title, entry, seen, onBack, onSigned }: PreviewProps) {
  const { t, formatDate } = useI18n();
  const { personName } = usePersonNames();
  const me = useSnapshot((snapshot) => snapshot.me);
  const now = useNow();
  const [asking, setAsking] = useState(false);
  return (
    <div className="stack stack--wide">
      <Notice tone="info" icon={PenLine} title={t("directory.edit.preview_title")} live>
        {t("directory.edit.preview_text")}
      </Notice>
      <EntryStrip
        entry={entry}
        now={now}
        signed={
          <>
            <p className="strip__big">{formatDate(now)}</p>
            {me !== null && <p>{t("directory.entry.signed_by", { name: personName(me) })}</p>}
          </>
        }
      />
      <div className="entry-cols">
        <div className="stack stack--wide">
          <Sharing entry={entry} />
          <HowItWorks entry={entry} now={now} central={t("directory.entry.central_none")} />
        </div>
        <Contact entry={entry} title={title} />
      </div>
      <div className="actions">
        <Button variant="main" icon={PenLine} onPress={() => setAsking(true)}>
          {t("directory.edit.sign")}
        </Button>
        <Button onPress={onBack}>{t("directory.edit.back_to_form")}</Button>
      </div>
      {asking && (
        <SignDialog
          subject={subject}
          title={title}
          entry={entry}
          seen={seen}
          onSigned={onSigned}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

interface SignProps extends Omit<PreviewProps, "onBack"> {
  onClose: () => void;
}

function SignDialog({ subject, title, entry, seen, onSigned, onClose }: SignProps) {
  const { t } = useI18n();
  const core = useCore();
  const act = useAct();
  const failureText = useFailureText();
  const [, navigate] = useLocation();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<{ code: string; text: string } | null>(null);
  const sign = async () => {
    setPending(true);
    setFailure(null);
    const outcome = await act(() => core.signEntry(subject, entry, seen));
    setPending(false);
    if (outcome.done) {
      onSigned();
      toast(t("directory.edit.signed"));
      navigate(hrefOf(subject));
    } else if (outcome.failure !== null) {
      setFailure({ code: outcome.failure.code, text: failureText(outcome.failure) });
    }
  };
  const changed = failure?.code === "directory_changed";
  return (
    <Dialog
      isOpen
      isBusy={pending}
      onClose={onClose}
      title={t("directory.edit.sign_title", { name: title })}
      actions={
        <>
          {changed ? (
            <Button variant="main" href={hrefOf(subject)}>
              {t("directory.edit.look")}
            </Button>
          ) : (
            <Button
              variant="main"
              isPending={pending}
              pendingLabel={t("directory.edit.signing")}
              onPress={() => void sign()}
            >
              {t("directory.edit.sign")}
            </Button>
          )}
          <Button variant="quiet" onPress={onClose}>
            {t("common.actions.cancel")}
          </Button>
        </>
      }
    >
      <p>{t("directory.edit.sign_text")}</p>
      {failure !== null && (
        <Notice tone="bad" live title={changed ? t("directory.edit.changed_title") : failure.text}>
          {changed ? t("directory.edit.changed_text") : undefined}
        </Notice>
      )}
    </Dialog>
  );
}
