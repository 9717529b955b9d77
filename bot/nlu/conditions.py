"""Finds the conditions a message names, and what is said about them.

spaCy's PhraseMatcher over the disease ontology and our own table of lay terms; then spelling,
ICD-10-CM codes, negation, history, and which of several overlapping names is meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.nlu.clauses import english
from bot.nlu.details import details_in, shared_out
from bot.nlu.lexicon import Entry, Lexicon, lexicon
from bot.nlu.text import without_endless_words

NEGATIONS = frozenset(
    (
        "no not never without don't dont doesn't doesnt isn't isnt wasn't wasnt n't nt cannot "
        "denies neither nor negative"
    ).split()
)
NO_NEGATION = frozenset({"only", "just", "doubt"})
"""Beside these a "not" denies nothing: "not only COPD", "no doubt"."""
NEGATION_REACH = 4
PAST = re.compile(
    r"\b(?:years? ago|months? ago|history of|in (?:19|20)\d\d|back in|when i was|as a (?:kid|child)"
    r"|used to have|cured of|recovered from|had .{0,30} (?:removed|out)\b|in remission)",
    re.I,
)
FAMILY_HISTORY = re.compile(
    r"\b(?:runs? in (?:the|my|our) family|died (?:of|from)|family history)", re.I
)
STATEMENT_END = re.compile(
    r"[.!?;\n]|\b(?:and|but|so|then)"
    r"(?= (?:now |then |today |this )?(?:i|they|we|he|she|my|the doctors?)\b)"
    r"|\b(?:and|but) now\b",
    re.I,
)
CODE = re.compile(r"\b[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}\b")
SHORTEST_REPAIRED = 5
WORDS_TOO = frozenset(
    "ADD AIMS ALL ALPS CANDLE CANVAS CREST DISH FAME KIN PAD PLAID POTS SOB TRAPS".split()
)
"""Acronyms that are everyday words: in a message that is all capitals they mean the word."""
PASSED_OVER = frozenset("the my your his her our their left right both".split())
"""Words that tell apart no condition: "a spot on her left lung" is "spot on my lung"."""
SHORTEST_PLURAL = 5
"""Letters; below that an "s" often belongs to the word (AIDS, pus)."""
ONLY_A_STAGE = re.compile(r"stage[ -]?(?:[0-5]|iv|i{1,3}|four|three|two|one)[abc]?", re.I)
_WORD = re.compile(r"[^\W_]+")
MAX_CHARS = 6_000
"""Characters searched; a condition named after three pages of text is not what it is about."""


@dataclass(frozen=True)
class Mention:
    """A condition named in a message.

    Attributes:
        entry: what it resolves to.
        said: the patient's words for it.
        start, end: where they stand, in characters.
        status: "current", "denied", "past" or "family".
        details: which side, stage and grade, in plain words.
    """

    entry: Entry
    said: str
    start: int
    end: int
    status: str = "current"
    details: tuple[str, ...] = ()


Span = tuple[int, int, Entry]
"""First word, the word after the last, and what they name."""


class ConditionFinder:
    """Matches messages against a lexicon.

    A name goes into the matchers when a message first holds its rarest word. Nearly all of the
    36,000 names are never written by anyone; having them all ready would take 3.6 s at each start.
    """

    def __init__(self, words: Lexicon) -> None:
        """Make the matchers: one for any case, one for names that need their capitals."""
        from spacy.matcher import PhraseMatcher

        self._lexicon = words
        self._nlp = english()
        vocab = self._nlp.vocab
        self._loose = PhraseMatcher(vocab, attr="LOWER")
        self._exact = PhraseMatcher(vocab, attr="ORTH")
        self._bare = PhraseMatcher(vocab, attr="LOWER")
        self._waiting = _by_rarest_word(words)

    def learn_common(self) -> None:
        """Make the names ready that begin to be looked for in everyday words: half a second.

        Else each word costs the first patient who writes it a millisecond.
        """
        self._learn(self._lexicon.common)

    def _learn(self, words: Iterable[str]) -> None:
        """Put the names that wait for one of these words into the matchers."""
        for word in {_singular(word) for word in words} & self._waiting.keys():
            for name, strict in self._waiting.pop(word):
                phrase = self._nlp.tokenizer(name)
                (self._exact if strict else self._loose).add(name, [phrase])
                bare, _ = _bared(phrase)
                if not strict and bare is not None and len(bare) > 1:
                    self._bare.add(name, [bare])

    def find(self, text: str) -> list[Mention]:
        """Return the conditions a message names, in order, the longest of overlapping ones."""
        text = without_endless_words(text[:MAX_CHARS])
        doc = self._nlp.tokenizer(text)
        shouted = _shouted(text)
        spans = self._all_spans(doc, shouted)
        repaired = self._repaired(doc)
        if repaired is not None:
            spans += self._all_spans(repaired, shouted)
        mentions = []
        for start, end, entry in _longest(doc, spans):
            first, last = doc[start], doc[end - 1]
            begin, finish = first.idx, last.idx + len(last)
            mentions.append(
                Mention(entry, text[begin:finish], begin, finish, self._status(doc, start, end))
            )
        mentions = self._told_apart([*mentions, *self._coded(text, mentions)])
        return _with_details(text, mentions)

    def _told_apart(self, mentions: list[Mention]) -> list[Mention]:
        """Settle what an ambiguous name means where another one tells: OCD beside a knee."""
        families = {f for m in mentions if not m.entry.ask for f in m.entry.families}
        told = []
        for mention in mentions:
            choices = [self._lexicon.named(name) for name in mention.entry.ask]
            fitting = [c for c in choices if c and families.intersection(c.families)]
            one = len(fitting) == 1
            told.append(replace(mention, entry=fitting[0]) if one else mention)
        return told

    def _all_spans(self, doc: Any, shouted: bool) -> list[Span]:
        """Return the names in a text as it stands, and with small words and plurals made alike."""
        self._learn(_WORD.findall(doc.text.lower()))
        spans = self._spans(doc, shouted, (self._loose, False), (self._exact, True))
        bare, kept = _bared(doc)
        if bare is None:
            return spans + self._spans(doc, shouted, (self._bare, False))
        found = self._spans(bare, shouted, (self._loose, False), (self._bare, False))
        return spans + [(kept[start], kept[end - 1] + 1, entry) for start, end, entry in found]

    def _spans(self, doc: Any, shouted: bool, *matchers: tuple[Any, bool]) -> list[Span]:
        found = []
        for matcher, strict in matchers:
            for key, start, end in matcher(doc):
                name = doc.vocab.strings[key]
                entry = self._lexicon.entry(name, strict)
                if entry and not (shouted and name in WORDS_TOO):
                    found.append((start, end, entry))
        return found

    def _repaired(self, doc: Any) -> Any:
        from spacy.tokens import Doc

        words = [self._mend(token.text) for token in doc]
        if words == [token.text for token in doc]:
            return None
        return Doc(doc.vocab, words=words, spaces=[bool(t.whitespace_) for t in doc])

    def _mend(self, word: str) -> str:
        lower = word.lower()
        if (
            len(lower) < SHORTEST_REPAIRED
            or not lower.isalpha()
            or lower in self._lexicon.medical
            or lower in self._lexicon.common
        ):
            return word
        limit = 1 if len(lower) < 8 else 2
        near = [
            w for n in range(-limit, limit + 1) for w in self._lexicon.by_length(len(lower) + n)
        ]
        found = process.extractOne(lower, near, scorer=OSA.distance, score_cutoff=limit)
        return str(found[0]) if found and found[0][0] == lower[0] else word

    def _status(self, doc: Any, start: int, end: int) -> str:
        before = [t.lower_ for t in doc[max(0, start - NEGATION_REACH) : start]]
        statement = _statement_around(doc.text, doc[start].idx)
        if NEGATIONS.intersection(before) and not NO_NEGATION.intersection(before):
            return "denied"
        if FAMILY_HISTORY.search(statement):
            return "family"
        return "past" if PAST.search(statement) else "current"

    def _coded(self, text: str, mentions: list[Mention]) -> list[Mention]:
        found = []
        for match in CODE.finditer(text):
            entry = self._lexicon.code(match.group())
            if entry and not any(m.entry.id == entry.id for m in mentions):
                found.append(Mention(entry, match.group(), match.start(), match.end()))
        return found


def _with_details(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return mentions with side, stage and grade; a stage is no condition beside another one."""
    firm = [m for m in mentions if not ONLY_A_STAGE.fullmatch(m.said)]
    kept = firm if any(m.status == "current" for m in firm) else mentions
    stated = [m for m in kept if m.status == "current"]
    places = [(m.start, m.end) for m in stated]
    shared = shared_out(details_in(text, places), places)
    details = dict(zip(places, shared, strict=True))
    return [replace(m, details=details.get((m.start, m.end), ())) for m in kept]


