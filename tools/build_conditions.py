"""Derives the lexicon of conditions that ships with the product.

Usage: ``python -m tools.build_conditions [--source DIR] [--always]``; ``make run``, ``make train``
and ``make check-data`` do it when something changed. DIR (``tools/open_data``) holds the open data:
``doid/doid_terms.tsv.gz``, ``doid/doid_synonyms.tsv.gz``, ``icd10cm/*.csv.gz`` and
``specialties/specialty_map_draft.csv``. Together with the hand-written files of ``data/knowledge``
and ``tools/condition_overrides.csv`` they become ``data/knowledge/derived/*.tsv``.

The same input gives the same output, byte for byte. Nothing here runs while patients are served.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import hashlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

PROJECT = Path(__file__).resolve().parent.parent
KNOWLEDGE = PROJECT / "data" / "knowledge"
OPEN_DATA = PROJECT / "tools" / "open_data"
STAMP = "made_from.sha256"
"""Beside the derived files: of everything they were made from, this program included."""
BY_HAND = ("lay_conditions", "families", "specialties")
OVERRIDES = PROJECT / "tools" / "condition_overrides.csv"

DISEASE_ONTOLOGY = "Human Disease Ontology (HumanDiseaseOntology), CC0 1.0, July 2026"
ICD = "ICD-10-CM FY2022 (CMS and NCHS), public domain"

MOST_SPECIALISTS = 3
MOST_MEANINGS = 4
"""A phrase with more meanings than a patient can be asked about is left out."""
SPREAD = 2
"""Codes of a category that must lead to conditions before one may stand for the whole category."""
LONGEST_SYNONYM = 80
"""Characters. Nobody types a longer synonym; a condition's own name stays whatever its length."""

GROWTHS = ("mass", "tumor", "tumour", "growth", "lump", "lesion", "spot")
RANK = {"LAY": 0, "NAME": 1, "EXACT": 2, "RELATED": 3, "NARROW": 4}
"""Which of two conditions gets a name that both have. BROAD synonyms are too wide to use."""

_ACRONYM = re.compile(r"[A-Z0-9][A-Z0-9/\-]{2,7}s?")
_CATALOGUE_TALK = re.compile(
    r"\bNOS\b|\(disorder\)|\(finding\)|unspecified|not otherwise|elsewhere|without mention|"
    r"\[|morphologic|\bsymptom$|, (?:congenital|acquired)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\s(?:type )?(?:\d+[A-Za-z]?|[IVX]+[A-Za-z]?)$")
