"""Whether what one file names stands in the other: families, specialists, sources, flows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

from bot.errors import KnowledgeProblem
from bot.nlu.signs import Sign
from tools.check_data_files import Content, Document, Key, Problem

_PHRASE = re.compile(r"\bphrase\(\s*\"(\w+)\"")
KEY_POINTS = "key_points"
"""The one topic that is no intent: it is said with the plan and at goodbye."""
AT_PLACES = frozenset({"told", "matters"})
"""Rows of the comparison that the chat itself fills in."""
Path = tuple[Key, ...]
Check = Callable[[Content], Iterator[Problem]]


def problems(content: Content) -> Iterator[Problem]:
    """Yield every name that leads nowhere, and every id that stands twice."""
    for check in CHECKS:
        yield from check(content)


def unique_ids(content: Content) -> Iterator[Problem]:
    """Yield ids that stand twice in one list."""
    lists = {
        "records": ["records"],
        "questions": ["questions", "groups"],
        "comparison": ["aspects"],
    }
    for name, entries in lists.items():
        document = content.knowledge(name)
        for entry in entries:
            yield from _twice(document, entry, "id")
    yield from _twice(content.knowledge("glossary"), "terms", "term")


def _twice(document: Document, entry: str, field: str) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for place, item in enumerate(document.value[entry]):
        name = str(item[field])
        line = document.line(entry, place, field)
        if name in seen:
            yield Problem(
                document.file,
                line,
                f"The {field} '{name}' stands twice; first in line {seen[name]}.",
            )
        seen.setdefault(name, line)


def fits(content: Content) -> Iterator[Problem]:
    """Yield families that records or questions are meant for and that don't exist."""
    known = content.knowledge("families").value["families"]
    for name in ("records", "questions"):
        document = content.knowledge(name)
        for place, item in enumerate(document.value[name]):
            path: Path = (name, place, "for", "families")
            named = item["for"].get("families") or []
            yield from _unknown(document, path, named, known, "family", "families.yml")


def base_items(content: Content) -> Iterator[Problem]:
    """Yield base records and questions that are not for everyone, and a wrong number of them."""
    for name, wanted in (("records", 6), ("questions", 16)):
        document = content.knowledge(name)
        items = document.value[name]
        for place, item in enumerate(items):
            if item["base"] and not item["for"].get("always"):
                yield document.problem_at(
                    (name, place, "for"),
                    f"'{item['id']}' is a base entry, so it must be for everyone (always: true).",
                )
        base = sum(bool(item["base"]) for item in items)
        if base != wanted:
            text = f"There must be {wanted} base entries (base: true); there are {base}."
            yield document.problem_at((name,), text)


def question_groups(content: Content) -> Iterator[Problem]:
    """Yield groups of questions that don't exist."""
    document = content.knowledge("questions")
    known = [group["id"] for group in document.value["groups"]]
    for place, item in enumerate(document.value["questions"]):
        path: Path = ("questions", place, "group")
        yield from _unknown(document, path, [item["group"]], known, "group", "the groups above")
    topics = content.knowledge("question_topics")
    for name in topics.value["topics"]:
        path = ("topics", name)
        yield from _unknown(topics, path, [name], known, "group", "questions.yml")


def specialists(content: Content) -> Iterator[Problem]:
    """Yield counterparts for children, and specialists of lay terms, that don't exist."""
    document = content.knowledge("specialties")
    known = document.value["specialties"]
    for name, item in known.items():
        path: Path = ("specialties", name, "child")
        named = [item["child"]] if item.get("child") else []
        yield from _unknown(document, path, named, known, "kind of doctor", "this file")


def lay_conditions(content: Content) -> Iterator[Problem]:
    """Yield lay terms that lead to nothing or to something that doesn't exist."""
    document = content.knowledge("lay_conditions")
    doctors = content.knowledge("specialties").value["specialties"]
    families = content.knowledge("families").value["families"]
    diseases = {row["id"] for row in _rows(content, "conditions")}
    entries = document.value["conditions"]
    own = {item["id"] for item in entries if "id" in item}
    for place, item in enumerate(entries):
        path: Path = ("conditions", place)
        wanted = {"specialists": doctors, "families": families}
        for field, known in wanted.items():
            file = f"{'specialties' if known is doctors else 'families'}.yml"
            named = item.get(field) or []
            kind = "kind of doctor" if known is doctors else "family"
            yield from _unknown(document, (*path, field), named, known, kind, file)
        for field in ("doid", "like"):
            named = [item[field]] if field in item else []
            where = "the Disease Ontology (derived/conditions.tsv)"
            yield from _unknown(document, (*path, field), named, diseases | own, "disease", where)
        if "id" in item and not ("like" in item or item.get("specialists")):
            text = f"'{item['id']}' leads to no doctor: name specialists, or what it is like."
            yield document.problem_at(path, text)
    for place, item in enumerate(document.value["ambiguous"]):
        path = ("ambiguous", place, "ask")
        where = "this file or the Disease Ontology"
        yield from _unknown(document, path, item["ask"], diseases | own, "disease", where)


