// Talks to the server: one session for each patient, and every message until it is confirmed.

import { io, type Socket } from "socket.io-client";

import { freshId, Outbox } from "./outbox";
import type { Ack, Confirm, Echo, HistoryLine, LineState, LinkCode, Message, Reply } from "./protocol";
import type { Memory } from "./storage";

export const SESSION = "session";
const ASK_AGAIN = 5000; // milliseconds
const PATIENCE = 10_000; // milliseconds, for a question that is not a message

/** What the connection tells. */
export interface Events {
  confirmed(confirm: Confirm): void;
  history(lines: HistoryLine[]): void;
  bot(reply: Reply): void;
  echo(message: Echo): void;
  typing(on: boolean): void;
  sending(message: Message): void;
  sent(id: string): void;
  failed(id: string, words: string): void;
  line(state: LineState): void;
}

export interface Surroundings {
  lasting: Memory;
  passing: Memory;
  /** Whether the device itself has a network. */
  isOnline: () => boolean;
}

export class Connection {
  private readonly outbox: Outbox;
  private socket: Socket | null = null;
  private session: unknown;
  private ready = false;
  private wasReady = false;

  constructor(
    private readonly origin: string,
    private readonly events: Events,
    private readonly around: Surroundings,
  ) {
    this.outbox = new Outbox(around.passing);
    this.session = around.lasting.get(SESSION);
  }

  /** Connects, once. */
  start(): void {
    if (this.socket) return;
    this.socket = io(this.origin, {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 800,
      reconnectionDelayMax: 15_000,
      forceNew: true,
    });
    this.listen(this.socket);
    for (const message of this.outbox.messages) this.events.sending(message);
    for (const message of this.outbox.refused) {
      this.events.sending(message);
      this.events.failed(message.id, message.problem);
    }
    this.tellLine();
  }

  /** Ends it; nothing that waits is forgotten. */
  stop(): void {
    this.socket?.disconnect();
    this.socket = null;
    this.ready = false;
  }

  /** Sends a message now, or as soon as there is a connection. */
  send(text: string): void {
    const message = { id: freshId(), text, time: Date.now() / 1000 };
    this.again(message);
  }

  /** Sends a message that the server refused before; the server tells by its id if it knows it. */
  again(message: Message): void {
    this.outbox.add(message);
    this.events.sending(message);
    if (this.ready) this.transmit(message);
  }

  /** Asks for the code with which the patient goes on by text message. */
  async linkCode(): Promise<LinkCode> {
    if (!this.socket || !this.ready) return { ok: false };
    const data = { session_id: this.session };
    try {
      return (await this.socket.timeout(PATIENCE).emitWithAck("link_code_request", data)) as LinkCode;
    } catch {
      return { ok: false };
    }
  }

  /** The device's network came or went. */
  networkChanged(): void {
    if (this.around.isOnline() && this.socket && !this.socket.connected) this.socket.connect();
    this.tellLine();
  }

  /** Another tab got a session: join it, if nothing was said here that would be lost from sight. */
  adopt(): void {
    const other = this.around.lasting.get(SESSION);
    if (typeof other !== "string" || other === this.session || this.outbox.messages.length) return;
    this.session = other;
    this.ready = false;
    if (this.socket?.connected) this.requestSession();
  }

  private listen(socket: Socket): void {
    socket.on("connect", () => this.requestSession());
    socket.on("disconnect", (reason) => this.lost(reason));
    socket.on("connect_error", () => this.tellLine("unreachable"));
    socket.on("session_confirm", (confirm: Confirm) => this.confirmed(confirm));
    socket.on("history", (lines: HistoryLine[]) => this.restored(lines));
    socket.on("bot_uttered", (reply: Reply) => this.events.bot(reply));
    socket.on("user_echo", (message: Echo) => this.events.echo(message));
    socket.on("typing", ({ on }: { on: boolean }) => this.events.typing(on));
  }

  private requestSession(): void {
    this.socket?.emit("session_request", { session_id: this.session }, (answer: Ack) => {
      if (!answer.ok) setTimeout(() => this.socket?.connected && this.requestSession(), ASK_AGAIN);
    });
  }

  private confirmed(confirm: Confirm): void {
    this.session = confirm.session_id;
    this.around.lasting.set(SESSION, confirm.session_id);
    this.events.confirmed(confirm);
    if (confirm.new) this.becomeReady();
  }

  private restored(lines: HistoryLine[]): void {
    this.events.history(lines);
    this.becomeReady();
  }

  private becomeReady(): void {
    this.ready = true;
    this.wasReady = true;
    this.tellLine();
    for (const message of this.outbox.messages) {
      this.events.sending(message);
      this.transmit(message);
    }
  }

  private transmit(message: Message): void {
    const { id, text } = message;
    const data = { session_id: this.session, message: text, id };
    this.socket?.emit("user_uttered", data, (answer: Ack) => {
      if (answer.code === "no_session") return this.requestSession();
      if (answer.ok) {
        this.outbox.remove(id);
        this.events.sent(id);
      } else {
        this.outbox.refuse(message, answer.error ?? "");
        this.events.failed(id, answer.error ?? "");
      }
    });
  }

  private lost(reason: string): void {
    this.ready = false;
    this.events.typing(false);
    this.tellLine();
    // A server that shuts down says goodbye, and then socket.io would not come back by itself.
    if (reason === "io server disconnect") setTimeout(() => this.socket?.connect(), 1000);
  }

  private tellLine(trouble: LineState = "reconnecting"): void {
    if (!this.around.isOnline()) return this.events.line("offline");
    if (this.ready) return this.events.line("online");
    const firstTry = !this.wasReady && trouble === "reconnecting";
    this.events.line(firstTry ? "connecting" : trouble);
  }
}
