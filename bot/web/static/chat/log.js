// The conversation on the screen: bubbles, cards and quick replies, in the order they were said.

import { button, el, list, unseen, words } from "./dom.js";
import { drawPayload } from "./payloads/index.js";
import { strings } from "./strings.js";
import { paragraphs } from "./text.js";

const PAUSE = 30 * 60; // seconds of silence after which the time is shown
const NOTICEABLE = 1200; // milliseconds

export class Log {
  /**
   * @param {HTMLElement} node
   * @param {HTMLElement} welcome shown while nothing was said
   * @param {{say: function(string), again: function(Object)}} acts
   */
  constructor(node, welcome, acts) {
    this.node = node;
    this.welcome = welcome;
    this.acts = acts;
    this.clear();
  }

  clear() {
    this.node.replaceChildren(this.welcome);
    this.mine = new Map();
    this.lastTime = 0;
    this.turnStart = null;
  }

  /** Shows a whole conversation, silently: it is not news. */
  restore(lines) {
    this.node.setAttribute("aria-live", "off");
    this.clear();
    for (const line of lines) {
      if (line.from === "patient") this.patient(line);
      else this.bot({ ...line, quick_replies: line.buttons });
    }
    setTimeout(() => this.node.setAttribute("aria-live", "polite"), 300);
  }

  /** Shows what the patient wrote. */
  patient({ id, text, time }) {
    if (id && this.mine.has(id)) return;
    this.retireReplies(text);
    this.markTime(time);
    const state = el("p", { class: "state" });
    const bubble = el("div", { class: "bubble" }, unseen(strings.youSaid), text);
    const node = el("div", { class: "message patient" }, bubble, state);
    if (id) this.mine.set(id, { node, state, message: { id, text, time } });
    this.turnStart = node;
    this.add(node);
  }

  /** Shows what the bot said: words and card of one message together. */
  bot({ text, quick_replies: replies, custom, time }) {
    this.markTime(time);
    const card = drawPayload(custom, this.acts);
    if (words(text)) {
      const said = [unseen(strings.botSaid), ...paragraphs(text)];
      this.add(this.botMessage(el("div", { class: "bubble" }, ...said)));
    }
    if (card) this.add(this.botMessage(card, "wide"));
    if (list(replies).length) this.add(this.replies(replies));
  }

  botMessage(content, more = "") {
    return el("div", { class: `message bot ${more}`.trim() }, content);
  }

  replies(replies) {
    const buttons = replies.map(({ title, payload }) =>
      button(title, (event) => {
        if (event.currentTarget.getAttribute("aria-disabled") !== "true") this.acts.say(payload);
      }, { "data-say": payload }));
    return el("div", { class: "replies" }, ...buttons);
  }

  /**
   * Quick replies stay on the screen as history, but answer only the last question.
   * They are not truly disabled, which would throw a keyboard user's focus away.
   */
  retireReplies(text) {
    for (const reply of this.node.querySelectorAll(".replies button:not([aria-disabled])")) {
      if (this.welcome.contains(reply)) continue;
      reply.setAttribute("aria-disabled", "true");
      if (reply.dataset.say === text) reply.classList.add("chosen");
      if (reply !== document.activeElement) reply.tabIndex = -1;
    }
  }

  /** Marks a message as not yet confirmed; says so only if that takes noticeably long. */
  sending(id, online) {
    const mine = this.mine.get(id);
    if (!mine) return;
    mine.node.classList.add("pending");
    const tell = () => {
      if (!mine.node.classList.contains("pending")) return;
      mine.state.textContent = online ? strings.sending : strings.waiting;
      this.scroll();
    };
    if (online) setTimeout(tell, NOTICEABLE);
    else tell();
  }

  sent(id) {
    const mine = this.mine.get(id);
    if (!mine) return;
    mine.node.classList.remove("failed", "pending");
    mine.state.replaceChildren();
  }

  failed(id, reason) {
    const mine = this.mine.get(id);
    if (!mine) return;
    mine.node.classList.replace("pending", "failed");
    const again = button(strings.tryAgain, () => {
      this.sent(id);
      this.sending(id, true);
      this.acts.again(mine.message);
    });
    mine.state.replaceChildren(`${strings.notSent} ${reason || ""} `, again);
    this.scroll();
  }

  add(node) {
    this.welcome.remove();
    this.node.append(node);
    this.scroll();
  }

  markTime(time) {
    if (!(time > 0)) return;
    if (time - this.lastTime > PAUSE) {
      const said = new Date(time * 1000);
      const today = said.toDateString() === new Date().toDateString();
      const day = today ? {} : { weekday: "long", month: "short", day: "numeric" };
      const shown = said.toLocaleString("en-US", { ...day, hour: "numeric", minute: "2-digit" });
      if (this.lastTime || !today) this.add(el("p", { class: "when" }, shown));
    }
    this.lastTime = time;
  }

  /** Follows the conversation, but never past the beginning of the answer. */
  scroll() {
    const end = this.node.scrollHeight - this.node.clientHeight;
    const start = this.turnStart ? this.turnStart.offsetTop - this.node.offsetTop - 8 : end;
    this.node.scrollTop = Math.min(end, start);
  }

  scrollToEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }
}
