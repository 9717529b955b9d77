"""The records checklist, fitted to the situation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.guide.catalogue import Catalogue, RecordItem
from bot.guide.fitting import fits
from bot.guide.situation import Situation

DAYS_TO_ANSWER = 30
"""Days that providers have to give copies (45 CFR 164.524(b)(2)); 30 more, once, with a reason."""
HAVE, ASKED, MISSING = "have", "asked", "missing"

_STATES = {
    # In this order: "I haven't asked for it" is missing, "waiting for the MRI" is asked for.
    MISSING: re.compile(
        r"\b(?:except|but not|other than|all but|apart from|still need|missing|lost|misplaced|"
        r"not yet|no longer|(?:don'?t|doesn'?t|do not|haven'?t|have not|hasn'?t|didn'?t|did not|"
        r"never|isn'?t|aren'?t|is not|are not)\b|no)\b"
    ),
    ASKED: re.compile(
        r"\b(?:ask(?:ed|ing)|request(?:ed)?|call(?:ed)?|phoned|rang|e-?mailed|mailed|faxed|wrote|"
        r"ordered|applied|signed (?:a|the|their)|put in|(?:i|we|i've|we've|just|have) sent|"
        r"sent (?:a|the) (?:form|letter|request)|"
        r"waiting (?:for|on)|on (?:its|the|their) way|in the mail|being sent|coming|will send|"
        r"sending|promised)\b"
    ),
    HAVE: re.compile(
        r"\b(?:got|have|has|had|received|picked up|came|arrived|in hand|done|here|printed|"
        r"downloaded|copied|collected|finished|ready|found|gave|given|handed|brought)\b"
    ),
}
_SEGMENT_END = re.compile(
    r"(?=\b(?:except|but not|other than|all but|apart from)\b)|[,.;:!?\n]|"
    r"\b(?:and|but(?! not)|then)\b"
)
_GONE_AFTER = re.compile(
    r"(?:[\w'-]+ ){1,3}(?:is|are) (?:still )?(?:missing|not (?:here|there|in)\b)"
)
_EVERYTHING = re.compile(
    r"\b(?:everything(?! from (?:the |my )?(?:lab|path|radiology|imaging|x-?ray|pharmacy)\w*)|"
    r"all of (?:them|it)|them all|all (?:the|my) records|the whole list|"
    r"all (?:six|the rest))\b"
)


@dataclass(frozen=True)
class ChecklistEntry:
    """One line of the checklist: have, asked for on a day, or missing."""

    item: RecordItem
    done: bool
    asked: date | None = None

    @property
    def status(self) -> str:
        """One of "have", "asked" and "missing"."""
        if self.done:
            return HAVE
        return ASKED if self.asked else MISSING

    @property
    def due(self) -> date | None:
        """The day by which an answer is owed, if the record was asked for."""
        return self.asked + timedelta(days=DAYS_TO_ANSWER) if self.asked else None


def checklist(situation: Situation, catalogue: Catalogue) -> tuple[ChecklistEntry, ...]:
    """Return the records to gather: the base ones first, then what the situation adds.

    What the patient has or asked for stays on the list, also when it does not fit any more.
    """
    asked = {key: date.fromisoformat(day) for key, day in situation.records_asked}
    told = situation.records_done.union(asked)
    chosen = [r for r in catalogue.records if r.base or r.id in told or fits(r.fit, situation)]
    chosen.sort(key=lambda r: not r.base)
    return tuple(ChecklistEntry(r, r.id in situation.records_done, asked.get(r.id)) for r in chosen)


def overdue(entries: Iterable[ChecklistEntry], today: date) -> tuple[ChecklistEntry, ...]:
    """Return the records that were asked for and should have come by now."""
    return tuple(e for e in entries if e.status == ASKED and e.due and e.due < today)


def fitted_to(situation: Situation, catalogue: Catalogue) -> tuple[str, ...]:
    """Return what the checklist was fitted to, in words ("lung cancer", "an operation")."""
    reasons = []
    if situation.condition:
        reasons.append(situation.condition.full_name)
    if situation.surgery:
        reasons.append("an operation")
    if situation.child:
        reasons.append("a child's care")
    return tuple(reasons)


@dataclass(frozen=True)
class Told:
    """What a message tells of records: those they have, asked for, and don't have."""

    have: tuple[RecordItem, ...] = ()
    asked: tuple[RecordItem, ...] = ()
    missing: tuple[RecordItem, ...] = ()
    speaks_of_asking: bool = False


def told_of(text: str, situation: Situation, catalogue: Catalogue) -> Told:
    """Return what a message tells of which records.

    Args:
        text: the patient's words ("got my CT disc, called radiology for the MRI yesterday").
        situation: whose checklist.
        catalogue: where the names come from.
    """
    lower = text.lower()
    exact = _bare_names(lower, catalogue)
    found: dict[str, dict[str, RecordItem]] = {HAVE: {}, ASKED: {}, MISSING: {}}
    state = HAVE
    asking = False
    for segment in _segments(lower, exact):
        said = _without_names(segment, exact)
        stated = next((s for s, words in _STATES.items() if words.search(said)), None)
        if _GONE_AFTER.search(segment):
            stated = MISSING
        state = stated or state
        asking = asking or stated == ASKED
        for item in _named_in(segment, exact, situation, catalogue):
            for other in found.values():
                other.pop(item.id, None)
            found[state][item.id] = item
    have, asked, missing = (tuple(found[s].values()) for s in (HAVE, ASKED, MISSING))
    return Told(have, asked, missing, asking)


TICKS = frozenset({"i have", "i have this", "i don't have this yet", "i asked for this"})
"""What the chat says for a patient who ticks a record, before its whole name."""


def is_tick(text: str, catalogue: Catalogue) -> bool:
    """Return True if a text is what tapping a record on the list says, and nothing else."""
    lower = " ".join(text.lower().split())
    names = {name for r in catalogue.records for name in (r.text.lower(), _bare(r.text))}
    return any(
        lower.startswith(tick) and lower.removeprefix(tick).lstrip(" :") in names for tick in TICKS
    )


def _segments(lower: str, exact: Sequence[RecordItem]) -> list[str]:
    """Return the statements of a text; the full name of a record is never cut in two."""
    if exact:
        return [lower]
    return [part for part in _SEGMENT_END.split(lower) if part and part.strip()]


def _bare_names(lower: str, catalogue: Catalogue) -> tuple[RecordItem, ...]:
    """Return the records whose whole name stands in a text: what tapping one says."""
    return tuple(item for item in catalogue.records if _bare(item.text) in f" {lower} ")


def _without_names(segment: str, exact: Sequence[RecordItem]) -> str:
    """Return what a segment says besides names: "what else was asked" may be part of one."""
    for item in exact:
        segment = segment.replace(_bare(item.text), " ")
    return segment


def _named_in(
    segment: str, exact: Sequence[RecordItem], situation: Situation, catalogue: Catalogue
) -> Sequence[RecordItem]:
    if exact:
        return exact
    on_list = [entry.item for entry in checklist(situation, catalogue)]
    if _EVERYTHING.search(segment):
        return on_list
    named = [item for item in on_list if _names(item, segment)]
    return named or [item for item in catalogue.records if _names(item, segment)][:2]


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