def _by_rarest_word(words: Lexicon) -> dict[str, list[tuple[str, bool]]]:
    """Return every name and whether it needs its capitals, by the word that fewest names share."""
    found = [(name, strict, _telling_words(name)) for name, strict in words.phrases()]
    shared = Counter(word for _, _, telling in found for word in telling)
    waiting: dict[str, list[tuple[str, bool]]] = {}
    for name, strict, telling in found:
        waiting.setdefault(min(telling, key=shared.__getitem__), []).append((name, strict))
    return waiting


def _telling_words(name: str) -> list[str]:
    """Return the words, singular, that stand in each message that holds a name."""
    every = _WORD.findall(name.lower())
    return [_singular(word) for word in every if word not in PASSED_OVER] or every


def _bared(doc: Any) -> tuple[Any | None, list[int]]:
    """Return a text without small words and plural endings, and where its words stood.

    The text is None if nothing would change.
    """
    from spacy.tokens import Doc

    kept = [token.i for token in doc if token.lower_ not in PASSED_OVER]
    words = [_singular(doc[i].lower_) for i in kept]
    if words == [token.lower_ for token in doc]:
        return None, kept
    return Doc(doc.vocab, words=words), kept


def _singular(word: str) -> str:
    plural = len(word) >= SHORTEST_PLURAL and word.endswith("s")
    return word[:-1] if plural and not word.endswith(("ss", "us", "is")) else word


