// An emergency or a crisis stays on top of the conversation until the patient puts it away.

import { button } from "./dom.js";
import { drawAlert } from "./payloads/alert.js";
import { passing } from "./storage.js";
import { strings } from "./strings.js";

const URGENT = new Set(["emergency", "crisis"]);
const FRESH = 12 * 3600; // seconds; an older one in the history is history
const HIDDEN = "hidden-alert";

export class Pinned {
  /** @param {HTMLElement} node @param {function()} onHide where the focus goes */
  constructor(node, onHide) {
    this.node = node;
    this.onHide = onHide;
  }

  /** Pins a message's alert, if it has an urgent one that wasn't put away before. */
  consider({ custom, time }) {
    const urgent = custom?.kind === "alert" && URGENT.has(custom.level);
    if (!urgent || Date.now() / 1000 - time > FRESH || time <= passing.get(HIDDEN)) return;
    const alert = drawAlert(custom);
    alert.querySelector(".calls").append(
      button(strings.hide, () => this.hide(time), { class: "hide" }));
    this.node.replaceChildren(alert);
  }

  hide(time) {
    passing.set(HIDDEN, time);
    this.node.replaceChildren();
    this.onHide();
  }

  clear() {
    this.node.replaceChildren();
  }
}
