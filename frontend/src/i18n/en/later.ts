import type { LaterMessages } from "../messages";
import { apply } from "./apply";
import { audit } from "./audit";
import { documents } from "./documents";
import { states } from "./states";
import { directory } from "./directory";

export const messages: LaterMessages = {
  apply,
  audit,
  documents,
  states,
  directory,
};
