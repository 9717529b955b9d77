// A checklist. A tick says for the patient that they have the item.

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import type { Payload } from "../../protocol";
import { fill } from "../../strings";
import { list, words } from "../../values";
import { useDesk } from "../desk";
import { Tick } from "../icons";
import { Progress } from "./progress";
import { Tools } from "./tools";

type Item = Record<string, unknown>;

export function Checklist({ payload }: { payload: Payload }): JSX.Element {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const items = list<Item>(payload.items);
  const isDone = (item: Item, at: number) => Boolean(item.done) || item.status === "have" || ticked.has(at);
  const title = words(payload.title);
  return (
    <div class="card checklist" part="card">
      <h3>{title}</h3>
      <Progress done={items.filter(isDone).length} all={items.length} />
      <ul>
        {items.map((item, at) => (
          <Entry
            item={item}
            done={isDone(item, at)}
            tickable={!item.done && item.status !== "have"}
            tick={() => setTicked(new Set([...ticked, at]))}
          />
        ))}
      </ul>
      <Tools title={title} text={words(payload.text)} url={payload.url} />
    </div>
  );
}

interface EntryProps {
  item: Item;
  done: boolean;
  tickable: boolean;
  tick(): void;
}

function Entry({ item, done, tickable, tick }: EntryProps): JSX.Element {
  const { strings, say } = useDesk();
  const act = () => {
    if (done) return;
    tick();
    say(fill(strings.iHave, { item: withArticle(words(item.text)) }));
  };
  const status = done ? "have" : item.status === "asked" ? "asked" : "missing";
  const content = (
    <>
      <span class="box" aria-hidden="true">
        <Tick />
      </span>
      <span>
        {!tickable && <span class="unseen">{strings.done}: </span>}
        {words(item.text)}
        {status === "asked" && (
          <span class="note">{words(item.note) || strings.asked}</span>
        )}
        {words(item.why) && <span class="quiet">{words(item.why)}</span>}
      </span>
    </>
  );
  return (
    <li class={`checklist-item ${status}${done ? " done" : ""}`}>
      {tickable ? (
        <button type="button" class="item" role="checkbox" aria-checked={done} onClick={act}>
          {content}
        </button>
      ) : (
        <div class="item">{content}</div>
      )}
    </li>
  );
}

/** "Lab results" → "the lab results"; "Your chart", "A list", "MRI scans" keep their beginning. */
export function withArticle(text: string): string {
  const isName = !/^[A-Z][a-z]/.test(text) && !/^A /.test(text);
  const lower = isName ? text : text.charAt(0).toLowerCase() + text.slice(1);
  return /^(your|a|an|the|all|any) /.test(lower) ? lower : `the ${lower}`;
}
