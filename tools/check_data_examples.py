"""Whether the training examples are enough, unambiguous, and apart from the held-out sets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from bot.nlu.text import same_words
from tools.check_data_files import Content, Document, Problem
from tools.check_data_responses import ASK, defined, phrases

Check = Callable[[Content], Iterator[Problem]]
FEWEST = 30
TOO_ALIKE = 95
"""Per cent of likeness (rapidfuzz) from which a training example gives a held-out one away."""
COURTESIES = frozenset({"greet", "goodbye", "thank_you", "affirm", "deny"})
SHORT = 4
"""Words up to which two people say the same thing by chance ("what do I have")."""
_BULLET = re.compile(r"\s*- ?")


@dataclass(frozen=True)
class Example:
    """One training example: where it stands, what it says, and of which intent it is."""

    file: str
    line: int
    intent: str
    text: str

    @property
    def key(self) -> str:
        """The words without case and punctuation, as the classifier compares them."""
        return _key(self.text)


def problems(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the training examples."""
    for check in CHECKS:
        yield from check(content)


def examples(content: Content) -> list[Example]:
    """Return every training example of data/nlu, with its line."""
    return [e for document in content.folder("nlu") for e in _examples_of(document)]


def _examples_of(document: Document) -> Iterator[Example]:
    if document.problem:
        return
    for place, block in enumerate(document.value["nlu"]):
        if "intent" not in block:
            continue
        first = document.value["nlu"].lc.data[place][0] + 1
        first = block.lc.data["examples"][2] + 2 if block.lc.data else first
        for number, line in enumerate(str(block["examples"]).splitlines()):
            text = _BULLET.sub("", line, count=1).strip()
            if text:
                yield Example(document.file, first + number, str(block["intent"]), text)


def readable(content: Content) -> Iterator[Problem]:
    """Yield files of examples that can't be read."""
    for document in content.folder("nlu"):
        if document.problem:
            yield document.problem


def enough(content: Content) -> Iterator[Problem]:
    """Yield intents with too few examples, and examples of intents that don't exist."""
    counts: dict[str, int] = {}
    declared = list(content.domain["intents"])
    for example in examples(content):
        counts[example.intent] = counts.get(example.intent, 0) + 1
        if example.intent not in declared and counts[example.intent] == 1:
            text = f"There is no intent '{example.intent}' in domain.yml."
            yield Problem(example.file, example.line, text)
    for intent in declared:
        if counts.get(intent, 0) < FEWEST:
            text = f"'{intent}' has {counts.get(intent, 0)} examples; at least {FEWEST} are needed."
            yield Problem("data/nlu", 1, text)


def one_meaning(content: Content) -> Iterator[Problem]:
    """Yield examples that stand under two intents."""
    seen: dict[str, Example] = {}
    for example in examples(content):
        other = seen.setdefault(example.key, example)
        if other.intent != example.intent:
            where = f"{other.file}, line {other.line}"
            text = f"'{_cut(example.text)}' also stands under '{other.intent}' ({where})."
            yield Problem(example.file, example.line, text)


def phrases_are_examples(content: Content) -> Iterator[Problem]:
    """Yield phrases and quick replies that are no example of their own intent."""
    meant = {example.key: example.intent for example in examples(content)}
    intents = content.knowledge("intents")
    for phrase, intent in phrases(content).items():
        found = meant.get(same_words(phrase))
        if found != intent:
            but = f"it is one of '{found}'" if found else "it stands nowhere in data/nlu"
            text = f"'{phrase}' must be an example of '{intent}', but {but}."
            yield intents.problem_at(("intents", intent, "phrase"), text)
    known = {same_words(phrase): intent for phrase, intent in phrases(content).items()}
    for key, (document, variations) in defined(content).items():
        for place, variation in enumerate(variations):
            for number, button in enumerate(variation.get("buttons") or []):
                said = same_words(str(button["payload"]))
                if not key.startswith(ASK) and meant.get(said) != known.get(said):
                    text = (
                        f"Tapping '{button['title']}' would be understood as '{meant.get(said)}'."
                    )
                    path = ("responses", key, place, "buttons", number)
                    yield document.problem_at(path, text)


def held_out_apart(content: Content) -> Iterator[Problem]:
    """Yield training examples that say (nearly) the same as one of the held-out sets."""
    training = [e for e in examples(content) if e.intent not in COURTESIES]
    training = [e for e in training if len(e.key.split()) > SHORT]
    held_out = _held_out(content)
    texts = [text for text, _ in held_out]
    for example in training:
        found = process.extractOne(
            example.key, texts, scorer=fuzz.ratio, score_cutoff=TOO_ALIKE, processor=None
        )
        if found:
            text = f"'{_cut(example.text)}' is nearly the same as {held_out[found[2]][1]}."
            yield Problem(example.file, example.line, f"{text} Held-out sets must stay unseen.")


def _held_out(content: Content) -> list[tuple[str, str]]:
    found = []
    for path in sorted((content.root / "tests" / "nlu_sets").glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            text = str(json.loads(line).get("text", "")) if line.strip() else ""
            if text:
                found.append((_key(text), f"{path.relative_to(content.root)}, line {number}"))
    return found


@cache
def _key(text: str) -> str:
    return same_words(text)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


CHECKS: tuple[Check, ...] = (
    readable,
    enough,
    one_meaning,
    phrases_are_examples,
    held_out_apart,
)
