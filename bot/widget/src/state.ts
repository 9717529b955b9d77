// Everything the chat shows, as a value, and how each happening changes it. No browser in here.

import type { Choice, Confirm, Echo, HistoryLine, LineState, Message, Payload, Reply } from "./protocol";
import { list } from "./values";

export type Delivery = "sent" | "pending" | "failed";

interface Said {
  /** Stays the same while the line is on the screen. */
  key: string;
  text: string;
  time: number;
}

export interface PatientLine extends Said {
  from: "patient";
  id: string | null;
  delivery: Delivery;
  /** Why it failed, in the server's words. */
  problem: string;
}

export interface BotLine extends Said {
  from: "bot";
  choices: Choice[];
  payload: Payload | null;
  /** The name of the person of the clinic's who said it; "" for the bot. */
  staff: string;
  /** Whether it came while the patient was here, and is thus news. */
  fresh: boolean;
}

export type Line = PatientLine | BotLine;

export interface State {
  lines: readonly Line[];
  line: LineState;
  typing: boolean;
  starters: readonly Choice[];
  phone: boolean;
  /** The time of the last urgent alert that the patient put away. */
  hiddenAlert: number;
  count: number;
}

export type Action =
  | { type: "confirmed"; confirm: Confirm }
  | { type: "history"; lines: HistoryLine[] }
  | { type: "bot"; reply: Reply }
  | { type: "echo"; message: Echo }
  | { type: "typing"; on: boolean }
  | { type: "sending"; message: Message }
  | { type: "sent"; id: string }
  | { type: "failed"; id: string; problem: string }
  | { type: "line"; state: LineState }
  | { type: "alertHidden"; time: number };

export function emptyState(hiddenAlert = 0): State {
  return {
    lines: [],
    line: "idle",
    typing: false,
    starters: [],
    phone: false,
    hiddenAlert,
    count: 0,
  };
}

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case "confirmed":
      return confirmed(state, action.confirm);
    case "history":
      return restored(state, action.lines);
    case "bot":
      return { ...append(state, (key) => botLine(key, action.reply, true)) };
    case "echo":
      return patientSaid(state, action.message, "sent");
    case "typing":
      return { ...state, typing: action.on };
    case "sending":
      return patientSaid(state, action.message, "pending");
    case "sent":
      return delivered(state, action.id, "sent", "");
    case "failed":
      return delivered(state, action.id, "failed", action.problem);
    case "line":
      return { ...state, line: action.state };
    case "alertHidden":
      return { ...state, hiddenAlert: Math.max(state.hiddenAlert, action.time) };
  }
}

function confirmed(state: State, confirm: Confirm): State {
  const known = {
    ...state,
    starters: list<Choice>(confirm.starters),
    phone: confirm.phone === true,
  };
  // A new session knows nothing of what was on the screen, except what still waits to be sent.
  return confirm.new ? { ...known, lines: state.lines.filter(isWaiting) } : known;
}

/** The server's history replaces the screen; what it doesn't know yet follows. */
function restored(state: State, history: HistoryLine[]): State {
  let count = state.count;
  const lines = list<HistoryLine>(history).map((said) => historyLine(`${count++}`, said));
  const known = new Set(lines.map((line) => (line.from === "patient" ? line.id : null)));
  const waiting = state.lines.filter((line) => isWaiting(line) && !known.has(line.id));
  return { ...state, lines: [...lines, ...waiting], count };
}

function isWaiting(line: Line): line is PatientLine {
  return line.from === "patient" && line.delivery !== "sent";
}

function historyLine(key: string, said: HistoryLine): Line {
  if (said.from === "patient") return patientLine(key, said, "sent");
  return botLine(key, { ...said, quick_replies: said.buttons }, false);
}

function patientLine(key: string, said: Echo, delivery: Delivery): PatientLine {
  return { key, from: "patient", text: said.text, time: said.time, id: said.id, delivery, problem: "" };
}

function botLine(key: string, reply: Reply, fresh: boolean): BotLine {
  return {
    key,
    from: "bot",
    text: reply.text ?? "",
    time: reply.time,
    choices: list<Choice>(reply.quick_replies),
    payload: reply.custom ?? null,
    staff: reply.staff ?? "",
    fresh,
  };
}

function append(state: State, make: (key: string) => Line): State {
  return { ...state, lines: [...state.lines, make(`${state.count}`)], count: state.count + 1 };
}

/** A message that is on the screen already is not shown twice, whoever tells of it. */
function patientSaid(state: State, said: Echo, delivery: Delivery): State {
  if (said.id !== null && state.lines.some((line) => line.from === "patient" && line.id === said.id)) {
    return delivered(state, said.id, delivery, "");
  }
  return append(state, (key) => patientLine(key, said, delivery));
}

function delivered(state: State, id: string, delivery: Delivery, problem: string): State {
  const lines = state.lines.map((line) =>
    line.from === "patient" && line.id === id ? { ...line, delivery, problem } : line,
  );
  return { ...state, lines };
}
