// Keys: j and k to move, Enter to open, r to reply, e when reviewed, / to search, ? for this list.

const FIELDS = "input:not([type=checkbox]), textarea, select";

export function bindKeys() {
  const help = document.getElementById("keys");
  document.getElementById("keys-button")?.addEventListener("click", () => help.showModal());
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help?.open) return;
    if (event.target.closest(FIELDS)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = KEYS[event.key];
    if (act && act(help)) event.preventDefault();
  });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  r: () => reply(),
  e: () => press(document.querySelector("#reviewed")),
  "/": () => search(),
  "?": (help) => { help.showModal(); return true; },
  Escape: () => press(document.getElementById("back")),
};

/** Moves between conversations of the list, or between messages of a transcript. */
function move(step) {
  const all = [...document.querySelectorAll("[data-inbox] .list a, [data-log] .message")];
  if (!all.length) return false;
  const now = document.activeElement.closest(".list a, .message");
  const start = step > 0 ? -1 : all.length;
  const place = now ? all.indexOf(now) : start;
  const next = all[Math.max(0, Math.min(all.length - 1, place + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function reply() {
  const text = document.getElementById("text");
  if (text) text.focus();
  return Boolean(text) || press(document.getElementById("take"));
}

function search() {
  const field = document.getElementById("q");
  if (field) field.focus();
  else location.href = "/console/";
  return true;
}

function press(node) {
  node?.click();
  return Boolean(node);
}
