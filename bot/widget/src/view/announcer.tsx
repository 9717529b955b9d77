// Says each new message once to a screen reader. The log itself is no live region: a history that
// comes back, a changed mark or a taken reply would be read out again.

import type { JSX } from "preact";

import type { BotLine, Line } from "../state";
import { words } from "../values";
import { useDesk } from "./desk";

const KEPT = 6;

export function Announcer({ lines }: { lines: readonly Line[] }): JSX.Element {
  const { strings } = useDesk();
  const news = lines.filter((line): line is BotLine => line.from === "bot" && line.fresh).slice(-KEPT);
  return (
    <div class="unseen" id="announcer" role="status" aria-live="polite" aria-atomic="false" aria-relevant="additions">
      {news.map((line) => (
        <p key={line.key}>
          {line.staff || strings.botSaid}: {spoken(line)}
        </p>
      ))}
    </div>
  );
}

/** A card is named, not read out: whoever wants it walks into it. An urgent one says itself, on top. */
function spoken({ text, payload, choices }: BotLine): string {
  const urgent = payload?.kind === "alert" && payload.level !== "caution";
  const name = payload && !urgent ? words(payload.title) || words(payload.text).split("\n")[0] : "";
  return [text, name, ...choices.map(({ title }) => title)].filter(Boolean).join(". ");
}
