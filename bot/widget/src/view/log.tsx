// The conversation on the screen, and what of it is in sight.

import type { ComponentChildren, JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { answersTo, saidSince, showsTime, turnStart } from "../derived";
import type { Line, State } from "../state";
import { useDesk } from "./desk";
import { Down } from "./icons";
import { BotMessage, PatientMessage } from "./lines";

const NEAR = 96; // pixels
const AT_REST = 80; // milliseconds

interface Props {
  state: State;
  /** Shown while nothing was said. */
  children: ComponentChildren;
}

export function Log({ state, children }: Props): JSX.Element {
  const { strings, locale } = useDesk();
  const { lines } = state;
  const log = useRef<HTMLDivElement>(null);
  const scroll = useFollowing(log, lines);
  const answers = useMemo(() => answersTo(lines), [lines]);
  const since = useMemo(() => saidSince(lines), [lines]);
  const start = turnStart(lines);
  const [place, setPlace] = useState<string | null>(null);
  const tabStop = place !== null && lines.some(({ key }) => key === place) ? place : newest(lines);
  const today = new Date().toDateString();
  return (
    <div class="log-frame">
      <div
        class="log"
        part="log"
        role="log"
        aria-live="off"
        aria-label={strings.conversation}
        ref={log}
        onScroll={scroll.moved}
        onKeyDown={walk}
      >
        {lines.length === 0 && children}
        {lines.map((line, at) => (
          <div
            key={line.key}
            class="line"
            data-key={line.key}
            data-start={line.key === start ? "" : undefined}
            role="article"
            tabIndex={line.key === tabStop ? 0 : -1}
            onFocus={() => setPlace(line.key === newest(lines) ? null : line.key)}
          >
            {showsTime(lines[at - 1], line, today) && <Time line={line} locale={locale} />}
            {line.from === "patient" ? (
              <PatientMessage line={line} online={state.line === "online"} />
            ) : (
              <BotMessage
                line={line}
                answer={answers.get(line.key) ?? null}
                named={isNamed(lines, at)}
                since={since.get(line.key) ?? ""}
              />
            )}
          </div>
        ))}
      </div>
      {scroll.below && (
        <button type="button" class="below" onClick={scroll.follow}>
          <Down />
          {strings.newMessages}
        </button>
      )}
    </div>
  );
}

/** The first line of the newest answer: one step back from the field to write in. */
function newest(lines: readonly Line[]): string | null {
  let found: string | null = null;
  for (const line of [...lines].reverse()) {
    if (line.from === "patient") return found ?? line.key;
    found = line.key;
  }
  return found;
}

function isNamed(lines: readonly Line[], at: number): boolean {
  const [before, line] = [lines[at - 1], lines[at]];
  return line?.from === "bot" && (before?.from !== "bot" || before.staff !== line.staff);
}

function Time({ line, locale }: { line: Line; locale: string }): JSX.Element {
  const said = new Date(line.time * 1000);
  const isToday = said.toDateString() === new Date().toDateString();
  const day = isToday ? {} : ({ weekday: "long", month: "short", day: "numeric" } as const);
  return <p class="when">{said.toLocaleString(locale, { ...day, hour: "numeric", minute: "2-digit" })}</p>;
}

const STEPS: Record<string, (at: number, all: number) => number> = {
  ArrowUp: (at) => at - 1,
  ArrowDown: (at) => at + 1,
  Home: () => 0,
  End: (_, all) => all - 1,
};

/** Arrow keys go from message to message. */
function walk(event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const step = STEPS[event.key];
  const line = event.target as HTMLElement;
  if (!step || !line.classList.contains("line")) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>(".line")];
  const next = all[step(all.indexOf(line), all.length)];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

interface Following {
  below: boolean;
  moved(): void;
  follow(): void;
}

/** Follows the talk, never past the beginning of an answer, and not while someone reads further up. */
function useFollowing(log: { current: HTMLDivElement | null }, lines: readonly Line[]): Following {
  const following = useRef(true);
  const [below, setBelow] = useState(false);
  const last = lines.at(-1);

  const follow = () => {
    const node = log.current;
    if (!node) return;
    following.current = true;
    setBelow(false);
    node.scrollTop = target(node);
  };
  // Measuring while the browser scrolls would make it lay out the talk anew for every frame.
  const rest = useRef(0);
  const moved = () => {
    clearTimeout(rest.current);
    rest.current = window.setTimeout(() => {
      const node = log.current;
      if (!node) return;
      following.current = node.scrollTop >= target(node) - NEAR;
      if (following.current) setBelow(false);
    }, AT_REST);
  };
  useLayoutEffect(() => {
    if (!last) return;
    const isNews = last.from === "bot" && last.fresh;
    if (following.current || !isNews) follow();
    else setBelow(true);
  }, [last?.key]);
  useEffect(() => {
    const node = log.current;
    if (!node || typeof ResizeObserver === "undefined") return;
    const watch = new ResizeObserver(() => following.current && follow());
    watch.observe(node);
    return () => watch.disconnect();
  }, []);
  return { below, moved, follow };
}

function target(node: HTMLElement): number {
  const end = node.scrollHeight - node.clientHeight;
  const start = node.querySelector<HTMLElement>("[data-start]");
  if (!start) return end;
  const top = start.getBoundingClientRect().top - node.getBoundingClientRect().top + node.scrollTop - 8;
  return Math.min(end, Math.max(0, top));
}
