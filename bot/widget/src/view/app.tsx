// The launcher and the panel, and the focus between them.

import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Config } from "../config";
import { cover, fitAboveKeyboard } from "../cover";
import type { Store } from "../store";
import { fill } from "../strings";
import { palette, parseColor, SHADES } from "../theme";
import { useDesk } from "./desk";
import { Talk } from "./icons";
import { Replies } from "./lines";
import { Panel } from "./panel";

const PHONE = "(max-width: 479.98px)";
const DARK = "(prefers-color-scheme: dark)";
const TOUCH = "(pointer: coarse)";

export interface Doors {
  isOpen: boolean;
  /** Whether a person opened it just now, and thus wants to be in it. */
  byPerson: boolean;
  open(opener: HTMLElement | null): void;
  close(): void;
}

interface Props {
  element: HTMLElement;
  config: Config;
  store: Store;
  doors: Doors;
}

export function App({ element, config, store, doors }: Props): JSX.Element {
  const state = useStore(store);
  const isPhone = useMedia(PHONE);
  const isDark = useMedia(DARK);
  const dark = config.theme === "auto" ? isDark : config.theme === "dark";
  const root = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  const field = useRef<HTMLTextAreaElement>(null);
  const modal = doors.isOpen && isPhone;

  useLayoutEffect(() => paint(root.current, config.color, dark), [config.color, dark]);
  useLayoutEffect(() => {
    if (!doors.isOpen || !doors.byPerson) return;
    // An on-screen keyboard would hide half of the talk, so it waits until it is wanted.
    const wanted = matchMedia(TOUCH).matches ? title.current : field.current;
    wanted?.focus({ preventScroll: true });
  }, [doors.isOpen]);
  useEffect(() => {
    if (!modal || !panel.current) return;
    const undo = [cover(element), fitAboveKeyboard(panel.current)];
    return () => undo.forEach((act) => act());
  }, [modal]);

  const starters = config.starters.length ? config.starters : state.starters;
  return (
    <div class={`root ${config.position}${dark ? " dark" : ""}`} part="root" lang={config.lang} dir={config.dir} ref={root}>
      {!doors.isOpen && <Launcher store={store} doors={doors} />}
      <div hidden={!doors.isOpen} class="panel-place">
        <Panel
          state={state}
          name={config.name}
          clinic={config.clinic}
          modal={modal}
          panel={panel}
          title={title}
          field={field}
          close={doors.close}
        >
          <Welcome>{starters.length > 0 && <Replies choices={starters} />}</Welcome>
        </Panel>
      </div>
    </div>
  );
}

function Welcome({ children }: { children: JSX.Element | false }): JSX.Element {
  const { strings } = useDesk();
  return (
    <div class="welcome" part="welcome">
      <h3>{strings.greeting}</h3>
      <p>{strings.hint}</p>
      {children}
    </div>
  );
}

function Launcher({ store, doors }: { store: Store; doors: Doors }): JSX.Element {
  const { strings } = useDesk();
  const button = useRef<HTMLButtonElement>(null);
  const seen = useRef(store.state.count);
  const state = useStore(store);
  const last = state.lines.at(-1);
  const unread = state.count > seen.current && last?.from === "bot" && last.fresh;
  return (
    <button
      type="button"
      id="launcher"
      class="launcher"
      part="launcher"
      aria-haspopup="dialog"
      aria-expanded="false"
      aria-label={unread ? fill(strings.unread, { name: strings.launcher }) : undefined}
      ref={button}
      onClick={() => doors.open(button.current)}
    >
      <Talk />
      <span>{strings.launcher}</span>
      {unread && <span class="unread" aria-hidden="true" />}
    </button>
  );
}

function useStore(store: Store) {
  const [state, setState] = useState(store.state);
  useLayoutEffect(() => {
    setState(store.state);
    return store.subscribe(() => setState(store.state));
  }, [store]);
  return state;
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const listen = () => setMatches(media.matches);
    listen();
    media.addEventListener("change", listen);
    return () => media.removeEventListener("change", listen);
  }, [query]);
  return matches;
}

function paint(root: HTMLElement | null, chosen: string, dark: boolean): void {
  if (!root) return;
  const color = parseColor(chosen);
  const shades = color ? palette(color, dark) : null;
  for (const name of SHADES) {
    if (shades) root.style.setProperty(`--${name}`, shades[name]);
    else root.style.removeProperty(`--${name}`);
  }
}
