/** Which person of the demonstration was picked in this tab, so that each step can be filled in for them. */
import { post } from "../../sync/http";
import { type Filled, filledSchema } from "./answers";

const KEY = "entente.persona";

export function rememberPersona(id: string | null): void {
  try {
    if (id === null) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, id);
    }
  } catch {
    // Without storage the person picks again; nothing else depends on it.
  }
}

export function rememberedPersona(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** What this person would type now. The code is the next one that was not used yet. */
export function fillPersona(id: string): Promise<Filled> {
  return post(`/api/demo/personas/${encodeURIComponent(id)}/fill`, {}, filledSchema);
}
