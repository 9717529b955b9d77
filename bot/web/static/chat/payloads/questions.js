// Questions to take along, in groups; the patient's own are marked.

import { el, list, unseen, words } from "../dom.js";
import { strings } from "../strings.js";
import { tools } from "./tools.js";

export function drawQuestions({ title, groups, text }) {
  const name = words(title);
  return el("div", { class: "card questions" },
    el("h3", {}, name), ...list(groups).map(group), tools(name, words(text)));
}

function group({ title, questions }) {
  const items = list(questions).map(({ text, own }) =>
    el("li", { class: own ? "own" : null }, own ? unseen(strings.own) : null, words(text)));
  return el("section", {}, el("h4", {}, words(title)), el("ul", {}, ...items));
}
