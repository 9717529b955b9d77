// The field to write in.

import type { JSX, RefObject, TargetedKeyboardEvent } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

import { fill } from "../strings";
import { passing } from "../storage";
import { words } from "../values";
import { useDesk } from "./desk";
import { Plane } from "./icons";

const LONGEST = 4000;
const WARN_FROM = 3500;
const DRAFT = "draft";

export function Composer({ field }: { field: RefObject<HTMLTextAreaElement | null> }): JSX.Element {
  const { strings, say } = useDesk();
  const [text, setText] = useState(() => words(passing.get(DRAFT)));
  const [wasEmpty, setWasEmpty] = useState(false);
  const over = text.trim().length - LONGEST;
  const note = over > 0 ? fill(strings.tooLong, { n: over })
    : wasEmpty ? strings.empty
    : over >= WARN_FROM - LONGEST ? fill(strings.left, { n: -over })
    : "";

  const write = (next: string) => {
    setText(next);
    setWasEmpty(false);
    passing.set(DRAFT, next);
  };
  const send = () => {
    const said = text.trim();
    if (!said) setWasEmpty(true);
    if (!said || over > 0) return field.current?.focus();
    write("");
    say(said);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    // While an accent or a character is being composed, Enter belongs to the keyboard.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  useLayoutEffect(() => fit(field.current), [text]);

  return (
    <form
      class="composer"
      part="composer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label class="unseen" for="input">
        {strings.message}
      </label>
      <textarea
        id="input"
        part="input"
        rows={1}
        ref={field}
        value={text}
        placeholder={strings.placeholder}
        autocomplete="off"
        enterkeyhint="send"
        aria-describedby="count"
        aria-invalid={over > 0 || wasEmpty ? "true" : undefined}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <button type="submit" class="send" part="send" aria-label={strings.send}>
        <Plane />
      </button>
      <p id="count" class={over > 0 || wasEmpty ? "count over" : "count"} role="status">
        {note}
      </p>
    </form>
  );
}

function fit(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  if (field.scrollHeight) field.style.height = `${field.scrollHeight + 3}px`;
}
