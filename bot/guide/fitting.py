"""Whether an item of the catalogue belongs on this patient's list."""

from __future__ import annotations

from bot.guide.catalogue import Fit
from bot.guide.situation import Situation


def fits(fit: Fit, situation: Situation) -> bool:
    """Return True if any of the conditions of ``fit`` holds."""
    return (
        fit.always
        or bool(fit.families.intersection(situation.families))
        or (fit.surgery and situation.had_or_faces_surgery)
        or (fit.child and situation.child)
        or (fit.caregiver and situation.caregiver)
    )
