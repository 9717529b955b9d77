// A text to take along: copied, printed, or opened as a page.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { words } from "../../values";
import { Tools } from "./tools";

export function Paper({ payload }: { payload: Payload }): JSX.Element {
  const title = words(payload.title);
  const body = words(payload.body);
  return (
    <div class="card document" part="card">
      <h3>{title}</h3>
      {body && (
        <div class="paper" tabIndex={0} role="region" aria-label={title}>
          {body}
        </div>
      )}
      <Tools title={title} text={body || words(payload.text)} url={payload.url} />
    </div>
  );
}
