// A text to take along: copied, printed, or opened as a page.

import { el, words } from "../dom.js";
import { tools } from "./tools.js";

export function drawDocument({ title, body, url }) {
  const name = words(title);
  return el("div", { class: "card document" },
    el("h3", {}, name),
    el("div", { class: "paper", tabindex: "0", role: "region", "aria-label": name }, words(body)),
    tools(name, words(body), url));
}
