/** What every field of the form needs: its value, the way to change it, and what is wrong with it. */
import { createContext, useContext } from "react";
import type { ApplicationForm } from "../../sync/applications";

export interface FieldContext {
  form: ApplicationForm;
  change: (part: Partial<ApplicationForm>) => void;
  errorOf: (code: string) => string | null;
}

const Fields = createContext<FieldContext | null>(null);

export const FieldsProvider = Fields.Provider;

export function useFields(): FieldContext {
  const context = useContext(Fields);
  if (context === null) {
    throw new Error("A field of the application stands in a FieldsProvider.");
  }
  return context;
}
