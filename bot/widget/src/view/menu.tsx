// The small menu: a button that shows more buttons.

import type { JSX, TargetedKeyboardEvent } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { useDesk } from "./desk";
import { Dots } from "./icons";

export interface Entry {
  label: string;
  act(): void;
}

export function Menu({ entries }: { entries: readonly Entry[] }): JSX.Element {
  const { strings } = useDesk();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (open) box.current?.querySelector<HTMLElement>("li button")?.focus();
  }, [open]);
  useEffect(() => {
    if (!open) return;
    const elsewhere = (event: Event) => {
      if (box.current && !event.composedPath().includes(box.current)) setOpen(false);
    };
    document.addEventListener("pointerdown", elsewhere);
    return () => document.removeEventListener("pointerdown", elsewhere);
  }, [open]);

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    if (!open) return;
    if (event.key === "Escape") {
      event.preventDefault();
      setOpen(false);
      button.current?.focus();
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.currentTarget, event.key === "ArrowDown" ? 1 : -1);
    }
  };
  const choose = (entry: Entry) => {
    button.current?.focus();
    setOpen(false);
    entry.act();
  };

  return (
    <div class="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        id="menu-button"
        class="icon-button"
        ref={button}
        aria-label={strings.menu}
        aria-expanded={open}
        aria-controls="menu"
        onClick={() => setOpen(!open)}
      >
        <Dots />
      </button>
      <ul id="menu" part="menu" hidden={!open}>
        {entries.map((entry) => (
          <li>
            <button type="button" onClick={() => choose(entry)}>
              {entry.label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function step(box: HTMLElement, by: number): void {
  const all = [...box.querySelectorAll<HTMLElement>("li button")];
  const root = box.getRootNode() as ShadowRoot;
  const at = all.indexOf(root.activeElement as HTMLElement);
  all[(at + by + all.length) % all.length]?.focus();
}
