// The patient's plan, in sections.

import { el, list, words } from "../dom.js";
import { linked } from "../text.js";
import { tools } from "./tools.js";

export function drawPlan({ title, sections, text, url }) {
  const name = words(title);
  return el("div", { class: "card plan" },
    el("h3", {}, name), ...list(sections).map(section), tools(name, words(text), url));
}

function section(part) {
  if (typeof part === "string") return el("section", {}, el("p", {}, ...linked(part)));
  const items = list(part.items).map((item) => el("li", {}, ...linked(words(item))));
  return el("section", {}, el("h4", {}, words(part.title)), el("ul", {}, ...items));
}
