// Two opinions side by side, aspect by aspect.

import { el, list, words } from "../dom.js";
import { strings } from "../strings.js";
import { tools } from "./tools.js";

export function drawComparison({ title, rows, text }) {
  const head = el("thead", { role: "rowgroup" }, el("tr", { role: "row" },
    ...[strings.aspect, strings.first, strings.second]
      .map((label) => el("th", { scope: "col", role: "columnheader" }, label))));
  const body = el("tbody", { role: "rowgroup" }, ...list(rows).map((row) => el("tr", { role: "row" },
    el("th", { scope: "row", role: "rowheader" }, words(row.aspect)),
    cell(strings.first, row.first), cell(strings.second, row.second))));
  const name = words(title);
  // The roles are said again because the styles make the table a grid, which would hide them.
  return el("div", { class: "card comparison" },
    el("table", { role: "table" }, name ? el("caption", {}, name) : null, head, body),
    tools(name || strings.first, words(text)));
}

function cell(label, value) {
  const said = words(value);
  return el("td", { role: "cell", "data-label": label, class: said ? null : "blank" }, said || strings.blank);
}
