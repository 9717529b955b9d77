// The page where a clinic chooses how its chat looks: the choices change the chat and the snippet.

const form = document.querySelector("#options");
const snippet = document.querySelector("#snippet");
const USUAL = { color: "#0f5a63" };

function chosen() {
  const options = {};
  for (const [name, value] of new FormData(form)) {
    const text = name === "open" ? "true" : value.trim();
    if (text && text !== USUAL[name]) options[name] = text;
  }
  return options;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function show() {
  const options = chosen();
  const { script, server, own } = form.dataset;
  const all = server === own ? options : { server, ...options };
  const attributes = Object.entries(all).map(([name, value]) => `\n  data-${name}="${escaped(value)}"`);
  snippet.textContent = `<script src="${script}"${attributes.join("")} defer></script>`;
  const chat = document.querySelector("second-opinion-chat");
  if (!chat) return;
  for (const { name } of form.elements) {
    if (name === "open") continue;
    if (options[name]) chat.setAttribute(`data-${name}`, options[name]);
    else chat.removeAttribute(`data-${name}`);
  }
}

async function copy() {
  const told = document.querySelector("#copied");
  try {
    await navigator.clipboard.writeText(snippet.textContent);
    told.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(snippet);
    told.textContent = "Press Ctrl+C to copy what is marked";
  }
}

form.addEventListener("input", show);
form.addEventListener("submit", (event) => event.preventDefault());
document.querySelector("#copy").addEventListener("click", copy);
addEventListener("DOMContentLoaded", show);
