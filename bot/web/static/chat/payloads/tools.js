// Copying and printing a card's text, and links to its page.

import { button, el, words } from "../dom.js";
import { strings } from "../strings.js";

/** Returns the row of buttons below a card. */
export function tools(title, text, url) {
  return el("div", { class: "tools" },
    button(strings.copy, (event) => copy(event.currentTarget, text)),
    button(strings.print, () => print(title, text)),
    page(url));
}

function page(url) {
  const safe = /^(https?:\/\/|\/[^/\\])/.test(words(url));
  if (!safe) return null;
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, strings.openPage);
}

async function copy(source, text) {
  const done = await copied(text);
  source.textContent = done ? strings.copied : strings.copyFailed;
  setTimeout(() => { source.textContent = strings.copy; }, 2500);
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedTheOldWay(text);
  }
}

// The clipboard interface exists on https and localhost only.
function copiedTheOldWay(text) {
  const field = el("textarea", { class: "unseen" });
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}

function print(title, text) {
  const sheet = document.querySelector("#print-sheet");
  const body = words(text);
  const rest = body.startsWith(title) ? body.slice(title.length).trim() : body;
  sheet.replaceChildren(el("h1", {}, title), rest);
  document.body.classList.add("printing");
  addEventListener("afterprint", () => {
    document.body.classList.remove("printing");
    sheet.replaceChildren();
  }, { once: true });
  window.print();
}
