"""What the conversation tests share: looking for expressions, the training examples, the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from typing import Any

from bot.knowledge import read_yaml
from bot.nlu.text import same_words
from bot.paths import DATA
from tests.conftest import Patient, Stack

DISCLOSURE = ("I'm an automated assistant, not a doctor or nurse", "not for emergencies")
"""What everybody must be told once, whatever they begin with."""


def plain(text: str) -> str:
    """Return a text in lower case on one line, so that expressions are found across breaks."""
    return " ".join(text.lower().split())


def missing(heard: str, expressions: Iterable[str]) -> list[str]:
    """Return the expressions that were not said."""
    said = plain(heard)
    return [expression for expression in expressions if plain(expression) not in said]


def ask(stack: Stack, *messages: str) -> Patient:
    """Return a new patient who has said these messages, one after the other."""
    patient = Patient(stack)
    for message in messages:
        patient.says(message)
    return patient


def last_heard(patient: Patient) -> dict[str, Any]:
    """Return what the tracker holds of the patient's last message: text, intent, entities ..."""
    tracker = patient.stack.tracker(patient.id)
    messages = [e for e in tracker["events"] if e["event"] == "user"]
    return dict(messages[-1]["parse_data"])


def active_flow(patient: Patient) -> str | None:
    """Return the name of the flow that is going on."""
    return (patient.stack.tracker(patient.id).get("active_loop") or {}).get("name")


@lru_cache(maxsize=1)
def training_examples() -> dict[str, set[str]]:
    """Return the training examples' words by intent."""
    found: dict[str, set[str]] = {}
    for path in sorted((DATA / "nlu").glob("*.yml")):
        for entry in read_yaml(path)["nlu"]:
            lines = str(entry.get("examples") or "").splitlines()
            words = {same_words(line.removeprefix("- ")) for line in lines if line.strip()}
            found.setdefault(str(entry.get("intent")), set()).update(words)
    return found


def every_response() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the key and each variation of every response."""
    for path in sorted((DATA / "responses").glob("*.yml")):
        for key, variations in read_yaml(path)["responses"].items():
            for variation in variations:
                yield str(key), variation


def rows_of(stack: Stack, sender: str) -> int:
    """Return how many events of a sender lie in the stack's database file."""
    with closing(sqlite3.connect(stack.var / "second-opinion.db")) as database:
        query = "SELECT count(*) FROM events WHERE sender_id = ?"
        return int(database.execute(query, (sender,)).fetchone()[0])
