// Kinds of doctors that fit, a card for each.

import { el, list, words } from "../dom.js";
import { strings } from "../strings.js";
import { linked } from "../text.js";

export function drawSpecialists({ condition, items }) {
  const name = words(condition);
  return el("div", { class: "card specialists" },
    name ? el("p", { class: "quiet" }, name) : null, ...list(items).map(specialist));
}

function specialist({ title, why, how_to_find: how }) {
  return el("section", { class: "specialist" },
    el("h3", {}, words(title)),
    words(why) ? el("p", {}, ...linked(words(why))) : null,
    words(how) ? el("p", { class: "quiet" }, el("strong", {}, `${strings.howToFind}: `), ...linked(words(how))) : null);
}
