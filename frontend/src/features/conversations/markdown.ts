/**
 * Reads the small part of Markdown that messages may use. The result is plain data: text stays text, so nothing a
 * sender writes can become markup, and only http and https addresses become links. Time is linear in the text and
 * nesting is bounded, whatever is sent.
 */

export type Inline =
  | { type: "text"; text: string }
  | { type: "strong"; children: Inline[] }
  | { type: "emphasis"; children: Inline[] }
  | { type: "code"; text: string }
  /** `label` is null where the address itself was written. */
  | { type: "link"; address: string; label: string | null }
  | { type: "break" };

export type Block =
  | { type: "paragraph"; children: Inline[] }
  | { type: "code"; text: string }
  | { type: "quote"; children: Block[] }
  | { type: "list"; ordered: boolean; start: number; items: Block[][] };

const deepestBlocks = 4;
const deepestMarks = 6;

const fence = /^\s{0,3}```/;
const quoteLine = /^\s{0,3}>\s?/;
const listLine = /^(\s{0,3})(?:([-*+])|(\d{1,9})[.)])\s+(?=\S)/;
const indented = /^(?: {2,}|\t)/;

export function parse(text: string): Block[] {
  return parseBlocks(text.replace(/\r\n?/g, "\n").split("\n"), 0);
}

function parseBlocks(lines: string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) blocks.push({ type: "paragraph", children: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? "";
    if (line.trim() === "") {
      flush();
      at += 1;
    } else if (fence.test(line)) {
      flush();
      const end = endOfFence(lines, at + 1);
      blocks.push({ type: "code", text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
    } else if (depth < deepestBlocks && quoteLine.test(line)) {
      flush();
      const end = endWhile(lines, at, (each) => quoteLine.test(each));
      const inner = lines.slice(at, end).map((each) => each.replace(quoteLine, ""));
      blocks.push({ type: "quote", children: parseBlocks(inner, depth + 1) });
      at = end;
    } else if (depth < deepestBlocks && listLine.test(line)) {
      flush();
      const [list, end] = parseList(lines, at, depth);
      blocks.push(list);
      at = end;
    } else {
      paragraph.push(line);
      at += 1;
    }
  }
  flush();
  return blocks;
}

function endOfFence(lines: string[], from: number): number {
  return endWhile(lines, from, (each) => !fence.test(each));
}

function endWhile(lines: string[], from: number, holds: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && holds(lines[end] ?? "")) end += 1;
  return end;
}

function parseList(lines: string[], from: number, depth: number): [Block, number] {
  const first = listLine.exec(lines[from] ?? "");
  const ordered = first?.[3] !== undefined;
  const items: Block[][] = [];
  let at = from;
  while (at < lines.length) {
    const match = listLine.exec(lines[at] ?? "");
    if (match === null || (match[3] !== undefined) !== ordered) break;
    const item = [(lines[at] ?? "").slice(match[0].length)];
    at += 1;
    while (at < lines.length && indented.test(lines[at] ?? "")) {
      item.push((lines[at] ?? "").replace(/^(?: {1,3}|\t)/, ""));
      at += 1;
    }
    items.push(parseBlocks(item, depth + 1));
  }
  return [{ type: "list", ordered, start: ordered ? Number(first?.[3]) : 1, items }, at];
}

/** An address that may become a link, in the form the browser will really open; null for anything else. */
export function safeAddress(written: string): string | null {
  if (!/^https?:\/\//i.test(written)) return null;
  try {
    const url = new URL(written);
    // A name before "@" is how a false bank looks like a true one.
    if (url.username !== "" || url.password !== "" || url.hostname === "") return null;
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

type Token = Inline | { type: "mark"; mark: string; opens: boolean; closes: boolean };

const bareAddress = /https?:\/\/[^\s<>"`\u2066-\u2069\u202a-\u202e]+/iy;
const namedAddress = /\[([^[\]\n]{1,300})\]\((https?:\/\/[^\s()<>]{1,2000})\)/iy;
const word = /[\p{L}\p{N}_]/u;
const latinWord = /[A-Za-z0-9]/;

