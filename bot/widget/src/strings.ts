// The words of the chat's own controls. What the bot says comes from the bot. A page may replace
// any of them (data-strings); {n}, {all}, {name} and the like are filled in.

export const ENGLISH = {
  launcher: "Ask the guide",
  name: "Second opinion guide",
  disclaimer: "Automated assistant, not a doctor. Emergency? Call 911.",
  greeting: "What is on your mind?",
  hint: "Write it in your own words, or pick a place to begin.",
  conversation: "Conversation",
  message: "Your message",
  placeholder: "Write a message",
  send: "Send",
  typing: "The assistant is writing",
  menu: "More options",
  close: "Close the chat",
  newMessages: "New messages below",
  unread: "{name}. New message",

  startOver: "Start over",
  deleteData: "Delete my data",
  saveText: "Save as text",
  printAll: "Print this talk",
  phone: "Continue on my phone",
  sayStartOver: "I want to start over",
  sayDelete: "Delete my data",
  fileName: "second-opinion-talk",
  talkTitle: "My talk with the {name}",

  phoneTitle: "Continue on your phone",
  phoneHow: "From your phone, text this code to {number}. It works for a few minutes.",
  phoneOpen: "Open my text messages",
  phoneFailed: "We could not get a code right now. Please try again in a minute.",
  back: "Back to the chat",

  botSaid: "Assistant",
  youSaid: "You",
  sending: "Sending…",
  waiting: "Waiting for a connection…",
  notSent: "Not sent.",
  tryAgain: "Try again",
  connecting: "Connecting…",
  offline: "You are offline. You can keep writing; it is sent when you are back.",
  reconnecting: "Connecting again. Nothing you wrote is lost.",
  unreachable: "The guide can't be reached right now. It keeps trying; nothing you wrote is lost.",
  tooLong: "Too long by {n} characters. Please send it in parts.",
  left: "{n} characters left",
  empty: "Please write a message first.",

  copy: "Copy",
  copied: "Copied",
  copyFailed: "Could not copy",
  print: "Print",
  openPage: "Open as a page",
  hide: "Hide this",
  done: "Done",
  asked: "Asked for",
  iHave: "I have {item}",
  iHaveNot: "I don't have this yet: {item}",
  progress: "{n} of {all} done",
  own: "Your question",
  howToFind: "How to find one",
  reasons: "Why",
  nextSteps: "Next steps",
  first: "First opinion",
  second: "Second opinion",
  aspect: "About",
  blank: "to fill in",
  emergency: "Emergency",
  crisis: "You are not alone",
  caution: "Please note",
  requested: "A person was asked to join.",
  connected: "A person is here now.",
  closed: "The person has left the chat.",
  isHere: "{name} is here",
};

export type Strings = typeof ENGLISH;

/** Fills the blanks of a sentence. */
export function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (blank, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : blank,
  );
}

/** Returns the words with some replaced by a page's own, given as JSON. What isn't ours is ignored. */
export function stringsFrom(json: string | null | undefined): Strings {
  const chosen: Strings = { ...ENGLISH };
  if (!json) return chosen;
  let own: unknown;
  try {
    own = JSON.parse(json);
  } catch {
    console.error("second-opinion-chat: data-strings is not JSON, so the English words are used.");
    return chosen;
  }
  for (const key of Object.keys(ENGLISH) as (keyof Strings)[]) {
    const value = (own as Record<string, unknown> | null)?.[key];
    if (typeof value === "string" && value.trim()) chosen[key] = value;
  }
  return chosen;
}
