// Builds elements. Words only ever become text, never markup.

/**
 * Makes an element.
 * @param {string} tag
 * @param {Object} attributes "class" and others; true means present, null or false means absent
 * @param {...(Node|string|null)} children
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Makes a button that does something. */
export function button(label, act, attributes = {}) {
  const node = el("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", act);
  return node;
}

/** Makes words that only screen readers say. */
export const unseen = (text) => el("span", { class: "unseen" }, text);

/** Returns a value as a list; anything else is an empty one. */
export const list = (value) => (Array.isArray(value) ? value : []);

/** Returns a value as trimmed words. */
export const words = (value) => (typeof value === "string" ? value.trim() : "");
