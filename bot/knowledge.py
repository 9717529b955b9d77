"""Reads the content files of data/knowledge. The only place that knows their format is YAML."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.errors import KnowledgeProblem
from bot.guide.catalogue import (
    Catalogue,
    Family,
    Fit,
    FollowUp,
    Question,
    RecordItem,
    Specialist,
    Topic,
)
from bot.paths import KNOWLEDGE


def read_yaml(path: Path) -> Any:
    """Return the plain values of a YAML file.

    Raises:
        KnowledgeProblem: the file is missing or not YAML; names the file and, if known, the line.
    """
    try:
        return YAML(typ="safe", pure=False).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise KnowledgeProblem(f"{path.name} is missing from {path.parent}.") from None
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "it is not valid YAML"
        raise KnowledgeProblem(f"{path.name}{line}: {problem}.") from None


@cache
def knowledge(name: str) -> Any:
    """Return the content of ``data/knowledge/<name>.yml``, read once per process."""
    return read_yaml(KNOWLEDGE / f"{name}.yml")


def phrase(key: str, **words: str) -> str:
    """Return a short title or text of phrases.yml, its braces filled."""
    return str(knowledge("phrases")["phrases"][key]).format(**words)


@lru_cache(maxsize=1)
def _phrases_of_intents() -> dict[str, str]:
    return {
        words: name
        for name, entry in knowledge("intents")["intents"].items()
        for words in (entry["phrase"], *entry.get("more", ()))
    }


def intent_of_phrase(text: str) -> str | None:
    """Return the intent that a quick reply's words stand for, or None."""
    return _phrases_of_intents().get(text)


def _fit(entry: Mapping[str, Any]) -> Fit:
    wanted = entry.get("for") or {}
    return Fit(
        always=bool(wanted.get("always")),
        families=frozenset(wanted.get("families") or ()),
        surgery=bool(wanted.get("surgery")),
        child=bool(wanted.get("child")),
        caregiver=bool(wanted.get("caregiver")),
    )


def _records() -> tuple[RecordItem, ...]:
    return tuple(
        RecordItem(
            id=e["id"],
            text=e["text"],
            why=e["why"],
            how=e["how"],
            base=bool(e.get("base")),
            fit=_fit(e),
            words=tuple(str(w) for w in e.get("words") or ()),
        )
        for e in knowledge("records")["records"]
    )


def _questions() -> tuple[Question, ...]:
    return tuple(
        Question(
            id=e["id"],
            group=e["group"],
            text=e["text"],
            base=bool(e.get("base")),
            fit=_fit(e),
            words=tuple(e.get("words") or ()),
        )
        for e in knowledge("questions")["questions"]
    )


def _specialists() -> dict[str, Specialist]:
    return {
        key: Specialist(
            id=key,
            title=e["title"],
            taxonomy_code=e["taxonomy_code"],
            does=e["does"],
            how_to_find=e["how_to_find"],
            child=e.get("child") or "",
        )
        for key, e in knowledge("specialties")["specialties"].items()
    }


def _topic(entry: Mapping[str, Any]) -> Topic:
    return Topic(
        say=tuple(entry["say"]),
        again=tuple(entry.get("again") or ()),
        offer=entry.get("offer") or "",
        sources=tuple(entry.get("sources") or ()),
        uninsured=_topic(entry["uninsured"]) if "uninsured" in entry else None,
    )


def _follow_ups() -> tuple[FollowUp, ...]:
    return tuple(
        FollowUp(after=frozenset(e["after"]), words=tuple(e["words"]), topic=_topic(e))
        for e in knowledge("follow_ups")["follow_ups"].values()
    )


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Return everything the content files hold that decisions need, read once per process.

    Raises:
        KnowledgeProblem: a file is missing, or lacks an entry that must be there.
    """
    try:
        return Catalogue(
            records=_records(),
            question_groups={g["id"]: g["title"] for g in knowledge("questions")["groups"]},
            questions=_questions(),
            specialists=_specialists(),
            families={
                key: Family(key, e["title"], bool(e.get("serious")), e.get("plain") or "")
                for key, e in knowledge("families")["families"].items()
            },
            topics={key: _topic(e) for key, e in knowledge("topics")["topics"].items()},
            follow_ups=_follow_ups(),
            own_subject=frozenset(knowledge("follow_ups")["own_subject"]),
            sources={
                key: f"{e['publisher']}, {e['title']}"
                for key, e in knowledge("sources")["sources"].items()
            },
        )
    except KeyError as error:
        raise KnowledgeProblem(f"A content file lacks the entry {error}.") from None
