"""The safety layer: is anyone in danger now?

Rules (the signs of data/knowledge/red_flags.yml, with their surroundings) and the classifier
together, on the patient's raw words. Whatever the classifier thought of the rest, an emergency or
a crisis becomes the intent. It would rather ask once too often than miss one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bot.knowledge import knowledge
from bot.nlu.signs import Sign
from bot.nlu.text import readable

EMERGENCY, CRISIS, CHECK = "emergency", "crisis", "check"
INTENT_OF = {EMERGENCY: "report_emergency", CRISIS: "express_self_harm"}

# Chosen on training data by cross-validation: the classifier alone may raise an alarm only when
# it is sure; beside a sign whose moment is unclear, less is enough to ask.
SURE = 0.6
LIKELY = 0.3

_SENTENCE = re.compile(r"[.!?;\n]+")
_NEGATION_REACH = 4
_YEAR = re.compile(r"(?<!\d)(?:19[3-9]\d|20[0-4]\d|'\d\d)(?!\d)")
_MAX_CHARS = 30_000


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
    signs: tuple[Sign, ...]


class SafetyJudge:
    """Judges messages by the signs and surroundings of one content file."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        """Compile the content.

        Args:
            content: what red_flags.yml holds.

        Raises:
            KnowledgeProblem: a sign is not in the notation.
        """
        self._families = [
            _Family(name, f["level"], f["alert"], tuple(Sign(s) for s in f["signs"]))
            for name, f in content["families"].items()
        ]
        self._contexts = {
            name: _any_of([str(w) for w in words]) for name, words in content["contexts"].items()
        }

    def assess(self, text: str, scores: Mapping[str, float] | None = None) -> Verdict:
        """Decide whether a message tells of danger now.

        Args:
            text: the patient's raw words, any length.
            scores: the classifier's confidences by intent, if it ran.
        """
        scores = scores or {}
        found = list(self._readings(readable(text[:_MAX_CHARS]).lower()))
        for level in (CRISIS, EMERGENCY):
            for verdict in found:
                if verdict.level == level:
                    return verdict
        crisis = scores.get(INTENT_OF[CRISIS], 0.0)
        emergency = scores.get(INTENT_OF[EMERGENCY], 0.0)
        calm = found and all(v.level == "" for v in found)
        if crisis >= SURE and not calm:
            return Verdict(CRISIS, "suicide", "", "classifier")
        if emergency >= SURE and not found and not self._calm_words(text):
            return Verdict(EMERGENCY, "general", "", "classifier")
        for verdict in found:
            if verdict.level == CHECK:
                return verdict
        if max(crisis, emergency) >= SURE:
            return Verdict(CHECK, "general", "", "classifier, but the words sound past or feared")
        if found and max(crisis, emergency) >= LIKELY:
            return Verdict(CHECK, "general", found[0].family, "excluded sign, wary classifier")
        return Verdict()

    def _readings(self, text: str) -> Any:
        for sentence in _SENTENCE.split(text):
            for family in self._families:
                for sign in family.signs:
                    span = sign.find(sentence)
                    if span:
                        yield self._judge(sentence, span, family)
                        break

    def _judge(self, sentence: str, span: tuple[int, int], family: _Family) -> Verdict:
        def has(context: str, where: str = sentence) -> bool:
            return bool(self._contexts[context].search(where))

        before = sentence[: span[0]]
        reach = " ".join(before.split()[-_NEGATION_REACH:])
        # "better now" tells of something that is over
        now = has("now", self._contexts["recent"].sub(" ", sentence))
        past = has("history") or bool(_YEAR.search(sentence))
        level, reason = family.level, "sign"
        if has("figurative") or has("negated", reach):
            level, reason = "", "figurative or negated"
        elif past and not (now and family.level == CRISIS):
            level, reason = "", "past"
        elif family.level == CRISIS:
            pass
        elif has("hypothetical") or has("feared"):
            level, reason = (CHECK, "feared, now") if has("now", before) else ("", "feared")
        elif has("recent") and not now:
            level, reason = CHECK, "recent"
        return Verdict(level, family.alert, family.name, reason)

    def _calm_words(self, text: str) -> bool:
        lower = readable(text[:_MAX_CHARS]).lower()
        calm = ("history", "hypothetical", "feared", "figurative")
        return any(self._contexts[name].search(lower) for name in calm)


def _any_of(phrases: list[str]) -> re.Pattern[str]:
    alternatives = "|".join(
        re.escape(p).replace(r"\ ", r"\W+") for p in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"(?<![\w'])(?:{alternatives})(?![\w'])")


@lru_cache(maxsize=1)
def safety_judge() -> SafetyJudge:
    """Return the judge over the shipped content, compiled once per process."""
    return SafetyJudge(knowledge("red_flags"))
