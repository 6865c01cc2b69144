import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, type Inline, parse, parseInline, plainText, safeAddress } from "./markdown";

const text = (value: string): Inline => ({ type: "text", text: value });

describe("inline", () => {
  it("reads bold, italic and code", () => {
    expect(parseInline("a **b** *c* _d_ `e*`")).toEqual([
      text("a "),
      { type: "strong", children: [text("b")] },
      text(" "),
      { type: "emphasis", children: [text("c")] },
      text(" "),
      { type: "emphasis", children: [text("d")] },
      text(" "),
      { type: "code", text: "e*" },
    ]);
  });

  it("nests italic in bold", () => {
    expect(parseInline("**a *b* c**")).toEqual([
      { type: "strong", children: [text("a "), { type: "emphasis", children: [text("b")] }, text(" c")] },
    ]);
  });

  it("works inside Chinese, which has no spaces", () => {
    expect(parseInline("请**立即**答复")).toEqual([
      text("请"),
      { type: "strong", children: [text("立即")] },
      text("答复"),
    ]);
  });

  it("leaves file names, sums and unpaired marks as they were written", () => {
    for (const written of [
      "annex_1_final.pdf",
      "2*3*4",
      "a * b * c",
      "**open",
      "`open",
      "close**",
      "****",
      "5 < 6 & 7",
    ]) {
      expect(parseInline(written)).toEqual([text(written)]);
    }
  });

  it("keeps escaped marks as text", () => {
    expect(parseInline("\\*not\\* \\[this\\]")).toEqual([text("*not* [this]")]);
  });

  it("keeps line ends", () => {
    expect(parseInline("a\nb")).toEqual([text("a"), { type: "break" }, text("b")]);
  });
});

describe("links", () => {
  it("finds bare addresses and leaves the punctuation of the sentence outside", () => {
    expect(parseInline("See https://example.org/a_b(c).")).toEqual([
      text("See "),
      { type: "link", address: "https://example.org/a_b(c)", label: null },
      text("."),
    ]);
    expect(parseInline("(https://example.org)")).toEqual([
      text("("),
      { type: "link", address: "https://example.org/", label: null },
      text(")"),
    ]);
    expect(parseInline("见 https://example.org/。")).toEqual([
      text("见 "),
      { type: "link", address: "https://example.org/", label: null },
      text("。"),
    ]);
  });

  it("keeps the written name beside the true address", () => {
    expect(parseInline("[bank](https://example.org/x)")).toEqual([
      { type: "link", address: "https://example.org/x", label: "bank" },
    ]);
  });

  it("makes no link of anything but http and https without credentials", () => {
    for (const address of [
      "javascript:alert(1)",
      "data:text/html,x",
      "file:///etc/passwd",
      "https://bank.example@evil.example/",
      "//example.org",
      "mailto:a@example.org",
      "https://",
    ]) {
      expect(safeAddress(address)).toBeNull();
    }
    expect(parseInline("[x](javascript:alert(1))")).toEqual([text("[x](javascript:alert(1))")]);
  });

  it("writes a look-alike host as what it is", () => {
    expect(safeAddress("https://ехample.org/")).toMatch(/^https:\/\/xn--/);
  });
});

describe("blocks", () => {
  it("reads paragraphs, quotes, lists and code", () => {
    expect(parse("One\n\n> two\n> three\n\n- a\n- b\n  - c\n\n3. x\n4. y\n\n```\n<b>\n```\nend")).toEqual([
      { type: "paragraph", children: [text("One")] },
      {
        type: "quote",
        children: [{ type: "paragraph", children: [text("two"), { type: "break" }, text("three")] }],
      },
      {
        type: "list",
        ordered: false,
        start: 1,
        items: [
          [{ type: "paragraph", children: [text("a")] }],
          [
            { type: "paragraph", children: [text("b")] },
            {
              type: "list",
              ordered: false,
              start: 1,
              items: [[{ type: "paragraph", children: [text("c")] }]],
            },
          ],
        ],
      },
      {
        type: "list",
        ordered: true,
        start: 3,
        items: [
          [{ type: "paragraph", children: [text("x")] }],
          [{ type: "paragraph", children: [text("y")] }],
        ],
      },
      { type: "code", text: "<b>" },
      { type: "paragraph", children: [text("end")] },
    ]);
  });

  it("treats markup as words", () => {
    expect(parse("<img src=x onerror=alert(1)>")).toEqual([
      { type: "paragraph", children: [text("<img src=x onerror=alert(1)>")] },
    ]);
  });
});

function depth(nodes: (Block | Inline)[]): number {
  let deepest = 0;
  for (const node of nodes) {
    const inner: (Block | Inline)[] =
      "children" in node ? node.children : "items" in node ? node.items.flat() : [];
    deepest = Math.max(deepest, 1 + depth(inner));
  }
  return deepest;
}

describe("hostile text", () => {
  it("never nests deeply and never takes long", () => {
    for (const piece of ["**a ", "*_", "> ", "`", "``a", "[a](", "- ", "https://a", "_a* "]) {
      const sent = piece.repeat(64_000 / piece.length);
      const started = performance.now();
      expect(depth(parse(sent))).toBeLessThan(20);
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });

  it("makes only safe links, whatever is written", () => {
    const links = (nodes: (Block | Inline)[]): string[] =>
      nodes.flatMap((node) => {
        if (node.type === "link") return [node.address];
        return links("children" in node ? node.children : "items" in node ? node.items.flat() : []);
      });
    const pieces = fc.constantFrom(
      "[",
      "](",
      ")",
      "http://",
      "https://",
      "javascript:",
      "*",
      "_",
      "`",
      ">",
      "a",
      " ",
      "\n",
      "@",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (written) => {
        for (const address of links(parse(written.join("")))) {
          expect(address).toMatch(/^https?:\/\//);
          expect(new URL(address).username).toBe("");
        }
      }),
    );
  });
});

it("gives one plain line", () => {
  expect(plainText("**Hello**\n\n- one\n- [two](https://example.org)")).toBe("Hello one two");
});
