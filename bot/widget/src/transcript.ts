// The whole talk as plain text, to keep or to print.

import { plain } from "./derived";
import type { Line } from "./state";
import type { Strings } from "./strings";

/** Returns everything said, with who said it and when. */
export function transcript(lines: readonly Line[], strings: Strings, locale: string): string {
  return lines.map((line) => `${head(line, strings, locale)}\n${plain(line)}`).join("\n\n");
}

function head(line: Line, strings: Strings, locale: string): string {
  const who = line.from === "patient" ? strings.youSaid : line.staff || strings.botSaid;
  if (!(line.time > 0)) return `${who}:`;
  const when = new Date(line.time * 1000).toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" });
  return `${who}, ${when}:`;
}

/** Hands a text over as a file, without any server. */
export function save(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
