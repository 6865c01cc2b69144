/** What officers prepare: all six texts, the number and the day; written by one, published by another. */
import { ArrowLeft, Check, Megaphone } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useLocation } from "wouter";
import { type Language, languages, useI18n } from "../../i18n";
import type { Charter, CharterDraft, CharterTexts } from "../../sync/contract";
import {
  Button,
  Card,
  Icon,
  languageNames,
  Notice,
  Page,
  PageHeader,
  Skeleton,
  Tabs,
  TextArea,
  TextField,
  toast,
} from "../../ui";
import { useCore, useSnapshot } from "../core";
import { ActDialog } from "../members/ActDialog";
import { ActProvider } from "../members/act";
import { type Failure, failureOf, useErrorText } from "../members/errors";
import { usePersonNames } from "../members/names";
import { fromDateField, toDateField } from "./dates";
import { CharterChanges, CharterText } from "./Text";
import "./charter.css";

interface Begun {
  draft: CharterDraft | null;
  /** What the next version is compared with; null for the first one. */
  before: CharterTexts | null;
  texts: CharterTexts;
  number: string;
}

export function DraftPage() {
  const { t } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const charter = useSnapshot((snapshot) => snapshot.charter);
  const [begun, setBegun] = useState<Begun | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const open = useCallback(() => {
    if (charter === null) return;
    setFailure(null);
    begin(core, charter).then(setBegun, (thrown: unknown) => setFailure(failureOf(thrown)));
  }, [core, charter]);
  useEffect(open, [open]);
  return (
    <Page>
      <PageHeader
        title={t("charter.draft.title")}
        lead={t("charter.draft.lead")}
        actions={
          <Button variant="quiet" icon={ArrowLeft} flipIcon href="/charter">
            {t("charter.draft.back")}
          </Button>
        }
      />
      {failure !== null ? (
        <Notice
          tone="bad"
          live
          title={t("charter.failed")}
          action={
            <Button size="s" onPress={open}>
              {t("common.actions.try_again")}
            </Button>
          }
        >
          {errorText(failure)}
        </Notice>
      ) : begun === null ? (
        <Skeleton />
      ) : (
        <ActProvider>
          <Editor key={begun.draft?.changedAt ?? 0} begun={begun} onSaved={open} />
        </ActProvider>
      )}
    </Page>
  );
}

/** What is prepared; where nothing is, the present version, or the text that comes with the program. */
async function begin(core: ReturnType<typeof useCore>, charter: Charter): Promise<Begun> {
  const newest = charter.versions.at(-1);
  const [draft, before] = await Promise.all([
    core.charterDraft(),
    newest === undefined ? null : core.readCharter(newest.number),
  ]);
  if (draft !== null) return { draft, before, texts: draft.texts, number: draft.number };
  const texts = before ?? (await core.charterTemplate());
  return { draft, before, texts, number: newest === undefined ? "1.0" : following(newest.number) };
}

function following(number: string): string {
  const [major = "1", minor = "0"] = number.split(".");
  return `${major}.${Number(minor) + 1}`;
}

function Editor({ begun, onSaved }: { begun: Begun; onSaved: () => void }) {
  const { t, language } = useI18n();
  const core = useCore();
  const errorText = useErrorText();
  const { draft, before } = begun;
  const [number, setNumber] = useState(begun.number);
  const [effective, setEffective] = useState(draft?.effective ?? null);
  const [texts, setTexts] = useState(begun.texts);
  const [shown, setShown] = useState<Language>(language);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const changed =
    draft === null ||
    number !== draft.number ||
    effective !== draft.effective ||
    languages.some((one) => texts[one] !== draft.texts[one]);

  const save = async () => {
    setPending(true);
    setProblem(null);
    try {
      await core.saveCharterDraft({ number, effective, texts }, draft?.changedAt ?? 0);
      toast(t("charter.draft.saved"));
      onSaved();
    } catch (thrown) {
      setProblem(errorText(failureOf(thrown)));
    } finally {
      setPending(false);
    }
  };
  return (
    <div className="desk-stack">
      <div className="charter-facts">
        <TextField
          name="number"
          label={t("charter.draft.number")}
          hint={t("charter.draft.number_hint")}
          value={number}
          onChange={setNumber}
          maxLength={7}
          dir="ltr"
        />
        <div className="field">
          <label className="field__label" htmlFor="charter-effective">
            {t("charter.draft.effective")}
          </label>
          <p className="field__hint" id="charter-effective-hint">
            {t("charter.draft.effective_hint")}
          </p>
          <input
            id="charter-effective"
            className="input"
            type="date"
            aria-describedby="charter-effective-hint"
            value={toDateField(effective)}
            onChange={(event) => setEffective(fromDateField(event.target.value))}
          />
        </div>
      </div>
      <Tabs
        label={t("charter.draft.languages")}
        selected={shown}
        onChange={(id) => setShown(languages.find((one) => one === id) ?? shown)}
        tabs={languages.map((one) => ({
          id: one,
          title: languageNames[one],
          content: (
            <OneLanguage
              language={one}
              text={texts[one] ?? ""}
              before={before?.[one] ?? null}
              onChange={(text) => setTexts({ ...texts, [one]: text })}
            />
          ),
        }))}
      />
      {problem !== null && <Notice tone="bad" title={problem} live />}
      <div className="actions">
        <Button
          variant={changed ? "main" : "plain"}
          isPending={pending}
          pendingLabel={t("charter.draft.saving")}
          whyDisabled={changed ? null : t("charter.draft.saved")}
          onPress={() => void save()}
        >
          {t("charter.draft.save")}
        </Button>
      </div>
      {draft !== null && <Publication draft={draft} unsaved={changed} onSaved={onSaved} />}
    </div>
  );
}

