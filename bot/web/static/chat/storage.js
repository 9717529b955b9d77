// What the browser remembers. Every access may fail: private windows forbid it.

function area(kind) {
  try {
    return window[kind];
  } catch {
    return null;
  }
}

function access(act) {
  try {
    return act();
  } catch {
    return null;
  }
}

/** Remembers strings and lists under a prefix, in one of the browser's two stores. */
class Memory {
  constructor(kind) {
    this.area = area(kind);
  }

  get(name) {
    return access(() => JSON.parse(this.area.getItem(`second-opinion.${name}`)));
  }

  set(name, value) {
    access(() => this.area.setItem(`second-opinion.${name}`, JSON.stringify(value)));
  }
}

/** Kept until the patient clears it: which conversation is theirs. */
export const lasting = new Memory("localStorage");

/** Kept while the tab is open: whether the panel is open, and what was not yet sent. */
export const passing = new Memory("sessionStorage");
