import type { LaterMessages } from "../messages";
import { audit } from "./audit";
import { documents } from "./documents";

export const messages: LaterMessages = {
  audit,
  documents,
};
