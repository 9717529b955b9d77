// Going on by text message: a code that ties the phone to this talk.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { LinkCode } from "../protocol";
import { fill } from "../strings";
import { useDesk } from "./desk";

export function PhoneCard({ leave }: { leave(): void }): JSX.Element {
  const { strings, linkCode } = useDesk();
  const [answer, setAnswer] = useState<LinkCode | null>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    let here = true;
    void linkCode().then((got) => here && setAnswer(got));
    return () => {
      here = false;
    };
  }, []);
  return (
    <section class="phone-card" aria-labelledby="phone-title">
      <h3 id="phone-title" tabIndex={-1} ref={title}>
        {strings.phoneTitle}
      </h3>
      <div role="status">{answer && <Told answer={answer} />}</div>
      <button type="button" class="plain" onClick={leave}>
        {strings.back}
      </button>
    </section>
  );
}

function Told({ answer }: { answer: LinkCode }): JSX.Element {
  const { strings } = useDesk();
  const { code, number } = answer;
  if (!answer.ok || !code || !number) return <p class="problem">{answer.error || strings.phoneFailed}</p>;
  return (
    <>
      <p>{fill(strings.phoneHow, { number })}</p>
      <p class="code">{code}</p>
      <a class="plain" href={`sms:${number.replace(/[^+\d]/g, "")}?body=${encodeURIComponent(code)}`}>
        {strings.phoneOpen}
      </a>
    </>
  );
}
