"""The safety layer: is anyone in danger now?

Rules (the signs of data/knowledge/red_flags.yml, with their surroundings) and the classifier
together, on the patient's raw words. Whatever the classifier thought of the rest, an emergency or
a crisis becomes the intent. It would rather ask once too often than miss one.

The message is read clause by clause. Each clause has a moment (now, recent, past), which lasts
until the words change it, and may stand under a fear, a question or an "if". A sign counts by the
clause that holds its first part.
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.errors import WeightsProblem
from bot.knowledge import knowledge
from bot.nlu.lexicon import medical_words
from bot.nlu.signs import Index, Match, Part, Shelf, Sign, Span, Words
from bot.nlu.text import readable
from bot.nlu.weights import whole_words

logger = logging.getLogger(__name__)

EMERGENCY, CRISIS, CHECK = "emergency", "crisis", "check"
INTENT_OF = {EMERGENCY: "report_emergency", CRISIS: "express_self_harm"}

LIKELY = {EMERGENCY: 0.45, CRISIS: 0.4}
"""From here the classifier raises an alarm where no sign did, if a word of danger stands there.
A crisis is put in more different words, so the signs miss more of them and less must do."""
ALONE = {EMERGENCY: 0.5, CRISIS: 0.45}
"""The same without such a word. Chosen on the training examples, each read by a classifier that had
not seen it: signs and classifier together alarm at 90 % of the emergencies (5 % more are asked), at
81 % of the crises (4 %), at 4 % of the messages that only look like it, and at 2 % of all else."""
CALMED = {EMERGENCY: 0.9, CRISIS: 0.7}
"""The same where a word of danger is denied: "she won't open her eyes" denies nothing."""
PERHAPS, PERHAPS_ALONE = 0.3, 0.35
"""From here it is asked whether it is happening now: with such a word, and without one."""
SURE = 0.75
"""The same against the surroundings: they speak of another time, a fear, a figure of speech."""

LETTER = 60
"""Words from which a message is a letter: case histories are, calls for help hardly ever."""
UNLIKELY = 0.15
"""Below this the classifier speaks against an emergency; long tales of an illness are there."""
NO_DANGER = 0.02
"""Below this the classifier hears nothing of it, and a sign of an emergency is asked about: it was
so in a third of the false alarms, and in one true one of 200."""
TALE = 25
"""Words from which the classifier has enough to be believed when it is calm."""
NEGATION_REACH = 5
"""Words before a sign in which "no" or "don't" is about it."""
PRESENT_REACH = 3
"""Words before a sign in which a verb tells when it is."""
LISTED_REACH = 10
"""The same in a list: "without any shortness of breath or chest pain"."""
_OR = frozenset(("or", "nor"))
_MAX_CHARS = 30_000
_MOST_JUDGED = 60
"""Places looked at in one family: a bound for texts that repeat themselves."""
_UNDER_REACH = 60
"""Words over which a fear or a question lasts, where nobody set a full stop."""
_SIGN, _SIGN_NOW = "sign", "sign, now"
_DENIED = "denied, or a figure of speech"
_CALMED = "a word of danger is denied, or it was of late"
_ELSEWHERE = "another moment"

_SHORTEST_MENDED = 5
"""Letters: a shorter word has too many neighbours to be mended safely."""
_VOWELS = str.maketrans("", "", "aeiouy")
_MOST_MENDED = 200
"""Unknown words mended in one message: a bound for gibberish, which nobody can mend."""


@dataclass(frozen=True)
class Verdict:
    """What the safety layer decided about one message.

    Attributes:
        level: "emergency", "crisis", "check" (perhaps past: ask, with the number in it) or "".
        alert: which words the patient gets; a key of the safety content.
        family: the kind of red flag, "" when the classifier alone raised it.
        reason: for staff and tests, without the patient's words.
    """

    level: str = ""
    alert: str = ""
    family: str = ""
    reason: str = ""


@dataclass(frozen=True)
class _Family:
    name: str
    level: str
    alert: str
    signs: Shelf[Sign]
    lasting: bool
    waxing: bool


class SafetyJudge:
    """Judges messages by the signs and surroundings of one content file."""

    def __init__(
        self,
        content: Mapping[str, Any],
        known: Collection[str] = (),
        shorthand: Mapping[str, str] | None = None,
    ) -> None:
        """Compile the content.

        Args:
            content: what red_flags.yml holds.
            known: correctly spelled words; without them no typo is mended.
            shorthand: what texting shorthand stands for.

        Raises:
            KnowledgeProblem: a sign is not in the notation.
        """
        lists = {name: [str(w) for w in words] for name, words in content["contexts"].items()}
        self._families = [_family(name, f, lists) for name, f in content["families"].items()]
        self._contexts = {
            name: Shelf(Part(word.lower(), lists) for word in words)
            for name, words in lists.items()
            if name in _Surroundings.NAMES
        }
        signs = [sign for family in self._families for sign in family.signs.all]
        parts = [part for found in self._contexts.values() for part in found.all]
        of_signs = [group for sign in signs for group in sign.groups]
        self._index = Index([*of_signs, *(group for part in parts for group in part.groups)])
        own = {word for group in of_signs for word in group.vocabulary}
        self._typos = _Typos(own, known, shorthand or {}) if known or shorthand else None

    def assess(self, text: str, scores: Mapping[str, float] | None = None) -> Verdict:
        """Decide whether a message tells of danger now.

        Args:
            text: the patient's raw words, any length.
            scores: the classifier's confidences by intent, if it ran.
        """
        words = self._words(text)
        around = _Surroundings(words, self._contexts)
        found = [_reading(family, words, around) for family in self._families]
        readings = [verdict for verdict in found if verdict]
        for level in (CRISIS, EMERGENCY):
            for verdict in readings:
                if verdict.level == level:
                    return _doubted(verdict, words, scores or {})
        return _with_classifier(readings, scores or {}, around)

    def _words(self, text: str) -> Words:
        lines = [readable(line) for line in text[:_MAX_CHARS].splitlines()]
        mended = self._typos.session() if self._typos else None
        return Words("\n".join(lines).lower(), self._index, mended)


def _family(name: str, entry: Mapping[str, Any], lists: Mapping[str, list[str]]) -> _Family:
    signs = Shelf(Sign(str(sign), lists) for sign in entry["signs"])
    lasting, waxing = (name in lists.get(kind, ()) for kind in ("lasting", "waxing"))
    return _Family(name, entry["level"], entry["alert"], signs, lasting, waxing)


def _doubted(verdict: Verdict, words: Words, scores: Mapping[str, float]) -> Verdict:
    """Ask rather than alarm where nothing is said of now and the classifier is calm."""
    if verdict.level != EMERGENCY or verdict.reason != _SIGN or not scores:
        return verdict
    limit = UNLIKELY if len(words.words) > TALE else NO_DANGER
    if max(scores.get(i, 0.0) for i in INTENT_OF.values()) >= limit:
        return verdict
    return Verdict(CHECK, verdict.alert, verdict.family, "sign, doubted by the classifier")


def _with_classifier(
    readings: list[Verdict], scores: Mapping[str, float], around: _Surroundings
) -> Verdict:
    """Weigh the classifier's confidences where no sign raised an alarm."""
    crisis = scores.get(INTENT_OF[CRISIS], 0.0)
    emergency = scores.get(INTENT_OF[EMERGENCY], 0.0)
    highest = max(crisis, emergency)
    asked = next((v for v in readings if v.level == CHECK), None)
    calm = around.calm()
    if calm != _DENIED and all(v.reason == _DENIED for v in readings):
        dark, alarm = around.spans("dark"), around.spans("alarm")
        calmed = bool(readings) or calm == _CALMED
        if crisis >= (CALMED if calmed else LIKELY if dark else ALONE)[CRISIS]:
            return Verdict(CRISIS, "suicide", "", "classifier")
        enough = (CALMED if calmed else LIKELY if alarm else ALONE)[EMERGENCY]
        if emergency >= enough and calm != _ELSEWHERE:
            return Verdict(EMERGENCY, "general", "", "classifier")
    if asked:
        return asked
    worded = around.spans("alarm") or around.spans("dark")
    perhaps = PERHAPS if worded else PERHAPS_ALONE
    twice_denied = calm == _DENIED and any(v.reason == _DENIED for v in readings)
    if highest >= (SURE if readings or calm else perhaps) and not twice_denied:
        return Verdict(CHECK, "general", "", "classifier, unsure or not now")
    return Verdict()


