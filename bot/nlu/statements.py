"""Whether a message does nothing but name a condition: "asthma", "I have asthma", "it's asthma".

No number of examples teaches a classifier the names of thousands of conditions; the entity finder
knows them all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.nlu.details import ORGANS

_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")
STATING = frozenset(
    (
        "i i'm i've im ive we we've he he's she she's it it's its they they're that that's this "
        "my our his her their the a an am is are was were be been have has had having got gets "
        "get suffer suffers suffering live living me us him them with of from for by as to just "
        "now recently probably maybe apparently last since yesterday today week month year years "
        "ago and also bad badly severe mild chronic new well so sorry oh ok hi hello type stage "
        "grade name one two three four i ii iii iv a b c left right both bilateral low high "
        "intermediate gleason score positive negative er pr her2"
    ).split()
)
"""Words with which people state a diagnosis; what else stands beside it is another wish."""
SAYING = frozenset(
    "diagnosed diagnosis told called calls call says say said thinks think found shows showed "
    "confirmed turns turned out came back".split()
)
SOURCES = frozenset(
    "doctor doctors dr docs doc hospital surgeon specialist biopsy scan mri ct test tests results "
    "report".split()
)
"""Who or what says it: "the biopsy says lupus" states a diagnosis, "lupus doctor" does not."""
ASKING = frozenset("is are was were am".split())
"""First words of a question that lacks its mark: "is it cancer"."""
NAMING = frozenset({"condition", "relation", "procedure"})


def only_names_a_condition(text: str, entities: Sequence[Mapping[str, Any]]) -> bool:
    """Return True if a text names a condition, and says nothing else that could be a wish.

    Args:
        text: the message.
        entities: what was found in it, each with its place.
    """
    if not names_a_condition(entities) or "?" in text:
        return False
    rest = list(text)
    for entity in entities:
        if entity.get("entity") in NAMING:
            rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    words = _WORD.findall("".join(rest).lower())
    if words and (words[0] in ASKING or (SOURCES.intersection(words) and not _says(words))):
        return False
    telling = (w for w in words if not w[0].isdigit())  # stages, ages, values of tests
    return STATING.union(SAYING, SOURCES, ORGANS).issuperset(telling)


def names_a_condition(entities: Sequence[Mapping[str, Any]]) -> bool:
    """Return True if a condition is named as somebody's, one that we know doctors for."""
    return any(e.get("entity") == "condition" and _is_known(e) for e in entities)


def _says(words: Sequence[str]) -> bool:
    return not SAYING.isdisjoint(words)


def _is_known(condition: Mapping[str, Any]) -> bool:
    stated = condition.get("status", "current") == "current"
    return stated and bool(condition.get("specialists") or condition.get("ask"))
