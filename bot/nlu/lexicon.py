"""The lexicon of conditions: names, ids and what they resolve to, read from the content files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.errors import KnowledgeProblem
from bot.nlu.weights import whole_words
from bot.paths import KNOWLEDGE

DERIVED = KNOWLEDGE / "derived"
SHORTEST_MEDICAL = 5


@dataclass(frozen=True)
class Entry:
    """What a name resolves to.

    Attributes:
        id: of the disease ontology, or "lay:..." for an entry of our own.
        name: how we call it.
        specialists: ids of specialist types, the likeliest first.
        families: ids of families, the most specific first.
        serious: usually life-threatening or life-changing.
        kind: "disease", "injury", "procedure", "finding" or "symptom".
        ask: names between which to ask back when the term is ambiguous.
        own: from our own table rather than the ontology.
    """

    id: str
    name: str
    specialists: tuple[str, ...]
    families: tuple[str, ...]
    serious: bool = False
    kind: str = "disease"
    ask: tuple[str, ...] = ()
    own: bool = False


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a tab-separated file whose first lines may be '#' comments.

    Raises:
        KnowledgeProblem: the file is missing.
    """
    try:
        with path.open(encoding="utf-8") as file:
            # Split by hand: nothing is quoted, and csv takes three times as long at every start.
            lines = (line.rstrip("\n").split("\t") for line in file if line[0] != "#")
            header = next(lines)
            for values in lines:
                yield dict(zip(header, values, strict=False))
    except FileNotFoundError:
        raise KnowledgeProblem(f"{path.name} is missing from {path.parent}.") from None


def descriptions() -> list[tuple[str, tuple[str, ...]]]:
    """Return health problems in words that name no condition, and the doctors they lead to."""
    file = KNOWLEDGE / "descriptions.tsv"
    return [(row["description"], _listed(row["specialists"])) for row in rows(file)]


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


class Lexicon:
    """Names of conditions and what each one resolves to."""

    def __init__(self) -> None:
        """Read the derived files and our own table.

        Raises:
            KnowledgeProblem: a file is missing.
        """
        self._entries = {
            row["id"]: _ontology_entry(row) for row in rows(DERIVED / "conditions.tsv")
        }
        self._by_name = {entry.name: entry for entry in self._entries.values()}
        self._loose: dict[str, Entry] = {}
        self._strict: dict[str, Entry] = {}
        for row in rows(DERIVED / "names.tsv"):
            entry = self._entries.get(row["id"])
            if entry:
                strict = row["acronym"] == "1"
                (self._strict if strict else self._loose).setdefault(
                    row["name"] if strict else row["name"].lower(), entry
                )
        self._add_ambiguous()
        self._codes = {row["code"]: row for row in rows(DERIVED / "icd10cm.tsv")}
        self.medical = medical_words()
        # No typo of a disease: "cancel" is not "cancer", "strike" is not "stroke".
        self.common = whole_words()
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(self.medical):
            self._by_length.setdefault(len(word), []).append(word)

    def _add_ambiguous(self) -> None:
        """Terms that can mean several things: an entry that only knows what to ask."""
        for row in rows(DERIVED / "ambiguous.tsv"):
            choices = tuple(self._entries[i].name for i in _listed(row["ask"]))
            name = row["name"]
            entry = Entry(f"ambiguous:{name.lower()}", name, (), (), ask=choices, own=True)
            strict = row["acronym"] == "1"
            (self._strict if strict else self._loose)[name if strict else name.lower()] = entry

    def phrases(self) -> Iterator[tuple[str, bool]]:
        """Yield every name, and whether it must stand in its own capitals."""
        for name in self._loose:
            yield name, False
        for name in self._strict:
            yield name, True

    def entry(self, name: str, strict: bool) -> Entry | None:
        """Return what a name resolves to, or None."""
        return (self._strict if strict else self._loose).get(name)

    def named(self, name: str) -> Entry | None:
        """Return the entry that we call by a name, or None."""
        return self._by_name.get(name)

    def code(self, code: str) -> Entry | None:
        """Return what an ICD-10-CM code resolves to, by itself or by the codes above it."""
        above = (code[:length].rstrip(".") for length in range(len(code), 2, -1))
        row = next((self._codes[c] for c in above if c in self._codes), None)
        if row and row["id"] in self._entries:
            return self._entries[row["id"]]
        specialists = _listed(row.get("specialists")) if row else ()
        if row is None or not specialists:
            return None
        return Entry(
            f"icd10cm:{code}", row["description"], specialists, _listed(row.get("families"))
        )

    def by_length(self, length: int) -> list[str]:
        """Return the medical words of a length, as targets of spelling repair."""
        return self._by_length.get(length, [])


def _ontology_entry(row: dict[str, str]) -> Entry:
    return Entry(
        row["id"],
        row["name"],
        _listed(row["specialists"]),
        _listed(row["families"]),
        row["serious"] == "1",
        row.get("kind") or "disease",
        own=row["id"].startswith("lay:"),
    )


@lru_cache(maxsize=1)
def medical_words() -> frozenset[str]:
    """Return every word of five letters or more in a condition's name, and shorter whole names."""
    words: set[str] = set()
    for row in rows(DERIVED / "names.tsv"):
        name = row["name"].lower()
        words.update(re.findall(rf"[a-z]{{{SHORTEST_MEDICAL},}}", name))
        if name.isalpha() and row["acronym"] != "1":  # gout, acne
            words.add(name)
    return frozenset(words)


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the shipped lexicon, read once per process."""
    return Lexicon()
