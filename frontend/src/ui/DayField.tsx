/** One day of the calendar, as `YYYY-MM-DD`; the browser's own field, which everybody knows. */
import { CircleAlert } from "lucide-react";
import { useId } from "react";
import "./Field.css";
import { Icon } from "./Icon";

export interface DayFieldProps {
  label: string;
  value: string;
  onChange: (day: string) => void;
  error?: string | null;
}

export function DayField({ label, value, onChange, error = null }: DayFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field__label" htmlFor={id}>
        {label}
      </label>
      {error === null ? null : (
        <p className="field__error" id={`${id}-error`}>
          <Icon icon={CircleAlert} />
          <span>{error}</span>
        </p>
      )}
      <input
        id={id}
        className="input input--day"
        type="date"
        value={value}
        aria-invalid={error === null ? undefined : true}
        aria-describedby={error === null ? undefined : `${id}-error`}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
