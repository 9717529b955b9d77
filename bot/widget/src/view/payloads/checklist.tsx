// A checklist. A tick says for the patient that they have the item; taking it away says that they don't.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { fill, type Strings } from "../../strings";
import { list, words } from "../../values";
import { useDesk } from "../desk";
import { Tick } from "../icons";
import { Progress } from "./progress";
import { Tools } from "./tools";

type Item = Record<string, unknown>;
type Status = "have" | "asked" | "missing";

interface Props {
  payload: Payload;
  /** What the patient said after this card, a sentence a line. */
  since: string;
}

export function Checklist({ payload, since }: Props): JSX.Element {
  const { strings } = useDesk();
  const told = since.split("\n");
  const entries = list<Item>(payload.items).map((item) => ({ item, status: statusOf(item, told, strings) }));
  const title = words(payload.title);
  return (
    <div class="card checklist" part="card">
      <h3>{title}</h3>
      <Progress done={entries.filter(({ status }) => status === "have").length} all={entries.length} />
      <ul>
        {entries.map(({ item, status }) => (
          <Entry item={item} status={status} />
        ))}
      </ul>
      <Tools title={title} text={words(payload.text)} url={payload.url} />
    </div>
  );
}

function Entry({ item, status }: { item: Item; status: Status }): JSX.Element {
  const { strings, say } = useDesk();
  const name = words(item.text);
  const has = status === "have";
  return (
    <li class={`checklist-item ${status}${has ? " done" : ""}`}>
      <button
        type="button"
        class="item"
        role="checkbox"
        aria-checked={has}
        onClick={() => say(has ? without(name, strings) : having(name, strings))}
      >
        <span class="box" aria-hidden="true">
          <Tick />
        </span>
        <span>
          {name}
          {status === "asked" && <span class="note">{words(item.note) || strings.asked}</span>}
          {words(item.why) && <span class="quiet">{words(item.why)}</span>}
        </span>
      </button>
    </li>
  );
}

/** Returns how it is with an item: as the patient last said, else as it was when the card came. */
export function statusOf(item: Item, told: readonly string[], strings: Strings): Status {
  const name = words(item.text);
  const had = told.lastIndexOf(having(name, strings));
  const missed = told.lastIndexOf(without(name, strings));
  if (had !== missed) return had > missed ? "have" : "missing";
  if (item.done || item.status === "have") return "have";
  return item.status === "asked" ? "asked" : "missing";
}

const having = (name: string, strings: Strings) => fill(strings.iHave, { item: withArticle(name) });
const without = (name: string, strings: Strings) => fill(strings.iHaveNot, { item: name });

/** "Lab results" → "the lab results"; "Your chart", "A list", "MRI scans" keep their beginning. */
export function withArticle(text: string): string {
  const isName = !/^[A-Z][a-z]/.test(text) && !/^A /.test(text);
  const lower = isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
  return /^(your|a|an|the|all|any) /.test(lower) ? lower : `the ${lower}`;
}
