// Copying. The clipboard interface exists on https and localhost only.

/** Copies words; returns whether that worked. */
export async function copy(text: string, within: ShadowRoot | Document): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text, within);
  }
}

function copyTheOldWay(text: string, within: ShadowRoot | Document): boolean {
  const field = document.createElement("textarea");
  const before = within.activeElement;
  const place = within instanceof Document ? within.body : (within.querySelector(".root") ?? within);
  field.value = text;
  field.className = "unseen";
  place.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
