/** The steps of the examination in the words of the applicant: when each was done, and by when it is expected. */
import type { Language } from "../../i18n";
import type { OwnApplication } from "../../sync/applications";

const DAY = 86_400_000;

export type OwnStep = OwnApplication["steps"][number];

export interface Stage {
  step: OwnStep;
  state: "done" | "present" | "to_come" | "not_reached";
  /** By when the present step is expected to be done; null without a deadline. */
  due: number | null;
}

/** In their order; only while it is examined is one of them the present one. */
export function stagesOf(application: OwnApplication): Stage[] {
  const present = application.steps.findIndex((step) => step.key === application.step);
  const over = application.status === "declined" || application.status === "withdrawn";
  return application.steps.map((step, index) => {
    const here = index === present;
    const before = application.steps[index - 1]?.passed_at ?? application.submitted_at;
    const own = step.days === null || before === null ? null : before + step.days * DAY;
    const due = step.kind === "objection" ? (application.objections_until ?? own) : own;
    const done = present === -1 ? step.passed_at !== null : index < present;
    return {
      step,
      state: here ? "present" : done ? "done" : over ? "not_reached" : "to_come",
      due: here ? due : null,
    };
  });
}

/** The network's own words in this language, or in English where it has none. */
export function ownWords(words: OwnStep["title"], language: Language): string | null {
  const text = words?.[language] ?? words?.en ?? null;
  return text === "" ? null : text;
}
