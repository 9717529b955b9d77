// An alert: what to do now, and whom to call.

import { el, list, words } from "../dom.js";
import { strings } from "../strings.js";
import { linked } from "../text.js";

const SAFE = /^(tel:|sms:|https:|mailto:)/;

export function drawAlert({ level, text, actions }) {
  const known = Object.hasOwn(strings.levels, level) ? level : "caution";
  const calls = list(actions)
    .filter(({ href }) => SAFE.test(words(href)))
    .map(({ label, href }) => el("a", { href }, words(label)));
  return el("div", { class: `card alert ${known}` },
    el("p", { class: "level" }, strings.levels[known]),
    el("p", { class: "words" }, ...linked(words(text))),
    el("div", { class: "calls" }, ...calls));
}
