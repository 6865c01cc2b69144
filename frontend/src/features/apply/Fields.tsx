/** The fields of the sections that are plain questions. */

import { CircleAlert } from "lucide-react";
import { useId, useMemo } from "react";
import { useI18n } from "../../i18n";
import { type ApplicationForm, powers } from "../../sync/applications";
import { Checkbox, Icon, Notice, RadioCards, TextArea, TextField } from "../../ui";
import { SearchSelect } from "../../ui/SearchSelect";
import { useSnapshot } from "../core";
import { useFields } from "./fieldContext";
import { fieldId, most } from "./form";
import { stateCodes } from "./states";

function mostOf(field: Text, otherwise: "line" | "text"): number {
  return field in most ? most[field as keyof typeof most] : most[otherwise];
}

type Text = Exclude<
  { [K in keyof ApplicationForm]: ApplicationForm[K] extends string ? K : never }[keyof ApplicationForm],
  "membership" | "state"
>;

interface LineProps {
  field: Text;
  hint?: string;
  optional?: boolean;
  type?: "text" | "url" | "tel";
  autoComplete?: string;
}

function Line({ field, hint, optional = false, type = "text", autoComplete }: LineProps) {
  const { t } = useI18n();
  const { form, change, errorOf } = useFields();
  return (
    <div id={fieldId(field)}>
      <TextField
        label={t(`apply.fields.${field}`)}
        hint={hint}
        optional={optional}
        type={type}
        error={errorOf(field)}
        value={form[field]}
        onChange={(value) => change({ [field]: value })}
        maxLength={mostOf(field, "line")}
        {...(autoComplete === undefined ? {} : { autoComplete })}
      />
    </div>
  );
}

function Words({ field, hint, optional = false, rows = 4 }: LineProps & { rows?: number }) {
  const { t } = useI18n();
  const { form, change, errorOf } = useFields();
  return (
    <div id={fieldId(field)}>
      <TextArea
        label={t(`apply.fields.${field}`)}
        hint={hint}
        optional={optional}
        rows={rows}
        error={errorOf(field)}
        value={form[field]}
        onChange={(value) => change({ [field]: value })}
        maxLength={mostOf(field, "text")}
      />
    </div>
  );
}

export function Authority() {
  const { t } = useI18n();
  return (
    <>
      <div className="apply-pair">
        <Line field="name" hint={t("apply.hints.name")} autoComplete="organization" />
        <Line field="name_en" hint={t("apply.hints.name_en")} />
      </div>
      <StateField />
      <Membership />
      <Words field="address" rows={2} />
      <div className="apply-pair">
        <Line field="telephone" type="tel" hint={t("apply.hints.telephone")} />
        <Line field="website" type="url" hint={t("apply.hints.website")} optional />
      </div>
    </>
  );
}

function StateField() {
  const { t, stateName, language } = useI18n();
  const { form, change, errorOf } = useFields();
  const demo = useSnapshot((snapshot) => snapshot.session?.network.demo ?? false);
  const states = useMemo(
    () =>
      stateCodes(demo)
        .map((code) => ({ value: code, label: stateName(code), hint: code }))
        .sort((one, other) => one.label.localeCompare(other.label, language)),
    [demo, stateName, language],
  );
  const find = (text: string) => {
    const typed = text.trim().toLocaleLowerCase(language);
    if (typed === "") return states;
    const begins = states.filter(({ label }) => label.toLocaleLowerCase(language).startsWith(typed));
    const holds = states.filter(
      (state) =>
        !begins.includes(state) &&
        (state.label.toLocaleLowerCase(language).includes(typed) || state.value.toLowerCase() === typed),
    );
    return [...begins, ...holds];
  };
  return (
    <div id={fieldId("state")}>
      <SearchSelect
        label={t("apply.fields.state")}
        error={errorOf("state")}
        placeholder={t("apply.hints.state_search")}
        noneFound={t("apply.hints.state_none")}
        clear={t("apply.hints.state_clear")}
        chosen={form.state === "" ? null : { value: form.state, label: stateName(form.state) }}
        onChange={(code) => change({ state: code ?? "" })}
        find={find}
      />
    </div>
  );
}

function Membership() {
  const { t } = useI18n();
  const { form, change, errorOf } = useFields();
  return (
    <div id={fieldId("membership")}>
      <RadioCards
        label={t("apply.fields.membership")}
        error={errorOf("membership")}
        options={(["member", "observer"] as const).map((value) => ({
          value,
          label: t(`apply.membership.${value}`),
          hint: t(`apply.membership.${value}_text`),
        }))}
        value={form.membership}
        onChange={(membership) => change({ membership })}
      />
    </div>
  );
}

export function Mandate() {
  const { t } = useI18n();
  return (
    <>
      <Powers />
      <Words field="mandate" hint={t("apply.hints.mandate")} />
      <Words field="legal_basis" hint={t("apply.hints.legal_basis")} rows={2} />
    </>
  );
}

function Powers() {
  const { t } = useI18n();
  const { form, change, errorOf } = useFields();
  const id = useId();
  const error = errorOf("powers");
  const preventsOnly = form.powers.length === 1 && form.powers[0] === "prevent";
  return (
    <div id={fieldId("powers")}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring the frame of a form into a line of fields */}
      <div
        role="group"
        aria-labelledby={`${id}-label`}
        aria-describedby={error === null ? `${id}-hint` : `${id}-hint ${id}-error`}
      >
        <p className="field__label" id={`${id}-label`}>
          {t("apply.fields.powers")}
        </p>
        <p className="field__hint" id={`${id}-hint`}>
          {t("apply.hints.powers")}
        </p>
        {error === null ? null : (
          <p className="field__error" id={`${id}-error`}>
            <Icon icon={CircleAlert} />
            <span>{error}</span>
          </p>
        )}
        <div className="apply-checks">
          {powers.map((power) => (
            <Checkbox
              key={power}
              isSelected={form.powers.includes(power)}
              onChange={(selected) =>
                change({
                  powers: powers.filter((one) => (one === power ? selected : form.powers.includes(one))),
                })
              }
            >
              {t(`apply.powers.${power}`)}
            </Checkbox>
          ))}
        </div>
      </div>
      {preventsOnly && form.membership === "member" ? (
        <div className="apply-note">
          <Notice tone="info" live>
            {t("apply.hints.prevent_only")}
          </Notice>
        </div>
      ) : null}
    </div>
  );
}

export function Independence() {
  const { t } = useI18n();
  return <Words field="independence" hint={t("apply.hints.independence")} />;
}

export function Protection() {
  const { t } = useI18n();
  return (
    <>
      <Words field="protection_physical" hint={t("apply.hints.protection_physical")} />
      <Words field="protection_legal" hint={t("apply.hints.protection_legal")} />
    </>
  );
}

export function Signatory() {
  const { t } = useI18n();
  return (
    <>
      <div className="apply-pair">
        <Line field="signatory_name" autoComplete="off" />
        <Line field="signatory_function" autoComplete="off" />
      </div>
      <Line field="charter" hint={t("apply.hints.charter")} optional />
      <Words field="note" optional rows={3} />
    </>
  );
}
