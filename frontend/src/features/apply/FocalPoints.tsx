/** Whom other authorities turn to: a lead, at least one more, and as many as the authority wants. */
import { CircleAlert, Plus, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { languages, useI18n } from "../../i18n";
import { Button, Icon, languageNames, Select, TextField } from "../../ui";
import { useFields } from "./fieldContext";
import {
  addressProblem,
  type FocalPoint,
  fieldId,
  looksPrivate,
  most,
  newFocalPoint,
  shownFocalPoints,
} from "./form";

const MOST = 10;

export function FocalPoints({ language }: { language: FocalPoint["language"] }) {
  const { t } = useI18n();
  const { form, change, errorOf } = useFields();
  const shown = shownFocalPoints(form, language);
  const list = useRef<HTMLDivElement>(null);
  const removed = useRef(false);
  // Whoever removed somebody goes on at the end of the list, where the next one would be added.
  useEffect(() => {
    if (removed.current) {
      removed.current = false;
      list.current?.querySelector<HTMLElement>(":scope > div:last-child button")?.focus();
    }
  });
  const remove = (index: number) => {
    removed.current = true;
    change({ focal_points: shown.filter((_, place) => place !== index) });
  };
  const set = (index: number, part: Partial<FocalPoint>) =>
    change({ focal_points: shown.map((one, place) => (place === index ? { ...one, ...part } : one)) });
  const error = errorOf("focal_points") ?? errorOf("lead");
  return (
    <div id={fieldId("focal_points")} className="apply-people" ref={list}>
      {error === null ? null : (
        <p className="field__error" role="alert">
          <Icon icon={CircleAlert} />
          <span>{error}</span>
        </p>
      )}
      {shown.map((person, index) => (
        <Person
          // biome-ignore lint/suspicious/noArrayIndexKey: the place in the list is all that names a person here
          key={index}
          number={index + 1}
          person={person}
          problem={addressProblem(shown, index)}
          lacks={error ?? errorOf("lead_email")}
          onChange={(part) => set(index, part)}
          onRemove={index < 2 ? null : () => remove(index)}
        />
      ))}
      {shown.length < MOST ? (
        <div>
          <Button
            icon={Plus}
            onPress={() => change({ focal_points: [...shown, newFocalPoint("member", language)] })}
          >
            {t("apply.people.add")}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface PersonProps {
  number: number;
  person: FocalPoint;
  problem: "wrong" | "same" | null;
  /** What is said at fields of this person that are empty. */
  lacks: string | null;
  onChange: (part: Partial<FocalPoint>) => void;
  onRemove: (() => void) | null;
}

function Person({ number, person, problem, lacks, onChange, onRemove }: PersonProps) {
  const { t } = useI18n();
  // A reload comes back to what was typed before.
  const [left, setLeft] = useState(person.email !== "");
  const lead = number === 1;
  const lackOf = (value: string) => (value.trim() === "" ? lacks : null);
  return (
    <fieldset className="apply-person">
      <legend>{lead ? t("apply.people.lead") : t("apply.people.another", { number })}</legend>
      <div className="apply-pair">
        <TextField
          label={t("apply.people.function")}
          hint={lead ? t("apply.people.function_hint") : undefined}
          error={lackOf(person.function)}
          value={person.function}
          onChange={(value) => onChange({ function: value })}
          maxLength={most.line}
        />
        <TextField
          label={t("apply.people.name")}
          hint={lead ? t("apply.people.name_hint") : undefined}
          error={lackOf(person.name)}
          value={person.name}
          onChange={(value) => onChange({ name: value })}
          maxLength={most.line}
        />
      </div>
      <TextField
        label={t("apply.people.email")}
        hint={looksPrivate(person.email) ? t("apply.hints.email_private") : t("apply.hints.email")}
        error={left && problem !== null ? t(`apply.hints.email_${problem}`) : lackOf(person.email)}
        type="email"
        value={person.email}
        onChange={(value) => onChange({ email: value })}
        onBlur={() => setLeft(true)}
        maxLength={most.email}
      />
      <div className="apply-pair">
        <Select
          label={t("apply.people.language")}
          options={languages.map((one) => ({ value: one, label: languageNames[one] }))}
          value={person.language}
          onChange={(language) => onChange({ language })}
        />
        {lead ? null : (
          <Select
            label={t("apply.people.role")}
            options={(["deputy", "member"] as const).map((value) => ({
              value,
              label: t(`apply.people.${value}`),
            }))}
            value={person.role === "lead" ? "deputy" : person.role}
            onChange={(role) => onChange({ role })}
          />
        )}
      </div>
      {onRemove === null ? null : (
        <div>
          <Button size="s" icon={X} onPress={onRemove}>
            {t("apply.people.remove_whom", { number })}
          </Button>
        </div>
      )}
    </fieldset>
  );
}
