// One drawing for each kind of structured message. What cannot be drawn is shown as its plain text.

import { Component, type ComponentType, type JSX } from "preact";

import type { Payload } from "../../protocol";
import { Paragraphs } from "../../text";
import { words } from "../../values";
import { Alert } from "./alert";
import { Assessment } from "./assessment";
import { Checklist } from "./checklist";
import { Comparison } from "./comparison";
import { Paper } from "./document";
import { Handoff } from "./handoff";
import { Plan } from "./plan";
import { Questions } from "./questions";
import { Specialists } from "./specialists";

interface Props {
  payload: Payload;
  /** What the patient said after it, a sentence a line. */
  since: string;
}

const DRAWINGS: Record<string, ComponentType<Props>> = {
  alert: Alert,
  assessment: Assessment,
  checklist: Checklist,
  comparison: Comparison,
  document: Paper,
  handoff: Handoff,
  plan: Plan,
  questions: Questions,
  specialists: Specialists,
};

/** The card of a structured message. A drawing that fails takes nothing else down with it. */
export class Card extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  override componentDidCatch(error: unknown): void {
    console.error(`A ${this.props.payload.kind} could not be drawn.`, error);
    this.setState({ failed: true });
  }

  override render({ payload, since }: Props): JSX.Element | null {
    const known = Object.hasOwn(DRAWINGS, payload.kind) && !this.state.failed;
    const Drawing = known ? DRAWINGS[payload.kind] : undefined;
    if (Drawing) return <Drawing payload={payload} since={since} />;
    const text = words(payload.text);
    if (!text) return null;
    return (
      <div class="card" part="card">
        <Paragraphs text={text} />
      </div>
    );
  }
}
