"""The small language in which a sign is written (see data/knowledge/red_flags.yml).

A message becomes words once; each sign is then looked up among them. No regular expression runs
over the text for every sign, so a long message costs no more than its words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from bot.errors import KnowledgeProblem

GAP = 5
"""Words that ".." may skip: enough for "pain that goes down into my left arm", too few to join
two thoughts."""
NEAR = 25
"""Words within which the parts of a sign must stand: people forget the full stops in a text."""
BESIDE = 60
"""The same for parts joined by &&: a cause told long before ("after my second round ...")."""
MATCHES = 200
"""Places at which one part is looked at: more than any story has, and a bound for the rest."""

LONGEST_NUMBER = 4
"""Digits of the longest number that # can stand in."""

Span = tuple[int, int]
_Found = TypeVar("_Found", "Sign", "Part")
_NONE: frozenset[str] = frozenset()

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*|\d+(?:[.,]\d+)*|[.!?]+|[,;:()\n]|(?<=\s)-+(?=\s)")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_SENTENCE_ENDS = frozenset(".!?")
_ENDINGS = {"'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}
_IS = frozenset("he she it that there who what where how here".split())
_WHOLE = {
    "im": ("i", "am"), "ive": ("i", "have"), "hes": ("he", "is"), "shes": ("she", "is"),
    "thats": ("that", "is"), "theres": ("there", "is"), "whats": ("what", "is"),
    "theyre": ("they", "are"), "youre": ("you", "are"), "theyve": ("they", "have"),
    "weve": ("we", "have"), "itll": ("it", "will"), "aint": ("isnt",), "cannot": ("cant",),
    "alot": ("a", "lot"), "cnat": ("cant",), "dosent": ("doesnt",), "doesent": ("doesnt",),
}  # fmt: skip
_BEFORE_NOT = {
    **{w: f"{w}nt" for w in "do does did is are was were has have had could would should".split()},
    "can": "cant",
    "will": "wont",
}
_JOINTS = frozenset("and so because then while although though".split())
_STARTERS = frozenset(
    (
        "i he she it they we you my his her their our the a now today tonight there this that what "
        "who how is are am was were had has have cant wont took feel feels keep keeps since mom "
        "mum dad mother father husband wife baby grandma grandpa"
    ).split()
)
"""Words with which a new clause begins after one of the joints; "but" always begins one."""


def plain_words(text: str) -> list[str]:
    """Return the words and marks of a lower-case text, its contractions in one spelling.

    "can't", "cant", "cannot" and "can not" are all "cant"; "I'm" and "im" are "i am".
    """
    words: list[str] = []
    for token in _TOKEN.findall(_STRETCHED.sub(r"\1", text)):
        for word in _spelled(token):
            merged = word == "not" and words and _BEFORE_NOT.get(words[-1])
            if merged:
                words[-1] = merged
            else:
                words.append(word)
    return words


def _spelled(token: str) -> Sequence[str]:
    if token[0].isdigit():
        return (re.split("[.,]", token)[0],)
    known = _WHOLE.get(token)
    if known or "'" not in token:
        return known or (token,)
    for ending, word in _ENDINGS.items():
        if token.endswith(ending):
            return token[: -len(ending)], word
    if token.endswith("'s") and token[:-2] in _IS:
        return token[:-2], "is"
    plain = token.replace("'", "")
    return _WHOLE.get(plain, (plain,))


class Index:
    """Tells which groups can stand in a message at all: most signs need no closer look."""

    def __init__(self, groups: Iterable[_Group]) -> None:
        """Note the first words of the groups."""
        self._whole: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        for group in groups:
            for first in group.firsts:
                kind = self._stems if first.endswith("*") else self._whole
                kind.setdefault(first.rstrip("*"), set()).add(group.source)
        self._longest = max(map(len, self._stems), default=0)

    def beginning_with(self, words: Iterable[str]) -> frozenset[str]:
        """Return the sources of the groups that begin with one of these words."""
        found: set[str] = set()
        for word in words:
            for shape in _shapes(word):
                found |= self._whole.get(shape, _NONE)
            for length in range(1, min(len(word), self._longest) + 1):
                found |= self._stems.get(word[:length], _NONE)
        return frozenset(found)


def _shapes(word: str) -> Iterator[str]:
    """Yield a word, and a short number also with any of its digits as #."""
    if not word.isdecimal() or len(word) > LONGEST_NUMBER:
        yield word
    else:
        yield from map("".join, product(*((digit, "#") for digit in word)))


class Shelf(Generic[_Found]):
    """Signs or parts, found by what they need: there are a thousand, and most need no look."""

    def __init__(self, candidates: Iterable[_Found]) -> None:
        """Set them up, each under one of the groups it needs."""
        self.all: tuple[_Found, ...] = tuple(candidates)
        self._free: list[int] = []
        self._under: dict[str, list[int]] = {}
        for place, candidate in enumerate(self.all):
            if candidate.groups:
                telling = min(candidate.groups, key=lambda group: len(group.firsts))
                self._under.setdefault(telling.source, []).append(place)
            else:
                self._free.append(place)
        self._telling = frozenset(self._under)

    def fitting(self, groups: frozenset[str]) -> list[_Found]:
        """Return those of which all groups, by their sources, are among these, in order."""
        places = list(self._free)
        for group in self._telling & groups:
            places += self._under[group]
        found = (self.all[place] for place in sorted(places))
        return [candidate for candidate in found if candidate.needed <= groups]


class Words:
    """A message as words, each with the number of its sentence and of its clause."""

    def __init__(
        self,
        text: str,
        index: Index | None = None,
        mended: Callable[[str], str] | None = None,
    ) -> None:
        """Split a lower-case text.

        Args:
            text: the text; a line break ends a clause.
            index: of the groups that will be looked for; without one every sign looks closely.
            mended: returns a word's likely spelling, or several words; None leaves all as is.
        """
        marks = plain_words(text)
        if mended:
            marks = plain_words(" ".join(mended(m) if m[0].isalnum() else m for m in marks))
        self.words: list[str] = []
        self.sentence: list[int] = []
        self.clause: list[int] = []
        self._split(marks)
        self._index: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._index.setdefault(word, []).append(place)
        self._sorted = sorted(self._index)
        self.distinct = self._index.keys()
        self._groups = index.beginning_with(self.distinct) if index else None
        self._memo: dict[str, list[Span]] = {}

    def may_hold(self, groups: frozenset[str]) -> bool:
        """Tell whether groups, by their sources, can all stand here."""
        return self._groups is None or groups <= self._groups

    def possible(self, shelf: Shelf[_Found]) -> list[_Found]:
        """Return the signs or parts of a shelf that can stand here, in their order."""
        return list(shelf.all) if self._groups is None else shelf.fitting(self._groups)

    def _split(self, marks: list[str]) -> None:
        sentence = clause = 0
        for place, mark in enumerate(marks):
            following = marks[place + 1] if place + 1 < len(marks) else ""
            if not mark[0].isalnum():
                clause += 1
                sentence += mark[0] in _SENTENCE_ENDS
                continue
            if mark == "but" or (mark in _JOINTS and following in _STARTERS):
                clause += 1
            self.words.append(mark)
            self.sentence.append(sentence)
            self.clause.append(clause)

    def places(self, word: str) -> list[int]:
        """Return where a word of the notation stands, in order."""
        if word.endswith("*"):
            return self._beginning(word[:-1])
        if "#" in word:
            known = re.compile(re.escape(word).replace(r"\#", "[0-9]"))
            return sorted(p for w in self._numbers() if known.fullmatch(w) for p in self._index[w])
        return self._index.get(word, [])

    def _beginning(self, stem: str) -> list[int]:
        found: list[int] = []
        for place in range(bisect_left(self._sorted, stem), len(self._sorted)):
            if not self._sorted[place].startswith(stem):
                break
            found += self._index[self._sorted[place]]
        return sorted(found)

    def _numbers(self) -> list[str]:
        return self._sorted[: bisect_left(self._sorted, ":")]  # the digits come before the colon

    def remembered(self, key: str, find: Callable[[], list[Span]]) -> list[Span]:
        """Return what ``find`` found for this key, looked up once per message."""
        if key not in self._memo:
            self._memo[key] = find()
        return self._memo[key]


class _Group:
    """Alternatives, of one or more words each."""

    def __init__(self, source: str, groups: Mapping[str, Sequence[str]] | None) -> None:
        self.source = source
        alternatives = [a.strip() for a in source.split("|")]
        if not all(alternatives):
            raise KnowledgeProblem(f"The sign part {source!r} has an empty alternative.")
        self._alternatives: dict[str, list[list[str]]] = {}
        for alternative in _named(alternatives, groups):
            first, *rest = _phrase(alternative)
            self._alternatives.setdefault(first, []).append(rest)
        self._open = [first for first in self._alternatives if "*" in first or "#" in first]

    @property
    def firsts(self) -> frozenset[str]:
        """The words with which its alternatives begin."""
        return frozenset(self._alternatives)

    @property
    def vocabulary(self) -> frozenset[str]:
        """All its words."""
        rests = (rest for found in self._alternatives.values() for rest in found)
        return self.firsts.union(*rests)

    def spans(self, words: Words) -> list[Span]:
        """Return where it stands: by start, the longest alternative at each."""
        return words.remembered(self.source, lambda: self._look(words))

    def _look(self, words: Words) -> list[Span]:
        longest: dict[int, int] = {}
        here = self._alternatives.keys() & words.distinct
        beginnings = ((f, rest) for f in (*here, *self._open) for rest in self._alternatives[f])
        for first, rest in beginnings:
            places = words.places(first)
            for number, word in enumerate(rest, 1):
                if not places:
                    break
                following = set(words.places(word))
                places = [p for p in places if p + number in following]
            for place in places:
                end = place + 1 + len(rest)
                if words.sentence[place] == words.sentence[end - 1]:
                    longest[place] = max(end, longest.get(place, 0))
        return sorted(longest.items())


def _named(alternatives: list[str], groups: Mapping[str, Sequence[str]] | None) -> Iterator[str]:
    for alternative in alternatives:
        if not (alternative.startswith("<") and alternative.endswith(">")):
            yield alternative
        elif groups is not None:
            try:
                yield from _named([str(w) for w in groups[alternative[1:-1]]], groups)
            except KeyError:
                problem = f"There is no list of words called {alternative}."
                raise KnowledgeProblem(problem) from None
        else:
            yield alternative[1:-1]  # only the notation is checked


def _phrase(text: str) -> list[str]:
    words: list[str] = []
    for piece in text.lower().split():
        open_end = piece.endswith("*") or "#" in piece
        if piece[0] == "<":
            raise KnowledgeProblem(f"The list {piece} must stand alone between | or +.")
        found = [piece] if open_end else plain_words(piece)
        if not all(w[0].isalnum() or w[0] == "#" for w in found):
            raise KnowledgeProblem(f"{piece!r} cannot stand inside {text!r}.")
        words += found
    merged: list[str] = []
    for word in words:
        joined = word == "not" and merged and _BEFORE_NOT.get(merged[-1])
        if joined:
            merged[-1] = joined
        else:
            merged.append(word)
    if not merged:
        raise KnowledgeProblem(f"The sign part {text!r} has no word.")
    return merged


class Part:
    """Groups of words in order, with gaps where the notation allows them."""

    def __init__(self, source: str, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        """Compile a part.

        Raises:
            KnowledgeProblem: the notation is wrong.
        """
        self.source = source
        self._steps = [
            (GAP if place == 0 and number else 0, _Group(group.strip(), groups))
            for number, stretch in enumerate(source.split(" .. "))
            for place, group in enumerate(stretch.split(" + "))
        ]
        self.groups = tuple(group for _, group in self._steps)
        self.needed = frozenset(group.source for group in self.groups)

    def spans(self, words: Words) -> list[Span]:
        """Return the places of the part, in order."""
        if not words.may_hold(self.needed):
            return []
        return words.remembered(f"part {self.source}", lambda: self._look(words))

    def _look(self, words: Words) -> list[Span]:
        found = self._steps[0][1].spans(words)
        for gap, group in self._steps[1:]:
            ends = dict(group.spans(words))
            found = [
                (start, ends[place])
                for start, end in found
                for place in _nearest(end, gap, ends, words)
            ]
        return found[:MATCHES]


def _nearest(end: int, gap: int, starts: Mapping[int, int], words: Words) -> Iterator[int]:
    for place in range(end, min(end + gap + 1, len(words.words))):
        if place in starts and words.sentence[place] == words.sentence[end - 1]:
            yield place
            return


@dataclass(frozen=True)
class Match:
    """Where a sign was found: its first part, around which the moment is read, and the others."""

    anchor: Span
    others: tuple[Span, ...] = ()


class Sign:
    """One sign: all its parts must stand in the same sentence, or beside it (&&)."""

    def __init__(self, source: str, groups: Mapping[str, Sequence[str]] | None = None) -> None:
        """Compile a sign.

        Args:
            source: the sign in the notation.
            groups: the lists of words that <name> stands for; None checks the notation only.

        Raises:
            KnowledgeProblem: the notation is wrong.
        """
        self.source = source
        pieces = re.split(r" (&&?) ", source.lower())
        self._parts = [Part(piece.strip(), groups) for piece in pieces[::2]]
        self._beside = [joint == "&&" for joint in pieces[1::2]]
        self.groups = tuple(group for part in self._parts for group in part.groups)
        self.needed = frozenset(group.source for group in self.groups)

    def find(self, words: Words) -> Iterator[Match]:
        """Yield the places of the sign in a message."""
        if not words.may_hold(self.needed):
            return
        others = [part.spans(words) for part in self._parts[1:]]
        if not all(others):
            return
        for anchor in self._parts[0].spans(words):
            near = tuple(
                span
                for spans, beside in zip(others, self._beside, strict=True)
                if (span := _closest(anchor, spans, words, beside))
            )
            if len(near) == len(others):
                yield Match(anchor, near)


def _closest(anchor: Span, spans: list[Span], words: Words, beside: bool) -> Span | None:
    at, allowed, reach = anchor[0], int(beside), BESIDE if beside else NEAR
    first, last = bisect_left(spans, (at - reach, 0)), bisect_left(spans, (at + reach + 1, 0))
    near: list[Span] = [
        span
        for span in spans[first:last]
        if abs(words.sentence[span[0]] - words.sentence[at]) <= allowed
        and (span[1] <= anchor[0] or span[0] >= anchor[1] or _within(span, anchor))
    ]
    return min(near, key=lambda span: abs(span[0] - at)) if near else None


def _within(span: Span, anchor: Span) -> bool:
    """Tell whether a span stands in a gap of another one, not on its first or last word."""
    return anchor[0] < span[0] and span[1] < anchor[1]
