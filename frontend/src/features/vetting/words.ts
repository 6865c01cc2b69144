/** How steps, fields, applications and what they wait for are called. */
import {
  Ban,
  CircleCheck,
  CircleDashed,
  Eye,
  Hourglass,
  MessageCircleQuestion,
  PenLine,
  Undo2,
  UsersRound,
  X,
} from "lucide-react";
import { useMemo } from "react";
import { localeTag, useI18n } from "../../i18n";
import type { VettingStep } from "../../sync/applications";
import type { IconType } from "../../ui";
import { isOpen, type Summary } from "./listing";

type Named = Pick<VettingStep, "key" | "kind" | "title">;

export interface Words {
  stepTitle(step: Named): string;
  /** Of a step that is known by its key alone. */
  stepOf(steps: readonly Named[], key: string | null): string;
  field(code: string): string;
  fields(codes: readonly string[]): string;
  /** The name in the language of the interface where there is one, and the original beside it. */
  title(application: Pick<Summary, "name" | "name_en">): string;
  powers(powers: Summary["powers"]): string;
  state(code: string): string;
}

export function useWords(): Words {
  const { t, lookup, language, stateName } = useI18n();
  return useMemo(() => {
    const list = new Intl.ListFormat(language, { type: "conjunction" });
    const stepTitle = (step: Named) =>
      step.title?.[language] || (lookup(`vetting.steps.${step.key}`) ?? t(`vetting.kinds.${step.kind}`));
    const capitalized = (text: string) => text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
    const field = (code: string) =>
      lookup(`vetting.fields.${code.replaceAll(".", "_")}`) ?? t("vetting.fields.unknown", { code });
    return {
      stepTitle,
      stepOf: (steps, key) => {
        const step = steps.find((one) => one.key === key);
        return step === undefined ? (lookup(`vetting.steps.${key}`) ?? key ?? "") : stepTitle(step);
      },
      field,
      fields: (codes) => list.format(codes.map(field)),
      title: ({ name, name_en }) => name_en || name || t("vetting.unnamed"),
      powers: (powers) =>
        powers.length === 0
          ? t("vetting.powers.none")
          : capitalized(list.format(powers.map((power) => t(`vetting.powers.${power}`)))),
      state: (code) => (code === "" ? "" : stateName(code)),
    };
  }, [t, lookup, language, stateName]);
}

export interface Standing {
  icon: IconType;
  flip?: boolean;
  words: string;
}

/** What an application waits for, or how it ended, in a line. */
export function useStanding(): (application: Summary, steps: readonly Named[]) => Standing {
  const { t } = useI18n();
  const words = useWords();
  return useMemo(
    () => (application, steps) => {
      const { status, waits_for, last_text: text, objections, signatures } = application;
      const step = words.stepOf(steps, application.step);
      if (!isOpen(application)) {
        if (status === "admitted") return { icon: CircleCheck, words: t("vetting.row.admitted") };
        if (status === "withdrawn") return { icon: X, words: t("vetting.row.withdrawn") };
        return {
          icon: Ban,
          words: text === "" ? t("vetting.row.declined") : t("vetting.row.declined_text", { text }),
        };
      }
      if (status === "draft") return { icon: CircleDashed, words: t("vetting.row.draft") };
      if (status === "offered") return { icon: Eye, words: t("vetting.row.offered") };
      if (status === "returned") {
        return {
          icon: Undo2,
          flip: true,
          words: text === "" ? t("vetting.row.returned") : t("vetting.row.returned_text", { text }),
        };
      }
      if (signatures > 0) return { icon: PenLine, words: t("vetting.row.signature") };
      if (objections > 0) {
        return { icon: UsersRound, words: t("vetting.row.objections", { count: objections }) };
      }
      if (waits_for === "applicant") {
        return { icon: MessageCircleQuestion, words: t("vetting.row.asked") };
      }
      if (waits_for === "members") return { icon: UsersRound, words: t("vetting.row.members") };
      return {
        icon: Hourglass,
        words: t(waits_for === "colleague" ? "vetting.row.colleague" : "vetting.row.me", { step }),
      };
    },
    [t, words],
  );
}

/** A day without its year, as deadlines near are written: “20 Nov”. */
export function useShortDay(): (at: number) => string {
  const { language } = useI18n();
  return useMemo(() => {
    const tag = localeTag(language);
    const thisYear = new Date().getFullYear();
    const near = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short" });
    const far = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", year: "numeric" });
    return (at) => (new Date(at).getFullYear() === thisYear ? near : far).format(at);
  }, [language]);
}
