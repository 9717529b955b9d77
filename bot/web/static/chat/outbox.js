// What the patient wrote and the server has not confirmed. Survives a lost connection and a reload.

import { passing } from "./storage.js";

const NAME = "outbox";

export class Outbox {
  constructor() {
    const kept = passing.get(NAME);
    this.messages = Array.isArray(kept) ? kept : [];
  }

  add(message) {
    this.messages.push(message);
    this.keep();
  }

  remove(id) {
    this.messages = this.messages.filter((message) => message.id !== id);
    this.keep();
  }

  keep() {
    passing.set(NAME, this.messages);
  }
}

/** Returns a fresh message id; randomUUID exists on https and localhost only. */
export function freshId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
