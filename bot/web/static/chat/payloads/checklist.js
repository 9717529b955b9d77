// A checklist. Tapping an item tells the bot that the patient has it.

import { button, el, list, unseen, words } from "../dom.js";
import { strings } from "../strings.js";
import { tools } from "./tools.js";

export function drawChecklist({ title, items, text }, acts) {
  const all = list(items);
  const bar = el("div", { class: "progress", "aria-hidden": "true" }, el("span"));
  const count = el("p", { class: "quiet" });
  const entries = all.map((item) => entry(item, acts, update));
  const card = el("div", { class: "card checklist" },
    el("h3", {}, words(title)), bar, count, el("ul", {}, ...entries),
    tools(words(title), words(text)));

  function update() {
    const done = entries.filter((node) => node.classList.contains("done")).length;
    bar.firstChild.style.width = all.length ? `${(100 * done) / all.length}%` : "0";
    count.textContent = strings.progress(done, all.length);
  }
  update();
  return card;
}

function entry(item, acts, update) {
  const node = el("li", { class: "checklist-item" });
  node.classList.toggle("done", Boolean(item.done));
  if (item.done) node.append(el("div", { class: "item" }, ...content(item, true)));
  else node.append(tappable(item, acts, node, update));
  return node;
}

function tappable(item, acts, node, update) {
  const control = button("", () => {
    if (node.classList.contains("done")) return;
    node.classList.add("done");
    control.setAttribute("aria-checked", "true");
    update();
    acts.say(strings.iHave(withArticle(words(item.text))));
  }, { class: "item", role: "checkbox", "aria-checked": "false" });
  control.append(...content(item, false));
  return control;
}

function content(item, done) {
  const said = el("span", {}, done ? unseen(strings.done) : null, words(item.text));
  if (words(item.why)) said.append(el("span", { class: "quiet" }, words(item.why)));
  return [box(), said];
}

function box() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const tick = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 18, height: 18 })) {
    svg.setAttribute(name, value);
  }
  for (const [name, value] of Object.entries({
    d: "M5 12.5l4.5 4.5L19 7.5", fill: "none", stroke: "currentColor", "stroke-width": 3.5,
    "stroke-linecap": "round", "stroke-linejoin": "round",
  })) tick.setAttribute(name, value);
  svg.append(tick);
  const node = el("span", { class: "box", "aria-hidden": "true" });
  node.append(svg);
  return node;
}

/** "Lab results" → "the lab results"; "Your chart", "A list", "MRI scans" keep their beginning. */
export function withArticle(text) {
  const lower = /^[A-Z][a-z]/.test(text) || /^A /.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
  return /^(your|a|an|the|all|any) /.test(lower) ? lower : `the ${lower}`;
}