interface OneLanguageProps {
  language: Language;
  text: string;
  before: string | null;
  onChange: (text: string) => void;
}

function OneLanguage({ language, text, before, onChange }: OneLanguageProps) {
  const { t } = useI18n();
  const empty = text.trim() === "";
  const newest = useSnapshot((snapshot) => snapshot.charter?.versions.at(-1)?.number ?? "");
  return (
    <Tabs
      label={languageNames[language]}
      look="segments"
      tabs={[
        {
          id: "write",
          title: t("charter.draft.write"),
          content: (
            <div lang={language}>
              <TextArea
                label={t("charter.draft.text", { language: languageNames[language] })}
                hint={t("charter.draft.text_hint")}
                value={text}
                onChange={onChange}
                rows={18}
                maxLength={40_000}
              />
            </div>
          ),
        },
        {
          id: "preview",
          title: t("charter.draft.preview"),
          content: empty ? (
            <p>{t("charter.draft.empty")}</p>
          ) : (
            <div className="card charter-preview">
              <CharterText text={text} language={language} />
            </div>
          ),
        },
        ...(before === null
          ? []
          : [
              {
                id: "changes",
                title: t("charter.draft.changes"),
                content: (
                  <CharterChanges
                    before={before}
                    after={text}
                    language={language}
                    title={t("charter.changes.since", { number: newest })}
                  />
                ),
              },
            ]),
      ]}
    />
  );
}

/** Four eyes: the first wrote, the second reads and publishes. */
function Publication({
  draft,
  unsaved,
  onSaved,
}: {
  draft: CharterDraft;
  unsaved: boolean;
  onSaved: () => void;
}) {
  const { t, language, formatDate, formatTime } = useI18n();
  const core = useCore();
  const { nameOf } = usePersonNames();
  const [, navigate] = useLocation();
  const me = useSnapshot((snapshot) => snapshot.me?.account ?? null);
  const [asking, setAsking] = useState<"publish" | "discard" | null>(null);
  const mine = draft.writtenBy === me;
  const missing = [
    ...(draft.effective === null ? [t("charter.draft.missing_date")] : []),
    ...languages.filter((one) => (draft.texts[one] ?? "").trim() === "").map((one) => languageNames[one]),
  ];
  const why = unsaved
    ? t("charter.draft.unsaved")
    : missing.length > 0
      ? t("charter.draft.missing", { list: new Intl.ListFormat(language).format(missing) })
      : null;
  return (
    <Card title={t("charter.version", { number: draft.number })}>
      <div className="sign-card">
        <ol className="slots">
          <li className="slot">
            <span className="slot__ring" aria-hidden="true">
              <Icon icon={Check} />
            </span>
            <div>
              <b>
                {mine
                  ? t("charter.draft.written_you")
                  : t("charter.draft.written", { name: nameOf(draft.writtenBy) })}
              </b>
              <p>
                {t("charter.draft.written_at", {
                  date: formatDate(draft.changedAt),
                  time: formatTime(draft.changedAt),
                })}
              </p>
            </div>
          </li>
          <li className="slot slot--open">
            <span className="slot__ring" aria-hidden="true">
              2
            </span>
            <div>
              <b>{t(mine ? "charter.draft.second" : "charter.draft.second_you")}</b>
              <p>{t(mine ? "charter.draft.second_not_you" : "charter.draft.effect")}</p>
            </div>
          </li>
        </ol>
        {missing.length > 0 && (
          <Notice tone="warn">
            {t("charter.draft.missing", { list: new Intl.ListFormat(language).format(missing) })}
          </Notice>
        )}
        <div className="actions">
          {!mine && (
            <Button variant="main" icon={Megaphone} whyDisabled={why} onPress={() => setAsking("publish")}>
              {t("charter.draft.publish")}
            </Button>
          )}
          <Button variant="danger" onPress={() => setAsking("discard")}>
            {t("charter.draft.discard")}
          </Button>
        </div>
      </div>
      {asking === "publish" && (
        <ActDialog
          title={t("charter.draft.publish_title", { number: draft.number })}
          act={t("charter.draft.publish")}
          acting={t("charter.draft.publishing")}
          call={() => core.publishCharter(draft)}
          onDone={() => {
            toast(t("charter.draft.published"));
            navigate(`/charter/${draft.number}`);
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t("charter.draft.effect")}</p>
        </ActDialog>
      )}
      {asking === "discard" && (
        <ActDialog
          danger
          title={t("charter.draft.discard_title")}
          act={t("charter.draft.discard")}
          call={() => core.discardCharterDraft()}
          onDone={() => {
            toast(t("charter.draft.discarded"));
            onSaved();
            navigate("/charter");
          }}
          onClose={() => setAsking(null)}
        >
          <p>{t("charter.draft.discard_text")}</p>
        </ActDialog>
      )}
    </Card>
  );
}
