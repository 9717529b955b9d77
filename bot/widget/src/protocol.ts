// What goes over the wire. bot/channels/README.md has the table of events.

export interface Choice {
  title: string;
  payload: string;
}

/** A structured message. Nothing in it is trusted: each drawing takes what it finds. */
export type Payload = { kind: string; text?: string } & Record<string, unknown>;

export interface Reply {
  text: string;
  quick_replies: Choice[];
  custom: Payload | null;
  time: number;
  staff?: string;
}

export interface HistoryLine {
  from: "patient" | "bot";
  id: string | null;
  text: string;
  custom: Payload | null;
  buttons: Choice[];
  time: number;
  staff?: string;
}

export interface Echo {
  id: string | null;
  text: string;
  time: number;
}

/** What the patient wrote, as it waits to be confirmed. */
export interface Message {
  id: string;
  text: string;
  time: number;
}

export interface Confirm {
  session_id: string;
  new: boolean;
  /** What an empty conversation offers. */
  starters?: Choice[];
  /** Whether the conversation can go on by text message. */
  phone?: boolean;
}

export interface Ack {
  ok: boolean;
  code?: string;
  error?: string;
}

export interface LinkCode extends Ack {
  number?: string;
}

/** How the line to the server is. "idle" until the chat is first opened. */
export type LineState = "idle" | "connecting" | "online" | "offline" | "reconnecting" | "unreachable";