def _reading(family: _Family, words: Words, around: _Surroundings) -> Verdict | None:
    """Return what a family's signs say: the most alarming of them, None if there is none."""
    best: Verdict | None = None
    judged = 0
    for sign in words.possible(family.signs):
        for match in sign.find(words):
            judged += 1
            if judged > _MOST_JUDGED:
                return best
            verdict = _judge(family, match, around)
            if verdict.level == family.level:
                return verdict
            if best is None or verdict.level == CHECK:
                best = verdict
    return best


def _judge(family: _Family, match: Match, around: _Surroundings) -> Verdict:
    def verdict(level: str, reason: str) -> Verdict:
        return Verdict(level, family.alert, family.name, reason)

    anchor = match.anchor
    if any(around.negated(span) for span in (anchor, *match.others)) or around.figurative(anchor):
        return verdict("", _DENIED)
    if family.level == CRISIS:
        return _judge_crisis(verdict, anchor, around)
    moment = around.moment(anchor)
    if moment == "recent" and around.told_as_present(anchor):
        moment = ""
    known = around.has("long_known", anchor)
    if moment == "history" or (known and not around.fresh(anchor)):
        return verdict("", "past or long known")
    if around.under("hypothetical", anchor) or around.under("feared", anchor):
        return (
            verdict(CHECK, "feared or asked, but now")
            if moment == "now"
            else verdict("", "feared or asked")
        )
    if family.lasting:
        return verdict(EMERGENCY, _SIGN)
    if around.over(anchor) and not (family.waxing and moment != "recent"):
        return verdict(CHECK, "over")
    if moment in ("recent", "was"):
        return verdict(CHECK, moment)
    if known:
        return verdict(CHECK, "long known, and now")
    if around.known_elsewhere and not (around.fresh_sentence(anchor) or around.last_word(anchor)):
        return verdict(CHECK, "in a case history, without a word of now")
    fresh = moment == "now" or around.fresh_sentence(anchor) or around.last_word(anchor)
    return verdict(EMERGENCY, _SIGN_NOW if fresh else _SIGN)


