// Turns plain text into paragraphs, lists and links, without ever parsing markup.

import type { ComponentChildren, JSX } from "preact";

const LINK =
  /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|\b(1-\d{3}-\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\d{3}-\d{4})\b|\b([Cc]all|[Tt]ext)( or text)? (911|988)\b/g;
const BULLET = /^\s*[-•]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** A link to elsewhere opens beside the page, and tells the other side nothing. */
export const OUTSIDE = { target: "_blank", rel: "noopener noreferrer" };

/** Returns a text in pieces: addresses and phone numbers become links. */
export function linked(text: string): ComponentChildren[] {
  const pieces: ComponentChildren[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, url, phone, , , short] = match;
    const shown = short ?? whole;
    const start = match.index + whole.length - shown.length;
    if (start > end) pieces.push(text.slice(end, start));
    const href = url ?? `tel:${(phone ?? shown).replaceAll("-", "")}`;
    pieces.push(
      <a href={href} {...(url ? OUTSIDE : {})}>
        {shown}
      </a>,
    );
    end = match.index + whole.length;
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

interface Block {
  kind: "p" | "ul" | "ol";
  lines: string[];
}

function kindOf(line: string): Block["kind"] | null {
  if (BULLET.test(line)) return "ul";
  if (NUMBER.test(line)) return "ol";
  return line.trim() ? "p" : null;
}

/** Returns the paragraphs and lists of a text. */
export function blocks(text: string): Block[] {
  const found: (Block | null)[] = [];
  for (const line of text.split("\n")) {
    const kind = kindOf(line);
    const last = found.at(-1);
    if (kind && last?.kind === kind) last.lines.push(line);
    else found.push(kind ? { kind, lines: [line] } : null);
  }
  return found.filter((block) => block !== null);
}

export function Paragraphs({ text }: { text: string }): JSX.Element {
  return <>{blocks(text).map((block) => draw(block))}</>;
}

function draw({ kind, lines }: Block): JSX.Element {
  if (kind === "p") {
    return <p>{lines.flatMap((line, i) => (i ? [<br />, ...linked(line)] : linked(line)))}</p>;
  }
  const mark = kind === "ul" ? BULLET : NUMBER;
  const items = lines.map((line) => <li>{linked(line.replace(mark, ""))}</li>);
  if (kind === "ul") return <ul>{items}</ul>;
  return <ol start={Number.parseInt(lines[0] ?? "1", 10) || 1}>{items}</ol>;
}
