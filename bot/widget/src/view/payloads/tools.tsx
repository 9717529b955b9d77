// Copying and printing a card's text, and a link to its page.

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { copy } from "../../clipboard";
import { OUTSIDE } from "../../text";
import { words } from "../../values";
import { useDesk } from "../desk";

const SHOWN = 2500; // milliseconds

interface Props {
  title: string;
  text: string;
  url?: unknown;
}

/** The row of buttons below a card. */
export function Tools({ title, text, url }: Props): JSX.Element {
  const { strings, print, base } = useDesk();
  const page = pageAddress(words(url), base);
  return (
    <div class="tools">
      <CopyButton text={text} title={title} />
      <button type="button" onClick={() => print({ title, text })}>
        {strings.print}
        <span class="unseen"> {title}</span>
      </button>
      {page && (
        <a href={page} {...OUTSIDE}>
          {strings.openPage}
        </a>
      )}
    </div>
  );
}

function CopyButton({ text, title }: { text: string; title: string }): JSX.Element {
  const { strings } = useDesk();
  const button = useRef<HTMLButtonElement>(null);
  const [told, setTold] = useState("");
  useEffect(() => {
    if (!told) return;
    const timer = setTimeout(() => setTold(""), SHOWN);
    return () => clearTimeout(timer);
  }, [told]);
  const act = async () => {
    const root = button.current?.getRootNode();
    const done = await copy(text, root instanceof ShadowRoot ? root : document);
    setTold(done ? strings.copied : strings.copyFailed);
  };
  return (
    <button type="button" ref={button} onClick={act}>
      <span aria-live="polite">{told || strings.copy}</span>
      {!told && <span class="unseen"> {title}</span>}
    </button>
  );
}

/** Returns the whole address of a page of ours, or "" if it is nothing a browser should open. */
export function pageAddress(url: string, base: string): string {
  if (!/^(https?:\/\/|\/[^/\\])/.test(url)) return "";
  try {
    const whole = new URL(url, base || undefined);
    return /^https?:$/.test(whole.protocol) ? whole.href : "";
  } catch {
    return "";
  }
}