def _shouted(text: str) -> bool:
    return len(text.split()) > 2 and not any(c.islower() for c in text)


def _statement_around(text: str, place: int) -> str:
    """Return the sentence around a place, cut where "and now they" begins another statement."""
    ends = [0, *(found.end() for found in STATEMENT_END.finditer(text)), len(text)]
    begin = max(end for end in ends if end <= place)
    return text[begin : min((end for end in ends if end > place), default=len(text))]


def _longest(doc: Any, spans: list[Span]) -> list[Span]:
    """Keep the longest of overlapping spans; of equal ones the plainest, then our own table's.

    In "prostate cancer is back" two names cross: the one that begins first is what it is about.
    """

    def telling(span: Span) -> int:
        return sum(token.lower_ not in PASSED_OVER for token in doc[span[0] : span[1]])

    def order(span: Span) -> tuple[int, int, bool, int]:
        start, end, entry = span
        return -telling(span), end - start, not entry.own, start

    def is_firm(span: Span) -> bool:
        article = doc[span[0]].lower_ in ("a", "an")  # "a mass" says no more than "mass"
        return telling(span) - article > 1

    firm = {span[:2] for span in spans if is_firm(span)}
    chosen: list[Span] = []
    taken: set[int] = set()
    for start, end, entry in sorted(spans, key=order):
        crossed = any(first < start < last < end for first, last in firm)
        if not crossed and not taken.intersection(range(start, end)):
            chosen.append((start, end, entry))
            taken.update(range(start, end))
    return sorted(chosen, key=lambda s: s[0])


def more_specific(mentions: list[Mention]) -> list[Mention]:
    """Return each resolved condition once; a current mention wins over a denied one."""
    best: dict[str, Mention] = {}
    for mention in mentions:
        known = best.get(mention.entry.id)
        if known is None or (known.status != "current" and mention.status == "current"):
            best[mention.entry.id] = replace(mention)
    return list(best.values())


@lru_cache(maxsize=1)
def condition_finder() -> ConditionFinder:
    """Return the finder over the shipped lexicon, built once per process."""
    return ConditionFinder(lexicon())
