/** The frame that every field has: label above, hint, then the error with its icon, then the control. */
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { FieldError, Label, Text } from "react-aria-components";
import { useI18n } from "../i18n";
import "./Field.css";
import { Icon } from "./Icon";

export interface FieldFrameProps {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and how to put it right. */
  error?: ReactNode;
  optional?: boolean;
}

export function FieldFrame({
  label,
  hint,
  error,
  optional = false,
  children,
}: FieldFrameProps & { children: ReactNode }) {
  const { t } = useI18n();
  return (
    <>
      <Label className="field__label">
        {label}
        {optional ? <span className="field__optional"> ({t("common.optional")})</span> : null}
      </Label>
      {hint ? (
        <Text slot="description" elementType="p" className="field__hint">
          {hint}
        </Text>
      ) : null}
      {error ? (
        <FieldError className="field__error" elementType="p">
          <Icon icon={CircleAlert} />
          <span>{error}</span>
        </FieldError>
      ) : null}
      {children}
    </>
  );
}
