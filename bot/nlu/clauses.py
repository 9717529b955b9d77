"""Splits a message into clauses, each of which may hold a wish of its own. spaCy, no model."""

from __future__ import annotations

from functools import lru_cache
from itertools import dropwhile
from typing import Any

from bot.nlu.text import without_endless_words

CONNECTORS = frozenset({"and", "but", "also", "plus", "then", "so", "because", "however"})
STARTERS = frozenset(
    (
        "i how what which who where when why can could should will would do does is are am my "
        "help give show tell please need want whats hows wheres i'm im i've ive we he she they "
        "send add delete put email text mail print stop let make get erase remove explain list "
        "start call may might shall is are has have it its they that there any anything another "
        "maybe could"
    ).split()
)
OPENING = frozenset("and also but so then plus now or oh n please pls".split())
WANTING = frozenset({"i need", "i want", "i'd like", "id like", "i would"})
"""How a request begins; what stands before it says nothing."""
SHORTEST = 2
"""Words in a clause; what is shorter belongs to its neighbour."""
ASKING = frozenset(
    (
        "how how's what what's whats which who who's whos where where's wheres when why can could "
        "will would should shall may won do does did is are am r"
    ).split()
)
REQUESTING = frozenset(
    "please pls send show give help tell email text mail print delete erase remove stop add put "
    "get let make call".split()
)
"""First words of questions and of requests; they begin a piece even where no mark shows it."""
JOINING = CONNECTORS | frozenset(
    "n or though although bc cuz cause coz since while besides given apart yet & , - -- : ; ( ) /"
    "".split()
)
"""Between two pieces, whatever follows."""
LEADING = frozenset(
    (
        "know knows tell ask asking asked wonder wondering sure see understand decide explain "
        "remember idea say said says not no remind show if whether than as that so and or but n "
        "about to of on for at with in from by the a an my our your his her their i we they he "
        "she you u it me which what who how when where why can could will would do does should is "
        "are was were be been"
    ).split()
)
"""After these a question word goes on with what was begun: "I know what", "tell me how"."""
SHORTEST_ASKED = 3
"""Words in a piece that is divided from its neighbor by no mark at all."""
COURTEOUS = frozenset("thanks thankyou thx ty cheers bye goodbye hi hello".split())
"""Words that are a clause of their own however short: "Delete it all. Goodbye"."""
MOST = 12
"""Clauses read in one message; a longer story keeps its first and its last ones."""


@lru_cache(maxsize=1)
def english() -> Any:
    """Return spaCy's blank English pipeline with rule-based sentences."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def clauses(text: str) -> list[str]:
    """Return the clauses of a text in order; the whole text if it cannot be split.

    A clause ends at a sentence's end, at a comma or dash, or before a connector ("and how ...")
    when what follows can begin a sentence.
    """
    found: list[str] = []
    for sentence in english()(without_endless_words(text)).sents:
        found += _split(sentence)
    found = _joined(found)
    if len(found) > MOST:
        half = MOST // 2
        found = found[:half] + found[-half:]
    return found or [text]


def pieces(clause: str) -> list[str]:
    """Return what a clause can be divided into where little or no mark shows it; or nothing.

    "they want to operate n is there still time", "my scans are here can you look at them". Many a
    division is wrong, so pieces say what else may be wished, and not what a message is about.
    """
    tokens = list(english()(without_endless_words(clause)))
    parts, start = [], 0
    for i in range(1, len(tokens) - SHORTEST_ASKED + 1):
        word = tokens[i].lower_
        so_far = i - start
        if so_far >= SHORTEST and word in JOINING:
            parts.append(_text(tokens[start:i]))
            start = i + 1
        elif so_far >= SHORTEST_ASKED and _begins_asking(word, tokens[i - 1].lower_):
            parts.append(_text(tokens[start:i]))
            start = i
    parts.append(_text(tokens[start:]))
    parts = [part for part in parts if len(part.split()) >= SHORTEST]
    return parts if len(parts) > 1 else []


def asks(text: str) -> bool:
    """Return True if a clause is a question or a request."""
    words = [word.strip(",;:-") for word in text.lower().split()]
    words = list(dropwhile(lambda word: word in OPENING, words))
    begins = bool(words) and (words[0] in ASKING | REQUESTING or " ".join(words[:2]) in WANTING)
    return begins or text.rstrip().endswith("?")


def _begins_asking(word: str, before: str) -> bool:
    return word in ASKING | REQUESTING and before not in LEADING


def _split(sentence: Any) -> list[str]:
    parts, start = [], 0
    tokens = list(sentence)
    for i, token in enumerate(tokens[:-1]):
        after = tokens[i + 1].lower_
        comma = token.text in {",", "-", "--", ":", "("}
        joint = token.lower_ in CONNECTORS and after in STARTERS
        if (comma and (after in STARTERS or after in CONNECTORS)) or joint:
            parts.append(_text(tokens[start : i + (0 if joint else 1)]))
            start = i + 1
    parts.append(_text(tokens[start:]))
    return [p for p in parts if p]


def _text(tokens: list[Any]) -> str:
    return "".join(t.text_with_ws for t in tokens).strip(" ,;:-()")


def _joined(parts: list[str]) -> list[str]:
    joined: list[str] = []
    for part in parts:
        courteous = part.lower().strip(".!") in COURTEOUS
        if joined and len(part.split()) < SHORTEST and not courteous:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