def lay_phrases(content: Content) -> Iterator[Problem]:
    """Yield what patients say that stands twice in the lay terms."""
    document = content.knowledge("lay_conditions")
    seen: dict[str, int] = {}
    for part in ("conditions", "ambiguous"):
        for place, item in enumerate(document.value[part]):
            for field in ("phrases", "capitals"):
                for number, said in enumerate(item.get(field) or []):
                    line = document.line(part, place, field, number)
                    key = str(said) if field == "capitals" else str(said).lower()
                    if key in seen:
                        text = f"'{said}' stands twice; first in line {seen[key]}."
                        yield Problem(document.file, line, text)
                    seen.setdefault(key, line)


def derived_conditions(content: Content) -> Iterator[Problem]:
    """Yield diseases of the derived table whose specialists or families don't exist."""
    known = {
        "specialists": set(content.knowledge("specialties").value["specialties"]),
        "families": set(content.knowledge("families").value["families"]),
    }
    missing: dict[tuple[str, str], int] = {}
    file = "data/knowledge/derived/conditions.tsv"
    for number, row in enumerate(_rows(content, "conditions"), 1):
        for column, names in known.items():
            for name in filter(None, (row[column] or "").split(",")):
                if name.strip() not in names:
                    missing.setdefault((column, name.strip()), number)
        if not row["specialists"]:
            missing.setdefault(("specialists", row["id"]), number)
    for (column, name), number in missing.items():
        text = f"{column}: '{name}' is not known. Run tools/build_conditions.py again."
        yield Problem(file, _header_lines(content, "conditions") + number, text)


def _rows(content: Content, table: str) -> Iterator[dict[str, str]]:
    lines = content.text(f"data/knowledge/derived/{table}.tsv").splitlines()
    yield from csv.DictReader(
        (line for line in lines if not line.startswith("#")),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )


def _header_lines(content: Content, table: str) -> int:
    lines = content.text(f"data/knowledge/derived/{table}.tsv").splitlines()
    return 1 + next(i for i, line in enumerate(lines) if not line.startswith("#"))


def flows(content: Content) -> Iterator[Problem]:
    """Yield flows, slots and intents of flows.yml that domain.yml doesn't declare."""
    document = content.knowledge("flows")
    forms = {name: form["required_slots"] for name, form in content.domain["forms"].items()}
    intents = list(content.domain["intents"])
    for intent, form in document.value["forms"].items():
        path: Path = ("forms", intent)
        yield from _unknown(document, path, [intent], intents, "intent", "domain.yml")
        yield from _unknown(document, path, [form], forms, "form", "domain.yml")
    yield from _unknown(
        document, ("escapes",), document.value["escapes"], intents, "intent", "domain.yml"
    )
    for form, slots in document.value["slots"].items():
        if list(slots) != list(forms.get(form, [])):
            text = f"'{form}' asks for other slots in domain.yml: {', '.join(forms.get(form, []))}."
            yield document.problem_at(("slots", form), text)
    for form in forms:
        if form not in document.value["slots"]:
            yield document.problem_at(
                ("slots",), f"The form '{form}' of domain.yml is missing here."
            )


def intents(content: Content) -> Iterator[Problem]:
    """Yield intents that only one of intents.yml and domain.yml has, and phrases used twice."""
    document = content.knowledge("intents")
    entries = document.value["intents"]
    declared = list(content.domain["intents"])
    for name in declared:
        if name not in entries:
            yield document.problem_at(("intents",), f"'{name}' of domain.yml is missing here.")
    for field in ("phrase", "title"):
        seen: dict[str, str] = {}
        for name, entry in entries.items():
            text = str(entry[field]).lower()
            if text in seen:
                text = f"This {field} already stands for '{seen[text]}'."
                yield document.problem_at(("intents", name, field), text)
            seen.setdefault(text, name)
    for name in entries:
        yield from _unknown(document, ("intents", name), [name], declared, "intent", "domain.yml")