export function parseInline(text: string): Inline[] {
  return pair(tokens(text));
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  const unclosed = new Set<number>();
  let plain = "";
  let at = 0;
  const push = (token: Token) => {
    if (plain !== "") found.push({ type: "text", text: plain });
    plain = "";
    found.push(token);
  };
  while (at < text.length) {
    const char = text[at] ?? "";
    if (char === "\n") {
      push({ type: "break" });
      at += 1;
      continue;
    }
    if (char === "\\" && /[*_`[\]\\>#-]/.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      at += 2;
      continue;
    }
    if (char === "`") {
      const ticks = runLength(text, at, "`");
      const end = unclosed.has(ticks) ? -1 : closingTicks(text, at + ticks, ticks);
      if (end >= 0) {
        push({ type: "code", text: text.slice(at + ticks, end).replaceAll("\n", " ") });
        at = end + ticks;
      } else {
        unclosed.add(ticks);
        plain += "`".repeat(ticks);
        at += ticks;
      }
      continue;
    }
    if (char === "[") {
      const link = matchAt(namedAddress, text, at);
      const address = link === null ? null : safeAddress(link[2] ?? "");
      if (link !== null && address !== null) {
        push({ type: "link", address, label: link[1] ?? "" });
        at += link[0].length;
        continue;
      }
    }
    if ((char === "h" || char === "H") && !latinWord.test(text[at - 1] ?? "")) {
      const written = trimAddress(matchAt(bareAddress, text, at)?.[0] ?? "");
      const address = safeAddress(written);
      if (address !== null) {
        push({ type: "link", address, label: null });
        at += written.length;
        continue;
      }
    }
    if (char === "*" || char === "_") {
      const length = Math.min(runLength(text, at, char), 2);
      push(mark(text, at, char, length));
      at += length;
      continue;
    }
    plain += char;
    at += 1;
  }
  if (plain !== "") found.push({ type: "text", text: plain });
  return found;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function runLength(text: string, at: number, char: string): number {
  let length = 0;
  while (text[at + length] === char) length += 1;
  return length;
}

function closingTicks(text: string, from: number, ticks: number): number {
  let at = text.indexOf("`", from);
  while (at >= 0) {
    const length = runLength(text, at, "`");
    if (length === ticks) return at;
    at = text.indexOf("`", at + length);
  }
  return -1;
}

/** Punctuation at the end belongs to the sentence, and so does a bracket that the address did not open. */
function trimAddress(written: string): string {
  let end = written.length;
  let opened = 0;
  let closed = 0;
  for (const char of written) {
    if (char === "(") opened += 1;
    if (char === ")") closed += 1;
  }
  for (;;) {
    const last = written[end - 1] ?? "";
    if (last === ")" && closed > opened) closed -= 1;
    else if (!/[.,;:!?'"*_»”’،؛؟。，；：！？、）】》]/.test(last)) return written.slice(0, end);
    end -= 1;
  }
}

function mark(text: string, at: number, char: string, length: number): Token {
  const before = text[at - 1] ?? " ";
  const after = text[at + length] ?? " ";
  let opens = !/\s/.test(after);
  let closes = !/\s/.test(before);
  // snake_case and 2*3*4 are not emphasis; Chinese, which has no spaces, may use stars inside a sentence.
  const inside = char === "_" ? word : latinWord;
  if (length === 1 || char === "_") {
    opens &&= !inside.test(before);
    closes &&= !inside.test(after);
  }
  return { type: "mark", mark: char.repeat(length), opens, closes };
}

interface Frame {
  mark: string | null;
  children: Inline[];
}

/** Pairs the marks with a stack; what stays unpaired is text again. */
function pair(found: Token[]): Inline[] {
  const stack: Frame[] = [{ mark: null, children: [] }];
  const top = () => stack[stack.length - 1] as Frame;
  const append = (node: Inline) => {
    const children = top().children;
    const last = children[children.length - 1];
    if (node.type === "text" && last?.type === "text") last.text += node.text;
    else children.push(node.type === "text" ? { ...node } : node);
  };
  const dissolve = () => {
    const frame = stack.pop() as Frame;
    append({ type: "text", text: frame.mark ?? "" });
    for (const child of frame.children) append(child);
  };
  for (const token of found) {
    if (token.type !== "mark") {
      append(token);
      continue;
    }
    const open = token.closes ? stack.findLastIndex((frame) => frame.mark === token.mark) : -1;
    if (open > 0 && (open < stack.length - 1 || top().children.length > 0)) {
      while (stack.length - 1 > open) dissolve();
      const frame = stack.pop() as Frame;
      append({ type: token.mark.length === 2 ? "strong" : "emphasis", children: frame.children });
    } else if (token.opens && stack.length <= deepestMarks) {
      stack.push({ mark: token.mark, children: [] });
    } else {
      append({ type: "text", text: token.mark });
    }
  }
  while (stack.length > 1) dissolve();
  return top().children;
}

/** One line of plain words, for a list of conversations or a screen reader. */
export function plainText(text: string): string {
  const inline = (nodes: Inline[]): string =>
    nodes
      .map((node) => {
        switch (node.type) {
          case "text":
          case "code":
            return node.text;
          case "break":
            return " ";
          case "link":
            return node.label ?? node.address;
          default:
            return inline(node.children);
        }
      })
      .join("");
  const block = (nodes: Block[]): string =>
    nodes
      .map((node) => {
        switch (node.type) {
          case "paragraph":
            return inline(node.children);
          case "code":
            return node.text.replaceAll("\n", " ");
          case "quote":
            return block(node.children);
          default:
            return node.items.map(block).join(" ");
        }
      })
      .join(" ");
  return block(parse(text)).replace(/\s+/g, " ").trim();
}
