// An alert: what to do now, and whom to call.

import type { ComponentChildren, JSX } from "preact";

import type { Payload } from "../../protocol";
import { linked } from "../../text";
import { list, words } from "../../values";
import { useDesk } from "../desk";

const SAFE = /^(tel:|sms:|https:|mailto:)/;
const LEVELS = ["emergency", "crisis", "caution"] as const;

interface Props {
  payload: Payload;
  /** More to do than to call. */
  children?: ComponentChildren;
}

export function Alert({ payload, children }: Props): JSX.Element {
  const { strings } = useDesk();
  const level = LEVELS.find((known) => known === payload.level) ?? "caution";
  const calls = list<Record<string, unknown>>(payload.actions).filter((action) => SAFE.test(words(action?.href)));
  return (
    <div class={`card alert ${level}`} part={`card alert ${level}`}>
      <p class="level">{strings[level]}</p>
      <p class="words">{linked(words(payload.text))}</p>
      {(calls.length > 0 || children) && (
        <div class="calls">
          {calls.map(({ label, href }) => (
            <a href={words(href)}>{words(label) || words(href)}</a>
          ))}
          {children}
        </div>
      )}
    </div>
  );
}
