"""The plan: where the patient stands, what is done, what comes next. A pure function."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.guide.catalogue import Catalogue
from bot.guide.dates import in_words
from bot.guide.questions import MOST_IMPORTANT, OWN
from bot.guide.records import ASKED, checklist, short_name
from bot.guide.situation import Situation
from bot.guide.specialists import specialists_for

STAGES = ("understand", "records", "specialist", "questions", "visit")


def stage(situation: Situation, catalogue: Catalogue) -> str:
    """Return the id of the stage the patient is at."""
    entries = checklist(situation, catalogue)
    if situation.condition is None and not situation.heard:
        return "understand"
    if sum(e.done for e in entries) < len(entries) / 2:
        return "records" if situation.condition else "understand"
    if "find_specialist" not in situation.heard:
        return "specialist"
    return "visit" if "get_question_list" in situation.heard else "questions"


def sections(
    situation: Situation, catalogue: Catalogue, titles: dict[str, str], next_step: str
) -> list[tuple[str, list[str]]]:
    """Return the plan's sections as (title, lines), those without content left out.

    Args:
        situation: whose plan.
        catalogue: everything known.
        titles: the words of the headings, "records_line" with {done} and {all}, and "asked_line"
            with {item}, {asked} and {due}.
        next_step: what to do next, in words.
    """
    entries = checklist(situation, catalogue)
    done = [e.item.text for e in entries if e.done]
    count = titles["records_line"].format(done=len(done), all=len(entries))
    asked = [
        titles["asked_line"].format(
            item=short_name(e.item), asked=in_words(e.asked), due=in_words(e.due)
        )
        for e in entries
        if e.status == ASKED and e.asked and e.due
    ]
    texts = {q.id: q.text for q in catalogue.questions}
    texts |= {f"{OWN}_{n}": text for n, text in enumerate(situation.own_questions, 1)}
    top = [texts[key] for key in situation.questions_top if key in texts][:MOST_IMPORTANT]
    found = [
        (titles["condition"], [situation.condition.full_name] if situation.condition else []),
        (titles["others"], list(situation.others)),
        (titles["records"], [count, *done]),
        (titles["asked"], asked),
        (titles["specialists"], [s.title for s in specialists_for(situation, catalogue)]),
        (titles["top"], top),
        (titles["questions"], list(situation.own_questions)),
        (titles["next"], [next_step]),
    ]
    return [(title, lines) for title, lines in found if lines]


def known_facts(
    situation: Situation, catalogue: Catalogue, coverage: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return what is known about the patient as (kind, value), in a settled order.

    Args:
        situation: whose facts.
        catalogue: names of the records.
        coverage: the kinds of coverage of coverage.yml; the first of an entry's words names it.
    """
    insurance = (coverage.get(situation.coverage or "") or {}).get("words") or [""]
    records = [r.text for r in catalogue.records if r.id in situation.records_done]
    days = dict(situation.records_asked)
    asked = [
        f"{r.text} ({in_words(date.fromisoformat(days[r.id]))})"
        for r in catalogue.records
        if r.id in days
    ]
    facts = [
        ("relation", situation.relation),
        ("condition", situation.condition.full_name if situation.condition else None),
        ("others", "; ".join(situation.others)),
        ("surgery", situation.surgery),
        ("mismatch", situation.mismatch),
        ("options", situation.options),
        ("gut", situation.gut),
        ("records", "; ".join(records)),
        ("asked", "; ".join(asked)),
        ("questions", "; ".join(situation.own_questions)),
        ("coverage", insurance[0]),
    ]
    return [(name, str(value)) for name, value in facts if value]
