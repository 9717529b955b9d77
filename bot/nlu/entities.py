"""Finds the entities of the contract: conditions, who it's about, records, topics, specialties."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.knowledge import knowledge
from bot.nlu.conditions import Mention, condition_finder

Entity = dict[str, Any]
MAX_CHARS = 6_000
WORD = re.compile(r"\w+")
OWN = re.compile(
    r"\bi(?:'ve| have| was| got| had| am|'m)\b|\bthey found\b|\bme\b|\bmy (?:own|diagnosis)\b", re.I
)
"""Words with which people tell of a condition of their own."""
CLAUSE_END = re.compile(r"[.;,!?\n]|\b(?:and|but|so)(?= (?:now |then )?(?:i|they|we)\b)", re.I)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class EntityFinder(GraphComponent):
    """Adds entities to each message; nothing of it is learnt, all of it is content."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EntityFinder:
        """Create the component; the matchers are built now, not at the first message."""
        condition_finder().learn_common()
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Find the entities of each message."""
        for message in messages:
            text = message.get("text") or ""
            found = [*(message.get("entities") or []), *entities_in(text)]
            message.set("entities", found, add_to_output=True)
        return messages


def entities_in(text: str) -> list[Entity]:
    """Return every entity of a text, each with its place and the extractor's name."""
    text = text[:MAX_CHARS]
    relations = _relations(text)
    found = [_condition(m) for m in condition_finder().find(text)]
    found = _of_animals(text, _of_relatives(text, found, relations))
    found += [
        {**entity, "entity": "procedure"} for entity in found if entity["kind"] == "procedure"
    ]
    found += relations
    words = frozenset(WORD.findall(text.lower()))
    for kind in ("record_type", "specialty", "question_topic"):
        found += _named(kind, text, words)
    return [{**entity, "extractor": "EntityFinder"} for entity in found]


def _condition(mention: Mention) -> Entity:
    entry = mention.entry
    return {
        "entity": "condition", "value": entry.name, "start": mention.start, "end": mention.end,
        "id": entry.id, "name": entry.name, "said": mention.said, "kind": entry.kind,
        "families": list(entry.families), "specialists": list(entry.specialists),
        "serious": entry.serious, "status": mention.status, "ask": list(entry.ask),
        "details": list(mention.details),
    }  # fmt: skip


def _of_relatives(text: str, found: list[Entity], relations: list[Entity]) -> list[Entity]:
    """Mark what a relative had, where the writer tells of something of their own, too."""
    if not any(_is_own(text, entity) for entity in found):
        return found
    return [
        {**entity, "status": "family"}
        if entity["status"] == "current" and _is_of_relative(text, entity, relations)
        else entity
        for entity in found
    ]


@cache
def _animal() -> re.Pattern[str]:
    """Return the pattern of "my cat has", "of our old dog", "my dog's"; not of "my cat scan"."""
    content = knowledge("relations")["animals"]
    words, never = ("|".join(map(re.escape, content[key])) for key in ("words", "not_before"))
    return re.compile(
        rf"\b(?:my|our|the|his|her|a) (?:[a-z]+ )?(?:{words})\b(?!'?s?[ -](?:{never})\b)", re.I
    )


def _of_an_animal(text: str, condition: Entity) -> bool:
    after = CLAUSE_END.split(text[condition["end"] :])[0]
    found = _animal().search(after)
    return bool(found and re.fullmatch(r"[a-z ]*\b(?:of|in|for) ", after[: found.start()], re.I))


def _of_animals(text: str, found: list[Entity]) -> list[Entity]:
    """Mark what an animal has, where it is told right before or after in the same clause."""
    if not found or not _animal().search(text):
        return found
    return [
        {**e, "status": "animal"}
        if e["status"] == "current"
        and (_animal().search(_clause_before(text, e["start"])) or _of_an_animal(text, e))
        else e
        for e in found
    ]


def _is_own(text: str, condition: Entity) -> bool:
    return bool(OWN.search(_clause_before(text, condition["start"])))


def _is_of_relative(text: str, condition: Entity, relations: list[Entity]) -> bool:
    clause = _clause_before(text, condition["start"])
    begin = condition["start"] - len(clause)
    told = (r for r in relations if r.get("role") != "patient")
    return not OWN.search(clause) and any(begin <= r["start"] < condition["start"] for r in told)


def _clause_before(text: str, place: int) -> str:
    """Return what stands before a place in its clause."""
    return CLAUSE_END.split(text[:place])[-1]


