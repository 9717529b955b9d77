"""Picking from the question list in words: "the first two and the one about trials", "drop 4"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TOP, DROP, RESTORE = "top", "drop", "restore"
_VERBS = {
    DROP: r"drop|remove|delete|take (?:out|off|away)|cross (?:out|off)|leave out|skip|get rid of|"
    r"(?:i )?(?:don'?t|do not) (?:need|want)(?: to ask)?|without|not",
    RESTORE: r"restore|bring back|put back|undo|(?:add|put) .{0,30}\bback",
    TOP: r"pick|choose|select|take|keep|want|like|start with|begin with|move|put|rank|top|only|"
    r"just|most important|matters? most|i'?ll (?:ask|take)|ask",
}
_COMMANDS = {action: re.compile(rf"\b(?:{words})\b") for action, words in _VERBS.items()}
_NEXT = re.compile(r"(?:[,;.]|\b(?:and|but|then)\b)(?=\s*(?:also |please |then )?(?:{})\b)".format(
    "|".join(_VERBS.values())
))  # fmt: skip
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
)
_COUNTS = "one two three four five six seven eight nine ten".split()
_COUNT = "|".join(_COUNTS)
_RUN = re.compile(rf"\b(first|last|top) (\d{{1,2}}|{_COUNT})\b")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)}|last|(\d{{1,3}})(?:st|nd|rd|th))\b")
_NUMBER = re.compile(
    r"(?:#|\bno\.? ?|\bnumbers? |\bquestions? )?\b(\d{1,3})\b(?! ?(?:%|years?|days?|weeks?))"
)
_ABOUT = re.compile(
    r"\b(?:ones?|questions?|that|those) (?:about|on|with|regarding|asking|of|for) "
    r"(?:the |my )?(.+?)"
    r"(?=[;.]|\b(?:first|on top|to the top|at the top|up|out|off|back)\b|"
    r"(?:,|\band\b) *(?:(?:and|the|number|no\.?|also) )*(?:ones?|questions?|that|those|\d|#|last|"
    r"second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b|$)"
)
_ALSO_ABOUT = re.compile(r" *(?:,|&|\band\b|\bor\b)+ *(?:about )?(?:the |my )?")
"""Between topics: "the ones about side effects and trials"."""
_NAMED = re.compile(r"\b(?:the |my )?([a-z-]+(?: [a-z-]+)?) (?:ones?|question)\b")
_LISTED = re.compile(
    rf"(?:my |the )?(?:top|best|main|first|favorite)(?: (?:\d|{_COUNT}))?[^:]{{0,20}}: *(.+)"
)
"""Topics after a colon: "top three: side effects, recovery, what if I wait"."""
_POSITION = re.compile(r"(?<!\bthe) first\W*$")
"""In "put the trials one first" it is a place, in "drop the first" a question."""
_EMPTY = frozenset(
    "the a an my of for to about and or is are in on it this that i me please question questions "
    "one ones first last second third other another next own more".split()
)
_LONGEST = 300
"""Characters; what is longer is a story, not a choice."""


@dataclass(frozen=True)
class Choice:
    """What a patient picked from the list.

    Attributes:
        action: "top", "drop" or "restore".
        ids: of the questions meant, in the order named.
        unknown: numbers and topics for which the list has nothing.
    """

    action: str
    ids: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def choices_in(text: str, shown: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    """Return what a text picks from a numbered list; nothing if it picks nothing.

    Args:
        text: the patient's words.
        shown: the questions as (id, text), in the order of their numbers, which begin with 1.
    """
    lower = " ".join(text.lower().split())
    if not shown or len(lower) > _LONGEST:
        return ()
    listed = _LISTED.match(lower)
    if listed:
        lower = f"{'keep' if _NUMBER.search(listed[1]) else 'the ones about'} {listed[1]}"
    found: list[Choice] = []
    action = ""
    for part in _NEXT.split(lower):
        commanded = next((a for a, verbs in _COMMANDS.items() if verbs.search(part)), "")
        action = commanded or action or TOP
        ids, unknown = _meant(part, shown)
        if (ids or unknown) and (commanded or found or _is_bare(part)):
            found.append(Choice(action, ids, unknown))
    return tuple(found)


def _is_bare(part: str) -> bool:
    """Return True for a choice without a verb: "1, 3 and 5", "the first two"."""
    if _ABOUT.search(part) or _RUN.search(part):
        return True
    rest = _ORDINAL.sub(" ", _NUMBER.sub(" ", part))
    return not set(re.findall(r"[a-z]+", rest)) - _EMPTY


def _meant(part: str, shown: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the questions a part names, in order, and what it names in vain."""
    places: list[tuple[int, int, list[int], str]] = []

    def take(pattern: re.Pattern[str], text: str) -> str:
        for match in pattern.finditer(text):
            meant = _numbers(pattern, match, shown)
            places.extend((match.start(), n, *one) for n, one in enumerate(meant))
        return pattern.sub(lambda m: "\0" * len(m[0]), text)

    rest = _POSITION.sub("", part)
    for pattern in (_ABOUT, _RUN, _NAMED, _ORDINAL, _NUMBER):
        rest = take(pattern, rest)
    ids: list[str] = []
    unknown: list[str] = []
    for _, _, numbers, said in sorted(places):
        known = [n for n in numbers if 1 <= n <= len(shown)]
        ids += [shown[n - 1][0] for n in known]
        unknown += [] if known or not said else [said]
    return tuple(dict.fromkeys(ids)), tuple(dict.fromkeys(unknown))


def _numbers(
    pattern: re.Pattern[str], match: re.Match[str], shown: Sequence[tuple[str, str]]
) -> list[tuple[list[int], str]]:
    """Return what a match means: numbers, and what to call them if the list has none of them."""
    if pattern is _ABOUT:
        topics = [topic.strip() for topic in _ALSO_ABOUT.split(match[1]) if topic.strip()]
        return [([best] if (best := _about(t, shown)) else [], t) for t in topics]
    if pattern is _NAMED:
        best = _about(match[1], shown)
        return [([best] if best else [], "")]
    if pattern is _RUN:
        count = int(match[2]) if match[2].isdigit() else _COUNTS.index(match[2]) + 1
        count = min(count, len(shown))
        begin = len(shown) - count + 1 if match[1] == "last" else 1
        return [(list(range(begin, begin + count)), match[0])]
    if pattern is _ORDINAL:
        if match[1] == "last":
            return [([len(shown)], match[1])]
        number = int(match[2]) if match[2] else _ORDINALS.index(match[1]) + 1
        return [([number], match[1])]
    return [([int(match[1])], match[1])]


def _about(topic: str, shown: Sequence[tuple[str, str]]) -> int | None:
    """Return the number of the question that shares the most with a topic, or None."""
    wanted = _stems(topic)
    scores = [len(wanted & _stems(text)) for _, text in shown]
    best = max(scores, default=0)
    return scores.index(best) + 1 if best else None


def _stems(text: str) -> set[str]:
    words = set(re.findall(r"[a-z]{3,}", text.lower())) - _EMPTY
    return {word[:5] for word in words}
