"""Which kinds of specialist can give the second opinion."""

from __future__ import annotations

from bot.guide.catalogue import Catalogue, Specialist
from bot.guide.situation import Situation

READ_AGAIN = frozenset({"cancer", "blood_cancer", "unclear_mass", "benign_tumor"})
"""Families in which slides and scans are often the actual second opinion."""
REREADERS = frozenset({"pathology", "diagnostic_radiology", "dermatopathology", "hematopathology"})


def specialists_for(situation: Situation, catalogue: Catalogue) -> tuple[Specialist, ...]:
    """Return the specialist types for the condition, the likeliest first.

    A child gets the pediatric counterpart where there is one. Empty when no condition is known.
    """
    if situation.condition is None:
        return ()
    chosen: list[Specialist] = []
    for key in situation.condition.specialists:
        found = catalogue.specialists[key]
        if situation.child and found.child:
            found = catalogue.specialists[found.child]
        if found not in chosen:
            chosen.append(found)
    return tuple(chosen)


def why(specialist: Specialist, situation: Situation) -> str:
    """Return why this type, in one sentence that names the condition."""
    name = situation.condition.name if situation.condition else "this diagnosis"
    return f"{specialist.does} That is why this kind of doctor knows {name} well."


def beside(situation: Situation) -> tuple[str, ...]:
    """Return what to say beside the kinds of doctors: "reread", "sides", or nothing.

    Slides and scans can be read again where tissue or pictures make the diagnosis; where surgery,
    radiation and medicines compete, each of their doctors sees one side.
    """
    families, chosen = set(situation.families), situation.condition
    doctors = set(chosen.specialists) if chosen else set()
    found = []
    if families & READ_AGAIN or doctors & REREADERS:
        found.append("reread")
    if any("radiation" in doctor for doctor in doctors):
        found.append("sides")
    return tuple(found)