def _judge_crisis(
    verdict: Callable[[str, str], Verdict], anchor: Span, around: _Surroundings
) -> Verdict:
    if around.moment(anchor) == "history":
        return verdict("", "past")
    if around.has("asked_about", anchor) or around.under("asked_about", anchor):
        return verdict("", "asked about")
    return verdict(CRISIS, _SIGN)


_MOMENTS = {"now": "now", "history": "history", "still": "now", "recent": "recent"}
"""The contexts that name a moment, the stronger first."""


class _Surroundings:
    """What stands around the signs of one message: moments, fears, questions, negations."""

    NAMES = frozenset(
        (
            "negated not_negated history recent not_recent now not_now still onset over past "
            "not_past present long_known hypothetical asked_about question personal feared "
            "figurative reassured alarm dark"
        ).split()
    )

    def __init__(self, words: Words, contexts: Mapping[str, Shelf[Part]]) -> None:
        self._words = words
        self._contexts = contexts
        self._found: dict[str, list[Span]] = {}
        self._in_clause: dict[str, frozenset[int]] = {}
        self._in_sentence: dict[str, frozenset[int]] = {}
        self._moments: dict[int, str] = {}

    def spans(self, name: str) -> list[Span]:
        """Return where a context is found in the message."""
        if name not in self._found:
            shelf = self._contexts.get(name)
            parts = self._words.possible(shelf) if shelf else ()
            self._found[name] = sorted(s for part in parts for s in part.spans(self._words))
        return self._found[name]

    def sentences(self, name: str) -> frozenset[int]:
        """Return the sentences in which a context is found."""
        if name not in self._in_sentence:
            sentence = self._words.sentence
            self._in_sentence[name] = frozenset(sentence[start] for start, _ in self.spans(name))
        return self._in_sentence[name]

    def clauses(self, name: str) -> frozenset[int]:
        """Return the clauses in which a context is found."""
        if name not in self._in_clause:
            clause = self._words.clause
            spans = self.spans(name)
            taken_back = f"not_{name}"
            if taken_back in self.NAMES:
                spans = [s for s in spans if not self._inside(s, taken_back)]
            self._in_clause[name] = frozenset(clause[end - 1] for _, end in spans)
        return self._in_clause[name]

    def has(self, name: str, anchor: Span) -> bool:
        """Tell whether a context is in the clauses of a sign's first part."""
        return bool(self._own(anchor) & self.clauses(name))

    def _own(self, anchor: Span) -> set[int]:
        return set(self._words.clause[anchor[0] : anchor[1]])

    def _inside(self, span: Span, name: str) -> bool:
        around = self._near(name, span[0] - LISTED_REACH, span[0] + 1)
        return any(span[1] <= end for _, end in around)

    def _near(self, name: str, first: int, last: int) -> list[Span]:
        """Return where a context begins between two places (the last one excluded)."""
        spans = self.spans(name)
        return spans[bisect_left(spans, (first, 0)) : bisect_left(spans, (last, 0))]

    def negated(self, span: Span) -> bool:
        """Tell whether the words just before a place deny it."""
        clause = self._words.clause
        for start, end in self._near("negated", span[0] - 2 * LISTED_REACH, span[0]):
            between = self._words.words[end : span[0]]
            reach = LISTED_REACH if _OR.intersection(between) else NEGATION_REACH
            before = 0 <= span[0] - end < reach and clause[end - 1] == clause[span[0]]
            if before and not self._inside((start, end), "not_negated"):
                return True
        return False

    def figurative(self, anchor: Span) -> bool:
        """Tell whether the clause is a figure of speech."""
        return self.has("figurative", anchor)

    def fresh(self, anchor: Span) -> bool:
        """Tell whether the clause says that something is new, or now."""
        return self.has("now", anchor) or self.has("onset", anchor)

    @property
    def known_elsewhere(self) -> bool:
        """Whether the message is a case history: long, or about something known for long."""
        return len(self._words.words) > LETTER or bool(self.spans("long_known"))

    def fresh_sentence(self, anchor: Span) -> bool:
        """Tell whether the sign's sentence holds a word of now."""
        here = self._words.sentence[anchor[0]]
        return here in self.sentences("now") or here in self.sentences("onset")

    def told_as_present(self, anchor: Span) -> bool:
        """Tell whether a verb just before the sign says that it is now: "she has a fever"."""
        clause = self._words.clause
        before = self._near("present", anchor[0] - PRESENT_REACH, anchor[0])
        return any(clause[start] == clause[anchor[0]] for start, _ in before)

    def last_word(self, anchor: Span) -> bool:
        """Tell whether the message ends with the sign, said of now: who tells it last means it."""
        sentence = self._words.sentence
        ends = sentence[anchor[0]] == sentence[-1]
        return ends and sentence[-1] in self.sentences("personal")

    def over(self, anchor: Span) -> bool:
        """Tell whether the sign's sentence, or the next one, says that it has passed."""
        here = self._words.sentence[anchor[0]]
        return here in self.sentences("over") or here + 1 in self.sentences("over")

    def moment(self, anchor: Span) -> str:
        """Return "now", "recent", "history", "was" (past, no date) or "" (as told: present)."""
        if not self._moments:
            self._read_moments()
        return self._moments[self._words.clause[anchor[1] - 1]]

    def _read_moments(self) -> None:
        moment, sentence_before = "", -1
        sentences = dict(zip(self._words.clause, self._words.sentence, strict=True))
        for clause, sentence in sentences.items():
            moment = self._moment_of(clause, moment, sentence == sentence_before)
            sentence_before = sentence
            self._moments[clause] = moment

    def _moment_of(self, clause: int, before: str, same_sentence: bool) -> str:
        for name, moment in _MOMENTS.items():
            if clause in self.clauses(name):
                return moment
        if clause in self.clauses("present") or clause in self.clauses("onset"):
            return ""
        was = clause in self.clauses("past")
        if before in ("history", "recent", "was") and (same_sentence or was):
            return before
        return "was" if was else ""

    def under(self, name: str, anchor: Span) -> bool:
        """Tell whether a sign stands under a fear, an "if" or a question.

        It lasts from its words to the end of the sentence, or until a clause speaks of what is.
        """
        start, words = anchor[0], self._words
        for begin, end in self._near(name, start - _UNDER_REACH, start):
            same = end <= start and words.sentence[begin] == words.sentence[start]
            if same and not self._near("personal", end, start + 1):
                return True
        return name == "hypothetical" and self._in_question(start)

    def _in_question(self, place: int) -> bool:
        clause = self._words.clause[place]
        first = place
        while first and self._words.clause[first - 1] == clause:
            first -= 1
        asked = bool(self._near("question", first, first + 1))
        personal = clause in self.clauses("personal") or clause in self.clauses("onset")
        return asked and not personal and clause not in self.clauses("now")

    def calm(self) -> str:
        """Return what in the message speaks against danger now: denied, another moment or ""."""
        if any(self.spans(name) for name in ("figurative", "reassured", "feared", "asked_about")):
            return _DENIED
        alarming = (*self.spans("alarm"), *self.spans("dark"))
        now = self.spans("now")
        other = ("history", "hypothetical", "long_known", "over")
        if any(self.spans(name) for name in other) and not now:
            return _ELSEWHERE
        of_late = self.spans("recent") and not now
        return _CALMED if of_late or any(self.negated(span) for span in alarming) else ""


