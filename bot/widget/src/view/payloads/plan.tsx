// The patient's plan, in sections; where it tells what is done, with how much of it.

import type { JSX } from "preact";

import type { Payload } from "../../protocol";
import { linked } from "../../text";
import { list, record, words } from "../../values";
import { useDesk } from "../desk";
import { Tick } from "../icons";
import { Progress } from "./progress";
import { Tools } from "./tools";

export function Plan({ payload }: { payload: Payload }): JSX.Element {
  const title = words(payload.title);
  const sections = list(payload.sections);
  const steps = sections.flatMap((section) => list(record(section).items)).filter(isStep);
  return (
    <div class="card plan" part="card">
      <h3>{title}</h3>
      {steps.length > 0 && <Progress done={steps.filter((step) => step.done).length} all={steps.length} />}
      {sections.map((section) => (
        <Section section={section} />
      ))}
      <Tools title={title} text={words(payload.text)} url={payload.url} />
    </div>
  );
}

interface Step {
  text: string;
  done: boolean;
}

function isStep(item: unknown): item is Step {
  return typeof record(item).done === "boolean";
}

function Section({ section }: { section: unknown }): JSX.Element {
  if (typeof section === "string") {
    return (
      <section>
        <p>{linked(section)}</p>
      </section>
    );
  }
  const { title, items } = record(section);
  return (
    <section>
      <h4>{words(title)}</h4>
      <ul>{list(items).map((item) => (isStep(item) ? <StepLine step={item} /> : <li>{linked(textOf(item))}</li>))}</ul>
    </section>
  );
}

function StepLine({ step }: { step: Step }): JSX.Element {
  const { strings } = useDesk();
  return (
    <li class={step.done ? "step done" : "step"}>
      <span class="box" aria-hidden="true">
        <Tick />
      </span>
      <span>
        {step.done && <span class="unseen">{strings.done}: </span>}
        {linked(textOf(step))}
      </span>
    </li>
  );
}

function textOf(item: unknown): string {
  return words(item) || words(record(item).text);
}
