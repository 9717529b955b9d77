"""The checklist, the questions, the comparison sheet and the sources, as sections."""

from __future__ import annotations

from collections.abc import Sequence

from bot.guide.comparison import comparison
from bot.guide.documents import fill
from bot.guide.questions import question_list
from bot.guide.records import checklist
from bot.knowledge import knowledge
from bot.papers.blocks import blocks_of
from bot.papers.dates import Asked, asked_for, in_short, in_words
from bot.papers.model import (
    Aspect,
    Block,
    Paragraph,
    Question,
    Questions,
    Record,
    Records,
    Section,
    Sheet,
    Source,
    Sources,
    Subtitle,
)
from bot.papers.view import View

TOP = 3
"""Questions that come first: a visit is short."""
ROOM_TOP, ROOM_OWN, ROOM, ROOM_MANY = 3, 2, 1, 1
"""Lines to write an answer on."""
MANY = 12
"""Own questions from which each gets less room, so that the list stays a list."""


def counts(view: View) -> dict[str, str]:
    """Return how many records are here, asked for and missing, as words to fill in."""
    entries = checklist(view.situation, view.catalogue)
    have = sum(entry.done for entry in entries)
    asked = len(asked_for(view.situation, view.catalogue))
    missing = max(len(entries) - have - asked, 0)
    return {"have": str(have), "asked": str(asked), "missing": str(missing)}


def records(view: View) -> Section:
    """Return the checklist: have, asked for or missing, each with its days."""
    content = knowledge("papers")["checklist"]
    waiting = {a.record.id: a for a in asked_for(view.situation, view.catalogue)}
    items = [entry.item for entry in checklist(view.situation, view.catalogue)]
    items += [a.record for key, a in waiting.items() if key not in {item.id for item in items}]
    rows = []
    for item in items:
        asked = waiting.get(item.id)
        done = item.id in view.situation.records_done
        state = content[_state(done, asked, view)]
        days = (in_short(asked.day), in_short(asked.due)) if asked else ("", "")
        rows.append(Record(item.text, item.how, state, done, *days))
    blocks: list[Block] = [
        Paragraph(((content["intro"],),)),
        Paragraph(((content["count"].format(**counts(view)),),)),
        Records(tuple(content["columns"]), tuple(rows)),
    ]
    if waiting:
        blocks.append(Subtitle(content["late_title"]))
        blocks += blocks_of(fill(content["late_words"], view.situation))
    return Section("records", content["title"], tuple(blocks))


def _state(done: bool, asked: Asked | None, view: View) -> str:
    if done or not asked:
        return "have" if done else "missing"
    return "late" if asked.due < view.today else "asked"


def questions(view: View) -> Section:
    """Return the question list: the three that matter most, their own, then by topic."""
    content = knowledge("papers")["questions"]
    now = view.situation
    own = {f"own_{number}": text for number, text in enumerate(now.own_questions, 1)}
    topics = question_list(now, view.catalogue)
    known = {**own, **{q.id: q.text for topic in topics for q in topic.questions}}
    for key in now.questions_dropped:
        known.pop(key, None)
    picked = [key for key in dict.fromkeys(now.questions_top) if key in known]
    parts = [
        (content["top"], picked[:TOP], ROOM_TOP),
        (content["picked"], picked[TOP:], ROOM_OWN),
        (content["own"], _rest(own, known, picked), ROOM_MANY if len(own) > MANY else ROOM_OWN),
        *((t.title, _rest([q.id for q in t.questions], known, picked), ROOM) for t in topics),
    ]
    blocks: list[Block] = [Paragraph(((content["intro"],),))]
    number = 0
    if not picked:
        blocks += _to_write(content["top_blank"], TOP)
    for title, keys, room in parts:
        if keys:
            numbered = enumerate(keys, number + 1)
            items = tuple(Question(n, known[key], room) for n, key in numbered)
            number += len(items)
            blocks += [Subtitle(title), Questions(items)]
    blocks += _to_write(content["more"], TOP)
    return Section("questions", content["title"], tuple(blocks))


def _rest(
    keys: Sequence[str] | dict[str, str], known: dict[str, str], gone: list[str]
) -> list[str]:
    return [key for key in keys if key in known and key not in gone]


def _to_write(title: str, count: int) -> list[Block]:
    return [Subtitle(title), Questions(tuple(Question(0, "", 1) for _ in range(count)))]


def comparison_sheet(view: View) -> Section:
    """Return the sheet for two opinions, with what was told of them."""
    content = knowledge("papers")["comparison"]
    aspects = knowledge("comparison")["aspects"]
    told = comparison([(a["id"], a["title"]) for a in aspects], *view.opinions)
    rows = tuple(
        Aspect(title, aspect["prompt"], first, second)
        for aspect, (title, first, second) in zip(aspects, told, strict=True)
    )
    sheet = Sheet(content["first"], content["second"], rows)
    return Section("comparison", content["title"], (Paragraph(((content["intro"],),)), sheet))


def sources(view: View) -> Section:
    """Return where the facts on the papers come from, and when they were checked."""
    content = knowledge("papers")["sources"]
    known = knowledge("sources")["sources"]
    kind = knowledge("coverage")["coverage"].get(view.situation.coverage or "unsure") or {}
    named = [*knowledge("documents")["records_letter"]["sources"], *content["ids"]]
    named += [key for fact in kind.get("known", ()) for key in fact["sources"]]
    items = tuple(
        Source(
            known[key]["title"],
            known[key]["publisher"],
            known[key]["url"],
            content["reviewed"].format(date=in_words(known[key]["reviewed"])),
        )
        for key in dict.fromkeys(named)
    )
    return Section("sources", content["title"], (Paragraph(((content["intro"],),)), Sources(items)))
