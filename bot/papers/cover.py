"""The first page: what it is about, the next step, the days to keep in mind."""

from __future__ import annotations

from bot.clinic import clinic_words
from bot.guide.plan import stage
from bot.guide.records import short_name
from bot.guide.specialists import specialists_for
from bot.knowledge import knowledge
from bot.papers.dates import asked_for, in_words
from bot.papers.model import (
    Blank,
    Block,
    Bullets,
    Callout,
    Form,
    Paragraph,
    Section,
    SmallPrint,
    Subtitle,
    Way,
)
from bot.papers.view import View

DONE, NOW, NEXT = "done", "now", "next"


def cover(view: View, inside: tuple[str, ...]) -> Section:
    """Return the cover.

    Args:
        view: what the papers are made from.
        inside: the titles of the sections that follow.
    """
    content = knowledge("papers")["cover"]
    blocks: list[Block] = [Form(tuple((f"{b}:", Blank(True)) for b in content["blanks"]))]
    blocks += _about(view, content)
    step = knowledge("plan")["stages"][stage(view.situation, view.catalogue)]["next"]
    blocks.append(Callout(content["next"], step))
    blocks += [Subtitle(content["way"]), _way(view, content)]
    days = _days(view, content)
    doctors = [(s.title,) for s in specialists_for(view.situation, view.catalogue)]
    parts = (
        (content["dates"], days),
        (content["doctors"], doctors),
        (content["inside"], [(title,) for title in inside]),
    )
    for title, lines in parts:
        if lines:
            blocks += [Subtitle(title), Bullets(tuple(lines))]
    made_by = content["made_by"].format(**clinic_words())
    blocks.append(SmallPrint((content["safety"], made_by, content["keep"])))
    return Section("cover", content["title"], tuple(blocks))


def _about(view: View, content: dict[str, str]) -> list[Block]:
    condition = view.situation.condition
    title = Subtitle(content["about"])
    if condition is None:
        return [title, Paragraph(((content["about_none"],),)), Form(((Blank(True),),))]
    name = condition.full_name
    return [title, Paragraph(((name[0].upper() + name[1:],),))]


def _days(view: View, content: dict[str, str]) -> list[tuple[str]]:
    lines = []
    for asked in asked_for(view.situation, view.catalogue):
        words = content["late" if asked.due < view.today else "due"]
        lines.append((words.format(due=in_words(asked.due), record=short_name(asked.record)),))
    return lines


def _way(view: View, content: dict[str, str]) -> Way:
    stages = knowledge("plan")["stages"]
    here = list(stages).index(stage(view.situation, view.catalogue))
    states = [DONE if n < here else NOW if n == here else NEXT for n in range(len(stages))]
    shown = tuple(
        (entry["title"], state) for entry, state in zip(stages.values(), states, strict=True)
    )
    return Way(shown, content["way_now"])
