/** A charter as a row of passages: headings, paragraphs and items of lists. A paragraph that is all bold is a heading. */
import { type Block, type Inline, parse } from "../conversations/markdown";

export interface Passage {
  shape: "heading" | "paragraph" | "item";
  text: string;
}

export function passagesOf(text: string): Passage[] {
  return parse(text).flatMap(flatten);
}

/** The words of a heading, or null for any other block. */
export function headingOf(block: Block): Inline[] | null {
  if (block.type !== "paragraph") return null;
  const [only, ...more] = block.children;
  return only?.type === "strong" && more.length === 0 ? only.children : null;
}

function flatten(block: Block): Passage[] {
  switch (block.type) {
    case "paragraph": {
      const shape = headingOf(block) === null ? "paragraph" : "heading";
      return [{ shape, text: wordsOf(block.children) }];
    }
    case "code":
      return [{ shape: "paragraph", text: block.text }];
    case "quote":
      return block.children.flatMap(flatten);
    case "list":
      return block.items.flatMap((item) =>
        item.flatMap(flatten).map((passage) => ({ ...passage, shape: "item" as const })),
      );
  }
}

function wordsOf(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case "text":
        case "code":
          return node.text;
        case "break":
          return " ";
        case "link":
          return node.label === null ? node.address : `${node.label} ${node.address}`;
        default:
          return wordsOf(node.children);
      }
    })
    .join("");
}
