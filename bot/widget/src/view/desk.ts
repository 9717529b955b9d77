// What every part of the view may use: the words, and what a person can do.

import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { LinkCode } from "../protocol";
import type { PatientLine } from "../state";
import { ENGLISH, type Strings } from "../strings";

export interface Sheet {
  title: string;
  text: string;
}

export interface Desk {
  strings: Strings;
  /** Says a sentence for the patient. */
  say(text: string): void;
  /** Sends a message again that was refused. */
  again(line: PatientLine): void;
  hideAlert(time: number): void;
  print(sheet: Sheet): void;
  linkCode(): Promise<LinkCode>;
  /** Where addresses without a host belong: the server of this file, not the page it is on. */
  base: string;
  locale: string;
}

const nothing = () => {};

export const DeskContext = createContext<Desk>({
  strings: ENGLISH,
  say: nothing,
  again: nothing,
  hideAlert: nothing,
  print: nothing,
  linkCode: async () => ({ ok: false }),
  base: "",
  locale: "en",
});

export const useDesk = (): Desk => useContext(DeskContext);
