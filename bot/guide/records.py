"""The records checklist, fitted to the situation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.guide.catalogue import Catalogue, RecordItem
from bot.guide.fitting import fits
from bot.guide.situation import Situation

_NOT_HAD = re.compile(
    r"\b(?:except|but not|other than|all but|apart from|don't have|dont have|do not have|haven't|"
    r"havent|have not|still need|still waiting|waiting (?:for|on)|missing|not yet|no)\b[^,.;!]*"
    r"|(?:[\w'-]+ ){1,3}(?:is|are) (?:still )?(?:missing|not (?:here|there|in)\b)"
)
"""What a patient says they don't have must not be ticked off."""


@dataclass(frozen=True)
class ChecklistEntry:
    """One line of the checklist."""

    item: RecordItem
    done: bool


def checklist(situation: Situation, catalogue: Catalogue) -> tuple[ChecklistEntry, ...]:
    """Return the records to gather: the base ones first, then what the situation adds."""
    chosen = [r for r in catalogue.records if r.base or fits(r.fit, situation)]
    chosen.sort(key=lambda r: not r.base)
    return tuple(ChecklistEntry(r, r.id in situation.records_done) for r in chosen)


def fitted_to(situation: Situation, catalogue: Catalogue) -> tuple[str, ...]:
    """Return what the checklist was fitted to, in words ("lung cancer", "an operation")."""
    reasons = []
    if situation.condition:
        reasons.append(situation.condition.name)
    if situation.surgery:
        reasons.append("an operation")
    if situation.child:
        reasons.append("a child's care")
    return tuple(reasons)


def mentioned(text: str, situation: Situation, catalogue: Catalogue) -> tuple[RecordItem, ...]:
    """Return the records of this patient's checklist that a message names.

    Args:
        text: the patient's words ("got my CT disc and the path report").
        situation: whose checklist.
        catalogue: where the names come from.
    """
    lower = f" {_NOT_HAD.sub(' ', text.lower())} "
    exact = [item for item in catalogue.records if _bare(item.text) in lower]
    if exact:
        return tuple(exact)
    on_list = [entry.item for entry in checklist(situation, catalogue)]
    named = [item for item in on_list if _names(item, lower)]
    return tuple(named or [item for item in catalogue.records if _names(item, lower)][:2])


def short_name(item: RecordItem) -> str:
    """Return a few words for a record, to name it in a sentence ("imaging", "heart ultrasound")."""
    head = re.split(r"[:,(]", item.text)[0].strip()
    return head[0].lower() + head[1:] if not head[1:2].isupper() else head


def _bare(text: str) -> str:
    return re.sub(r"^(?:the|your|a|an|all|any) ", "", text.lower())


def _names(item: RecordItem, lower: str) -> bool:
    return any(
        re.search(rf"(?<!\w){re.escape(word.lower())}(?:s|es)?(?!\w)", lower) for word in item.words
    )
