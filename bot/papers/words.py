"""The letter, the words for the doctor, and the script for the insurer, as sections."""

from __future__ import annotations

from bot.guide.documents import doctor_message, fill, insurance_script, records_letter
from bot.knowledge import knowledge
from bot.papers.blocks import blocks_of
from bot.papers.model import Block, Bullets, Paragraph, Question, Questions, Section, Subtitle
from bot.papers.view import View

TONES = ("portal", "phone", "in_person")
ROOM = 2
"""Lines for the answer to a question on the phone."""
UNSURE = "unsure"
"""The kind of coverage whose words serve everyone."""


def letter(view: View) -> Section:
    """Return the letter that asks for the records (45 CFR 164.524)."""
    _, body = records_letter(knowledge("documents"), view.situation)
    title = knowledge("papers")["letter"]["title"]
    return Section("letter", title, blocks_of(body), to_send=True)


def for_doctor(view: View) -> Section:
    """Return the words for the doctor, in every tone."""
    content = knowledge("papers")["words"]
    intro = Paragraph(((fill(content["intro"], view.situation),),))
    parts = [one_message(view, tone) for tone in TONES]
    blocks = [block for part in parts for block in (Subtitle(part.title), *part.blocks)]
    return Section("words", content["title"], (intro, *blocks))


def one_message(view: View, tone: str) -> Section:
    """Return the words for the doctor, in one tone."""
    title, body = doctor_message(knowledge("documents"), view.situation, tone)
    return Section(tone, title, blocks_of(body))


def script(view: View) -> Section:
    """Return the words for the insurer, for the kind of coverage that was told."""
    kinds = knowledge("coverage")["coverage"]
    kind = kinds.get(view.situation.coverage or UNSURE) or kinds[UNSURE]
    title, body = insurance_script(kind, view.situation)
    *before, asked = blocks_of(body)
    return Section("script", title, (*before, _with_room(asked)))


def _with_room(block: Block) -> Block:
    """Return what to ask on the phone with lines for the answers."""
    if not isinstance(block, Bullets):
        return block
    asked = (str(item[0]) for item in block.items)
    return Questions(tuple(Question(n, text, ROOM) for n, text in enumerate(asked, 1)))
