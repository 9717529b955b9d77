// What the patient wrote and the server has not confirmed. Survives a lost connection and a reload.

import type { Message } from "./protocol";
import type { Memory } from "./storage";

const NAME = "outbox";

export class Outbox {
  messages: readonly Message[];

  constructor(private readonly memory: Memory) {
    const kept = memory.get(NAME);
    this.messages = Array.isArray(kept) ? kept.filter(isMessage) : [];
  }

  add(message: Message): void {
    if (!this.messages.some(({ id }) => id === message.id)) this.keep([...this.messages, message]);
  }

  remove(id: string): void {
    this.keep(this.messages.filter((message) => message.id !== id));
  }

  private keep(messages: readonly Message[]): void {
    this.messages = messages;
    this.memory.set(NAME, messages);
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
