// Opens and closes the panel, and keeps the focus where a person expects it.

import { passing } from "./storage.js";

const OPEN = "open";
const PHONE = matchMedia("(max-width: 39.99rem)");

export class Panel {
  /** @param {HTMLElement} root @param {HTMLElement} page what the panel covers on a phone */
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.node = root.querySelector("#chat-panel");
    this.launcher = root.querySelector("#chat-launcher");
    this.opened = () => {};
    this.back = this.launcher;
    this.launcher.addEventListener("click", () => this.open(this.launcher));
    root.querySelector("#chat-close").addEventListener("click", () => this.close());
    this.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
    PHONE.addEventListener("change", () => this.cover());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** Opens it; the focus comes back to the opener later. */
  open(opener) {
    if (this.isOpen) return;
    this.back = opener || this.launcher;
    this.node.hidden = false;
    this.root.classList.add("open");
    this.launcher.setAttribute("aria-expanded", "true");
    passing.set(OPEN, true);
    this.cover();
    this.opened(Boolean(opener));
  }

  close() {
    this.node.hidden = true;
    this.root.classList.remove("open");
    this.launcher.setAttribute("aria-expanded", "false");
    passing.set(OPEN, false);
    this.cover();
    this.back.focus();
  }

  /** Opens it again after a reload, without taking the focus. */
  reopen() {
    if (passing.get(OPEN)) this.open(null);
  }

  /** On a phone the panel is all there is, so the page behind it must not be reachable. */
  cover() {
    const covered = this.isOpen && PHONE.matches;
    this.page.inert = covered;
    this.node.setAttribute("aria-modal", String(covered));
    document.body.classList.toggle("chat-covers", covered);
  }

  /** Whether writing would bring up a keyboard that hides half of the conversation. */
  static get hasTouchKeyboard() {
    return matchMedia("(pointer: coarse)").matches;
  }
}
