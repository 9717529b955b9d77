"""Reading short answers inside a guided flow: yes, no, not sure, skip, stop, own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

YES, NO, SKIPPED = "Yes", "No", "Not sure"

STOP_WORDS = frozenset(
    {
        "stop",
        "cancel",
        "cancel that",
        "cancel this",
        "cancel it",
        "stop that",
        "drop it",
        "drop that",
        "quit",
        "never mind",
        "nevermind",
        "forget it",
        "exit",
        "enough",
        "stop asking",
        "stop it",
        "stop this",
        "i want to stop",
        "let's stop",
        "no more questions",
        "leave it",
        "not now",
        "maybe later",
        "later",
    }
)
_POLITE = re.compile(r"^(?:ok(?:ay)?|please|just)[, ]+|[, ]+(?:please|me|thanks|thank you)$")
_SKIP = re.compile(
    r"^(?:skip(?: (?:it|this|that|this one|the question))?|pass|next|(?:i(?:'?m| am)? )?"
    r"(?:not (?:really )?sure|unsure)|(?:i )?(?:don'?t|do not) (?:really )?know(?: yet)?|dunno|idk|"
    r"no idea|maybe|not certain|hard to (?:say|tell)|can'?t (?:say|tell)|who knows|unclear|"
    r"kind of|sort of|a bit|a little|sometimes|somewhat|they haven'?t said|nobody (?:has )?said)\b",
    re.IGNORECASE,
)
_KNOWS_NOT = re.compile(
    r"(?:sure|know(?: yet)?|dunno|idk|no idea|certain|say|tell|said|skip\b.*)$", re.IGNORECASE
)
"""Ends of a skip after which a few words may follow: "I don't know what he said"."""
_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|ya|yea|y|sure|correct|right|true|it does|they did|he did|she did|"
    r"i do|it is|that'?s right|definitely|absolutely|of course|unfortunately yes|i think so|"
    r"i'?m afraid so|si)\b",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^(?:no|nope|nah|n|never|not (?:really|yet|at all|so far|that i know)|none|neither|"
    r"they didn'?t|he didn'?t|she didn'?t|it doesn'?t|i don'?t think so|i do not|i don'?t)\b",
    re.IGNORECASE,
)
_CORRECTING = re.compile(
    r"^\W*(?:(?:oh|oops|no|ok|wait|sorry|actually|hold on|hang on|hmm)\W+)*"
    r"(?:i mean(?:t)?(?: to say)?|correction|scratch that|my mistake|"
    r"let me (?:correct|change|fix) (?:that|it|my (?:last )?answer)|"
    r"(?:please |can i |i want to |i'd like to )*change (?:that|it|my (?:last )?answer)(?: to)?|"
    r"(?:my (?:last )?answer|what i (?:said|wrote|answered)) (?:was|is) wrong|"
    r"(?:please |can (?:we|you) |let'?s )*"
    r"go back(?: one| a (?:question|step))?(?: please)?(?=\W*$)|"
    r"i (?:said|answered|pressed|tapped|clicked) (?:that |it )?(?:wrong|the wrong (?:one|thing))|"
    r"i made a mistake)\b[\s,.:;!-]*",
    re.IGNORECASE,
)
"""Openings that take back the answer given before; "sorry" alone may begin a new answer."""
_DENIED = re.compile(
    r"\b(?:don'?t|do not|doesn'?t|does not|didn'?t|no longer|not|isn'?t|never|lost|without|no)"
    r"(?: \w+){0,2} $"
)
"""What stands before a kind of insurance that somebody has not: "I don't have Medicare"."""
_WEAK = re.compile(r"^(?:i don'?t|i do|i do not|sure|right|true|never|none)\b", re.IGNORECASE)
"""Beginnings that answer in a few words only: "I don't want to bother my kids" is no "no"."""
STATED = {
    "check_surgery": "tell_surgery_recommended",
    "check_mismatch": "tell_diagnosis_mismatch",
    "check_options": "tell_multiple_options",
    "check_gut": "tell_gut_feeling",
}
"""Intents that answer a question with yes by stating the very thing."""

QUESTIONS = ("ask_", "concern_", "get_", "how_to_", "find_", "show_", "send_")
NEVER_OWN_WORDS = frozenset(
    {
        "report_emergency",
        "express_self_harm",
        "request_human",
        "restart_conversation",
        "delete_my_data",
        "opt_out",
        "goodbye",
        "affirm",
        "greet",
        "thank_you",
    }
)
OPENERS = frozenset(
    (
        "what what's whats how when where which who why can could should will would do does is "
        "are tell show give help send i'm im"
    ).split()
)
"""First words of a question or a request, which no doctor's opinion begins with."""
INTERROGATIVES = frozenset("what whats how when where which who why".split())
CERTAIN = 0.5
FIRM = 0.8
"""Confidence from which words are a goodbye or a command: "wait and watch" is an opinion."""
BARE = 3
"""Words up to which "no" or "not really" is an answer, whatever else it might be taken for."""
FEW_AFTER = 3
"""Words that may follow "I don't know" in an answer that says nothing more."""
TELLING_NAME = 5
"""Letters of the shortest plan's name that is telling by itself: Aetna, Cigna."""
LONGEST = 1_000
"""Characters kept of a free answer: what fits in a cell of the printed comparison."""


