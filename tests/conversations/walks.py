"""Scripted patients who wander: they ask, answer, digress, correct and contradict themselves.

A walk is drawn from a seed, so that a failing one can be walked again. What a patient says next
may depend on what the bot offered last, and on the flow that is going on.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.channels.words import TROUBLE, words
from bot.knowledge import knowledge
from tests.conftest import Patient, Stack
from tests.conversations.helpers import plain
from tests.conversations.perils import CRISES, EMERGENCIES
from tests.conversations.ways import CONCERNS

TURNS = 9
DIAGNOSES = (
    "I was told I have breast cancer, stage 2, on the left",
    "my mother has pancreatic cancer",
    "our son, 6, has leukemia",
    "it's a torn meniscus in the right knee",
    "they say MS",
    "it's actually lupus, not rheumatoid arthritis",
    "I have COPD and heart failure",
    "some rare thing nobody can spell",
    "my own body is attacking itself, the doctor said",
)
CORRECTIONS = (
    "actually it's my mother",
    "no wait, it's about my husband",
    "go back",
    "I meant no",
    "scratch that, yes they want to operate",
    "I was wrong, I don't have the MRI after all",
    "it's me, not my sister",
)
ANSWERS = (
    "yes", "no", "I don't know", "skip", "not sure", "Medicare", "I have nothing", "maybe",
    "He said surgery is the only way", "she wants to wait and watch", "being there for my kids",
    "what to do", "they agree", "yes please", "no thanks",
)  # fmt: skip
LISTS = (
    "the first two and the one about trials",
    "drop number 3",
    "number 99",
    "got my CT disc and the path report",
    "called radiology yesterday",
    "I asked for the slides on February 30",
    "I have everything except the slides",
    "add: will I be able to work?",
    '<b>add</b> question: can I eat "normally" & drink?',
    "I requested the labs 40 days ago",
)
REPEAT = "could you repeat that"
CHATTER = (
    "hmm", "ok", "...", "what is the weather tomorrow", "asdf jkl", "thank you so much", "hello?",
    "you are useless!!!", "this is so hard", "I'm scared to death of what they will find",
    "¿Habla español?", "what did you just say", "where is that from?", "are you a robot", "stop",
    "what do you know about me?", "start over", "bye", REPEAT,
)  # fmt: skip


@dataclass
class Walk:
    """One walk and what was wrong on it.

    Attributes:
        seed: what it was drawn from.
        said: what the patient said, and what they heard.
        wrong: a sentence for each broken promise.
    """

    seed: int
    said: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"walk {self.seed}: {'; '.join(self.wrong)}"]
        for patient, bot in self.said:
            lines += [f"  patient: {patient}", *(f"    bot: {b[:110]}" for b in bot.split("\n"))]
        return "\n".join(lines)


def walk(stack: Stack, seed: int) -> Walk:
    """Walk once and return what was said and what was wrong."""
    chance = random.Random(seed)
    patient = Patient(stack, f"walk{seed}")
    done = Walk(seed)
    last: list[str] = []
    before = ""
    for turn in range(TURNS):
        text = _next_words(chance, patient if turn else None)
        heard = patient.says(text)
        bubbles = [plain(str(r.get("text") or r.get("custom") or "")) for r in patient.replies]
        done.said.append((text, heard))
        if not bubbles:
            done.wrong.append(f"turn {turn}: nothing was answered to {text!r}")
        for one, other in zip([*last, *bubbles], [*last, *bubbles][1:], strict=False):
            if one == other and text not in (before, REPEAT):
                done.wrong.append(f"turn {turn}: said twice in a row: {one[:60]!r}")
        done.wrong += [f"turn {turn}: {trouble}" for trouble in _troubles(text, heard)]
        last, before = bubbles[-1:], text
    return done


def _troubles(text: str, heard: str) -> Sequence[str]:
    found = []
    if any(p.said in text for p in EMERGENCIES) and "911" not in heard:
        found.append(f"an emergency was not answered: {text!r}")
    if any(p.said in text for p in CRISES) and "988" not in heard:
        found.append(f"a crisis was not answered: {text!r}")
    if "{" in heard or "None" in heard.split():
        found.append("a placeholder was left open")
    if words(TROUBLE).lower() in heard.lower():
        found.append("something broke")
    return found


def _next_words(chance: random.Random, patient: Patient | None) -> str:
    """Return what the patient says next: likelier than not something to the point."""
    buttons = [b["payload"] for b in patient.buttons] if patient else []
    phrases = [
        entry["phrase"]
        for name, entry in knowledge("intents")["intents"].items()
        if name not in ("delete_my_data",)
    ]
    concerns = [way for concern in CONCERNS.values() for way in concern.ways]
    perils = [peril.said for peril in (*EMERGENCIES, *CRISES)]
    kinds: list[tuple[float, Sequence[str]]] = [
        (3 if buttons else 0, buttons or ["yes"]),
        (3, phrases),
        (2, concerns),
        (2, DIAGNOSES),
        (3, ANSWERS),
        (2, LISTS),
        (1.5, CORRECTIONS),
        (1.5, CHATTER),
        (0.6, perils),
    ]
    (chosen,) = chance.choices([words for _, words in kinds], [weight for weight, _ in kinds])
    return chance.choice(list(chosen))
