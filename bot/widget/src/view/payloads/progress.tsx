// How much of something is done.

import type { JSX } from "preact";

import { fill } from "../../strings";
import { useDesk } from "../desk";

export function Progress({ done, all }: { done: number; all: number }): JSX.Element {
  const { strings } = useDesk();
  return (
    <div class="progress">
      <div class="bar" aria-hidden="true">
        <span style={{ inlineSize: all ? `${(100 * done) / all}%` : "0" }} />
      </div>
      <p class="quiet">{fill(strings.progress, { n: done, all })}</p>
    </div>
  );
}
