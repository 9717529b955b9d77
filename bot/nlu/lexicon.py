"""The lexicon of conditions: names, ids and what they resolve to, read from the derived files."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from bot.paths import KNOWLEDGE

DERIVED = KNOWLEDGE / "derived"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a tab-separated file whose first lines may be '#' comments."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


@lru_cache(maxsize=1)
def medical_words() -> frozenset[str]:
    """Return every word of five letters or more that stands in a condition's name."""
    words: set[str] = set()
    for row in rows(DERIVED / "names.tsv"):
        words.update(re.findall(r"[a-z]{5,}", row["name"].lower()))
    return frozenset(words)
