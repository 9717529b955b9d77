// Questions to take along, in groups, numbered through; the patient's own are marked.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { list, words } from "../../values";
import { useDesk } from "../desk";
import { Tools } from "./tools";

interface Question {
  text?: unknown;
  own?: unknown;
  number?: unknown;
}

export function Questions({ payload }: { payload: Payload }): JSX.Element {
  const title = words(payload.title);
  return (
    <div class="card questions" part="card">
      <h3>{title}</h3>
      {list<Record<string, unknown>>(payload.groups).map((group) => (
        <section>
          <h4>{words(group.title)}</h4>
          <Group questions={list<Question>(group.questions)} />
        </section>
      ))}
      <Tools title={title} text={words(payload.text)} url={payload.url} />
    </div>
  );
}

function Group({ questions }: { questions: Question[] }): JSX.Element {
  const { strings } = useDesk();
  const items = questions.map(({ text, own, number }) => (
    <li class={own ? "own" : ""} value={typeof number === "number" ? number : undefined}>
      {Boolean(own) && <span class="mark">{strings.own}: </span>}
      {words(text)}
    </li>
  ));
  const numbered = questions.some(({ number }) => typeof number === "number");
  return numbered ? <ol>{items}</ol> : <ul>{items}</ul>;
}
