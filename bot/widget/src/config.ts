// What a page says about the chat, in data- attributes of the script or of the element.

import type { Choice } from "./protocol";
import { stringsFrom, type Strings } from "./strings";
import { list, words } from "./values";

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur", "ps", "sd", "yi", "dv", "ckb"]);

export interface Config {
  /** Where the chat connects to. */
  server: string;
  name: string;
  clinic: string;
  color: string;
  theme: "auto" | "light" | "dark";
  position: "left" | "right";
  open: boolean;
  lang: string;
  dir: "ltr" | "rtl";
  /** Replaces what the server offers to an empty conversation. */
  starters: Choice[];
  strings: Strings;
}

/** Reads the attributes; `home` is where this file was loaded from. */
export function readConfig(data: Record<string, string | undefined>, home: string): Config {
  const strings = stringsFrom(data.strings);
  if (words(data.greeting)) strings.greeting = words(data.greeting);
  if (words(data.launcher)) strings.launcher = words(data.launcher);
  const lang = words(data.lang) || "en";
  return {
    server: originOf(data.server, home),
    name: words(data.name) || strings.name,
    clinic: words(data.clinic),
    color: words(data.color),
    theme: data.theme === "light" || data.theme === "dark" ? data.theme : "auto",
    position: data.position === "left" ? "left" : "right",
    open: data.open !== undefined && data.open !== "false",
    lang,
    dir: data.dir === "rtl" || data.dir === "ltr" ? data.dir : directionOf(lang),
    starters: startersFrom(data.starters),
    strings,
  };
}

function directionOf(lang: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(lang.split("-")[0]?.toLowerCase() ?? "") ? "rtl" : "ltr";
}

function originOf(server: string | undefined, home: string): string {
  try {
    return new URL(words(server) || home, home).origin;
  } catch {
    console.error("second-opinion-chat: data-server is no address, so the script's own is used.");
    return home;
  }
}

function startersFrom(json: string | undefined): Choice[] {
  try {
    return list<Choice>(JSON.parse(json ?? "[]")).filter((one) => words(one?.title) && words(one?.payload));
  } catch {
    console.error("second-opinion-chat: data-starters is not JSON, so the server's are used.");
    return [];
  }
}
