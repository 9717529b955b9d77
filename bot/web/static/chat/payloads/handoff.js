// Whether a person of the clinic's staff was asked for, is here, or has left.

import { el, words } from "../dom.js";
import { strings } from "../strings.js";
import { linked } from "../text.js";

export function drawHandoff({ status, text }) {
  const known = Object.hasOwn(strings.handoff, status) ? status : "requested";
  return el("div", { class: `card handoff ${known}` },
    el("span", { class: "dot", "aria-hidden": "true" }),
    el("p", {}, ...linked(words(text) || strings.handoff[known])));
}
