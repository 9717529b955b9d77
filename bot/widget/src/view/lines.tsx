// One line of the conversation: a bubble, a card, and quick replies.

import type { JSX } from "preact";
import { memo } from "./memo";

import type { Choice } from "../protocol";
import type { BotLine, PatientLine } from "../state";
import { Paragraphs } from "../text";
import { words } from "../values";
import { useDesk } from "./desk";
import { Card } from "./payloads";
import { useLate } from "./late";

const NOTICEABLE = 1200; // milliseconds

interface PatientProps {
  line: PatientLine;
  online: boolean;
}

export const PatientMessage = memo(({ line, online }: PatientProps): JSX.Element => {
  const { strings } = useDesk();
  return (
    <div class={`message patient ${line.delivery}`}>
      <div class="bubble" part="bubble bubble-patient">
        <span class="unseen">{strings.youSaid}: </span>
        {line.text}
      </div>
      {line.delivery === "pending" && <Pending online={online} />}
      {line.delivery === "failed" && <Failed line={line} />}
    </div>
  );
});

/** Says that a message is on its way only if that takes noticeably long. */
function Pending({ online }: { online: boolean }): JSX.Element {
  const { strings } = useDesk();
  const late = useLate(NOTICEABLE);
  return <p class="state">{!online ? strings.waiting : late ? strings.sending : ""}</p>;
}

function Failed({ line }: { line: PatientLine }): JSX.Element {
  const { strings, again } = useDesk();
  return (
    <p class="state" role="alert">
      {strings.notSent} {line.problem}{" "}
      <button type="button" onClick={() => again(line)}>
        {strings.tryAgain}
      </button>
    </p>
  );
}

interface BotProps {
  line: BotLine;
  /** What the patient said next; undefined while this is the last word. */
  answer: string | null;
  /** Whether the name of the person of the clinic's stands above it. */
  named: boolean;
  /** What the patient said after it, where it is a checklist. */
  since: string;
}

export const BotMessage = memo(({ line, answer, named, since }: BotProps): JSX.Element => {
  const { strings } = useDesk();
  const who = line.staff || strings.botSaid;
  return (
    <>
      {named && line.staff && (
        <p class="who" aria-hidden="true">
          {line.staff}
        </p>
      )}
      {words(line.text) && (
        <div class={`message bot ${line.staff ? "staff" : ""} ${line.fresh ? "fresh" : ""}`}>
          <div class="bubble" part="bubble bubble-bot">
            <span class="unseen">{who}: </span>
            <Paragraphs text={line.text} />
          </div>
        </div>
      )}
      {line.payload && (
        <div class={`message bot wide ${line.fresh ? "fresh" : ""}`}>
          {!words(line.text) && <span class="unseen">{who}: </span>}
          <Card payload={line.payload} since={since} />
        </div>
      )}
      {line.choices.length > 0 && <Replies choices={line.choices} answer={answer} />}
    </>
  );
});

interface RepliesProps {
  choices: readonly Choice[];
  answer?: string | null;
}

/**
 * Quick replies stay on the screen as history, but answer only the last question. They are not
 * truly disabled then, which would throw a keyboard user's focus away.
 */
export function Replies({ choices, answer = null }: RepliesProps): JSX.Element {
  const { say } = useDesk();
  const over = answer !== null;
  return (
    <div class="replies">
      {choices.map(({ title, payload }) => {
        const chosen = over && (answer === payload || answer === title);
        return (
          <button
            type="button"
            part="reply"
            class={chosen ? "chosen" : ""}
            data-say={payload}
            aria-disabled={over ? "true" : undefined}
            aria-pressed={chosen ? "true" : undefined}
            tabIndex={over ? -1 : undefined}
            onClick={() => over || say(payload)}
          >
            {title}
          </button>
        );
      })}
    </div>
  );
}
