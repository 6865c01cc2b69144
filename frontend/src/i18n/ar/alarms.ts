import type { alarms as english } from "../en/alarms";
import type { Catalogue } from "../types";

export const alarms: Catalogue<typeof english> = {};