def is_stop(text: str, intent: str) -> bool:
    """Return True if the patient wants to leave the flow."""
    return _POLITE.sub("", text.strip().strip(".!").lower()) in STOP_WORDS


def correction(text: str) -> str | None:
    """Return what a text puts in place of the last answer, or None if it takes nothing back.

    "I meant half the kidney" gives "half the kidney"; "go back" gives "": ask once more.
    """
    found = _CORRECTING.match(text)
    return text[found.end() :].strip() if found else None


def yes_or_no(slot: str, text: str, intent: str) -> str | None:
    """Return "Yes", "No" or "Not sure" if the text answers the question of a slot, else None."""
    words = text.strip()
    if STATED.get(slot) == intent:
        return YES
    elsewhere = (
        intent in STATED.values()
        or intent == "request_human"
        or _asks_something(words, intent)
        or (intent.startswith("concern_") and bool(_WEAK.match(words)))
    )
    if elsewhere and len(words.split()) > BARE:
        return None
    for pattern, value in ((_SKIP, SKIPPED), (_NO, NO), (_YES, YES)):
        if pattern.match(words):
            return value
    return {"affirm": YES, "deny": NO}.get(intent)


def own_words(text: str, intent: str, confidence: float) -> str | None:
    """Return a free answer (1,000 characters at most), "Not sure" if skipped, None if it is none.

    A clear question or command is no answer to "what did the first doctor say?".
    """
    words = text.strip()
    if _skips(words) or intent == "deny":
        return SKIPPED
    if not any(c.isalnum() for c in words):
        return None
    if intent in NEVER_OWN_WORDS and confidence >= FIRM:
        return None
    asks = "?" in words or words.split()[0].lower().strip(",.'") in OPENERS
    if intent.startswith(QUESTIONS) and asks and confidence >= CERTAIN:
        return None
    return words[:LONGEST]


def chosen_coverage(text: str, intent: str, kinds: Mapping[str, Any]) -> str | None:
    """Return the id of the kind of coverage a text names, or None.

    Args:
        text: the patient's words.
        intent: what they were understood as.
        kinds: the content's kinds of coverage: id to entry with "words".
    """
    named = _kind_named(text, kinds)
    return named or ("unsure" if _SKIP.match(text.strip()) or intent == "deny" else None)


def named_coverage(text: str, kinds: Mapping[str, Any]) -> str | None:
    """Return the kind of coverage that a request names ("words for Medicaid"), or None.

    Short words ("job", "work", "none") name a kind only in an answer to the question for it.
    """
    named = _kind_named(text, kinds, TELLING_NAME)
    return None if named == "unsure" else named


def _kind_named(text: str, kinds: Mapping[str, Any], shortest: int = 1) -> str | None:
    """Return the kind of coverage whose longest name stands in a text, or None."""
    lower = text.lower()
    named = [
        (len(word), kind)
        for kind, entry in kinds.items()
        for word in entry["words"]
        if len(word) >= shortest
        for found in re.finditer(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lower)
        if not _DENIED.search(lower[: found.start()])
    ]
    return max(named)[1] if named else None


def named_answer(text: str, names: Mapping[str, Collection[str]]) -> str | None:
    """Return the slot whose question a correction names ("yes, they do want to operate"), or None.

    Args:
        text: the new answer.
        names: slot to the beginnings of words that name its question.
    """
    words = re.findall(r"[a-z']+", text.lower())
    found = (s for s, starts in names.items() if any(w.startswith(tuple(starts)) for w in words))
    return next(found, None)


def _skips(words: str) -> bool:
    """Return True if free words skip the question ("next" does, "next week he operates" not)."""
    found = _SKIP.match(words)
    if not found:
        return False
    after = words[found.end() :].strip(" .!").split()
    return not after or (bool(_KNOWS_NOT.search(found.group())) and len(after) <= FEW_AFTER)


def is_plain_no(text: str) -> bool:
    """Return True if a text begins by saying no."""
    return bool(_NO.match(text.strip()))


def _asks_something(words: str, intent: str) -> bool:
    """Return True for a question or a request, also after a yes or a no ("no, how long is it")."""
    if "?" not in words and any(p.match(words) for p in (_SKIP, _NO, _YES)):
        after = re.findall(r"[a-z]+", words.lower())
        return intent.startswith(QUESTIONS) and not INTERROGATIVES.isdisjoint(after)
    return intent.startswith(QUESTIONS) or (words.endswith("?") and len(words.split()) > 3)
