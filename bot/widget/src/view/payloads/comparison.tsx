// Two opinions side by side, aspect by aspect.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { list, words } from "../../values";
import { useDesk } from "../desk";
import { Tools } from "./tools";

export function Comparison({ payload }: { payload: Payload }): JSX.Element {
  const { strings } = useDesk();
  const title = words(payload.title);
  // The roles are said again because the styles make the table a grid, which would hide them.
  return (
    <div class="card comparison" part="card">
      <table role="table">
        {title && <caption>{title}</caption>}
        <thead role="rowgroup">
          <tr role="row">
            {[strings.aspect, strings.first, strings.second].map((label) => (
              <th scope="col" role="columnheader">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {list<Record<string, unknown>>(payload.rows).map((row) => (
            <tr role="row">
              <th scope="row" role="rowheader">
                {words(row.aspect)}
              </th>
              <Cell label={strings.first} value={words(row.first)} />
              <Cell label={strings.second} value={words(row.second)} />
            </tr>
          ))}
        </tbody>
      </table>
      <Tools title={title || strings.first} text={words(payload.text)} url={payload.url} />
    </div>
  );
}

function Cell({ label, value }: { label: string; value: string }): JSX.Element {
  const { strings } = useDesk();
  return (
    <td role="cell" data-label={label} class={value ? "" : "blank"}>
      {value || strings.blank}
    </td>
  );
}
