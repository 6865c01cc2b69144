import type { LaterMessages } from "../messages";
import { absences } from "./absences";
import { apply } from "./apply";
import { audit } from "./audit";
import { directory } from "./directory";
import { documents } from "./documents";
import { people } from "./people";
import { states } from "./states";
import { vetting } from "./vetting";

export const messages: LaterMessages = {
  apply,
  audit,
  documents,
  states,
  directory,
  absences,
  people,
  vetting,
};
