// One colour of the clinic's becomes a pair that can be read on light and on dark.

type Rgb = readonly [number, number, number];

export interface Accent {
  /** For grounds, edges and words. */
  color: string;
  /** For words on that ground. */
  on: string;
}

const READABLE = 4.5;
const WHITE: Rgb = [255, 255, 255];
const LIGHT_GROUND: Rgb = [241, 237, 228];
const DARK_GROUND: Rgb = [28, 58, 61];
const INK: Rgb = [6, 24, 28];

/** Reads "#abc" or "#aabbcc"; anything else is null. */
export function parseColor(text: string | null | undefined): Rgb | null {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text?.trim() ?? "")?.[1];
  if (!hex) return null;
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** Contrast of two colours after WCAG 2.2, from 1 to 21. */
export function contrast(one: Rgb, two: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(two)].sort((a, b) => a - b) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** Returns the colour, moved towards black or white until it can be read. */
export function accent(color: Rgb, dark: boolean): Accent {
  const ground = dark ? DARK_GROUND : LIGHT_GROUND;
  const towards = dark ? WHITE : INK;
  let readable = color;
  for (let step = 0; step <= 20 && contrast(readable, ground) < READABLE; step++) {
    readable = mix(color, towards, step / 20);
  }
  const on = contrast(readable, WHITE) >= READABLE ? WHITE : INK;
  return { color: css(readable), on: css(on) };
}

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((value, i) => Math.round(value + ((to[i] ?? 0) - value) * share)) as unknown as Rgb;
}

function css(color: Rgb): string {
  return `rgb(${color.join(" ")})`;
}
