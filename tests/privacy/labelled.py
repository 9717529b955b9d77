"""Reads the labelled messages, and counts what the masking covers of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.masking import covers

SETS = Path(__file__).parent.parent / "privacy_sets"
MARK = re.compile(r"\[(\w+):([^\]]+)\]|\{(\w+):([^}]+)\}")


@dataclass(frozen=True)
class Label:
    """One stretch of a message and what it is."""

    kind: str
    identifies: bool
    start: int
    end: int


@dataclass(frozen=True)
class Message:
    """A message without its marks, and the labels they stood for."""

    text: str
    labels: tuple[Label, ...]


@dataclass
class Measure:
    """What was covered, over many messages.

    Attributes:
        found, wanted: identifiers covered whole, and all of them, by kind.
        right, covered: covers that touch an identifier, and all of them.
        health: stretches about health, and those of them that were touched.
    """

    found: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)
    right: int = 0
    covered: int = 0
    health: int = 0
    touched: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / sum(self.wanted.values())

    @property
    def precision(self) -> float:
        return self.right / self.covered


def read(line: str) -> Message:
    """Take the marks off a line."""
    text, labels, done = "", [], 0
    for mark in MARK.finditer(line):
        text += line[done : mark.start()]
        kind, said = mark[1] or mark[3], mark[2] or mark[4]
        labels.append(Label(kind, mark[1] is not None, len(text), len(text) + len(said)))
        text, done = text + said, mark.end()
    return Message(text + line[done:], tuple(labels))


def messages(part: str) -> Iterator[Message]:
    """Return the messages of a part: "dev" or "test"."""
    for line in (SETS / f"{part}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield read(line)


def measured(part: str) -> Measure:
    """Cover every message of a part, and count."""
    measure = Measure()
    for message in messages(part):
        _count(message, measure)
    return measure


def _count(message: Message, measure: Measure) -> None:
    found = covers(message.text)
    hidden = {place for cover in found for place in range(cover.start, cover.end)}
    private = {p for label in message.labels if label.identifies for p in _places(label, message)}
    measure.covered += len(found)
    for cover in found:
        right = bool(private & set(range(cover.start, cover.end)))
        measure.right += right
        if not right:
            measure.wrong.append(message.text)
    for label in message.labels:
        places = _places(label, message)
        if label.identifies:
            measure.wanted[label.kind] += 1
            if places <= hidden:
                measure.found[label.kind] += 1
            else:
                measure.missed.append(message.text)
        else:
            measure.health += 1
            if places & hidden:
                measure.touched.append(message.text)


def _places(label: Label, message: Message) -> set[int]:
    """Return where a label's letters and digits stand."""
    return {p for p in range(label.start, label.end) if message.text[p].isalnum()}
