// Hears from the server what changed: renews the page, counts what is urgent, makes a sound.

import { renew } from "./renew.js";

const TOGETHER = 400; // milliseconds in which changes are taken together
const SOUND = "console-sound";
let urgent = null;
let waiting = null;

export function listen() {
  const box = document.getElementById("sound");
  if (box) {
    box.checked = localStorage.getItem(SOUND) === "on";
    box.addEventListener("change", () => {
      localStorage.setItem(SOUND, box.checked ? "on" : "off");
      if (box.checked) beep();
    });
  }
  const source = new EventSource("/console/live");
  source.addEventListener("message", (event) => heard(JSON.parse(event.data)));
  let away = false; // what changed while the server was away is not told again
  source.addEventListener("error", () => { away = true; });
  source.addEventListener("open", () => {
    if (away) renew();
    away = false;
  });
  source.addEventListener("over", () => {
    source.close();
    location.reload();
  });
  // The browser connects again by itself, also after the server was away.
  addEventListener("pagehide", () => source.close());
}

function heard({ refs, urgent: number, erased }) {
  count(number);
  const open = document.getElementById("main").dataset.ref;
  const list = document.querySelector("[data-inbox]");
  const concerns = list ? refs.length || erased : open && (refs.includes(open) || erased);
  if (!concerns) return;
  clearTimeout(waiting);
  waiting = setTimeout(renew, TOGETHER);
}

function count(number) {
  const words = document.body.dataset.urgent.replace("{n}", number);
  const badge = document.getElementById("urgent");
  badge.textContent = number ? words : "";
  document.title = `${number ? `(${number}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  if (urgent !== null && number > urgent && localStorage.getItem(SOUND) === "on") beep();
  urgent = number;
}

function beep() {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  volume.gain.setValueAtTime(0.15, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.5);
  tone.frequency.value = 660;
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + 0.5);
}
