// Turns plain text into paragraphs, lists and links, without ever parsing markup.

import { el } from "./dom.js";

const LINK = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]])|\b(1-\d{3}-\d{3}-\d{4}|\d{3}-\d{3}-\d{4}|\d{3}-\d{4})\b|\b([Cc]all|[Tt]ext)( or text)? (911|988)\b/g;
const BULLET = /^\s*[-•]\s+/;
const NUMBER = /^\s*\d+[.)]\s+/;

/** Returns nodes for a text: addresses and phone numbers become links. */
export function linked(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const [whole, url, phone, , , short] = match;
    const shown = short || whole;
    const start = match.index + whole.length - shown.length;
    nodes.push(text.slice(end, start));
    const href = url || `tel:${(phone || short).replaceAll("-", "")}`;
    const outside = url ? { target: "_blank", rel: "noopener noreferrer" } : {};
    nodes.push(el("a", { href, ...outside }, shown));
    end = match.index + whole.length;
  }
  nodes.push(text.slice(end));
  return nodes.filter((node) => node !== "");
}

/** Returns the paragraphs and lists of a text. */
export function paragraphs(text) {
  const blocks = [];
  for (const line of text.split("\n")) {
    const kind = BULLET.test(line) ? "ul" : NUMBER.test(line) ? "ol" : line.trim() ? "p" : null;
    const last = blocks.at(-1);
    if (kind && last?.kind === kind) last.lines.push(line);
    else blocks.push({ kind, lines: [line] });
  }
  return blocks.filter((block) => block.kind).map(drawBlock);
}

function drawBlock({ kind, lines }) {
  if (kind === "p") {
    const parts = lines.flatMap((line, i) => (i ? [el("br"), ...linked(line)] : linked(line)));
    return el("p", {}, ...parts);
  }
  const mark = kind === "ul" ? BULLET : NUMBER;
  const start = kind === "ol" ? Number.parseInt(lines[0], 10) : null;
  const items = lines.map((line) => el("li", {}, ...linked(line.replace(mark, ""))));
  return el(kind, { start: start > 1 ? start : null }, ...items);
}
