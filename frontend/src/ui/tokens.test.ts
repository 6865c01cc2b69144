/** Every pair of colours that text or an edge stands in has the contrast of WCAG 2.2 AA, in both themes. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");
const dark = css.indexOf(':root[data-theme="dark"]');
const system = css.indexOf("@media (prefers-color-scheme");

function tokens(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([a-z-]+):\s*(#[0-9a-f]{6})/g)].map((found) => [found[1] ?? "", found[2] ?? ""]),
  );
}

const light = tokens(css.slice(0, dark));
const themes = {
  light,
  dark: new Map([...light, ...tokens(css.slice(dark, system))]),
  system: new Map([...light, ...tokens(css.slice(system))]),
};

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ["page", "surface", "well"];
const meanings = ["ok", "warn", "bad"];
const text: [string, string][] = [
  ...grounds.flatMap((ground): [string, string][] =>
    ["text", "text-muted", "text-subtle", "accent", ...meanings].map((ink) => [ink, ground]),
  ),
  ...["accent", "accent-hover", "accent-press"].map((ground): [string, string] => ["on-accent", ground]),
  ...["text", "text-muted", "on-accent-tint"].map((ink): [string, string] => [ink, "accent-tint"]),
  ...meanings.flatMap((meaning): [string, string][] =>
    [meaning, "text", "text-muted"].map((ink) => [ink, `${meaning}-tint`]),
  ),
  ["on-brand", "brand"],
  ["on-brand-muted", "brand"],
  ["on-demo", "demo"],
  // Tooltips and toasts turn the two around.
  ["surface", "text"],
];
const edges: [string, string][] = grounds.flatMap((ground): [string, string][] => [
  ["line-strong", ground],
  ["accent", ground],
]);

describe.each(Object.entries(themes))("the %s theme", (_, theme) => {
  const ratio = ([ink, ground]: [string, string]) =>
    contrast(theme.get(ink) ?? "#000000", theme.get(ground) ?? "#000000");

  it("has readable text on every ground", () => {
    expect(text.filter((pair) => ratio(pair) < 4.5)).toEqual([]);
  });

  it("has visible edges and focus rings", () => {
    expect(edges.filter((pair) => ratio(pair) < 3)).toEqual([]);
  });
});

it("says dark twice with the same words: chosen, and asked for by the system", () => {
  const chosen = [...tokens(css.slice(dark, system))];
  const asked = [...tokens(css.slice(system))];
  expect(asked).toEqual(chosen);
});
