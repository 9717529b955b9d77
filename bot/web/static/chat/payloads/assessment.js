// An assessment: a recommendation, what speaks for it, what comes next.

import { el, list, words } from "../dom.js";
import { strings } from "../strings.js";
import { linked } from "../text.js";

const items = (texts) => list(texts).map((text) => el("li", {}, ...linked(words(text))));

export function drawAssessment({ recommendation, reasons, next_steps: steps }) {
  return el("div", { class: "card assessment" },
    el("p", { class: "recommendation" }, words(recommendation)),
    section(strings.reasons, el("ul", {}, ...items(reasons))),
    section(strings.nextSteps, el("ol", {}, ...items(steps))));
}

function section(title, entries) {
  return entries.childElementCount ? el("section", {}, el("h4", {}, title), entries) : null;
}
