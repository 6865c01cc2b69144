import type { accounts as english } from "../en/accounts";
import type { Catalogue } from "../types";

export const accounts: Catalogue<typeof english> = {};
