// The few pictures, drawn as lines in the colour of the words beside them.

import type { JSX } from "preact";

function icon(path: string, width = 2): () => JSX.Element {
  return () => (
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width={width}
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}

export const Talk = icon("M4 5h16v11H9.5L5 20v-4H4z");
export const Dots = icon("M5 12h.01M12 12h.01M19 12h.01", 4);
export const Cross = icon("M6 6l12 12M18 6L6 18");
export const Plane = icon("M4 12l16-8-5 16-3-6z");
export const Tick = icon("M5 12.5l4.5 4.5L19 7.5", 3.5);
export const Down = icon("M12 5v14M6 13l6 6 6-6");
