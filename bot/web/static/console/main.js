// The console works without any of this; with it, pages renew themselves and keys do the work.

import { renew } from "./renew.js";
import { listen } from "./live.js";
import { bindKeys } from "./keys.js";
import { bindReply } from "./reply.js";

listen();
bindKeys();
bindReply();

// What is still being worked out renews itself until it is done.
setInterval(() => { if (document.querySelector("[data-poll]")) renew(); }, 3000);

for (const box of document.querySelectorAll("[data-all]")) {
  box.addEventListener("change", () => {
    for (const one of document.querySelectorAll(`input[name="${box.dataset.all}"]`)) {
      one.checked = box.checked;
    }
  });
}

const filters = document.querySelector("form.filters");
if (filters) {
  filters.addEventListener("change", (event) => {
    if (event.target.type !== "search") filters.requestSubmit();
  });
  // Addresses are read by people, too: what isn't asked for isn't in them.
  filters.addEventListener("submit", () => {
    for (const field of filters.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of filters.elements) field.disabled = false;
  });
}

// A conversation opens at its end, unless the address names a message.
const log = document.querySelector("[data-log]");
if (log) {
  const found = log.querySelector(".message.found");
  if (found) found.scrollIntoView({ block: "center" });
  else if (!location.hash.startsWith("#m")) log.scrollTop = log.scrollHeight;
}
