// Whether a person of the clinic's staff was asked for, is here, or has left.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { linked } from "../../text";
import { words } from "../../values";
import { useDesk } from "../desk";

const STATES = ["requested", "connected", "closed"] as const;

export function Handoff({ payload }: { payload: Payload }): JSX.Element {
  const { strings } = useDesk();
  const status = STATES.find((known) => known === payload.status) ?? "requested";
  return (
    <div class={`card handoff ${status}`} part="card">
      <span class="dot" aria-hidden="true" />
      <p>{linked(words(payload.text) || strings[status])}</p>
    </div>
  );
}
