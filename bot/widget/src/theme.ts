// One colour of the clinic's becomes a few that can be read, on light and on dark.

type Rgb = readonly [number, number, number];

/**
 * accent: for grounds, edges and words; on-accent: for words on that ground; deep: for the head and
 * the patient's bubbles, under white words; tint: a breath of the colour, under ordinary words.
 */
export const SHADES = ["accent", "on-accent", "deep", "tint"] as const;
export type Palette = Record<(typeof SHADES)[number], string>;

const READABLE = 4.5;
const WHITE: Rgb = [255, 255, 255];
const LIGHT_GROUND: Rgb = [241, 237, 228];
const DARK_GROUND: Rgb = [28, 58, 61];
const DARK_CARD: Rgb = [23, 38, 41];
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

/** Returns the shades of a colour, each moved towards black or white until it can be read. */
export function palette(color: Rgb, dark: boolean): Palette {
  const accent = readable(color, dark ? DARK_GROUND : LIGHT_GROUND, dark ? WHITE : INK);
  const on = contrast(accent, WHITE) >= READABLE ? WHITE : INK;
  const deep = readable(dark ? mix(color, INK, 0.5) : color, WHITE, INK);
  const tint = dark ? mix(color, DARK_CARD, 0.8) : mix(color, WHITE, 0.88);
  return { accent: css(accent), "on-accent": css(on), deep: css(deep), tint: css(tint) };
}

function readable(color: Rgb, ground: Rgb, towards: Rgb): Rgb {
  let shade = color;
  for (let step = 1; step <= 20 && contrast(shade, ground) < READABLE; step++) {
    shade = mix(color, towards, step / 20);
  }
  return shade;
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
