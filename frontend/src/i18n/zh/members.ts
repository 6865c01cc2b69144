import type { members as english } from "../en/members";
import type { Catalogue } from "../types";

export const members: Catalogue<typeof english> = {};
