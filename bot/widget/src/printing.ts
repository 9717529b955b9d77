// Printing one card, or the whole talk, and nothing else of the page it is on.

import type { Sheet } from "./view/desk";

const PAPER = `
:host { all: initial !important; display: block !important; }
article { color: #000; background: #fff; font: 12pt/1.5 Georgia, serif; white-space: pre-wrap; overflow-wrap: anywhere; }
h1 { font-size: 18pt; line-height: 1.25; margin: 0 0 12pt; white-space: normal; }
@media screen { :host { display: none !important; } }
`;
const TAG = "second-opinion-print";
const ALONE = `@media print { body > :not(${TAG}) { display: none !important; } body { margin: 0 !important; } }`;

/** Prints a text below its title. The style sheets are built, so that no policy of the page forbids them. */
export function print({ title, text }: Sheet, lang: string, dir: string): void {
  const host = document.createElement(TAG);
  const article = document.createElement("article");
  const heading = document.createElement("h1");
  heading.textContent = title;
  article.append(heading, text.startsWith(title) ? text.slice(title.length).trim() : text);
  article.lang = lang;
  article.dir = dir;
  host.attachShadow({ mode: "open" }).append(article);
  adopt(host.shadowRoot as ShadowRoot, PAPER);
  document.body.append(host);
  const undo = adopt(document, ALONE);
  const pageTitle = document.title;
  document.title = title || pageTitle;
  const clean = () => {
    host.remove();
    undo();
    document.title = pageTitle;
  };
  addEventListener("afterprint", clean, { once: true });
  window.print();
}

/** Adds a style sheet to a root; returns how to take it away. */
export function adopt(root: ShadowRoot | Document, css: string): () => void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet);
    };
  } catch {
    // Browsers from before 2023 take a style element; a page with a strict policy must allow it there.
    const style = document.createElement("style");
    style.textContent = css;
    (root instanceof Document ? root.head : root).append(style);
    return () => style.remove();
  }
}
