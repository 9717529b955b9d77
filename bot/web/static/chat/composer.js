// The field to write in.

import { strings } from "./strings.js";

const LONGEST = 4000;
const WARN_FROM = 3500;

export class Composer {
  /** @param {HTMLFormElement} form @param {function(string)} say */
  constructor(form, say) {
    this.input = form.querySelector("textarea");
    this.count = form.querySelector(".count");
    this.say = say;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("input", () => this.fit());
    this.input.addEventListener("keydown", (event) => {
      // While an accent or a character is being composed, Enter belongs to the keyboard.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
  }

  send() {
    const text = this.input.value.trim();
    if (!text || text.length > LONGEST) return;
    this.input.value = "";
    this.fit();
    this.say(text);
  }

  fit() {
    const { input, count } = this;
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 3}px`;
    const length = input.value.trim().length;
    const over = length - LONGEST;
    count.classList.toggle("over", over > 0);
    count.textContent = over > 0 ? strings.tooLong(over)
      : length >= WARN_FROM ? strings.left(-over) : "";
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }
}