@lru_cache(maxsize=1)
def _relation_pattern() -> tuple[re.Pattern[str], dict[str, str]]:
    canonical = {
        word: name for name, words in knowledge("relations")["relations"].items() for word in words
    }
    words = "|".join(sorted(map(re.escape, canonical), key=len, reverse=True))
    described = (
        r"(?:\d+|[\w-]*year|years?|yr|month|months|week|weeks|old|yo|little|dear|late|elderly|"
        r"older|younger|oldest|youngest|poor|sweet|own|best|adult|teenage|elder|baby|step|dear|\w*-old)"
    )
    bare = "|".join(sorted(map(re.escape, _named_bare()), key=len, reverse=True))
    whose = (
        rf"\b(?:my|our|the|his|her) ((?:{described} ){{0,4}}(?:{words}))\b('?s)?"
        rf"|(?:^|[.!?;:,()\n] *|\b(?:and|but|so|for|about|because|bc|since|hi|hello|hey) )"
        rf"({bare})\b('?s)?"
    )
    return re.compile(whose, re.I), canonical


def _named_bare() -> list[str]:
    """Return the words that name one's own without "my": "Mom has breast cancer"."""
    return [str(word) for word in knowledge("relations")["bare"]]


@lru_cache(maxsize=1)
def _surroundings() -> dict[str, re.Pattern[str]]:
    """Return what before or after "my mother" tells whether she is the patient."""
    words = {name: "|".join(found) for name, found in knowledge("relations")["around"].items()}
    return {
        "patient_after": re.compile(rf"^\W*(?:{words['patient_after']})", re.I),
        "other_after": re.compile(rf"^\W*(?:{words['other_after']})\b", re.I),
        "patient_before": re.compile(rf"\b(?:{words['patient_before']})\s+$", re.I),
        "other_before": re.compile(rf"\b(?:{words['other_before']})\s+$", re.I),
    }


def _relations(text: str) -> list[Entity]:
    pattern, canonical = _relation_pattern()
    found: list[Entity] = []
    for match in pattern.finditer(text):
        said = (match.group(1) or match.group(3)).lower()
        name = canonical.get(said) or canonical.get(said.split()[-1])
        if not name:
            continue
        before, after = text[: match.start()], text[match.end() :]
        owns = bool(match.group(2) or match.group(4)) or said.endswith("s")
        own = bool(match.group(3)) or match.group(0).lower().startswith(("my", "our"))
        if match.group(3):
            before = text[: match.start(3)]
        patient = own and _is_patient(before, after, owns)
        if match.group(3) and not patient:
            continue  # "wife" alone may be anybody's
        start = match.start(3) if match.group(3) else match.start()
        entity: Entity = {"entity": "relation", "value": name, "start": start, "end": match.end()}
        if patient:
            entity["role"] = "patient"
        found.append(entity)
    return found


def _is_patient(before: str, after: str, owns: bool) -> bool:
    around = _surroundings()
    if around["other_before"].search(before) or around["other_after"].match(after):
        return False
    stated = around["patient_after"].match(after) or around["patient_before"].search(before)
    return bool(stated or owns)


class _Named(NamedTuple):
    """What a value of a kind is called."""

    value: str
    pattern: re.Pattern[str]
    firsts: frozenset[str]
    """Words of which a text that the pattern finds something in has at least one."""


@cache
def _vocabulary(kind: str) -> list[_Named]:
    if kind == "record_type":
        source = {e["id"]: e.get("words") or [] for e in knowledge("records")["records"]}
    elif kind == "specialty":
        source = {
            key: [e["specialty"], e["title"].split(" (")[0]]
            for key, e in knowledge("specialties")["specialties"].items()
        }
    else:
        source = knowledge("question_topics")["topics"]
    found = []
    for value, words in source.items():
        names = sorted((str(word).lower() for word in words), key=len, reverse=True)
        if names:
            options = "|".join(map(re.escape, names))
            pattern = re.compile(rf"(?<!\w)(?:{options})(?:s|es)?(?!\w)", re.I)
            firsts = (WORD.search(name + end) for name in names for end in ("", "s", "es"))
            found.append(_Named(value, pattern, frozenset(m.group() for m in firsts if m)))
    return found


def _named(kind: str, text: str, words: frozenset[str]) -> list[Entity]:
    found = []
    for value, pattern, firsts in _vocabulary(kind):
        match = None if firsts.isdisjoint(words) else pattern.search(text)
        if match:
            found.append(
                {"entity": kind, "value": value, "start": match.start(), "end": match.end()}
            )
    return found
