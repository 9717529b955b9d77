// One script tag is all a page needs: it puts the chat on the page, as its data- attributes say.

import { SecondOpinionChat } from "./element";

const TAG = "second-opinion-chat";
const script = document.currentScript as HTMLOrSVGScriptElement | null;

/** A page may also write the element itself, where it wants it; then there is only that one. */
function place(): void {
  if (document.querySelector(TAG)) return;
  const chat = document.createElement(TAG);
  Object.assign(chat.dataset, { ...script?.dataset });
  // Beside the body, not in it: a body that is transformed or filtered would carry the chat off when scrolled.
  document.documentElement.append(chat);
}

if (!customElements.get(TAG)) {
  customElements.define(TAG, SecondOpinionChat);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", place, { once: true });
  else place();
}
