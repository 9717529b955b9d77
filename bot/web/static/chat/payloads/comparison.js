// Two opinions side by side. On a narrow card each aspect stands on its own.

import { el, list, words } from "../dom.js";
import { strings } from "../strings.js";
import { tools } from "./tools.js";

export function drawComparison({ title, rows, text }) {
  const head = el("thead", {}, el("tr", {},
    ...[strings.aspect, strings.first, strings.second].map((t) => el("th", { scope: "col" }, t))));
  const body = el("tbody", {}, ...list(rows).map((row) => el("tr", {},
    el("th", { scope: "row" }, words(row.aspect)),
    cell(strings.first, row.first), cell(strings.second, row.second))));
  const name = words(title);
  return el("div", { class: "card comparison" },
    el("table", {}, name ? el("caption", {}, name) : null, head, body),
    tools(name || strings.first, words(text)));
}

function cell(label, value) {
  const said = words(value);
  return el("td", { "data-label": label, class: said ? null : "blank" }, said || strings.blank);
}
