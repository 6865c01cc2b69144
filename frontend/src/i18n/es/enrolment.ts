import type { enrolment as english } from "../en/enrolment";
import type { Catalogue } from "../types";

export const enrolment: Catalogue<typeof english> = {};
