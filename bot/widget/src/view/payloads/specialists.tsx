// Kinds of doctors that fit, a card for each.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { linked } from "../../text";
import { list, words } from "../../values";
import { useDesk } from "../desk";

export function Specialists({ payload }: { payload: Payload }): JSX.Element {
  const { strings } = useDesk();
  const condition = words(payload.condition);
  return (
    <div class="card specialists" part="card">
      {condition && <p class="quiet">{condition}</p>}
      {list<Record<string, unknown>>(payload.items).map((item) => (
        <section class="specialist">
          <h3>{words(item.title)}</h3>
          {words(item.why) && <p>{linked(words(item.why))}</p>}
          {words(item.how_to_find) && (
            <p class="quiet">
              <strong>{strings.howToFind}: </strong>
              {linked(words(item.how_to_find))}
            </p>
          )}
        </section>
      ))}
    </div>
  );
}