class _Typos:
    """Mends unknown words towards those of the signs, and spells out shorthand."""

    def __init__(
        self, own: Collection[str], known: Collection[str], shorthand: Mapping[str, str]
    ) -> None:
        self._shorthand = shorthand
        self._known = frozenset(known) | frozenset(own)
        self._targets = sorted(w for w in own if w.isalpha() and len(w) >= _SHORTEST_MENDED)
        self._stems = tuple(w[:-1] for w in own if w.endswith("*"))
        self._nearest = lru_cache(maxsize=10_000)(self._look)

    def session(self) -> Callable[[str], str]:
        """Return a mender for one message, which stops after so many unknown words."""
        left = [_MOST_MENDED if self._known else 0]

        def mended(word: str) -> str:
            if word in self._shorthand:
                return self._shorthand[word]
            if len(word) < _SHORTEST_MENDED or word in self._known or not left[0]:
                return word
            left[0] -= 1
            return self._nearest(word)

        return mended

    def _look(self, word: str) -> str:
        if not word.isalpha() or word.startswith(self._stems):
            return word
        near = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=2, limit=5)
        likely = [
            (distance, target)
            for target, distance, _ in near
            if target[0] == word[0] and (distance == 1 or _skeleton(target) == _skeleton(word))
        ]
        return min(likely, default=(0, word))[1]


def _skeleton(word: str) -> str:
    """Return the consonants, none doubled: "swoling" and "swelling" have the same."""
    consonants = word.translate(_VOWELS)
    return "".join(letter for letter, _ in groupby(consonants))


@lru_cache(maxsize=1)
def safety_judge() -> SafetyJudge:
    """Return the judge over the shipped content, compiled once per process."""
    shorthand = {str(k): str(v) for k, v in knowledge("shorthand")["shorthand"].items()}
    return SafetyJudge(knowledge("red_flags"), _spelled_words(), shorthand)


def _spelled_words() -> frozenset[str]:
    """Return the words that the encoder or medicine knows; none if the encoder is missing."""
    try:
        return whole_words() | medical_words()
    except (WeightsProblem, OSError, ValueError, KeyError):
        logger.warning("no list of words: typos in signs of danger are not mended")
        return frozenset()
