/** The steps of vetting that this network asks for: order, deadlines, who may decide, own words. */
import { ArrowDown, ArrowUp, Lock, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { languages, useI18n } from "../../i18n";
import { type VettingPipeline, type VettingStep, vettingPipeline } from "../../sync/applications";
import { put } from "../../sync/http";
import {
  announce,
  Button,
  Card,
  Checkbox,
  Chip,
  IconButton,
  languageNames,
  Notice,
  Page,
  PageHeader,
  Select,
  Skeleton,
  Tabs,
  TextArea,
  TextField,
  toast,
} from "../../ui";
import { useSnapshot } from "../core";
import { ActProvider, useAct } from "../members/act";
import { useActProblem, useErrorText } from "../members/errors";
import { usePersonNames } from "../members/names";
import { useResource } from "../resource";
import {
  added,
  type Faults,
  faultsOf,
  isFaulty,
  isFixed,
  LONGEST_TEXT,
  LONGEST_TITLE,
  MOST_STEPS,
  moved,
  target,
  tidied,
} from "./pipeline";
import { useWords } from "./words";

export function PipelinePage() {
  const { t } = useI18n();
  const errorText = useErrorText();
  const [resource, reload] = useResource("/api/vetting/pipeline", vettingPipeline);
  return (
    <Page>
      <ActProvider>
        <PageHeader
          title={t("vetting.pipeline.title")}
          lead={t("vetting.pipeline.lead")}
          actions={<Button href="/secretariat/applications">{t("vetting.pipeline.back")}</Button>}
        />
        {resource.state === "loading" ? (
          <Skeleton lines={8} />
        ) : resource.state === "failed" ? (
          <Notice
            tone="bad"
            live
            title={t("vetting.pipeline.failed")}
            action={
              <Button size="s" onPress={() => void reload()}>
                {t("common.actions.try_again")}
              </Button>
            }
          >
            {errorText(resource.failure)}
          </Notice>
        ) : (
          <Editor key={resource.value.version} saved={resource.value} onReload={reload} />
        )}
      </ActProvider>
    </Page>
  );
}

function Editor({ saved, onReload }: { saved: VettingPipeline; onReload: () => Promise<void> }) {
  const { t, formatDate, lookup } = useI18n();
  const words = useWords();
  const { nameOf } = usePersonNames();
  const act = useAct();
  const problemOf = useActProblem();
  const [steps, setSteps] = useState<VettingStep[]>(() => [...saved.steps]);
  const [tried, setTried] = useState(false);
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [conflict, setConflict] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const changed = JSON.stringify(steps.map(tidied)) !== JSON.stringify(saved.steps.map(tidied));
  const faults = steps.map((step) => faultsOf(step, lookup(`vetting.steps.${step.key}`) !== null, languages));
  const faulty = faults.some(isFaulty);
  const change = (at: number, part: Partial<VettingStep>) =>
    setSteps(steps.map((step, index) => (index === at ? { ...step, ...part } : step)));
  const move = (at: number, to: number, step: VettingStep) => {
    setSteps(moved(steps, at, to));
    announce(t("vetting.pipeline.moved", { title: words.stepTitle(step), number: to + 1 }));
  };
  const remove = (at: number) => {
    setSteps(steps.filter((_, index) => index !== at));
    // The button that was pressed is gone with its step.
    list.current?.focus();
  };
  const save = async () => {
    setTried(true);
    setProblem(null);
    if (faulty) return;
    setPending(true);
    const outcome = await act(() =>
      put("/api/vetting/pipeline", { steps: steps.map(tidied), seen: saved.version }, vettingPipeline),
    );
    setPending(false);
    if (outcome.done) {
      toast(t("vetting.pipeline.saved"));
      await onReload();
    } else if (outcome.failure?.code === "pipeline_changed") setConflict(true);
    else if (outcome.failure) setProblem(problemOf(outcome.failure));
  };
  const date = formatDate(saved.changed_at);
  return (
    <div className="stack stack--wide">
      <p className="small muted">
        {saved.changed_by !== null
          ? t("vetting.pipeline.changed", { date, name: nameOf(saved.changed_by) })
          : t("vetting.pipeline.shipped")}
      </p>
      {conflict ? (
        <Notice
          tone="bad"
          live
          title={t("vetting.pipeline.conflict")}
          action={
            <Button
              size="s"
              onPress={() => {
                setConflict(false);
                void onReload();
              }}
            >
              {t("vetting.pipeline.conflict_load")}
            </Button>
          }
        >
          {t("vetting.pipeline.conflict_text")}
        </Notice>
      ) : null}
      <ol className="stack stack--wide" ref={list} tabIndex={-1} aria-label={t("vetting.pipeline.title")}>
        {steps.map((step, at) => (
          <li key={step.key}>
            <StepCard
              steps={steps}
              at={at}
              step={step}
              faults={tried ? (faults[at] ?? null) : null}
              onChange={(part) => change(at, part)}
              onMove={(to) => move(at, to, step)}
              onRemove={() => remove(at)}
            />
          </li>
        ))}
      </ol>
      <div className="actions">
        <Button
          icon={Plus}
          whyDisabled={steps.length < MOST_STEPS ? null : t("vetting.pipeline.most")}
          onPress={() => setSteps(added(steps, "check"))}
        >
          {t("vetting.pipeline.add")}
        </Button>
        {steps.some(({ kind }) => kind === "objection") ? null : (
          <Button
            icon={Plus}
            whyDisabled={steps.length < MOST_STEPS ? null : t("vetting.pipeline.most")}
            onPress={() => setSteps(added(steps, "objection"))}
          >
            {t("vetting.pipeline.add_window")}
          </Button>
        )}
      </div>
      {tried && faulty ? (
        <Notice tone="bad" live>
          {t("vetting.pipeline.faults")}
        </Notice>
      ) : null}
      {problem === null ? null : <Notice tone="bad" live title={problem} />}
      <div className="actions">
        <Button
          variant="main"
          isPending={pending}
          pendingLabel={t("vetting.pipeline.saving")}
          whyDisabled={changed ? null : t("vetting.pipeline.unchanged")}
          onPress={() => void save()}
        >
          {t("vetting.pipeline.save")}
        </Button>
        {changed ? (
          <Button variant="quiet" onPress={() => setSteps([...saved.steps])}>
            {t("vetting.pipeline.discard")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

interface StepProps {
  steps: readonly VettingStep[];
  at: number;
  step: VettingStep;
  /** Null before anybody has tried to save. */
  faults: Faults | null;
  onChange: (part: Partial<VettingStep>) => void;
  onMove: (to: number) => void;
  onRemove: () => void;
}

function StepCard({ steps, at, step, faults, onChange, onMove, onRemove }: StepProps) {
  const { t } = useI18n();
  const words = useWords();
  const title = words.stepTitle(step) || t("vetting.pipeline.new_title");
  const up = target(steps, at, -1);
  const down = target(steps, at, 1);
  return (
    <Card
      title={t("vetting.pipeline.step", { number: at + 1, title })}
      actions={
        isFixed(step) ? (
          <Chip icon={Lock}>
            {t(step.kind === "receipt" ? "vetting.pipeline.fixed_first" : "vetting.pipeline.fixed_last")}
          </Chip>
        ) : (
          <>
            <IconButton
              label={t("vetting.pipeline.up", { title })}
              icon={ArrowUp}
              isDisabled={up === null}
              onPress={() => up !== null && onMove(up)}
            />
            <IconButton
              label={t("vetting.pipeline.down", { title })}
              icon={ArrowDown}
              isDisabled={down === null}
              onPress={() => down !== null && onMove(down)}
            />
            <IconButton label={t("vetting.pipeline.remove", { title })} icon={Trash2} onPress={onRemove} />
          </>
        )
      }
    >
      <div className="stack">
        {step.kind === "objection" ? (
          <p className="small muted">{t("vetting.pipeline.window_text")}</p>
        ) : null}
        {/* What is received is taken up by itself. */}
        {step.kind === "receipt" ? null : (
          <div className="step-fields">
            <Days step={step} isFaulty={faults?.days ?? false} onChange={onChange} />
            {step.kind === "objection" ? null : (
              <Deciders step={step} isFaulty={faults?.officers ?? false} onChange={onChange} />
            )}
          </div>
        )}
        <OwnWords step={step} faults={faults} onChange={onChange} />
      </div>
    </Card>
  );
}

type PartProps = Pick<StepProps, "step" | "onChange">;

function Days({ step, isFaulty: faulty, onChange }: PartProps & { isFaulty: boolean }) {
  const { t } = useI18n();
  const window = step.kind === "objection";
  return (
    <TextField
      label={t(window ? "vetting.pipeline.days_window" : "vetting.pipeline.days")}
      hint={window ? undefined : t("vetting.pipeline.days_hint")}
      error={faulty ? t("vetting.pipeline.days_wrong") : null}
      inputMode="numeric"
      maxLength={3}
      value={step.days === null ? "" : String(step.days)}
      onChange={(text) => {
        const digits = text.replace(/\D/g, "");
        onChange({ days: digits === "" ? null : Number(digits) });
      }}
    />
  );
}

type Who = "any" | "another" | "these";

function Deciders({ step, isFaulty: faulty, onChange }: PartProps & { isFaulty: boolean }) {
  const { t } = useI18n();
  const { personName, nameOf } = usePersonNames();
  const officers = useSnapshot((snapshot) => snapshot.officers).filter(({ active }) => active);
  const who: Who = step.officers !== null ? "these" : step.another ? "another" : "any";
  const chosen = step.officers ?? [];
  // Whoever has left stays to be seen, and can be taken out.
  const gone = chosen.filter((account) => !officers.some((officer) => officer.account === account));
  const listed = [
    ...officers.map((officer) => ({ account: officer.account, name: personName(officer) })),
    ...gone.map((account) => ({ account, name: nameOf(account) })),
  ];
  return (
    <div className="stack stack--tight">
      <Select<Who>
        label={t("vetting.pipeline.who")}
        value={who}
        onChange={(next) =>
          onChange({ officers: next === "these" ? chosen : null, another: next === "another" })
        }
        options={(["any", "another", "these"] as const).map((one) => ({
          value: one,
          label: t(`vetting.pipeline.who_${one}`),
        }))}
      />
      {who === "these" ? (
        <fieldset className="wanted">
          <legend>{t("vetting.pipeline.officers")}</legend>
          {faulty ? <p className="late">{t("vetting.pipeline.officers_missing")}</p> : null}
          <ul>
            {listed.map(({ account, name }) => (
              <li key={account}>
                <Checkbox
                  isSelected={chosen.includes(account)}
                  onChange={(is) =>
                    onChange({
                      officers: is ? [...chosen, account] : chosen.filter((one) => one !== account),
                    })
                  }
                >
                  <bdi>{name}</bdi>
                </Checkbox>
              </li>
            ))}
          </ul>
        </fieldset>
      ) : null}
    </div>
  );
}

function OwnWords({ step, faults, onChange }: PartProps & { faults: Faults | null }) {
  const { t, language: present } = useI18n();
  const [language, setLanguage] = useState(present);
  const own = step.title !== null || step.text !== null;
  const list = (codes: readonly string[]) => codes.map((code) => languageNames[code as "en"]).join(", ");
  return (
    <details
      className="own-words"
      open={(faults?.title.length ?? 0) + (faults?.text.length ?? 0) > 0 || undefined}
    >
      <summary>
        {t("vetting.pipeline.words")}{" "}
        <span className="subtle">
          {t(own ? "vetting.pipeline.words_own" : "vetting.pipeline.words_standard")}
        </span>
      </summary>
      <div className="stack">
        <p className="small muted">{t("vetting.pipeline.words_hint")}</p>
        {faults !== null && faults.title.length > 0 ? (
          <p className="late small">{t("vetting.pipeline.title_missing", { list: list(faults.title) })}</p>
        ) : null}
        {faults !== null && faults.text.length > 0 ? (
          <p className="late small">{t("vetting.pipeline.text_missing", { list: list(faults.text) })}</p>
        ) : null}
        <Tabs
          label={t("vetting.pipeline.languages")}
          selected={language}
          onChange={(id) => setLanguage(languages.find((one) => one === id) ?? present)}
          tabs={languages.map((one) => ({
            id: one,
            title: languageNames[one],
            content: (
              <div className="stack" lang={one} dir={one === "ar" ? "rtl" : "ltr"}>
                <TextField
                  label={t("vetting.pipeline.step_title", { language: languageNames[one] })}
                  maxLength={LONGEST_TITLE}
                  value={step.title?.[one] ?? ""}
                  onChange={(text) => onChange({ title: { ...step.title, [one]: text } })}
                />
                <TextArea
                  label={t("vetting.pipeline.step_text", { language: languageNames[one] })}
                  maxLength={LONGEST_TEXT}
                  value={step.text?.[one] ?? ""}
                  onChange={(text) => onChange({ text: { ...step.text, [one]: text } })}
                />
              </div>
            ),
          }))}
        />
      </div>
    </details>
  );
}
