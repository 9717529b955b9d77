// The custom element: one chat on a page, behind a shadow root.

import { render } from "preact";

import { readConfig, type Config } from "./config";
import { Connection, SESSION } from "./connection";
import { adopt, print } from "./printing";
import { emptyState } from "./state";
import { lasting, onOtherTab, passing } from "./storage";
import { Store } from "./store";
import cards from "./cards.css?inline";
import styles from "./styles.css?inline";
import talk from "./talk.css?inline";
import { App, type Doors } from "./view/app";
import { DeskContext, type Desk } from "./view/desk";

const OPEN = "open";
const HIDDEN_ALERT = "hidden-alert";
const TOUCH = "(pointer: coarse)";
const WATCHED = ["server", "name", "clinic", "color", "theme", "position", "lang", "dir", "greeting", "launcher",
  "starters", "strings"];

/** Where this file came from. */
const HOME = originOfScript();

export class SecondOpinionChat extends HTMLElement {
  static readonly observedAttributes = WATCHED.map((name) => `data-${name}`);

  private readonly root: ShadowRoot;
  private config: Config;
  private store = new Store(emptyState(numberOf(passing.get(HIDDEN_ALERT))));
  private connection: Connection;
  private undo: (() => void)[] = [];
  private back: HTMLElement | null = null;
  private doors: Doors = {
    isOpen: false,
    byPerson: false,
    open: (opener) => this.open(opener),
    close: () => this.close(),
  };

  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    adopt(this.root, styles + talk + cards);
    this.config = readConfig({}, HOME);
    this.connection = this.newConnection();
  }

  connectedCallback(): void {
    this.config = readConfig({ ...this.dataset }, HOME);
    this.connection = this.newConnection();
    const network = () => this.connection.networkChanged();
    addEventListener("online", network);
    addEventListener("offline", network);
    document.addEventListener("click", this.openedFromPage);
    this.undo = [
      () => removeEventListener("online", network),
      () => removeEventListener("offline", network),
      () => document.removeEventListener("click", this.openedFromPage),
      onOtherTab(SESSION, () => this.store.state.lines.length || this.connection.adopt()),
    ];
    this.draw();
    const before = passing.get(OPEN);
    if (before === true || (before === null && this.config.open)) this.setOpen(true, false);
  }

  disconnectedCallback(): void {
    for (const act of this.undo) act();
    this.connection.stop();
    render(null, this.root);
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now || !this.undo.length) return;
    const server = this.config.server;
    this.config = readConfig({ ...this.dataset }, HOME);
    if (name === "data-server" && server !== this.config.server) {
      this.connection.stop();
      this.connection = this.newConnection();
      if (this.doors.isOpen) this.connection.start();
    }
    this.draw();
  }

  /** Opens the panel. The focus comes back to the opener later. */
  open(opener: HTMLElement | null = null): void {
    if (this.doors.isOpen) return;
    this.back = opener;
    this.setOpen(true, true);
  }

  /** Closes the panel and brings the focus back. */
  close(): void {
    if (!this.doors.isOpen) return;
    this.setOpen(false, true);
    const back = this.back?.isConnected ? this.back : this.root.querySelector<HTMLElement>("#launcher");
    back?.focus();
  }

  /** Says a sentence for the patient. */
  say(text: string): void {
    if (!text.trim()) return;
    this.connection.start();
    this.connection.send(text.trim());
    if (this.doors.isOpen && !matchMedia(TOUCH).matches) {
      this.root.querySelector<HTMLElement>("#input")?.focus({ preventScroll: true });
    }
  }

  private setOpen(isOpen: boolean, byPerson: boolean): void {
    this.doors = { ...this.doors, isOpen, byPerson };
    passing.set(OPEN, isOpen);
    if (isOpen) this.connection.start();
    this.draw();
  }

  /** Any control of the page may open the chat: data-chat-open, and data-chat-say to say something. */
  private readonly openedFromPage = (event: Event): void => {
    const target = event.target instanceof Element ? event.target : null;
    const opener = target?.closest<HTMLElement>("[data-chat-open]");
    if (!opener) return;
    event.preventDefault();
    this.open(opener);
    if (opener.dataset.chatSay) this.say(opener.dataset.chatSay);
  };

  private newConnection(): Connection {
    const { store } = this;
    const events = {
      confirmed: (confirm) => store.dispatch({ type: "confirmed", confirm }),
      history: (lines) => store.dispatch({ type: "history", lines }),
      bot: (reply) => store.dispatch({ type: "bot", reply }),
      echo: (message) => store.dispatch({ type: "echo", message }),
      typing: (on) => store.dispatch({ type: "typing", on }),
      sending: (message) => store.dispatch({ type: "sending", message }),
      sent: (id) => store.dispatch({ type: "sent", id }),
      failed: (id, problem) => store.dispatch({ type: "failed", id, problem }),
      line: (state) => store.dispatch({ type: "line", state }),
    } satisfies ConstructorParameters<typeof Connection>[1];
    return new Connection(this.config.server, events, { lasting, passing, isOnline: () => navigator.onLine });
  }

  private desk(): Desk {
    const { lang, dir, strings } = this.config;
    return {
      strings,
      say: (text) => this.say(text),
      again: ({ id, text, time }) => id && this.connection.again({ id, text, time }),
      hideAlert: (time) => {
        passing.set(HIDDEN_ALERT, time);
        this.store.dispatch({ type: "alertHidden", time });
      },
      print: (sheet) => print(sheet, lang, dir),
      linkCode: () => this.connection.linkCode(),
      base: HOME,
      locale: lang,
    };
  }

  private draw(): void {
    render(
      <DeskContext.Provider value={this.desk()}>
        <App element={this} config={this.config} store={this.store} doors={this.doors} />
      </DeskContext.Provider>,
      this.root,
    );
  }
}

function originOfScript(): string {
  const script = document.currentScript;
  return script instanceof HTMLScriptElement && script.src ? new URL(script.src).origin : location.origin;
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
