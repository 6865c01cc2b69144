/** The shapes of catalogues: English is the type of the other five, so that a missing key does not compile. */

export const languages = ["ar", "zh", "en", "fr", "ru", "es"] as const;
export type Language = (typeof languages)[number];
export type Direction = "ltr" | "rtl";

/** The forms of a counted message, by the categories of `Intl.PluralRules`. */
export interface Plural {
  readonly zero?: string;
  readonly one?: string;
  readonly two?: string;
  readonly few?: string;
  readonly many?: string;
  readonly other: string;
}

export type Message = string | Plural;

/** What a translation of `T` must hold: the same keys, messages of the same kind. */
export type Catalogue<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends { readonly other: string }
      ? Plural
      : Catalogue<T[K]>;
};

/** The dotted paths to the messages of `T`. */
export type Paths<T> = {
  [K in keyof T & string]: T[K] extends string | { readonly other: string } ? K : `${K}.${Paths<T[K]>}`;
}[keyof T & string];

/** The message at a dotted path. */
export type At<T, P extends string> = P extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<T[Head], Rest>
    : never
  : P extends keyof T
    ? T[P]
    : never;

type NamesInText<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesInText<Rest> : never;

/** The names of the parameters that a message asks for. */
export type ParameterNames<M> = M extends string
  ? NamesInText<M>
  : M extends { readonly other: string }
    ? "count" | NamesInText<M[keyof M]>
    : never;
