/** The fields that the forms of an entry and of a profile share. */
import { X } from "lucide-react";
import { type ReactNode, useId, useMemo } from "react";
import { localeTag, useI18n } from "../../i18n";
import { Checkbox, IconButton, TextField } from "../../ui";
import { SearchSelect } from "../../ui/SearchSelect";
import { folded } from "../members/lookup";
import type { Faults, HoursForm } from "./form";
import { weekdayName } from "./hours";
import { languageName, useDirectoryWords, zoneName } from "./words";

/** The sentence for what is wrong with a field, or null. */
export function useFaultText(faults: Faults): (field: string) => string | null {
  const { lookup } = useI18n();
  return (field) => {
    const fault = faults[field];
    return fault === undefined
      ? null
      : lookup(`directory.wrong.${fault.what}`, { most: fault.most ?? 0, example: "08:30" });
  };
}

/** A group of yes-or-no questions with one heading. */
export function Group({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string;
  error?: string | null;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <fieldset className="field dir-group" aria-describedby={error == null ? undefined : id}>
      <legend className="field__label">{label}</legend>
      {hint !== undefined && <p className="field__hint">{hint}</p>}
      {error != null && (
        <p className="field__error" id={id}>
          {error}
        </p>
      )}
      <div className="dir-group__choices">{children}</div>
    </fieldset>
  );
}

interface CodesProps {
  label: string;
  codes: readonly string[];
  word: (code: string) => string;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** What this version has no word for stays chosen. */
export function CodesField({ label, codes, word, chosen, onChange }: CodesProps) {
  const all = [...codes, ...chosen.filter((code) => !codes.includes(code))];
  return (
    <Group label={label}>
      {all.map((code) => (
        <Checkbox
          key={code}
          isSelected={chosen.includes(code)}
          onChange={(selected) =>
            onChange(selected ? [...chosen, code] : chosen.filter((one) => one !== code))
          }
        >
          {word(code)}
        </Checkbox>
      ))}
    </Group>
  );
}

interface HoursProps {
  label: string;
  field: string;
  value: HoursForm;
  onChange: (value: HoursForm) => void;
  faults: Faults;
}

export function HoursFields({ label, field, value, onChange, faults }: HoursProps) {
  const { t, language } = useI18n();
  const fault = useFaultText(faults);
  const week = useMemo(() => weekOf(language), [language]);
  return (
    <div className="dir-hours">
      <Group label={label} error={fault(`${field}.days`)}>
        {week.map((day) => (
          <Checkbox
            key={day}
            isSelected={value.days.includes(day)}
            onChange={(selected) =>
              onChange({
                ...value,
                days: selected ? [...value.days, day] : value.days.filter((one) => one !== day),
              })
            }
          >
            {weekdayName(language, day)}
          </Checkbox>
        ))}
      </Group>
      <div className="dir-hours__times">
        <TextField
          name={`${field}.from`}
          label={t("directory.edit.from")}
          error={fault(`${field}.from`)}
          value={value.from}
          onChange={(from) => onChange({ ...value, from })}
          maxLength={5}
          dir="ltr"
          inputMode="numeric"
        />
        <TextField
          name={`${field}.until`}
          label={t("directory.edit.until")}
          error={fault(`${field}.until`)}
          value={value.until}
          onChange={(until) => onChange({ ...value, until })}
          maxLength={5}
          dir="ltr"
          inputMode="numeric"
        />
      </div>
    </div>
  );
}

/** The week as it begins where the reader's language is spoken most. */
function weekOf(language: Parameters<typeof localeTag>[0]): number[] {
  const first = language === "ar" ? 7 : 1;
  return Array.from({ length: 7 }, (_, place) => ((first - 1 + place) % 7) + 1);
}

/** Zones by city, and offsets for places that have no city in the list. */
function allZones(): string[] {
  const offsets = Array.from({ length: 27 }, (_, place) => place - 12).map((hours) =>
    hours === 0 ? "Etc/GMT" : `Etc/GMT${hours > 0 ? `-${hours}` : `+${-hours}`}`,
  );
  return [...Intl.supportedValuesOf("timeZone").filter((zone) => zone.includes("/")), ...offsets];
}

interface ZoneProps {
  value: string | null;
  onChange: (zone: string | null) => void;
  faults: Faults;
}

export function ZoneField({ value, onChange, faults }: ZoneProps) {
  const { t } = useI18n();
  const error = useFaultText(faults)("zone");
  const options = useMemo(() => {
    const now = Date.now();
    return allZones().map((zone) => {
      const label = zoneName(zone, now);
      return { value: zone, label, text: folded(`${zone} ${label}`.replaceAll("_", " ")) };
    });
  }, []);
  const chosen = value === null ? null : { value, label: zoneName(value, Date.now()) };
  return (
    <div>
      <SearchSelect
        label={t("directory.edit.zone")}
        placeholder={t("directory.edit.zone_hint", { example: "Riyadh, UTC+3" })}
        noneFound={t("directory.edit.zone_none")}
        clear={t("directory.edit.zone_clear")}
        chosen={chosen}
        onChange={onChange}
        find={(text) => {
          const wanted = folded(text).trim();
          return wanted === "" ? options : options.filter((option) => option.text.includes(wanted));
        }}
      />
      {error !== null && (
        <p className="field__error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** Every language of two letters that this browser has a word for. */
function allLanguages(reader: Parameters<typeof languageName>[0]) {
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const names = new Intl.DisplayNames([localeTag(reader)], { type: "language", fallback: "none" });
  const collator = new Intl.Collator(localeTag(reader));
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .filter((code) => names.of(code) !== undefined && Intl.getCanonicalLocales(code)[0] === code)
    .map((value) => ({ value, label: languageName(reader, value) }))
    .sort((one, other) => collator.compare(one.label, other.label));
}

interface LanguagesProps {
  /** Where no heading above says what they are. */
  label?: string;
  hint: string;
  value: readonly string[];
  onChange: (languages: string[]) => void;
}

export function LanguagesField({ label, hint, value, onChange }: LanguagesProps) {
  const { t, language: reader } = useI18n();
  const words = useDirectoryWords();
  const options = useMemo(
    () =>
      allLanguages(reader).map((option) => ({ ...option, text: folded(`${option.label} ${option.value}`) })),
    [reader],
  );
  return (
    <div className="dir-languages">
      <div>
        {label !== undefined && <p className="field__label">{label}</p>}
        <p className="field__hint">{hint}</p>
      </div>
      {value.length > 0 && (
        <ul className="dir-chosen">
          {value.map((code) => (
            <li key={code} className="chip">
              <span>{words.language(code)}</span>
              <IconButton
                label={t("directory.edit.language_remove", { language: words.language(code) })}
                icon={X}
                onPress={() => onChange(value.filter((one) => one !== code))}
              />
            </li>
          ))}
        </ul>
      )}
      <SearchSelect
        // a further language each time: what was chosen stands above
        key={value.length}
        label={t("directory.edit.language_add")}
        placeholder={t("directory.edit.language_add")}
        noneFound={t("directory.edit.language_none")}
        clear={t("directory.edit.language_clear")}
        chosen={null}
        onChange={(code) => {
          if (code !== null) onChange([...value, code]);
        }}
        find={(text) => {
          const wanted = folded(text).trim();
          return options.filter((option) => !value.includes(option.value) && option.text.includes(wanted));
        }}
      />
    </div>
  );
}
