import type { FirstMessages } from "../messages";
import { accounts } from "./accounts";
import { alarms } from "./alarms";
import { charter } from "./charter";
import { common } from "./common";
import { conversations } from "./conversations";
import { enrolment } from "./enrolment";
import { keeping } from "./keeping";
import { members } from "./members";
import { notices } from "./notices";
import { passkeys } from "./passkeys";
import { recovery } from "./recovery";
import { storage } from "./storage";
import { writing } from "./writing";

export const messages: FirstMessages = {
  common,
  accounts,
  enrolment,
  conversations,
  members,
  keeping,
  alarms,
  notices,
  writing,
  passkeys,
  recovery,
  storage,
  charter,
};
