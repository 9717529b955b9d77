// Words, colours and attributes: what a page or the bot may hand us, and what becomes of it.

import { describe, expect, test, vi } from "vitest";

import { readConfig } from "../src/config";
import { ENGLISH, fill, stringsFrom } from "../src/strings";
import { blocks, linked } from "../src/text";
import { contrast, palette, parseColor } from "../src/theme";
import { statusOf, withArticle } from "../src/view/payloads/checklist";
import { pageAddress } from "../src/view/payloads/tools";

const HOME = "https://guide.example";

/** The links in a text, as "words → address". */
function links(text: string): string[] {
  return linked(text)
    .filter((piece) => typeof piece === "object" && piece !== null && "props" in piece)
    .map((piece) => (piece as unknown as { props: { href: string; children: string } }).props)
    .map(({ href, children }) => `${children} → ${href}`);
}

describe("a text", () => {
  test("becomes paragraphs and lists", () => {
    expect(blocks("One\ntwo\n\n- a\n• b\n1. c\n2) d\n\nEnd").map(({ kind, lines }) => [kind, lines.length])).toEqual([
      ["p", 2], ["ul", 2], ["ol", 2], ["p", 1],
    ]);
  });

  test("gets links for addresses and numbers to call, and for nothing else", () => {
    expect(links("Call 911, text 988 or see https://a.example/x?y=1."))
      .toEqual(["911 → tel:911", "988 → tel:988", "https://a.example/x?y=1 → https://a.example/x?y=1"]);
    expect(links("1-800-422-6237 and 555-0100")).toEqual(["1-800-422-6237 → tel:18004226237", "555-0100 → tel:5550100"]);
    expect(links("javascript:alert(1) <a href=x>911 people</a>")).toEqual([]);
  });
});

test("a tick makes a sentence of an item", () => {
  expect(["Lab results", "Your chart", "A list of drugs", "MRI scans"].map(withArticle))
    .toEqual(["the lab results", "your chart", "a list of drugs", "the MRI scans"]);
});

describe("an item of a checklist", () => {
  const labs = { text: "Lab results", done: false, status: "missing" };
  const [have, haveNot] = ["I have the lab results", "I don't have this yet: Lab results"];
  const status = (item: Record<string, unknown>, ...told: string[]) => statusOf(item, told, ENGLISH);

  test("is as the patient last said", () => {
    expect(status(labs, have)).toBe("have");
    expect(status(labs, have, "thank you", haveNot)).toBe("missing");
    expect(status(labs, haveNot, have)).toBe("have");
    expect(status({ ...labs, status: "asked" }, have)).toBe("have");
    expect(status({ ...labs, done: true }, haveNot)).toBe("missing");
  });

  test("is as it came, while nothing was said of it", () => {
    expect(status(labs, "I have the MRI scans", "")).toBe("missing");
    expect(status({ ...labs, status: "asked" })).toBe("asked");
    expect(status({ ...labs, status: "have" })).toBe("have");
    expect(status({ text: "Lab results", done: true })).toBe("have");
  });
});

test("a page of ours is opened on our server; what could run code, or leads elsewhere by a trick, is not", () => {
  expect(pageAddress("/papers/1", HOME)).toBe("https://guide.example/papers/1");
  expect(pageAddress("https://b.example/1", HOME)).toBe("https://b.example/1");
  for (const bad of ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", "", "papers/1"]) {
    expect(pageAddress(bad, HOME)).toBe("");
  }
});

describe("a colour", () => {
  test("is #abc or #aabbcc", () => {
    expect(parseColor("#fa0")).toEqual([255, 170, 0]);
    expect(parseColor(" #0F5A63 ")).toEqual([15, 90, 99]);
    for (const bad of ["", null, "red", "#12345", "url(x)", "#0f5a63;color:red"]) expect(parseColor(bad)).toBeNull();
  });

  test("can be read, whichever it is", () => {
    const rgb = (css: string) => css.match(/\d+/g)!.map(Number) as unknown as readonly [number, number, number];
    for (const color of ["#ffff00", "#ffffff", "#000000", "#ff0000", "#0f5a63", "#777777", "#00ff00", "#0000ff"]) {
      for (const dark of [false, true]) {
        const shades = palette(parseColor(color)!, dark);
        const ground = dark ? ([28, 58, 61] as const) : ([241, 237, 228] as const);
        expect(contrast(rgb(shades.accent), ground), `${color} ${dark}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(shades.accent), rgb(shades["on-accent"])), `${color} ${dark}`).toBeGreaterThanOrEqual(4.5);
        expect(contrast(rgb(shades.deep), [255, 255, 255]), `${color} ${dark}`).toBeGreaterThanOrEqual(4.5);
        const ink = dark ? ([234, 241, 240] as const) : ([22, 41, 44] as const);
        expect(contrast(rgb(shades.tint), ink), `${color} ${dark}`).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});

describe("the words", () => {
  test("can be replaced one by one; what isn't ours or isn't words is ignored", () => {
    const own = stringsFrom('{"send": "Enviar", "close": 7, "other": "x", "name": " "}');
    expect(own.send).toBe("Enviar");
    expect({ ...own, send: ENGLISH.send }).toEqual(ENGLISH);
  });

  test("stay English, and say so, when they cannot be read", () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    expect(stringsFrom("{send: no}")).toEqual(ENGLISH);
    expect(told).toHaveBeenCalledOnce();
    told.mockRestore();
    expect(stringsFrom("null")).toEqual(ENGLISH);
  });

  test("have their blanks filled, and only theirs", () => {
    expect(fill("{n} of {all} {other} {constructor}", { n: 1, all: 2 })).toBe("1 of 2 {other} {constructor}");
  });
});

describe("the attributes", () => {
  test("left out, everything has its usual value", () => {
    expect(readConfig({}, HOME)).toMatchObject({
      server: HOME, name: "Second opinion guide", theme: "auto", position: "right", open: false, lang: "en", dir: "ltr",
    });
  });

  test("that are wrong are as good as left out", () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const config = readConfig({ server: "http://", theme: "pink", position: "top", starters: "[", dir: "up" }, HOME);
    expect(config).toMatchObject({ server: HOME, theme: "auto", position: "right", starters: [], dir: "ltr" });
    expect(told).toHaveBeenCalledTimes(2);
    told.mockRestore();
  });

  test("say where, how and in which direction", () => {
    const config = readConfig(
      { server: "https://chat.example/x", name: "Guía", open: "", lang: "ar-EG", position: "left",
        greeting: "Hola", launcher: "Habla", starters: '[{"title": "a", "payload": "b"}, {"title": ""}, null]' },
      HOME,
    );
    expect(config).toMatchObject({ server: "https://chat.example", name: "Guía", open: true, dir: "rtl", position: "left" });
    expect(config.strings).toMatchObject({ greeting: "Hola", launcher: "Habla" });
    expect(config.starters).toEqual([{ title: "a", payload: "b" }]);
    expect(readConfig({ open: "false" }, HOME).open).toBe(false);
  });
});
