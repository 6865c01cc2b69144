/** Fields for codes that are read from paper or a phone: the one-time code, and the groups of a recovery code. */
import { Check, CircleAlert } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { TextField as AriaTextField, Input } from "react-aria-components";
import { classes, defined } from "./classes";
import { FieldFrame, type FieldFrameProps } from "./Field";
import { Icon } from "./Icon";

export interface CodeFieldProps extends FieldFrameProps {
  value: string;
  onChange: (value: string) => void;
  /** Digits of a one-time code. */
  length?: number;
  /** Called when the last digit is there. */
  onComplete?: (value: string) => void;
  autoFocus?: boolean;
  isDisabled?: boolean;
  name?: string;
}

/** Letters and digits as they stand on paper and telephones, from whichever keyboard they come. */
function plain(text: string): string {
  const arabic = /[\u0660-\u0669\u06f0-\u06f9]/g;
  return text.normalize("NFKC").replace(arabic, (digit) => String(digit.charCodeAt(0) & 0xf));
}

/** A one-time code: digits only, offered by the system where it can, pasted with or without spaces. */
export function CodeField({
  label,
  hint,
  error,
  optional,
  value,
  onChange,
  length = 6,
  onComplete,
  autoFocus,
  isDisabled,
  name,
}: CodeFieldProps) {
  return (
    <AriaTextField
      className="field"
      value={value}
      onChange={(text) => {
        const digits = plain(text).replace(/\D/g, "").slice(0, length);
        onChange(digits);
        if (digits.length === length && digits !== value) {
          onComplete?.(digits);
        }
      }}
      inputMode="numeric"
      autoComplete="one-time-code"
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      {...defined({ autoFocus, isDisabled, name })}
    >
      <FieldFrame label={label} hint={hint} error={error} {...defined({ optional })}>
        <Input className="input input--code input--once" dir="ltr" size={length} spellCheck={false} />
      </FieldFrame>
    </AriaTextField>
  );
}

export type GroupState = "ok" | "wrong" | "incomplete";

export interface GroupsFieldProps {
  /** Names the whole for screen readers, as "Recovery code, eight groups". */
  label: string;
  /** Which groups are asked for, as indexes from 0; all of them when not given. */
  indexes?: readonly number[];
  count?: number;
  /** Characters of a group. */
  length?: number;
  values: Readonly<Record<number, string>>;
  onChange: (values: Record<number, string>) => void;
  states?: Readonly<Record<number, GroupState>>;
  /** The label of one group by its number from 1, as "Group 3". */
  groupLabel: (number: number) => string;
  /** What a screen reader hears of a group's state. */
  stateLabel?: (state: GroupState, number: number) => string | null;
  /** What is wrong, said beside the fields. */
  error?: ReactNode;
  isDisabled?: boolean;
  autoFocus?: boolean;
}

/** Letters and digits in capitals, without the spaces and dashes of the paper. */
function tidy(text: string): string {
  return plain(text)
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");
}

/** The groups of a recovery code: the caret moves on by itself, a pasted whole code fills every group. */
export function GroupsField({
  label,
  indexes,
  count = 8,
  length = 5,
  values,
  onChange,
  states = {},
  groupLabel,
  stateLabel,
  error,
  isDisabled = false,
  autoFocus = false,
}: GroupsFieldProps) {
  const base = useId();
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const asked = indexes ?? Array.from({ length: count }, (_, index) => index);

  const put = (place: number, text: string, pasted = false) => {
    const clean = tidy(text);
    const next: Record<number, string> = { ...values };
    // A whole code fills every group, wherever it is pasted. A letter typed into a full group does not run over
    // into the next one where something stands already.
    const whole = asked.length === count && clean.length === count * length;
    const follower = asked[place + 1];
    const spills = pasted || whole || follower === undefined || (values[follower] ?? "") === "";
    const from = whole ? 0 : place;
    let rest = spills ? clean : clean.slice(0, length);
    let last = from;
    for (let at = from; at < asked.length; at += 1) {
      const index = asked[at];
      if (index === undefined || (at > from && rest === "")) {
        break;
      }
      next[index] = rest.slice(0, length);
      rest = rest.slice(length);
      last = at;
    }
    onChange(next);
    const lastIndex = asked[last];
    const full = lastIndex !== undefined && (next[lastIndex] ?? "").length === length;
    const target = full && last + 1 < asked.length ? last + 1 : last;
    if (clean.length > length || (full && target !== place)) {
      inputs.current[target]?.focus();
    }
  };

  const onKeyDown = (place: number) => (event: KeyboardEvent<HTMLInputElement>) => {
    const field = event.currentTarget;
    if (event.key === "Backspace" && field.value === "" && place > 0) {
      event.preventDefault();
      inputs.current[place - 1]?.focus();
    }
    if (event.key === "ArrowLeft" && field.selectionStart === 0 && field.selectionEnd === 0 && place > 0) {
      event.preventDefault();
      inputs.current[place - 1]?.focus();
    }
    if (event.key === "ArrowRight" && field.selectionStart === field.value.length) {
      inputs.current[place + 1]?.focus();
    }
  };

  const onPaste = (place: number) => (event: ClipboardEvent<HTMLInputElement>) => {
    event.preventDefault();
    put(place, event.clipboardData.getData("text"), true);
  };

  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid in every browser */}
      <div role="group" aria-label={label} className={classes("groups", asked.length < 5 && "groups--few")}>
        {asked.map((index, place) => {
          const state = states[index];
          const id = `${base}-${index}`;
          const told = state === undefined ? null : (stateLabel?.(state, index + 1) ?? null);
          return (
            <div className="group" key={index}>
              <label
                htmlFor={id}
                className={classes("group__label", state === "wrong" && "group__label--wrong")}
              >
                {groupLabel(index + 1)}
                {state === "ok" ? <Icon icon={Check} /> : null}
                {state === "wrong" ? <Icon icon={CircleAlert} /> : null}
              </label>
              <input
                id={id}
                ref={(element) => {
                  inputs.current[place] = element;
                }}
                className="input input--code"
                dir="ltr"
                value={values[index] ?? ""}
                onChange={(event) => put(place, event.currentTarget.value)}
                onKeyDown={onKeyDown(place)}
                onPaste={onPaste(place)}
                maxLength={length + 1}
                size={length}
                autoComplete="off"
                autoCapitalize="characters"
                autoCorrect="off"
                spellCheck={false}
                disabled={isDisabled}
                // biome-ignore lint/a11y/noAutofocus: the one field of a dialog or step that was just opened
                autoFocus={autoFocus && place === 0}
                aria-invalid={state === "wrong" ? true : undefined}
                aria-describedby={
                  [error ? `${base}-error` : null, told === null ? null : `${id}-state`]
                    .filter((part) => part !== null)
                    .join(" ") || undefined
                }
              />
              {told === null ? null : (
                <span id={`${id}-state`} className="visually-hidden" aria-live="polite">
                  {told}
                </span>
              )}
            </div>
          );
        })}
      </div>
      {error ? (
        <p className="field__error field__error--below" id={`${base}-error`} role="alert">
          <Icon icon={CircleAlert} />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  );
}
