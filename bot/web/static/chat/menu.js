// The small menu: a button that shows two more buttons.

export class Menu {
  constructor(button, list, say) {
    this.button = button;
    this.list = list;
    button.addEventListener("click", () => this.toggle(list.hidden));
    list.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-say]");
      if (!chosen) return;
      this.toggle(false);
      say(chosen.dataset.say);
    });
    list.parentElement.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || list.hidden) return;
      event.preventDefault();
      this.toggle(false);
      button.focus();
    });
    document.addEventListener("click", (event) => {
      if (!list.parentElement.contains(event.target)) this.toggle(false);
    });
  }

  toggle(open) {
    this.list.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.list.querySelector("button").focus();
  }
}
