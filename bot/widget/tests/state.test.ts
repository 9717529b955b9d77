// What the chat shows, for everything that can happen to it.

import { describe, expect, test } from "vitest";

import { answersTo, pinnedAlert, plain, presence, saidSince, showsTime, turnStart } from "../src/derived";
import type { HistoryLine, Reply } from "../src/protocol";
import { emptyState, reduce, type Action, type State } from "../src/state";

const NOW = 1_000_000;

function reply(text: string, more: Partial<Reply> = {}): Reply {
  return { text, quick_replies: [], custom: null, time: NOW, staff: "", ...more };
}

function line(from: "patient" | "bot", text: string, more: Partial<HistoryLine> = {}): HistoryLine {
  return { from, id: null, text, custom: null, buttons: [], time: NOW, ...more };
}

function after(...actions: Action[]): State {
  return actions.reduce(reduce, emptyState());
}

const sending = (id: string, text = id): Action => ({ type: "sending", message: { id, text, time: NOW } });
const bot = (text: string, more: Partial<Reply> = {}): Action => ({ type: "bot", reply: reply(text, more) });
const texts = (state: State) => state.lines.map(({ text }) => text);

describe("what the patient wrote", () => {
  test("is shown once, however often it is sent or told of", () => {
    const state = after(sending("a"), sending("a"), { type: "echo", message: { id: "a", text: "a", time: NOW } });
    expect(texts(state)).toEqual(["a"]);
  });

  test("waits, is confirmed, or is refused with a reason and may be sent again", () => {
    const delivery = (state: State) => state.lines.map((said) => said.from === "patient" && said.delivery);
    expect(delivery(after(sending("a")))).toEqual(["pending"]);
    expect(delivery(after(sending("a"), { type: "sent", id: "a" }))).toEqual(["sent"]);
    const refused = after(sending("a"), { type: "failed", id: "a", problem: "Too fast." });
    expect(refused.lines[0]).toMatchObject({ delivery: "failed", problem: "Too fast." });
    expect(reduce(refused, sending("a")).lines[0]).toMatchObject({ delivery: "pending", problem: "" });
  });

  test("two messages with the same words are two", () => {
    expect(texts(after(sending("a", "yes"), sending("b", "yes")))).toEqual(["yes", "yes"]);
  });

  test("without an id, in another tab of an older page, is shown too", () => {
    const echo: Action = { type: "echo", message: { id: null, text: "hello", time: NOW } };
    expect(texts(after(echo, echo))).toEqual(["hello", "hello"]);
  });
});

describe("the history", () => {
  test("replaces the screen and keeps what still waits, once and last", () => {
    const state = after(
      bot("old"), sending("a"), sending("b"),
      { type: "history", lines: [line("bot", "hi"), line("patient", "a", { id: "a" })] },
    );
    expect(texts(state)).toEqual(["hi", "a", "b"]);
    expect(state.lines.map((said) => said.from === "patient" && said.delivery)).toEqual([false, "sent", "pending"]);
  });

  test("is no news", () => {
    const state = after({ type: "history", lines: [line("bot", "hi")] }, bot("new"));
    expect(state.lines.map((said) => said.from === "bot" && said.fresh)).toEqual([false, true]);
  });

  test("gives every line a key of its own, again and again", () => {
    const history: Action = { type: "history", lines: [line("bot", "a"), line("bot", "b")] };
    const state = after(history, bot("c"), history, bot("d"));
    expect(new Set(state.lines.map(({ key }) => key)).size).toBe(state.lines.length);
  });

  test("that is no list is an empty one", () => {
    expect(after({ type: "history", lines: null as unknown as [] }).lines).toEqual([]);
  });

  test("of a new session is empty, and what waits goes along", () => {
    const state = after(bot("someone else's"), sending("a"), {
      type: "confirmed",
      confirm: { session_id: "x", new: true, starters: [{ title: "t", payload: "p" }] },
    });
    expect(texts(state)).toEqual(["a"]);
    expect(state.starters).toHaveLength(1);
    expect(state.phone).toBe(false);
  });
});

describe("an alert", () => {
  const alert = (level: string, time = NOW): Action => bot("", { custom: { kind: "alert", level, text: "x" }, time });

  test("of an emergency or a crisis stays on top, a caution doesn't", () => {
    for (const level of ["emergency", "crisis"]) {
      expect(pinnedAlert(after(alert(level), bot("on")), NOW)?.payload?.level).toBe(level);
    }
    expect(pinnedAlert(after(alert("caution")), NOW)).toBeNull();
  });

  test("goes when it is put away, until there is another", () => {
    const hidden = after(alert("crisis"), { type: "alertHidden", time: NOW });
    expect(pinnedAlert(hidden, NOW)).toBeNull();
    expect(pinnedAlert(reduce(hidden, alert("crisis", NOW + 1)), NOW + 1)).not.toBeNull();
  });

  test("of yesterday is history", () => {
    expect(pinnedAlert(after(alert("emergency")), NOW + 13 * 3600)).toBeNull();
  });
});

describe("a person of the clinic's", () => {
  const handoff = (status: string, staff = ""): Action => bot("", { custom: { kind: "handoff", status }, staff });

  test("is asked for, comes with a name, and leaves", () => {
    const status = (...actions: Action[]) => presence(after(...actions).lines);
    expect(status(handoff("requested"))).toEqual({ status: "requested", staff: "" });
    expect(status(handoff("requested"), handoff("connected"), bot("Hi", { staff: "Ana, nurse" })))
      .toEqual({ status: "connected", staff: "Ana, nurse" });
    expect(status(bot("Hi", { staff: "Ana, nurse" }), handoff("closed"))).toEqual({ status: "closed", staff: "" });
    expect(status(bot("Hi"))).toEqual({ status: "", staff: "" });
  });
});

describe("the lines", () => {
  test("know what each question was answered with", () => {
    const { lines } = after(bot("q"), sending("a", "yes"), bot("then"));
    expect([...answersTo(lines)]).toEqual([["2", null], ["0", "yes"]]);
    expect(turnStart(lines)).toBe("1");
  });

  test("show the time after a silence, and where another day begins", () => {
    const [first, second] = after(bot("a"), bot("b", { time: NOW + 3600 })).lines;
    const day = new Date(NOW * 1000).toDateString();
    expect(showsTime(undefined, first!, day)).toBe(false);
    expect(showsTime(undefined, first!, "another")).toBe(true);
    expect(showsTime(first, second!, day)).toBe(true);
    expect(showsTime(second, second!, day)).toBe(false);
  });

  test("know what was said since a checklist came, without what was refused", () => {
    const list = bot("", { custom: { kind: "checklist" } });
    const { lines } = after(
      sending("a", "before"), list, sending("b", "one"), bot("x"), sending("c", "two"),
      { type: "failed", id: "c", problem: "" }, sending("d", "three"),
    );
    expect([...saidSince(lines).values()]).toEqual(["one\nthree"]);
  });

  test("are plain text to keep: words and what the card says", () => {
    const { lines } = after(bot("Here:", { custom: { kind: "plan", text: "My plan" } }));
    expect(plain(lines[0]!)).toBe("Here:\n\nMy plan");
  });
});
