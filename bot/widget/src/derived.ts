// What can be told from the lines alone.

import type { BotLine, Line, PatientLine, State } from "./state";
import { words } from "./values";

const URGENT = new Set<unknown>(["emergency", "crisis"]);
const FRESH = 12 * 3600; // seconds; an older alert in the history is history
const PAUSE = 30 * 60; // seconds of silence after which the time is shown

/** Returns the urgent alert that must stay on top, if there is one. */
export function pinnedAlert(state: State, now: number): BotLine | null {
  for (const line of [...state.lines].reverse()) {
    if (line.from !== "bot" || line.payload?.kind !== "alert") continue;
    if (!URGENT.has(line.payload.level)) continue;
    return now - line.time > FRESH || line.time <= state.hiddenAlert ? null : line;
  }
  return null;
}

export interface Presence {
  status: "" | "requested" | "connected" | "closed";
  staff: string;
}

/** Returns whether a person of the clinic's was asked for, is here or has left, and who it is. */
export function presence(lines: readonly Line[]): Presence {
  let status: Presence["status"] = "";
  let staff = "";
  for (const line of lines) {
    if (line.from !== "bot") continue;
    if (line.payload?.kind === "handoff") {
      const told = line.payload.status;
      status = told === "connected" || told === "closed" ? told : "requested";
      if (status !== "connected") staff = "";
      staff = words(line.payload.staff) || line.staff || staff;
    } else if (line.staff) {
      // Someone who writes is here, whatever was told about it.
      status = "connected";
      staff = line.staff;
    }
  }
  return { status, staff };
}

/** Returns the key of the first line of the last answer: where a reader wants to be. */
export function turnStart(lines: readonly Line[]): string | null {
  for (const line of [...lines].reverse()) if (line.from === "patient") return line.key;
  return lines[0]?.key ?? null;
}

/** Returns what the patient said next after a line, by which a quick reply is known as chosen. */
export function answersTo(lines: readonly Line[]): Map<string, string | null> {
  const answers = new Map<string, string | null>();
  let next: PatientLine | null = null;
  for (const line of [...lines].reverse()) {
    if (line.from === "patient") next = line;
    else answers.set(line.key, next ? next.text : null);
  }
  return answers;
}

/**
 * Returns, for each checklist, what the patient said after it, a sentence a line. A tick says a
 * sentence, so by these the ticks are there again after a reload and in another tab.
 */
export function saidSince(lines: readonly Line[]): Map<string, string> {
  const since = new Map<string, string>();
  const later: string[] = [];
  for (const line of [...lines].reverse()) {
    if (line.from === "bot") {
      if (line.payload?.kind === "checklist") since.set(line.key, [...later].reverse().join("\n"));
    } else if (line.delivery !== "failed") later.push(line.text);
  }
  return since;
}

/** Whether the time stands above a line: after a silence, or where a conversation of another day begins. */
export function showsTime(before: Line | undefined, line: Line, today: string): boolean {
  if (!(line.time > 0)) return false;
  if (before) return line.time - before.time > PAUSE;
  return new Date(line.time * 1000).toDateString() !== today;
}

/** Returns one line as plain text. */
export function plain(line: Line): string {
  if (line.from === "patient") return line.text;
  const more = words(line.payload?.text);
  return [line.text, line.text === more ? "" : more].filter(Boolean).join("\n\n");
}
