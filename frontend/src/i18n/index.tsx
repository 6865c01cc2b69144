/**
 * What screens use of the translations: `useI18n()`. One language is in memory; changing it loads the other first.
 *
 * Screens that are not the first of all stand in `AllWords`, which brings the part of the catalogue that they need.
 */
import {
  createContext,
  Fragment,
  type ReactNode,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useState,
} from "react";
import {
  directionOf,
  formatDate,
  formatDay,
  formatMessage,
  formatNumber,
  formatTime,
  isoStateName,
  renderValue,
  templateOf,
  type Value,
  type Values,
} from "./format";
import {
  findMessage,
  type Key,
  type Loaded,
  loadLaterMessages,
  loadMessages,
  type ParametersOf,
} from "./messages";
import { type Direction, type Language, languages } from "./types";

export { localeTag } from "./format";
export { type Key, type LaterMessages, loadLaterMessages, loadMessages, type Messages } from "./messages";
export { type Catalogue, type Direction, type Language, languages, type Message, type Plural } from "./types";
export type { Value, Values };

type Arguments<K extends Key, V> = [ParametersOf<K>] extends [never]
  ? [values?: Readonly<Record<string, V>>]
  : [values: { readonly [N in ParametersOf<K>]: V } & { readonly count?: number }];

export interface I18n {
  readonly language: Language;
  readonly direction: Direction;
  /** The sentence at `domain.key`, with its parameters. */
  t<K extends Key>(key: K, ...values: Arguments<K, Value>): string;
  /** The same with elements as parameters; strings among them are isolated. */
  rich<K extends Key>(key: K, values: Readonly<Record<string, ReactNode>>): ReactNode;
  /** The sentence at a path known only at run time (a code of the server, a label of the core), or null. */
  lookup(path: string, values?: Values): string | null;
  /** 24 November 2026 */
  formatDate(at: number): string;
  /** 07:55 */
  formatTime(at: number): string;
  /** Today, Yesterday, Tuesday 24 November */
  formatDay(at: number): string;
  /** Yesterday, 07:55 */
  formatMoment(at: number): string;
  formatNumber(value: number): string;
  /** The name of a State by its code, fictional ones included; `GN` is the secretariat. */
  stateName(code: string): string;
  setLanguage(language: Language): void;
}

/** Exported for tests and for pages outside React; screens use `useI18n`. */
export function createI18n(
  language: Language,
  messages: Loaded,
  setLanguage: (language: Language) => void = () => undefined,
): I18n {
  const find = (key: string) => findMessage(messages, key) ?? key;
  return {
    language,
    direction: directionOf(language),
    t: (key, ...values) => formatMessage(language, find(key), (values[0] ?? {}) as Values),
    rich: (key, values) => {
      const plain = values as Values;
      return templateOf(language, find(key), plain)
        .split(/(\{\w+\})/)
        .map((piece, index) => {
          const name = /^\{(\w+)\}$/.exec(piece)?.[1];
          if (name === undefined || values[name] === undefined) {
            return piece;
          }
          const value = values[name];
          const shown =
            typeof value === "string" || typeof value === "number" ? renderValue(language, value) : value;
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence never change places
          return <Fragment key={index}>{shown}</Fragment>;
        });
    },
    lookup: (path, values) => {
      const message = findMessage(messages, path);
      return message === null ? null : formatMessage(language, message, values);
    },
    formatDate: (at) => formatDate(language, at),
    formatTime: (at) => formatTime(language, at),
    formatDay: (at) => formatDay(language, at),
    formatMoment: (at) =>
      formatMessage(language, find("common.moment"), {
        day: formatDay(language, at),
        time: formatTime(language, at),
      }),
    formatNumber: (value) => formatNumber(language, value),
    stateName: (code) => {
      const own = findMessage(messages, `common.states.${code}`) ?? findMessage(messages, `states.${code}`);
      return typeof own === "string" ? own : isoStateName(language, code);
    },
    setLanguage,
  };
}

const I18nContext = createContext<I18n | null>(null);
const WholeContext = createContext<{ whole: boolean; complete: () => Promise<void> }>({
  whole: false,
  complete: async () => undefined,
});

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (i18n === null) {
    throw new Error("useI18n needs an I18nProvider above it.");
  }
  return i18n;
}

interface ProviderProps {
  /** The language to start with, already loaded, so that the first drawing is complete. */
  language: Language;
  messages: Loaded;
  /** Told after a person chose another language. */
  onChange?: (language: Language) => void;
  children: ReactNode;
}

/** Gives the language to everything below and keeps `lang` and `dir` of the page in step with it. */
export function I18nProvider({ language, messages, onChange, children }: ProviderProps) {
  const [current, setCurrent] = useState({ language, messages });
  const whole = isWhole(current.messages);
  const i18n = useMemo(
    () =>
      createI18n(current.language, current.messages, (next) => {
        void load(next, isWhole(current.messages)).then((loaded) => {
          startTransition(() => setCurrent({ language: next, messages: loaded }));
          onChange?.(next);
        });
      }),
    [current, onChange],
  );
  const complete = useCallback(async () => {
    const later = await loadLaterMessages(current.language);
    setCurrent((now) =>
      now.language === current.language ? { ...now, messages: { ...now.messages, ...later } } : now,
    );
  }, [current.language]);
  const wholeness = useMemo(() => ({ whole, complete }), [whole, complete]);
  useLayoutEffect(() => {
    document.documentElement.lang = i18n.language;
    document.documentElement.dir = i18n.direction;
  }, [i18n]);
  return (
    <I18nContext value={i18n}>
      <WholeContext value={wholeness}>{children}</WholeContext>
    </I18nContext>
  );
}

function isWhole(messages: Loaded): boolean {
  return messages.audit !== undefined;
}

async function load(language: Language, whole: boolean): Promise<Loaded> {
  const [first, later] = await Promise.all([
    loadMessages(language),
    whole ? loadLaterMessages(language) : undefined,
  ]);
  return { ...first, ...later };
}

interface AllWordsProps {
  /** Shown until they are here. */
  waiting: ReactNode;
  children: ReactNode;
}

/** What stands in it has all words of the language; that they cannot be loaded is for the boundary above to say. */
export function AllWords({ waiting, children }: AllWordsProps) {
  const { whole, complete } = useContext(WholeContext);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    if (!whole) {
      complete().catch(setFailure);
    }
  }, [whole, complete]);
  if (failure !== null) {
    throw failure;
  }
  return whole ? children : waiting;
}

/** Brings the rest of the words for a screen that can do without: the further States of a large demonstration. */
export function useAllWordsSoon(): void {
  const { whole, complete } = useContext(WholeContext);
  useEffect(() => {
    if (!whole) {
      complete().catch(() => undefined);
    }
  }, [whole, complete]);
}

/** The first language of the browser that we speak; English when it speaks none of ours. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split("-")[0];
    const found = languages.find((language) => language === primary);
    if (found !== undefined) {
      return found;
    }
  }
  return "en";
}
