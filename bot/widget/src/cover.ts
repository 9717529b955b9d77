// On a phone the panel is all there is: the page behind it can neither be reached nor scrolled.

/** Covers the page around an element; returns how to uncover it. */
export function cover(element: HTMLElement): () => void {
  const made: HTMLElement[] = [];
  for (let node: HTMLElement | null = element; node && node !== document.body; node = node.parentElement) {
    for (const other of node.parentElement?.children ?? []) {
      if (other === node || !(other instanceof HTMLElement) || other.inert) continue;
      other.inert = true;
      made.push(other);
    }
  }
  const page = document.documentElement;
  const before = page.style.overflow;
  page.style.overflow = "hidden";
  return () => {
    for (const other of made) other.inert = false;
    page.style.overflow = before;
  };
}

/** Keeps a panel within what an on-screen keyboard leaves free; returns how to stop. */
export function fitAboveKeyboard(panel: HTMLElement): () => void {
  const view = window.visualViewport;
  if (!view) return () => {};
  const fit = () => {
    // While someone zooms with two fingers, the panel must not follow.
    if (view.scale > 1.01) return;
    panel.style.setProperty("--visible-height", `${view.height}px`);
    panel.style.setProperty("--visible-top", `${view.offsetTop}px`);
  };
  fit();
  view.addEventListener("resize", fit);
  view.addEventListener("scroll", fit);
  return () => {
    view.removeEventListener("resize", fit);
    view.removeEventListener("scroll", fit);
    panel.style.removeProperty("--visible-height");
    panel.style.removeProperty("--visible-top");
  };
}
