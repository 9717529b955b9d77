// What the browser remembers. Every access may fail: private windows forbid it.

export interface Memory {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
}

const PREFIX = "second-opinion.";

class BrowserMemory implements Memory {
  constructor(private readonly kind: "localStorage" | "sessionStorage") {}

  get(name: string): unknown {
    try {
      return JSON.parse(window[this.kind].getItem(PREFIX + name) ?? "null");
    } catch {
      return null;
    }
  }

  set(name: string, value: unknown): void {
    try {
      window[this.kind].setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Then it is forgotten with the page.
    }
  }
}

/** Kept until the patient clears it: which conversation is theirs. */
export const lasting: Memory = new BrowserMemory("localStorage");

/** Kept while the tab is open: whether the panel is open, and what was not yet sent. */
export const passing: Memory = new BrowserMemory("sessionStorage");

/** Calls back when another tab changed a lasting value. */
export function onOtherTab(name: string, act: () => void): () => void {
  const listen = (event: StorageEvent) => {
    if (event.key === PREFIX + name) act();
  };
  addEventListener("storage", listen);
  return () => removeEventListener("storage", listen);
}
