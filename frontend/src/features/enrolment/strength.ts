/** A first opinion on a password while it is typed; the server has the last word. */

export const shortest = 12;
const fewestDifferent = 5;

export type Strength = "weak" | "fair" | "strong";
export type Reason = "too_short" | "only_digits" | "repeats" | "like_you";

export interface Opinion {
  strength: Strength;
  reasons: Reason[];
}

/** `about`: words that anybody knows of the person, such as name, address and authority. */
export function judge(password: string, about: readonly string[]): Opinion {
  const reasons: Reason[] = [];
  const characters = [...password];
  const different = new Set(characters.map((each) => each.toLocaleLowerCase())).size;
  if (characters.length < shortest) reasons.push("too_short");
  if (/^\d+$/.test(password)) reasons.push("only_digits");
  if (characters.length >= 4 && different < Math.max(fewestDifferent, characters.length / 4))
    reasons.push("repeats");
  if (resembles(password, about)) reasons.push("like_you");
  if (reasons.length > 0) return { strength: "weak", reasons };
  return { strength: characters.length >= 18 && different >= 8 ? "strong" : "fair", reasons };
}

function resembles(password: string, about: readonly string[]): boolean {
  const typed = password.toLocaleLowerCase();
  return about
    .flatMap((text) => text.toLocaleLowerCase().split(/[\s@.,_-]+/))
    .filter((word) => [...word].length >= 4)
    .some((word) => typed.includes(word) && word.length * 2 >= typed.length);
}
