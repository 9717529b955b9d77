"""Whether every fact has a source that somebody looked at not too long ago."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any

from tools.check_data_files import Content, Document, Key, Problem
from tools.check_data_responses import defined

WARN_DAYS = 60
_FACT = re.compile(
    r"\d|\b(?:study|studies|research|medicare|medicaid|hipaa|by law|federal)\b", re.IGNORECASE
)
_NO_FACT = re.compile(r"\b(?:911|988|1-8\d\d-[\d-]+)\b|\{\w+\}")
"""Numbers to call and placeholders are no facts that a patient asks the source of."""


def problems(content: Content, today: datetime.date) -> Iterator[Problem]:
    """Yield facts without a source, sources past their date (and soon past it, as warnings)."""
    yield from review_dates(content, today)
    yield from facts_have_sources(content)
    yield from unused_sources(content)


def review_dates(content: Content, today: datetime.date) -> Iterator[Problem]:
    """Yield sources that are due to be checked again."""
    sources = content.knowledge("sources")
    for name, entry in sources.value["sources"].items():
        yield from _dates(sources, ("sources", name), name, entry, today)
    flags = content.knowledge("red_flags")
    yield from _dates(flags, ("review",), "red_flags", flags.value["review"], today)


def _dates(
    document: Document, path: tuple[Key, ...], name: str, entry: Any, today: datetime.date
) -> Iterator[Problem]:
    reviewed, due = entry["reviewed"], entry["due"]
    if due <= reviewed:
        text = f"'{name}' is due again on {due}, but was reviewed only on {reviewed}."
        yield document.problem_at(path, text)
    if reviewed > today:
        yield document.problem_at(
            path, f"'{name}' was reviewed on {reviewed}, which is yet to come."
        )
    left = (due - today).days
    if left < 0:
        text = (
            f"'{name}' was due on {due}. Check that what we say is still right, then set reviewed "
            "and due anew."
        )
        yield document.problem_at(path, text)
    elif left <= WARN_DAYS:
        text = f"'{name}' is due on {due}, in {left} days."
        yield document.problem_at(path, text, warning=True)


def facts_have_sources(content: Content) -> Iterator[Problem]:
    """Yield topics that state a number, a study or a law and name no source."""
    known = defined(content)
    for document, path, topic in content.topics():
        if topic["sources"]:
            continue
        for key in (*topic["say"], *topic.get("again", ())):
            variations = known[key][1] if key in known else []
            if any(states_fact(str(variation["text"])) for variation in variations):
                text = f"'{path[-1]}' says a fact in '{key}' but names no source (sources: [...])."
                yield document.problem_at((*path, "sources"), text)
                break


def states_fact(text: str) -> bool:
    """Return True if a text holds a number, a study or a law that a patient may ask about."""
    return bool(_FACT.search(_NO_FACT.sub("", text)))


def unused_sources(content: Content) -> Iterator[Problem]:
    """Yield sources that no topic, no kind of coverage and no letter names."""
    document = content.knowledge("sources")
    used: set[str] = set(content.knowledge("documents").value["records_letter"]["sources"])
    for _, _, topic in content.topics():
        used.update(topic["sources"])
    for kind in content.knowledge("coverage").value["coverage"].values():
        for fact in kind["known"]:
            used.update(fact["sources"])
    urls = {s["url"] for s in content.knowledge("red_flags").value["sources"].values()}
    for name, entry in document.value["sources"].items():
        if name not in used and entry["url"] not in urls and name not in SPOKEN:
            text = f"Nothing names the source '{name}': add it to a topic, or take it out."
            yield document.problem_at(("sources", name), text)


SPOKEN = frozenset({"childhelp"})
"""Sources of numbers that stand in the alerts of data/responses/safety.yml."""