_TUMOR = re.compile(r"\b(?:tumou?rs?|neoplasms?|lesions?|mass)\b", re.IGNORECASE)
_SURE = re.compile(r"malignan|cancer|carcinoma|sarcoma|primary|benign", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """One disease of the ontology."""

    id: str
    name: str
    parents: tuple[str, ...]
    icd: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One line of conditions.tsv."""

    id: str
    name: str
    kind: str
    specialists: tuple[str, ...]
    families: tuple[str, ...]
    serious: bool
    root_level: bool = False


@dataclass(frozen=True)
class Name:
    """One way to say a condition. Several ids: ask which one is meant."""

    name: str
    ids: tuple[str, ...]
    kind: str
    capitals: bool


@dataclass(frozen=True)
class Code:
    """One line of icd10cm.tsv."""

    code: str
    description: str
    id: str
    specialists: tuple[str, ...]
    families: tuple[str, ...]


@dataclass
class Overrides:
    """What was mended by hand, from condition_overrides.csv."""

    specialists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    families: dict[str, tuple[str, ...]] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    not_under: set[tuple[str, str]] = field(default_factory=set)
    serious: dict[str, bool] = field(default_factory=dict)
    dropped: set[tuple[str, str]] = field(default_factory=set)
    everyday: set[str] = field(default_factory=set)
    icd: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Lay:
    """The entries of lay_conditions.yml."""

    conditions: tuple[dict[str, Any], ...]
    ambiguous: tuple[dict[str, Any], ...]

    def display_names(self) -> dict[str, str]:
        """Return the plain name for each disease of the ontology that has one."""
        return {e["doid"]: e["name"] for e in self.conditions if "doid" in e}


class Ontology:
    """The diseases and what stands above each of them."""

    def __init__(self, terms: Mapping[str, Term]) -> None:
        self.terms = dict(terms)
        self._above: dict[str, tuple[tuple[str, ...], ...]] = {}
        self.below: dict[str, int] = {}
        for term in self.terms:
            for level in self.levels(term):
                for ancestor in level:
                    self.below[ancestor] = self.below.get(ancestor, 0) + 1

    def levels(self, term: str) -> tuple[tuple[str, ...], ...]:
        """Return the term itself, its parents, their parents and so on, each id once."""
        if term not in self._above:
            self._above[term] = tuple(self._climb(term))
        return self._above[term]

    def _climb(self, term: str) -> Iterator[tuple[str, ...]]:
        seen = {term}
        level: tuple[str, ...] = (term,)
        while level:
            yield level
            above = {p for t in level for p in self.terms[t].parents if p in self.terms}
            level = tuple(sorted(above - seen))
            seen.update(level)

    def ancestors(self, term: str) -> frozenset[str]:
        """Return everything above a term, without itself."""
        return frozenset(a for level in self.levels(term)[1:] for a in level)

    def nearest(self, term: str, wanted: Callable[[str], bool]) -> tuple[str, ...]:
        """Return the nearest wanted ids at or above a term, the most specific first."""
        for level in self.levels(term):
            found = [t for t in level if wanted(t)]
            if found:
                return tuple(sorted(found, key=lambda t: (self.below[t], t)))
        return ()


# Reading ------------------------------------------------------------------------------------------


def table(path: Path, delimiter: str = ",") -> Iterator[dict[str, str]]:
    """Yield the rows of a table, without comment lines."""
    quoting = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    opened: Any = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter=delimiter, quoting=quoting)


def content(name: str) -> Any:
    """Return the plain values of a file of data/knowledge."""
    return YAML(typ="safe").load((KNOWLEDGE / f"{name}.yml").read_text(encoding="utf-8"))


def ids(cell: str) -> tuple[str, ...]:
    """Return the ids in a cell, which are parted by bars, commas, semicolons or spaces."""
    return tuple(part for part in re.split(r"[|,;\s]+", cell or "") if part)


def read_ontology(source: Path, overrides: Overrides) -> Ontology:
    """Return the ontology with asserted and inferred parents, but for the wrong ones."""
    terms = {}
    for row in table(source / "doid" / "doid_terms.tsv.gz", "\t"):
        parents = ids(row["parents_asserted"]) + ids(row["parents_inferred_2024"])
        parents = tuple(p for p in parents if (row["doid"], p) not in overrides.not_under)
        terms[row["doid"]] = Term(row["doid"], row["name"], parents, ids(row["icd10cm"]))
    return Ontology(terms)


def read_overrides(path: Path = OVERRIDES) -> Overrides:
    """Return what was mended by hand."""
    overrides = Overrides()
    for row in table(path):
        kind, key, value = row["kind"], row["key"], row["value"]
        if kind == "specialists":
            overrides.specialists[key] = ids(value)
        elif kind == "families":
            overrides.families[key] = ids(value)
        elif kind == "weak":
            overrides.weak.add(key)
        elif kind == "not_under":
            overrides.not_under.add((key, value))
        elif kind == "serious":
            overrides.serious[key] = value == "yes"
        elif kind == "drop_name":
            overrides.dropped.add((key, value.lower()))
        elif kind == "code":
            overrides.codes[key] = value
        elif kind == "everyday":
            overrides.everyday.add(value.lower())
        elif kind == "icd":
            specialists, _, families = value.partition("/")
            first, _, last = key.partition("-")
            overrides.icd.append((first, last, ids(specialists), ids(families)))
        else:
            raise SystemExit(f"{path.name}: unknown kind {kind!r}")
    return overrides


def read_lay() -> Lay:
    """Return the patients' phrases."""
    file = content("lay_conditions")
    return Lay(tuple(file["conditions"]), tuple(file["ambiguous"]))


# Conditions ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpecialtyMap:
    """Which specialists see what hangs under a node of the ontology."""

    mapped: Mapping[str, tuple[str, ...]]
    weak: frozenset[str]

    def resolve(self, term: str, ontology: Ontology) -> tuple[tuple[str, ...], bool]:
        """Return the specialists for a disease, and whether only a node near the root knew them."""
        near = ontology.nearest(term, lambda t: t in self.mapped and t not in self.weak)
        nodes = near or ontology.nearest(term, lambda t: t in self.mapped)
        return _merged([self.mapped[node] for node in nodes]), not near


def _merged(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the first of each list, then the seconds and so on, up to the most we name."""
    columns = list(lists)
    longest = max((len(column) for column in columns), default=0)
    merged = [c[i] for i in range(longest) for c in columns if i < len(c)]
    return tuple(dict.fromkeys(merged))[:MOST_SPECIALISTS]


def read_specialty_map(source: Path, overrides: Overrides) -> SpecialtyMap:
    """Return the map from the draft table, with what was mended by hand on top."""
    by_title = {s["specialty"]: key for key, s in content("specialties")["specialties"].items()}
    mapped: dict[str, tuple[str, ...]] = {}
    weak = set(overrides.weak)
    for row in table(source / "specialties" / "specialty_map_draft.csv"):
        titles = [t for t in (row["specialist"], row["second_specialist"]) if t]
        mapped[row["doid"]] = tuple(by_title[title] for title in titles)
        if row["root_level_fallback"] == "1":
            weak.add(row["doid"])
    mapped.update(overrides.specialists)
    return SpecialtyMap(mapped, frozenset(weak))


class Families:
    """Which families a disease belongs to: for each kind of family, the nearest root wins."""

    def __init__(self, overrides: Overrides) -> None:
        self.all: dict[str, dict[str, Any]] = content("families")["families"]
        self.overrides = overrides
        self._roots: dict[str, dict[str, list[str]]] = {}
        for key, family in self.all.items():
            for root in family["roots"]:
                self._roots.setdefault(family["kind"], {}).setdefault(root, []).append(key)

    def of(self, term: str, ontology: Ontology) -> tuple[str, ...]:
        """Return the families of a disease: first what it is, then where it is."""
        fixed = ontology.nearest(term, lambda t: t in self.overrides.families)
        if fixed:
            return self.overrides.families[fixed[0]]
        chosen: list[str] = []
        for roots in self._roots.values():
            for root in ontology.nearest(term, lambda t, roots=roots: t in roots):  # type: ignore[misc]
                chosen.extend(roots[root])
        return tuple(dict.fromkeys(chosen))

    def serious(self, term: str, families: Iterable[str], ontology: Ontology) -> bool:
        """Return whether a disease is usually serious: by hand, else by its families."""
        marked = ontology.nearest(term, lambda t: t in self.overrides.serious)
        if marked:
            return any(self.overrides.serious[t] for t in marked)
        return any(self.all[family]["serious"] for family in families)


@dataclass(frozen=True)
class Builder:
    """Puts the conditions together."""

    ontology: Ontology
    specialties: SpecialtyMap
    families: Families
    lay: Lay

    def conditions(self) -> dict[str, Condition]:
        """Return every condition of the ontology and of our own, by id."""
        display = self.lay.display_names()
        known = {t: self._disease(t, display) for t in self.ontology.terms}
        for entry in self.lay.conditions:
            if "id" in entry:
                known[entry["id"]] = self._own(entry, known)
        return known

    def _disease(self, term: str, display: Mapping[str, str]) -> Condition:
        specialists, root_level = self.specialties.resolve(term, self.ontology)
        families = self.families.of(term, self.ontology)
        return Condition(
            id=term,
            name=display.get(term, self.ontology.terms[term].name),
            kind="disease",
            specialists=specialists,
            families=families,
            serious=self.families.serious(term, families, self.ontology),
            root_level=root_level,
        )

    @staticmethod
    def _own(entry: Mapping[str, Any], known: Mapping[str, Condition]) -> Condition:
        like = known.get(entry.get("like", ""))
        return Condition(
            id=entry["id"],
            name=entry["name"],
            kind=entry["kind"],
            specialists=tuple(entry.get("specialists", like.specialists if like else ())),
            families=tuple(entry.get("families", like.families if like else ())),
            serious=bool(entry.get("serious", like.serious if like else False)),
        )


# Names --------------------------------------------------------------------------------------------


def for_anyone(phrase: str) -> Iterator[str]:
    """Yield a phrase and how others say it of the patient ("my lung", "her lung", "the lung")."""
    yield phrase
    if re.search(r"\bmy\b", phrase):
        for whose in ("her", "his", "the"):
            yield re.sub(r"\bmy\b", whose, phrase)


def spellings(name: str) -> Iterator[str]:
    """Yield a name and how it is written without its apostrophe ("crohns", "crohn")."""
    yield name
    if "'s " in name or name.endswith("'s"):
        yield re.sub(r"'s\b", "s", name)
        yield re.sub(r"'s\b", "", name)
    elif "'" in name:
        yield name.replace("'", "")


def usable(text: str, kind: str, term: Term, overrides: Overrides) -> bool:
    """Return whether a name of the ontology is one that a patient could mean by it."""
    lower = text.lower()
    led_astray = {(term.id, lower), (term.id, "*"), ("*", lower)} & overrides.dropped
    if led_astray or kind not in RANK or lower in overrides.everyday:
        return False
    if kind == "NAME":
        return True
    if len(text) > LONGEST_SYNONYM or len(text) < 3 or _CATALOGUE_TALK.search(text):
        return False
    if _NUMBERED.search(term.name) and not _is_acronym(text) and any(c.isdigit() for c in text):
        return False  # of a numbered genetic subtype its name and its acronym are enough
    # "Vulvar tumor" need be neither cancer nor harmless, whatever the ontology says.
    sure = not term.name.endswith((" cancer", " benign neoplasm")) or _SURE.search(text)
    return bool(sure or not _TUMOR.search(text))


def _is_acronym(text: str) -> bool:
    return bool(_ACRONYM.fullmatch(text)) and any(c.isalpha() for c in text)


def ontology_names(source: Path, ontology: Ontology, overrides: Overrides) -> Iterator[Name]:
    """Yield the usable names of the ontology."""
    for row in table(source / "doid" / "doid_synonyms.tsv.gz", "\t"):
        term = ontology.terms.get(row["doid"])
        text = " ".join(row["string"].split())
        if term is None or not usable(text, row["type"], term, overrides):
            continue
        capitals = _is_acronym(text)
        for spelling in spellings(text if capitals else text.lower()):
            yield Name(spelling, (term.id,), row["type"], capitals)


def lay_names(lay: Lay) -> Iterator[Name]:
    """Yield the patients' phrases, the written ones first; the ambiguous ones carry several ids."""
    written = list(_written(lay))
    said = {name.name for name in written}
    written += [name for name in _growths(lay) if name.name not in said]
    yield from written
    taken = {name.name for name in written}
    for name in written:
        if not name.capitals:
            variants = (v for phrase in for_anyone(name.name) for v in spellings(phrase))
            yield from (Name(v, name.ids, "LAY", False) for v in variants if v not in taken)


def _written(lay: Lay) -> Iterator[Name]:
    for entry in (*lay.conditions, *lay.ambiguous):
        meant = tuple(entry["ask"]) if "ask" in entry else (entry.get("doid") or entry["id"],)
        for phrase in entry.get("phrases", ()):
            yield Name(phrase.lower(), meant, "LAY", False)
        for phrase in entry.get("capitals", ()):
            yield Name(phrase, meant, "LAY", True)


def _growths(lay: Lay) -> Iterator[Name]:
    """Yield "mass on my pancreas" and its like for what is said to grow in an organ."""
    for entry in lay.conditions:
        for organ in entry.get("organs", ()):
            for growth in GROWTHS:
                for place in ("on", "in"):
                    yield Name(f"{growth} {place} my {organ}", (entry["id"],), "LAY", False)
                yield Name(f"{organ} {growth}", (entry["id"],), "LAY", False)


def one_meaning_each(names: Iterable[Name], ontology: Ontology) -> list[Name]:
    """Return each spelling once, with the ids it can mean."""
    by_spelling: dict[tuple[str, bool], list[Name]] = {}
    for name in names:
        by_spelling.setdefault((name.name, name.capitals), []).append(name)
    ours = {n.name.lower() for group in by_spelling.values() for n in group if n.kind == "LAY"}
    settled = []
    for (spelling, capitals), group in sorted(by_spelling.items()):
        if group[0].kind != "LAY" and spelling.lower() in ours:
            continue
        name = _settled(spelling, capitals, group, ontology)
        if len(name.ids) <= MOST_MEANINGS:
            settled.append(name)
    return settled


def _settled(spelling: str, capitals: bool, group: list[Name], ontology: Ontology) -> Name:
    best = min(group, key=lambda n: RANK[n.kind])
    meant = tuple(dict.fromkeys(i for n in group if n.kind == best.kind for i in n.ids))
    return Name(spelling, _widest(meant, ontology), best.kind, capitals)


def _widest(meant: tuple[str, ...], ontology: Ontology) -> tuple[str, ...]:
    """Return the ids without those that stand below another of them."""
    if len(meant) == 1 or not all(i in ontology.terms for i in meant):
        return meant
    return tuple(i for i in meant if not ontology.ancestors(i).intersection(meant)) or meant[:1]


# ICD-10-CM ----------------------------------------------------------------------------------------


class IcdIndex:
    """Finds the condition behind a code of ICD-10-CM."""

    def __init__(self, ontology: Ontology, settled: Mapping[str, str]) -> None:
        self._ontology = ontology
        self._settled = settled
        self._by_code: dict[str, list[str]] = {}
        for term in ontology.terms.values():
            for code in term.icd:
                self._by_code.setdefault(code, []).append(term.id)
        for found in self._by_code.values():
            found.sort(key=lambda t: (-ontology.below[t], t))

    def condition(self, code: str) -> str | None:
        """Return the condition of a code, of the code above it, or of all the codes below it."""
        if code[:3] in self._settled:
            return self._settled[code[:3]] or None
        return self._at_or_above(code) or self._unspecified(code) or self._of_all_below(code)

    def _at_or_above(self, code: str) -> str | None:
        while len(code) >= 3:
            if code in self._by_code:
                return self._by_code[code][0]
            code = code[:-1].rstrip(".")
        return None

    def _unspecified(self, code: str) -> str | None:
        found = self._by_code.get(f"{code}.9")
        return found[0] if found else None

    def _of_all_below(self, code: str) -> str | None:
        """Return the one condition that all others of this category are kinds of."""
        below = [ts for c, ts in self._by_code.items() if c.startswith(f"{code}.")]
        if len(below) < SPREAD:
            return None
        group = {t for ts in below for t in ts}
        for term in sorted(group, key=lambda t: (-self._ontology.below[t], t)):
            if all(t == term or term in self._ontology.ancestors(t) for t in group):
                return term
        return None


def icd_rows(
    source: Path, known: Mapping[str, Condition], ontology: Ontology, overrides: Overrides
) -> Iterator[Code]:
    """Yield every code, with the condition it stands for, or with what its block tells."""
    index = IcdIndex(ontology, overrides.codes)
    (file,) = sorted((source / "icd10cm").glob("*.csv.gz"))
    for row in sorted(table(file), key=lambda r: r["code"]):
        code, text = row["code"], " ".join(row["description"].split())
        found = index.condition(code)
        if found:
            yield Code(code, text, found, known[found].specialists, known[found].families)
        else:
            yield Code(code, text, "", *_block(code, overrides))


def _block(code: str, overrides: Overrides) -> tuple[tuple[str, ...], tuple[str, ...]]:
    for first, last, specialists, families in overrides.icd:
        if first <= code[: len(first)] and code[: len(last)] <= last:
            return specialists, families
    return (), ()


def _joined(*lists: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(",".join(items) for items in lists)


# Writing ------------------------------------------------------------------------------------------


def write(path: Path, sources: str, header: str, rows: Iterable[Iterable[str]]) -> int:
    """Write a tab-separated file with its sources on the first line. Returns the number of rows."""
    lines = ["\t".join(row) for row in rows]
    head = f"# Derived by tools/build_conditions.py from: {sources}; and data/knowledge (own work)."
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([head, header, *lines]) + "\n", encoding="utf-8")
    return len(lines)


def write_conditions(known: Mapping[str, Condition], folder: Path) -> int:
    """Write conditions.tsv."""
    header = "id\tname\tkind\tspecialists\tfamilies\tserious\troot_level"
    rows = (
        (c.id, c.name, c.kind, *_lists(c), *_flags(c.serious, c.root_level))
        for _, c in sorted(known.items())
    )
    return write(folder / "conditions.tsv", DISEASE_ONTOLOGY, header, rows)


def write_names(names: Iterable[Name], folder: Path) -> int:
    """Write names.tsv: the names with one meaning."""
    rows = ((n.name, *n.ids, n.kind, *_flags(n.capitals)) for n in names if len(n.ids) == 1)
    return write(folder / "names.tsv", DISEASE_ONTOLOGY, "name\tid\tkind\tacronym", rows)


def write_ambiguous(names: Iterable[Name], folder: Path) -> int:
    """Write ambiguous.tsv: the names with several meanings, between which the guide asks."""
    rows = ((n.name, *_joined(n.ids), *_flags(n.capitals)) for n in names if len(n.ids) > 1)
    return write(folder / "ambiguous.tsv", DISEASE_ONTOLOGY, "name\task\tacronym", rows)


def write_codes(codes: Iterable[Code], folder: Path) -> int:
    """Write icd10cm.tsv."""
    header = "code\tdescription\tid\tspecialists\tfamilies"
    rows = ((c.code, c.description, c.id, *_lists(c)) for c in codes)
    return write(folder / "icd10cm.tsv", f"{ICD}; {DISEASE_ONTOLOGY}", header, rows)


def _lists(item: Condition | Code) -> tuple[str, ...]:
    return _joined(item.specialists, item.families)


def _flags(*values: bool) -> tuple[str, ...]:
    return tuple(str(int(value)) for value in values)


# The whole ----------------------------------------------------------------------------------------


def problems(
    known: Mapping[str, Condition], names: Iterable[Name], families: Families
) -> list[str]:
    """Return what is wrong with the result, in words; nothing may be."""
    types = content("specialties")["specialties"]
    found = [f"{c.id} {c.name}: no specialist" for c in known.values() if not c.specialists]
    for c in known.values():
        found += [f"{c.id}: no specialist type {s!r}" for s in c.specialists if s not in types]
        found += [f"{c.id}: no family {f!r}" for f in c.families if f not in families.all]
    for name in names:
        found += [f"{name.name!r}: no condition {i}" for i in name.ids if i not in known]
    return found


def build(source: Path, folder: Path) -> list[str]:
    """Derive all files. Returns the summary, a line each."""
    overrides = read_overrides()
    ontology, lay = read_ontology(source, overrides), read_lay()
    families = Families(overrides)
    specialties = read_specialty_map(source, overrides)
    known = Builder(ontology, specialties, families, lay).conditions()
    every_name = (*lay_names(lay), *ontology_names(source, ontology, overrides))
    names = one_meaning_each(every_name, ontology)
    wrong = problems(known, names, families)
    if wrong:
        raise SystemExit("\n".join(wrong))
    codes = list(icd_rows(source, known, ontology, overrides))
    written = {
        "conditions.tsv": write_conditions(known, folder),
        "names.tsv": write_names(names, folder),
        "ambiguous.tsv": write_ambiguous(names, folder),
        "icd10cm.tsv": write_codes(codes, folder),
    }
    return [f"{file}: {rows} rows" for file, rows in written.items()] + summary(known, names, codes)


def summary(known: Mapping[str, Condition], names: list[Name], codes: list[Code]) -> list[str]:
    """Return the figures that show whether the result is sound."""
    diseases = [c for c in known.values() if c.id.startswith("DOID:")]
    root = sum(c.root_level for c in diseases)
    return [
        f"{len(diseases)} diseases, {len(known) - len(diseases)} entries of our own; all resolve",
        f"{root} ({root / len(diseases):.1%}) only through a node near the root",
        f"{sum(not c.families for c in diseases)} diseases without a family",
        f"{sum(c.serious for c in diseases)} diseases marked serious",
        f"{sum(n.kind == 'LAY' for n in names)} patients' phrases,"
        f" {sum(len(n.ids) > 1 for n in names)} names to ask about,"
        f" {sum(n.capitals for n in names)} matched in capitals only",
        f"{sum(bool(c.specialists) for c in codes)} of {len(codes)} ICD-10-CM codes"
        " lead to a specialist",
    ]


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, default=OPEN_DATA, help="folder with the open data")
    parser.add_argument("--out", type=Path, default=KNOWLEDGE / "derived", help="where to write")
    parser.add_argument("--always", action="store_true", help="also if nothing changed")
    options = parser.parse_args(arguments)
    stamp, made_from = options.out / STAMP, fingerprint(options.source)
    if not options.always and stamp.exists() and stamp.read_text().strip() == made_from:
        return 0
    try:
        found = build(options.source, options.out)
    except (YAMLError, KeyError, TypeError, ValueError) as error:
        print(f"The lexicon of conditions can't be made: {type(error).__name__}: {error}")
        print("Run `make check-data`: it names the file and the line.")
        return 1
    stamp.write_text(f"{made_from}\n")
    print("data/knowledge/derived was made anew from what changed:", *found, sep="\n  ")
    return 0


def fingerprint(source: Path) -> str:
    """Return the SHA-256 (hexadecimal) of everything that the derived files are made from."""
    files = [Path(__file__), OVERRIDES, *(KNOWLEDGE / f"{name}.yml" for name in BY_HAND)]
    files += sorted(path for path in source.rglob("*") if path.is_file())
    total = hashlib.sha256()
    for path in files:
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
