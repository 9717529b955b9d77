"""Whether the words are plain, short, and come out right on every channel."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tools.check_data_files import Content, Document, Key, Problem

Check = Callable[[Content], Iterator[Problem]]
HARDEST_GRADE = 8.0
LONGEST_BUBBLE = 60
"""Words: what fits on a phone's screen without scrolling."""
GRADED_FROM = 8
"""Words from which a grade means something; below it one long word decides."""
SOMEWHERE = {
    "patient": "your mother",
    "patients": "your mother's",
    "clinic_name": "Lakeside Clinic",
    "clinic_phone": "555-0142",
    "clinic_hours": "Monday to Friday, 8 am to 5 pm",
}
"""Placeholders that every response may use, and what they might become."""
OF_KEYS: Mapping[str, tuple[str, ...]] = {
    "utter_clarify": ("meaning_1", "meaning_2"),
    "utter_source": ("sources",),
    "utter_condition_noted": ("condition",),
    "utter_condition_kept": ("condition",),
    "utter_condition_noted_other": ("condition",),
    "utter_condition_beside": ("condition", "main"),
    "utter_condition_which": ("term", "choices"),
    "utter_condition_which_later": ("term",),
    "utter_records_fitted": ("reason",),
    "utter_record_marked": ("items",),
    "utter_record_unmarked": ("items",),
    "utter_record_asked": ("items", "asked", "due"),
    "utter_record_asked_ahead": ("items",),
    "utter_records_left": ("left",),
    "utter_records_overdue": ("items", "asked"),
    "utter_question_none": ("said",),
    "utter_question_added": ("question",),
    "utter_specialists_intro": ("condition",),
    "utter_specialist_explained": ("doctor",),
    "utter_known": ("facts",),
    "utter_message_too_long": ("limit",),
    "utter_plan_copy": ("days",),
    "utter_calendar_choice": ("count",),
    "utter_staff_here": ("staff",),
    "utter_staff_gone": ("staff",),
    "utter_staff_away": ("staff",),
    "utter_phone_long": ("limit",),
    "utter_phone_full_page": ("limit",),
}
"""Placeholders that the program fills for one response only."""
OF_CLINIC = frozenset(name for name in SOMEWHERE if name.startswith("clinic_"))
IN_DOCUMENTS = frozenset({"condition", "patient", "patients"})
IN_PHRASES = frozenset(
    {"done", "all", "value", "item", "asked", "due", "clinic_name", "clinic_phone", "clinic_hours"}
)
IN_ASSESSMENT = frozenset({"condition", "Condition", "procedure"})
IN_PAPERS = IN_DOCUMENTS | frozenset(
    [
        "date", "due", "asked", "record", "have", "missing", "count", "next", "title", "page",
        "pages", "clinic_name", "clinic_phone",
    ]
)  # fmt: skip
"""Placeholders of the words around the papers."""
MAY_BEGIN = frozenset(
    {"clinic_name", "left", "question", "sources", "facts", "have", "title", "Condition", "staff"}
)
"""Placeholders whose words are names, numbers or whole sentences, so that they may begin one."""
ALWAYS_SPOKEN = frozenset({"utter_emergency", "utter_crisis", "utter_check_now"})
"""What must never fail: said even when nothing could fill a placeholder."""
NOT_FROM_RASA = frozenset({"trouble", "staff"})
"""Files of responses that the channels and the console say: they know the clinic, no patient."""
OTHER_LANGUAGES = "utter_other_language"
"""Responses in other languages: neither graded nor kept to English letters. So is any bubble with a
language of its own in its metadata."""
IN_SPANISH = {"type": "slot", "name": "alert", "value": "spanish"}
"""The variation of an alert for danger told in Spanish: not graded either."""
ENGLISH = "en"

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?]\s+|\n\s*(?:-\s+)?)\{(\w+)\}")
_NAME = re.compile(r"\b[A-Z][\w'-]*(?:,? (?:of|for|and|the|in|[A-Z][\w'-]*))* [A-Z][\w'-]+")
"""Several capitalized words: the name of a society or a law, which nobody can make shorter."""
_ADDRESS = re.compile(r"https?://\S+|\b[\w.-]+\.(?:com|org|gov|net)\b(?:/\S*)?")
_TYPOGRAPHIC = {
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-",
    "\u2026": "...", "\u00a0": "a plain space", "\u2022": "-",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """One text that a patient reads.

    Attributes:
        document: where it stands.
        path: of keys and places, in the document.
        text: the words, placeholders included.
        key: the response key, "" in a knowledge file.
        foreign: whether it is in another language than English.
    """

    document: Document
    path: tuple[Key, ...]
    text: str
    key: str = ""
    foreign: bool = False

    def problem(self, text: str) -> Problem:
        """Return a problem with this text."""
        return self.document.problem_at(self.path, text)


def problems(content: Content) -> Iterator[Problem]:
    """Yield what is wrong with the words."""
    for check in CHECKS:
        yield from check(content)


def bubbles(content: Content) -> Iterator[Words]:
    """Yield every bubble of the responses, and the short text of each alert card."""
    for document in content.responses:
        for name, variations in document.value["responses"].items():
            for place, variation in enumerate(variations):
                path = ("responses", name, place)
                foreign = (
                    str(name).startswith(OTHER_LANGUAGES)
                    or IN_SPANISH in (variation.get("condition") or ())
                    or (variation.get("metadata") or {}).get("language", ENGLISH) != ENGLISH
                )
                yield Words(document, (*path, "text"), str(variation["text"]), name, foreign)
                if "custom" in variation:
                    card = (*path, "custom", "text")
                    text = str(variation["custom"]["text"])
                    yield Words(document, card, text, name, foreign)


def facts(content: Content) -> Iterator[Words]:
    """Yield every text of the knowledge files that a patient reads."""
    for name, wanted in READ_BY_PATIENTS.items():
        document = content.knowledge(name)
        for path, text in _strings(document.value, ()):
            entry = next(part for part in reversed(path) if isinstance(part, str))
            if wanted is EVERYTHING or entry in wanted:
                yield Words(document, path, text)


EVERYTHING: frozenset[str] = frozenset({"*"})
"""In place of the entries of a file: a patient reads them all."""
READ_BY_PATIENTS: Mapping[str, frozenset[str]] = {
    "records": frozenset({"text", "why", "how"}),
    "questions": frozenset({"text", "title"}),
    "specialties": frozenset({"does", "how_to_find"}),
    "families": frozenset({"plain"}),
    "assessment": frozenset(
        [
            "strong",
            "worth_it",
            "optional",
            "serious",
            "rare_complex",
            "surgery",
            "cancer",
            "mismatch",
            "options",
            "gut",
            "nothing_special",
            "next_steps",
            "emergency_operation",
            "fast_cancer",
        ]
    ),
    "coverage": frozenset({"text", "script", "ask"}),
    "comparison": frozenset({"title", "prompt"}),
    "documents": frozenset({"body", "proxy", "closing"}),
    "papers": EVERYTHING,
    "plan": frozenset({"title", "next"}),
    "console": frozenset({"text"}),
    "glossary": frozenset({"plain"}),
}
"""Which entries of which knowledge file a patient reads."""
NAMES = frozenset({("records", "text"), ("glossary", "plain")})
"""Entries that name things rather than say something: a grade means nothing there."""


def _strings(node: Any, path: tuple[Key, ...]) -> Iterator[tuple[tuple[Key, ...], str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield from _strings(value, (*path, key))
    elif isinstance(node, list):
        for place, value in enumerate(node):
            yield from _strings(value, (*path, place))


def short_enough(content: Content) -> Iterator[Problem]:
    """Yield bubbles with too many words."""
    for words in bubbles(content):
        count = len(filled(words.text).split())
        if count > LONGEST_BUBBLE:
            yield words.problem(
                f"'{words.key}' has {count} words; at most {LONGEST_BUBBLE}. Make it two bubbles."
            )


def plain_enough(content: Content) -> Iterator[Problem]:
    """Yield texts that need more than eight years of school."""
    terms = glossary_pattern(content)
    for words in bubbles(content):
        if not words.foreign:
            yield from _too_hard(words, terms, from_words=1)
    for words in facts(content):
        entry = next(str(part) for part in reversed(words.path) if isinstance(part, str))
        if entry != "title" and (words.document.name, entry) not in NAMES:
            yield from _too_hard(words, terms, from_words=GRADED_FROM)


def _too_hard(words: Words, terms: re.Pattern[str], from_words: int) -> Iterator[Problem]:
    if len(words.text.split()) < from_words:
        return
    found = round(grade(words.text, terms), 1)
    if found > HARDEST_GRADE:
        name = words.key or str(next(p for p in reversed(words.path) if isinstance(p, str)))
        yield words.problem(
            f"'{name}' reads like school year {found:.1f}; at most {HARDEST_GRADE:.0f}. Use "
            "shorter sentences and words, or explain a word that must stay in glossary.yml."
        )


def filled(text: str) -> str:
    """Return a text with something likely in place of its placeholders."""
    return _PLACEHOLDER.sub(lambda match: SOMEWHERE.get(match[1], "this"), text)


def grade(text: str, terms: re.Pattern[str]) -> float:
    """Return the Flesch-Kincaid grade; explained terms, names and addresses don't count as hard."""
    import textstat

    plain = _NAME.sub("it", _ADDRESS.sub("here", filled(text)))
    plain = re.sub(r"(?m)^\s*(?:-|\d\.|\[ \])\s+", "", plain)
    plain = re.sub(r"_{3,}", "", plain)
    return float(textstat.flesch_kincaid_grade(terms.sub("it", plain)))


def glossary_pattern(content: Content) -> re.Pattern[str]:
    """Return a pattern of the explained terms, plurals included, the longest first."""
    entries = content.knowledge("glossary").value["terms"]
    return _any_term(tuple(str(entry["term"]) for entry in entries))


@lru_cache(maxsize=8)
def _any_term(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?:s|es)?\b", re.IGNORECASE)


def plain_letters(content: Content) -> Iterator[Problem]:
    """Yield curly quotes, long dashes and other letters that make an SMS longer."""
    for words in (*bubbles(content), *facts(content)):
        odd = next((c for c in words.text if ord(c) > 126), "")
        if words.foreign:
            odd = odd if odd in _TYPOGRAPHIC else ""  # a language has its letters
        if odd:
            better = _TYPOGRAPHIC.get(odd)
            hint = f" Write {better} instead." if better else " Use plain English letters."
            yield words.problem(f"The character '{odd}' makes an SMS longer.{hint}")


def known_placeholders(content: Content) -> Iterator[Problem]:
    """Yield placeholders that nothing fills, and braces left open."""
    for words in bubbles(content):
        yield from _placeholders(words, _fillable(words))
    for words in facts(content):
        yield from _placeholders(words, _fillable_in_facts(words))
    phrases = content.knowledge("phrases")
    for name, text in phrases.value["phrases"].items():
        yield from _placeholders(Words(phrases, ("phrases", name), str(text)), IN_PHRASES)


def _fillable_in_facts(words: Words) -> frozenset[str]:
    """Return the placeholders that something fills in a text of a knowledge file."""
    if words.document.name == "papers":
        return IN_PAPERS
    if words.document.name == "assessment":
        return IN_ASSESSMENT
    if words.document.name == "console":
        return OF_CLINIC
    fillable = words.document.name == "documents" or words.path[-1] == "script"
    return IN_DOCUMENTS if fillable else frozenset()


def _fillable(words: Words) -> frozenset[str]:
    """Return the placeholders that something fills in one response."""
    if words.key in ALWAYS_SPOKEN:
        return frozenset()
    anywhere = frozenset(SOMEWHERE)
    if words.document.name in NOT_FROM_RASA:
        anywhere = OF_CLINIC
    return anywhere | frozenset(OF_KEYS.get(words.key, ()))


def _placeholders(words: Words, allowed: frozenset[str]) -> Iterator[Problem]:
    for name in _PLACEHOLDER.findall(words.text):
        if name not in allowed:
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            yield words.problem(f"Nothing fills {{{name}}} here. Possible here: {known}.")
    rest = _PLACEHOLDER.sub("", words.text)
    if "{" in rest or "}" in rest:
        yield words.problem("A brace has no counterpart: placeholders look like {patients}.")


def sentence_starts(content: Content) -> Iterator[Problem]:
    """Yield sentences that begin with a placeholder whose words have a small first letter."""
    for words in (*bubbles(content), *facts(content)):
        for name in _SENTENCE_START.findall(words.text):
            if name not in MAY_BEGIN:
                yield words.problem(
                    f"No sentence may begin with {{{name}}}: it starts with a small letter."
                )


def explained_terms(content: Content) -> Iterator[Problem]:
    """Yield glossary entries that explain a term by itself."""
    document = content.knowledge("glossary")
    for place, entry in enumerate(document.value["terms"]):
        if str(entry["term"]).lower() == str(entry["plain"]).lower():
            text = f"'{entry['term']}' is explained by itself."
            yield document.problem_at(("terms", place), text)


CHECKS: tuple[Check, ...] = (
    short_enough,
    plain_enough,
    plain_letters,
    known_placeholders,
    sentence_starts,
    explained_terms,
)
