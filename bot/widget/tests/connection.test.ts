// The protocol, against a real socket.io server: nothing is lost, nothing is doubled.

import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Server, type Socket } from "socket.io";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Connection, SESSION, type Events } from "../src/connection";
import type { Ack, LineState, Message } from "../src/protocol";
import type { Memory } from "../src/storage";

class Notes implements Memory {
  readonly kept = new Map<string, unknown>();
  get(name: string): unknown {
    return this.kept.get(name) ?? null;
  }
  set(name: string, value: unknown): void {
    this.kept.set(name, value);
  }
}

interface Uttered {
  session_id: string;
  message: string;
  id: string;
}

/** The server's side, as bot/channels/chat.py does it, with a hand on when it answers. */
class Peer {
  readonly uttered: Uttered[] = [];
  readonly requested: unknown[] = [];
  answer: ((data: Uttered, socket: Socket) => Ack | null) = () => ({ ok: true });
  private http: HttpServer | null = null;
  private io: Server | null = null;
  port = 0;

  async start(): Promise<void> {
    this.http = createServer();
    this.io = new Server(this.http);
    this.io.on("connection", (socket) => this.serve(socket));
    await new Promise<void>((done) => this.http?.listen(this.port, "127.0.0.1", done));
    this.port = (this.http.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await this.io?.close();
    this.http?.closeAllConnections();
  }

  emit(event: string, data: unknown): void {
    this.io?.emit(event, data);
  }

  private serve(socket: Socket): void {
    socket.on("session_request", ({ session_id: known }: { session_id: string | null }, ack: (a: Ack) => void) => {
      this.requested.push(known);
      const isOurs = typeof known === "string" && known.startsWith("ours");
      socket.emit("session_confirm", { session_id: isOurs ? known : `ours-${this.requested.length}`, new: !isOurs });
      if (isOurs) socket.emit("history", []);
      ack({ ok: true });
    });
    socket.on("user_uttered", (data: Uttered, ack: (a: Ack) => void) => {
      this.uttered.push(data);
      const answer = this.answer(data, socket);
      if (answer) ack(answer);
    });
    socket.on("link_code_request", (_: unknown, ack: (a: unknown) => void) =>
      ack({ ok: true, code: "123456", number: "+1 555 0100" }));
  }
}

/** What the connection told, in order. */
function witness() {
  const told: string[] = [];
  const lines: LineState[] = [];
  const note = (what: string) => told.push(what);
  const events: Events = {
    confirmed: ({ new: isNew }) => note(isNew ? "new" : "old"),
    history: () => note("history"),
    bot: ({ text }) => note(`bot ${text}`),
    echo: ({ text }) => note(`echo ${text}`),
    typing: (on) => note(`typing ${on}`),
    sending: ({ text }: Message) => note(`sending ${text}`),
    sent: () => note("sent"),
    failed: (_, words) => note(`failed ${words}`),
    line: (state) => lines.at(-1) !== state && lines.push(state),
  };
  return { told, lines, events };
}

const peer = new Peer();
const open: Connection[] = [];

function connect(lasting = new Notes(), passing = new Notes(), isOnline = () => true) {
  const { told, lines, events } = witness();
  const connection = new Connection(`http://127.0.0.1:${peer.port}`, events, { lasting, passing, isOnline });
  open.push(connection);
  connection.start();
  return { connection, told, lines, lasting, passing };
}

const until = (check: () => unknown) => vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 15_000, interval: 20 });

beforeEach(async () => {
  peer.port = 0;
  peer.uttered.length = peer.requested.length = 0;
  peer.answer = () => ({ ok: true });
  await peer.start();
});

afterEach(async () => {
  for (const connection of open.splice(0)) connection.stop();
  await peer.stop();
});

describe("a session", () => {
  test("is issued by the server, kept, and asked for again", async () => {
    const first = connect();
    await until(() => first.lines.includes("online"));
    expect(peer.requested).toEqual([null]);
    expect(first.lasting.get(SESSION)).toBe("ours-1");
    const second = connect(first.lasting);
    await until(() => second.told.includes("history"));
    expect(peer.requested).toEqual([null, "ours-1"]);
  });

  test("that is forged is replaced", async () => {
    const lasting = new Notes();
    lasting.set(SESSION, "forged");
    const { told } = connect(lasting);
    await until(() => told.includes("new"));
    expect(lasting.get(SESSION)).toBe("ours-1");
  });

  test("that another tab got first is joined", async () => {
    const { connection, lasting, told } = connect();
    await until(() => told.includes("new"));
    lasting.set(SESSION, "ours-other");
    connection.adopt();
    await until(() => told.includes("history"));
    expect(peer.requested.at(-1)).toBe("ours-other");
  });

  test("the server forgot is asked for anew, and the message sent again with the same id", async () => {
    let refusals = 1;
    peer.answer = () => (refusals-- > 0 ? { ok: false, code: "no_session" } : { ok: true });
    const { connection, told } = connect();
    connection.send("hello");
    await until(() => told.includes("sent"));
    expect(peer.uttered.map(({ id }) => id)).toEqual([peer.uttered[0]?.id, peer.uttered[0]?.id]);
    expect(told.some((what) => what.startsWith("failed"))).toBe(false);
  });
});

