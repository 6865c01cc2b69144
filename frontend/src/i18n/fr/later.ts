import type { LaterMessages } from "../messages";
import { audit } from "./audit";

export const messages: LaterMessages = {
  audit,
};
