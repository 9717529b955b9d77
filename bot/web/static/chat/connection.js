// Talks to the server: one session for each patient, and every message until it is confirmed.

import { io } from "../vendor/socket.io.esm.min.js";
import { freshId, Outbox } from "./outbox.js";
import { lasting } from "./storage.js";

const SESSION = "session";

/**
 * Events, given as functions:
 *   history(lines), bot(reply), echo(message), typing(on)
 *   sending(message), sent(id), failed(id, words)
 *   state("online" | "offline" | "reconnecting" | "unreachable")
 */
export class Connection {
  constructor(origin, events) {
    this.origin = origin;
    this.events = events;
    this.outbox = new Outbox();
    this.socket = null;
    this.session = lasting.get(SESSION);
    this.ready = false;
    this.wasReady = false;
  }

  /** Connects, once. */
  start() {
    if (this.socket) return;
    this.socket = io(this.origin, {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 800,
      reconnectionDelayMax: 15000,
    });
    this.listen(this.socket);
    addEventListener("online", () => this.wake());
    addEventListener("offline", () => this.tellState());
    for (const message of this.outbox.messages) this.events.sending(message);
    this.tellState();
  }

  listen(socket) {
    socket.on("connect", () => this.requestSession());
    socket.on("disconnect", () => this.lost());
    socket.on("connect_error", () => this.tellState("unreachable"));
    socket.on("session_confirm", (confirm) => this.confirmed(confirm));
    socket.on("history", (lines) => this.restored(lines));
    socket.on("bot_uttered", (reply) => this.events.bot(reply));
    socket.on("user_echo", (message) => this.events.echo(message));
    socket.on("typing", ({ on }) => this.events.typing(on));
  }

  requestSession() {
    this.socket.emit("session_request", { session_id: this.session }, (answer) => {
      if (!answer.ok) setTimeout(() => this.socket.connected && this.requestSession(), 5000);
    });
  }

  confirmed({ session_id: session, new: isNew }) {
    this.session = session;
    lasting.set(SESSION, session);
    if (isNew) this.becomeReady();
  }

  restored(lines) {
    this.events.history(lines);
    const known = new Set(lines.map((line) => line.id));
    for (const message of this.outbox.messages) {
      if (!known.has(message.id)) this.events.sending(message);
    }
    this.becomeReady();
  }

  becomeReady() {
    this.ready = true;
    this.wasReady = true;
    this.tellState();
    for (const message of this.outbox.messages) this.transmit(message);
  }

  /** Sends a message now, or as soon as there is a connection. */
  send(text) {
    const message = { id: freshId(), text, time: Date.now() / 1000 };
    this.outbox.add(message);
    this.events.sending(message);
    if (this.ready) this.transmit(message);
  }

  /** Sends a message again that the server refused. */
  again(message) {
    this.outbox.add(message);
    if (this.ready) this.transmit(message);
  }

  transmit({ id, text }) {
    const data = { session_id: this.session, message: text, id };
    this.socket.emit("user_uttered", data, (answer) => {
      if (answer.code === "no_session") return this.requestSession();
      this.outbox.remove(id);
      if (answer.ok) this.events.sent(id);
      else this.events.failed(id, answer.error);
    });
  }

  lost() {
    this.ready = false;
    this.events.typing(false);
    this.tellState();
  }

  wake() {
    if (!this.socket.connected) this.socket.connect();
    this.tellState();
  }

  tellState(trouble = "reconnecting") {
    const state = !navigator.onLine ? "offline" : this.ready ? "online" : trouble;
    const firstTry = !this.wasReady && state === "reconnecting";
    this.events.state(firstTry ? "online" : state);
  }
}