describe("a message", () => {
  test("written before there is a connection is sent once, when there is one", async () => {
    const { connection, told, passing } = connect();
    connection.send("one");
    connection.send("two");
    await until(() => told.filter((what) => what === "sent").length === 2);
    expect(peer.uttered.map(({ message }) => message)).toEqual(["one", "two"]);
    expect(passing.get("outbox")).toEqual([]);
  });

  test("that was not confirmed when the connection broke is sent again with its id, until it is", async () => {
    peer.answer = () => null;
    const { connection, told } = connect();
    connection.send("hello");
    await until(() => peer.uttered.length === 1);
    await peer.stop();
    peer.answer = () => ({ ok: true });
    await peer.start();
    await until(() => told.includes("sent"));
    expect(new Set(peer.uttered.map(({ id }) => id)).size).toBe(1);
    expect(peer.uttered.length).toBe(2);
    await new Promise((done) => setTimeout(done, 300));
    expect(peer.uttered.length).toBe(2);
  });

  test("survives a reload of the page", async () => {
    peer.answer = () => null;
    const first = connect();
    first.connection.send("hello");
    await until(() => peer.uttered.length === 1);
    first.connection.stop();
    peer.answer = () => ({ ok: true });
    const second = connect(first.lasting, first.passing);
    await until(() => second.told.includes("sent"));
    expect(second.told).toContain("sending hello");
    expect(peer.uttered[1]?.id).toBe(peer.uttered[0]?.id);
    expect(first.passing.get("outbox")).toEqual([]);
  });

  test("that is refused says why, is not sent again by itself, and can be sent again by hand", async () => {
    peer.answer = () => ({ ok: false, code: "too_fast", error: "Please wait a little." });
    const { connection, told } = connect();
    connection.send("hello");
    await until(() => told.includes("failed Please wait a little."));
    const { id, message: text } = peer.uttered[0] as Uttered;
    peer.answer = () => ({ ok: true });
    connection.again({ id, text, time: 1 });
    await until(() => told.includes("sent"));
    expect(peer.uttered.map((said) => said.id)).toEqual([id, id]);
  });

  test("that was refused is there after a reload with the reason, and is sent again only when asked", async () => {
    peer.answer = () => ({ ok: false, code: "too_fast", error: "Please wait a little." });
    const first = connect();
    first.connection.send("hello");
    await until(() => first.told.includes("failed Please wait a little."));
    first.connection.stop();
    peer.answer = () => ({ ok: true });
    const again = connect(first.lasting, first.passing);
    await until(() => again.told.includes("history"));
    expect(again.told.slice(0, 2)).toEqual(["sending hello", "failed Please wait a little."]);
    expect(peer.uttered).toHaveLength(1);
    const { id, message: text } = peer.uttered[0] as Uttered;
    again.connection.again({ id, text, time: 1 });
    await until(() => again.told.includes("sent"));
    again.connection.stop();
    const third = connect(first.lasting, first.passing);
    await until(() => third.told.includes("history"));
    expect(third.told).not.toContain("sending hello");
  });

  test("has an id of its own, also where the browser cannot make one", async () => {
    const real = globalThis.crypto;
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) });
    const { connection } = connect();
    for (let i = 0; i < 3; i++) connection.send("yes");
    vi.unstubAllGlobals();
    await until(() => peer.uttered.length === 3);
    expect(new Set(peer.uttered.map(({ id }) => id)).size).toBe(3);
  });
});

describe("the line", () => {
  test("is told of: connecting, online, and again after a break", async () => {
    const { lines } = connect();
    await until(() => lines.at(-1) === "online");
    await peer.stop();
    await until(() => lines.at(-1) === "unreachable");
    await peer.start();
    await until(() => lines.at(-1) === "online");
    expect(lines[0]).toBe("connecting");
    expect(lines).toContain("reconnecting");
  });

  test("that the server closes politely is opened again, too", async () => {
    const { connection, lines } = connect();
    await until(() => lines.at(-1) === "online");
    peer.answer = (_, socket) => {
      peer.answer = () => ({ ok: true });
      socket.disconnect(true);
      return null;
    };
    connection.send("hello");
    await until(() => peer.uttered.length === 2);
    expect(peer.uttered[0]?.id).toBe(peer.uttered[1]?.id);
  });

  test("of the device itself is told apart", async () => {
    let online = false;
    const { connection, lines } = connect(new Notes(), new Notes(), () => online);
    expect(lines).toEqual(["offline"]);
    online = true;
    connection.networkChanged();
    await until(() => lines.at(-1) === "online");
  });

  test("carries replies, echoes, typing and the code for the phone", async () => {
    const { connection, told } = connect();
    expect(await connection.linkCode()).toEqual({ ok: false });
    await until(() => told.includes("new"));
    peer.emit("bot_uttered", { text: "hi", quick_replies: [], custom: null, time: 1 });
    peer.emit("user_echo", { text: "yo", id: "x", time: 1 });
    peer.emit("typing", { on: true });
    await until(() => told.includes("typing true"));
    expect(told.slice(-3)).toEqual(["bot hi", "echo yo", "typing true"]);
    expect(await connection.linkCode()).toEqual({ ok: true, code: "123456", number: "+1 555 0100" });
  });
});
