// An assessment: a recommendation, what speaks for it, what comes next.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { linked } from "../../text";
import { list, words } from "../../values";
import { useDesk } from "../desk";

export function Assessment({ payload }: { payload: Payload }): JSX.Element {
  const { strings } = useDesk();
  const reasons = items(payload.reasons);
  const steps = items(payload.next_steps);
  return (
    <div class="card assessment" part="card">
      <p class="recommendation">{words(payload.recommendation)}</p>
      {reasons.length > 0 && (
        <section>
          <h4>{strings.reasons}</h4>
          <ul>{reasons}</ul>
        </section>
      )}
      {steps.length > 0 && (
        <section>
          <h4>{strings.nextSteps}</h4>
          <ol>{steps}</ol>
        </section>
      )}
    </div>
  );
}

function items(texts: unknown): JSX.Element[] {
  return list(texts).map((text) => <li>{linked(words(text))}</li>);
}