def topics(content: Content) -> Iterator[Problem]:
    """Yield topics that are no intent, and sources that don't exist."""
    document = content.knowledge("topics")
    declared = [*content.domain["intents"], KEY_POINTS]
    sources = content.knowledge("sources").value["sources"]
    for name, topic in document.value["topics"].items():
        path: Path = ("topics", name)
        yield from _unknown(document, path, [name], declared, "intent", "domain.yml")
        yield from _unknown(
            document, (*path, "sources"), topic["sources"], sources, "source", "sources.yml"
        )


def follow_ups(content: Content) -> Iterator[Problem]:
    """Yield follow-ups of what is no intent, words not in their plain form, unknown sources."""
    document = content.knowledge("follow_ups")
    sources = content.knowledge("sources").value["sources"]
    for name, entry in document.value["follow_ups"].items():
        path: Path = ("follow_ups", name)
        after = (*path, "after")
        declared = content.domain["intents"]
        yield from _unknown(document, after, entry["after"], declared, "intent", "domain.yml")
        named = (*path, "sources")
        yield from _unknown(document, named, entry["sources"], sources, "source", "sources.yml")
        for place, words in enumerate(entry["words"]):
            if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", words):
                text = f"'{words}' must be small letters without marks (write \"dont\")."
                yield document.problem_at((*path, "words", place), text)


def other_sources(content: Content) -> Iterator[Problem]:
    """Yield sources of the coverage, the papers and the signs that don't exist."""
    known = content.knowledge("sources").value["sources"]
    coverage = content.knowledge("coverage")
    for kind, entry in coverage.value["coverage"].items():
        for place, fact in enumerate(entry["known"]):
            path: Path = ("coverage", kind, "known", place)
            yield from _unknown(coverage, path, fact["sources"], known, "source", "sources.yml")
    documents = content.knowledge("documents")
    path = ("records_letter", "sources")
    named = documents.value["records_letter"]["sources"]
    yield from _unknown(documents, path, named, known, "source", "sources.yml")
    papers = content.knowledge("papers")
    named = papers.value["sources"]["ids"]
    yield from _unknown(papers, ("sources", "ids"), named, known, "source", "sources.yml")
    flags = content.knowledge("red_flags")
    for name, family in flags.value["families"].items():
        path = ("families", name, "source")
        own = flags.value["sources"]
        yield from _unknown(flags, path, [family["source"]], own, "source", "the sources below")


def comparison_rows(content: Content) -> Iterator[Problem]:
    """Yield the rows the chat fills that are missing from the comparison."""
    document = content.knowledge("comparison")
    ids = {aspect["id"] for aspect in document.value["aspects"]}
    for name in sorted(AT_PLACES - ids):
        yield document.problem_at(("aspects",), f"The row '{name}' is missing; the chat fills it.")


def phrases(content: Content) -> Iterator[Problem]:
    """Yield short texts that the program asks for and that phrases.yml lacks."""
    document = content.knowledge("phrases")
    wanted = {name for text in content.programs() for name in _PHRASE.findall(text)}
    for name in sorted(wanted - set(document.value["phrases"])):
        yield document.problem_at(
            ("phrases",), f"The program says '{name}', which is missing here."
        )


def signs(content: Content) -> Iterator[Problem]:
    """Yield signs of an emergency that are not in the notation."""
    document = content.knowledge("red_flags")
    lists = {name: list(map(str, words)) for name, words in document.value["contexts"].items()}
    for name, family in document.value["families"].items():
        for place, sign in enumerate(family["signs"]):
            try:
                Sign(str(sign), lists)
            except KnowledgeProblem as error:
                yield document.problem_at(("families", name, "signs", place), str(error))


def _unknown(
    document: Document,
    path: Path,
    named: Iterable[Any],
    known: Collection[str],
    kind: str,
    where: str,
) -> Iterator[Problem]:
    for place, name in enumerate(named):
        if name not in known:
            at = (*path, place) if document.line(*path, place) != document.line(*path) else path
            yield document.problem_at(at, f"There is no {kind} '{name}' in {where}.")


CHECKS: tuple[Check, ...] = (
    unique_ids,
    fits,
    base_items,
    question_groups,
    specialists,
    lay_conditions,
    lay_phrases,
    derived_conditions,
    flows,
    intents,
    topics,
    follow_ups,
    other_sources,
    comparison_rows,
    phrases,
    signs,
)
