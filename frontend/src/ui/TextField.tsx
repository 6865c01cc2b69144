/** Text fields: one line, several lines, search. */
import { Search, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import {
  SearchField as AriaSearchField,
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Button,
  Input,
  Label,
} from "react-aria-components";
import { useI18n } from "../i18n";
import { Button as OwnButton } from "./Button";
import { classes, defined } from "./classes";
import { FieldFrame } from "./Field";
import { Icon } from "./Icon";

interface Common
  extends Pick<AriaTextFieldProps, "onBlur" | "onFocus" | "onKeyDown" | "id" | "name" | "inputMode"> {
  label: ReactNode;
  hint?: ReactNode;
  error?: ReactNode;
  value?: string;
  onChange?: (value: string) => void;
  optional?: boolean;
  isRequired?: boolean;
  isDisabled?: boolean;
  isReadOnly?: boolean;
  autoFocus?: boolean;
  maxLength?: number;
  placeholder?: string;
  /** Words of people follow their own direction; codes and addresses are left to right. */
  dir?: "ltr" | "auto";
}

export interface TextFieldProps extends Common {
  type?: "text" | "email" | "password" | "url" | "tel";
  autoComplete?: string;
  /** In the face for things that two people compare. */
  code?: boolean;
  spellCheck?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  optional = false,
  type = "text",
  code = false,
  dir,
  placeholder,
  spellCheck,
  ...rest
}: TextFieldProps) {
  const { t } = useI18n();
  const [shown, setShown] = useState(false);
  const secret = type === "password";
  const plain = type === "text" && !code;
  const input = (
    <Input
      className={classes("input", code && "input--code")}
      dir={dir ?? (plain ? "auto" : "ltr")}
      {...defined({ placeholder })}
      {...(plain ? {} : { autoCapitalize: "off", autoCorrect: "off" })}
      spellCheck={spellCheck ?? plain}
    />
  );
  return (
    <AriaTextField
      {...rest}
      type={secret && shown ? "text" : type}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="field"
    >
      <FieldFrame label={label} hint={hint} error={error} optional={optional}>
        {secret ? (
          <div className="password">
            {input}
            <OwnButton variant="quiet" size="s" onPress={() => setShown(!shown)}>
              {t(shown ? "common.actions.hide" : "common.actions.show")}
            </OwnButton>
          </div>
        ) : (
          input
        )}
      </FieldFrame>
    </AriaTextField>
  );
}

export interface TextAreaProps extends Common {
  rows?: number;
}

export function TextArea({
  label,
  hint,
  error,
  optional = false,
  rows = 3,
  dir = "auto",
  placeholder,
  ...rest
}: TextAreaProps) {
  return (
    <AriaTextField {...rest} isInvalid={Boolean(error)} validationBehavior="aria" className="field">
      <FieldFrame label={label} hint={hint} error={error} optional={optional}>
        <AriaTextArea className="input" rows={rows} dir={dir} {...defined({ placeholder })} />
      </FieldFrame>
    </AriaTextField>
  );
}

export interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Shown in the empty field; the label is for screen readers unless `showLabel`. */
  placeholder?: string;
  showLabel?: boolean;
  autoFocus?: boolean;
}

export function SearchField({ label, placeholder, showLabel = false, ...rest }: SearchFieldProps) {
  return (
    // What is found stands there while one types: Enter has nothing to do, and must not send a form around it.
    <AriaSearchField {...rest} onSubmit={() => undefined} className="field">
      {({ isEmpty }) => (
        <>
          <Label className={showLabel ? "field__label" : "visually-hidden"}>{label}</Label>
          <div className="search" data-empty={isEmpty ? "" : undefined}>
            <Icon icon={Search} />
            {/* An empty field has the direction of the page, and what stands in its place with it. */}
            <Input
              className="input"
              placeholder={placeholder ?? label}
              {...(isEmpty ? {} : { dir: "auto" as const })}
            />
            <Button className="icon-button">
              <Icon icon={X} />
            </Button>
          </div>
        </>
      )}
    </AriaSearchField>
  );
}
