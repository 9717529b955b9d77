"""Whether a message is in another language than English.

Short messages defeat statistical language guessers, so this is deliberately modest: another
script, or two small words of another language that outnumber the English ones.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.knowledge import knowledge

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH = frozenset(
    (
        "the a an i you he she it we they is are was were am be been do does did have has had "
        "my your his her our their this that what how why when where which who can could should "
        "would will not no yes and or but if of to in on at for with from about me him them "
        "need want doctor second opinion cancer please help thanks get see say ask know think "
        "feel"
    ).split()
)
ENOUGH_SCRIPT = 0.5
"""Share of letters outside the Latin script from which a message isn't English."""


@lru_cache(maxsize=1)
def _languages() -> dict[str, frozenset[str]]:
    return {code: frozenset(words) for code, words in knowledge("asides")["languages"].items()}


def other_language(text: str) -> str:
    """Return a language code ("es"), "other" for another script, or "" for English or unsure."""
    letters = [c for c in text[:500] if c.isalpha()]
    foreign = sum(1 for c in letters if "LATIN" not in unicodedata.name(c, ""))
    if letters and foreign / len(letters) >= ENOUGH_SCRIPT:
        return "other"
    words = [w.lower() for w in _WORD.findall(text[:500])]
    english = sum(w in _ENGLISH for w in words)
    hits = {code: sum(w in small for w in words) for code, small in _languages().items()}
    best = max(hits, key=lambda code: hits[code])
    enough = hits[best] >= 2 and hits[best] > 1.5 * english and hits[best] >= 0.3 * len(words)
    return best if enough else ""
