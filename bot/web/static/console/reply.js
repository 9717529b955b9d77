// The reply box: sends without leaving the page, keeps the words until they are safe, shows typing.

import { renew } from "./renew.js";

const TYPING_EVERY = 4000; // milliseconds
let told = 0;
let quiet = null;

export function bindReply() {
  const form = document.getElementById("reply-form");
  if (!form) return;
  const text = form.querySelector("textarea");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, text);
  });
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  text.addEventListener("input", () => typing(form));
  const canned = form.querySelector("[data-fills]");
  canned.addEventListener("change", () => {
    if (!canned.value) return;
    text.value = text.value ? `${text.value}\n${canned.value}` : canned.value;
    canned.value = "";
    text.focus();
  });
}

async function send(form, text) {
  const problem = document.getElementById("reply-problem");
  const button = form.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  problem.hidden = true;
  stopTyping(form);
  try {
    const headers = { "X-CSRF": document.body.dataset.csrf, Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers });
    if (!answer.ok) throw new Error((await answer.json()).error);
    text.value = "";
    // The next message needs a key of its own; the same key would be taken for the same message.
    form.elements.key.value = crypto.randomUUID().replaceAll("-", "");
    await renew();
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  } finally {
    button.disabled = false;
    text.focus();
  }
}

function typing(form) {
  clearTimeout(quiet);
  quiet = setTimeout(() => stopTyping(form), TYPING_EVERY);
  if (Date.now() - told < TYPING_EVERY) return;
  told = Date.now();
  tell(form, "yes");
}

function stopTyping(form) {
  clearTimeout(quiet);
  if (told) tell(form, "no");
  told = 0;
}

function tell(form, on) {
  const headers = { "X-CSRF": document.body.dataset.csrf };
  const body = new URLSearchParams({ on });
  fetch(form.dataset.typing, { method: "POST", body, headers }).catch(() => {});
}
