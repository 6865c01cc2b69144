import { directory as en } from "../en/directory";
import type { Messages } from "../messages";

export const directory: Messages["directory"] = en;
