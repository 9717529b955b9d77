// What the patient wrote and the server has not confirmed, and what it refused. Both survive a lost
// connection and a reload.

import type { Message } from "./protocol";
import type { Memory } from "./storage";
import { list, words } from "./values";

const WAITING = "outbox";
const REFUSED = "refused";

/** A message the server would not take, and why, in its words. */
export interface Refused extends Message {
  problem: string;
}

export class Outbox {
  messages: readonly Message[];
  refused: readonly Refused[];

  constructor(private readonly memory: Memory) {
    this.messages = list(memory.get(WAITING)).filter(isMessage);
    this.refused = list<Refused>(memory.get(REFUSED))
      .filter(isMessage)
      .map((message) => ({ ...message, problem: words(message.problem) }));
  }

  add(message: Message): void {
    this.keepRefused(this.refused.filter(({ id }) => id !== message.id));
    if (!this.messages.some(({ id }) => id === message.id)) this.keep([...this.messages, message]);
  }

  remove(id: string): void {
    this.keep(this.messages.filter((message) => message.id !== id));
  }

  /** Puts a message aside until the patient sends it again. */
  refuse(message: Message, problem: string): void {
    this.remove(message.id);
    this.keepRefused([...this.refused.filter(({ id }) => id !== message.id), { ...message, problem }]);
  }

  private keep(messages: readonly Message[]): void {
    this.messages = messages;
    this.memory.set(WAITING, messages);
  }

  private keepRefused(refused: readonly Refused[]): void {
    if (!refused.length && !this.refused.length) return;
    this.refused = refused;
    this.memory.set(REFUSED, refused);
  }
}

function isMessage(value: unknown): value is Message {
  const message = value as Partial<Message> | null;
  return typeof message?.id === "string" && typeof message.text === "string";
}

/** Returns a fresh message id; randomUUID exists on https and localhost only. */
export function freshId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
