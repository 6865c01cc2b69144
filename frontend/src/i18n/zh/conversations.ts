import type { conversations as english } from "../en/conversations";
import type { Catalogue } from "../types";

export const conversations: Catalogue<typeof english> = {};
