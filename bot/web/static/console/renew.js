// Fetches the page again and exchanges the parts that are marked data-live and have changed.

const LATER = 5000; // milliseconds until a server that did not answer is asked again
let again = null;
let busy = false;
let asked = false;

export async function renew() {
  if (busy) {
    asked = true; // what changed meanwhile is fetched right afterwards
    return;
  }
  busy = true;
  clearTimeout(again);
  try {
    const headers = { "X-Automatic": "1", Accept: "text/html" };
    const answer = await fetch(location.href, { headers });
    if (answer.redirected) location.reload(); // the session is over
    else if (answer.status === 404) gone();
    else if (answer.ok) exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
    else again = setTimeout(renew, LATER);
  } catch {
    again = setTimeout(renew, LATER);
  } finally {
    busy = false;
    if (asked) {
      asked = false;
      renew();
    }
  }
}

function exchange(fresh) {
  const mayAnswer = (page) => Boolean(page.getElementById("reply-form"));
  const writing = document.getElementById("text")?.value;
  if (mayAnswer(fresh) !== mayAnswer(document) && !writing) {
    location.reload(); // somebody took over, or handed back
    return;
  }
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next) continue;
    if (old.hasAttribute("data-log")) exchangeLines(old, next);
    else if (!old.isEqualNode(next)) exchangePart(old, next);
  }
}

function exchangePart(old, next) {
  const ref = document.activeElement?.closest("[data-ref]")?.dataset.ref;
  const within = old.contains(document.activeElement) && document.activeElement.id;
  const node = document.adoptNode(next);
  old.replaceWith(node);
  if (ref) node.querySelector(`[data-ref="${ref}"] a`)?.focus();
  else if (within) document.getElementById(within)?.focus();
}

/** Adds what was said since; leaves alone what somebody is reading or filling in. */
function exchangeLines(log, next) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  for (const line of [...next.children]) {
    const old = line.id && document.getElementById(line.id);
    if (!line.id) continue;
    if (!old) log.append(document.adoptNode(line));
    else if (!old.querySelector("details[open]") && !old.isEqualNode(line)) {
      line.className = old.className;
      old.replaceWith(document.adoptNode(line));
    }
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
}

/** The conversation was erased while it was open: nothing of it may stay on the screen. */
function gone() {
  const main = document.getElementById("main");
  if (!main.dataset.gone) return;
  const words = document.createElement("p");
  words.className = "problem";
  words.setAttribute("role", "alert");
  words.textContent = main.dataset.gone;
  main.replaceChildren(words);
  document.title = main.dataset.gone;
}
