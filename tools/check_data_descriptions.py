"""Whether each description of a health problem leads to kinds of doctors that exist."""

from __future__ import annotations

from collections.abc import Iterator

from tools.check_data_files import Content, Problem

FILE = "data/knowledge/descriptions.tsv"
FEWEST_WORDS = 2


def problems(content: Content) -> Iterator[Problem]:
    """Yield lines without a tab, unknown kinds of doctors, and descriptions that stand twice."""
    known = content.knowledge("specialties").value["specialties"]
    seen: dict[str, int] = {}
    header = True
    for number, line in enumerate(content.text(FILE).splitlines(), 1):
        if line.startswith("#"):
            continue
        words, tab, doctors = line.partition("\t")
        if header:
            header = False
            continue
        if not tab or len(words.split()) < FEWEST_WORDS or "\t" in doctors:
            text = "A line is a description of two words or more, one tab, and ids of doctors."
            yield Problem(FILE, number, text)
            continue
        for name in doctors.split(","):
            if name not in known:
                text = f"There is no kind of doctor '{name}' in specialties.yml."
                yield Problem(FILE, number, text)
        key = words.lower()
        if key in seen:
            yield Problem(FILE, number, f"'{words}' stands twice; first in line {seen[key]}.")
        seen.setdefault(key, number)
