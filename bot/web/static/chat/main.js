// Puts the chat together: the panel, the log, and the connection between them.

import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Log } from "./log.js";
import { Menu } from "./menu.js";
import { Panel } from "./panel.js";
import { Pinned } from "./pinned.js";
import { strings } from "./strings.js";

const root = document.querySelector("#chat");
const part = (name) => root.querySelector(`#chat-${name}`);

const panel = new Panel(root, document.querySelector("#page"));
const log = new Log(part("log"), part("welcome"), { say, again: (message) => connection.again(message) });
const composer = new Composer(part("form"), say);
const pinned = new Pinned(part("pinned"), () => composer.focus());
new Menu(part("menu-button"), part("menu"), say);

const connection = new Connection(root.dataset.chatOrigin, {
  history(lines) {
    log.restore(lines);
    pinned.clear();
    lines.forEach((line) => pinned.consider(line));
    log.scrollToEnd();
  },
  bot(reply) {
    log.bot(reply);
    pinned.consider(reply);
  },
  echo: (message) => log.patient(message),
  typing: (on) => {
    part("typing").hidden = !on;
    log.scroll();
  },
  sending(message) {
    log.patient(message);
    log.sending(message.id, connection.ready);
  },
  sent: (id) => log.sent(id),
  failed: (id, reason) => log.failed(id, reason),
  state(state) {
    part("notice").textContent = state === "online" ? "" : strings[state];
  },
});

function say(text) {
  connection.send(text);
  if (!Panel.hasTouchKeyboard) composer.focus();
}

panel.opened = (byPerson) => {
  connection.start();
  log.scrollToEnd();
  if (!byPerson) return;
  if (Panel.hasTouchKeyboard) part("title").focus();
  else composer.focus();
};

part("welcome").addEventListener("click", (event) => {
  const starter = event.target.closest("[data-say]");
  if (starter) say(starter.dataset.say);
});

for (const opener of document.querySelectorAll("[data-open-chat]")) {
  opener.addEventListener("click", () => {
    panel.open(opener);
    if (opener.dataset.say) say(opener.dataset.say);
  });
}

root.hidden = false;
panel.reopen();
