"""Does a second opinion make sense in this case? Reasons, how soon, next steps.

Never "you don't need one": it is always the patient's right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.guide.situation import DESCRIBED, Situation

STRONG, WORTH_IT, OPTIONAL = "strong", "worth_it", "optional"
_STRONG_REASONS = frozenset({"serious", "rare_complex", "surgery", "cancer"})
CANCER = frozenset({"cancer", "blood_cancer"})
RARE = frozenset({"genetic_rare", "lung"})
"""Families that are rare or complex by nature; lung disease is the guidance's own example."""

_ASKED = {
    "check_condition": "condition",
    "check_serious": "serious",
    "check_surgery": "surgery",
    "check_mismatch": "mismatch",
    "check_options": "options",
    "check_gut": "gut",
}


@dataclass(frozen=True)
class Assessment:
    """The outcome: how strongly a second opinion suggests itself, and which reasons speak."""

    level: str
    reasons: tuple[str, ...]
    fast: bool


def questions_left(situation: Situation) -> tuple[str, ...]:
    """Return the questions of the flow that the situation doesn't answer already."""
    left = []
    for slot, attribute in _ASKED.items():
        known = getattr(situation, attribute) is not None
        if slot == "check_serious" and situation.condition is not None:
            known = known or situation.condition.serious
        if not known:
            left.append(slot)
    return tuple(left)


def assess(situation: Situation) -> Assessment:
    """Return the assessment of a situation; what is unknown counts as no."""
    families = set(situation.families)
    condition = situation.condition
    holds = {
        "cancer": bool(families & CANCER),
        "serious": bool(situation.serious or (condition and condition.serious)),
        "rare_complex": bool(families & RARE),
        "surgery": bool(situation.surgery),
        "mismatch": bool(situation.mismatch),
        "options": bool(situation.options),
        "gut": bool(situation.gut),
    }
    reasons = tuple(name for name, true in holds.items() if true)
    if _STRONG_REASONS.intersection(reasons) or len(reasons) > 1:
        level = STRONG
    else:
        level = WORTH_IT if reasons else OPTIONAL
    return Assessment(level, reasons or ("nothing_special",), holds["cancer"])


def in_words(
    outcome: Assessment, situation: Situation, content: Mapping[str, Any]
) -> tuple[str, list[str], list[str]]:
    """Return recommendation, reasons and next steps in the content's words.

    Args:
        outcome: the assessment.
        situation: names the reasons in the patient's own terms.
        content: assessment.yml.
    """
    named = _named(situation, content["unnamed"])
    reasons = [str(content["reasons"][name]).format(**named) for name in outcome.reasons]
    steps = [str(step) for step in content["next_steps"]]
    if outcome.fast:
        steps.insert(0, str(content["urgent"]["fast_cancer"]))
    if "surgery" in outcome.reasons:
        steps.insert(0, str(content["urgent"]["emergency_operation"]))
    return str(content["recommendation"][outcome.level]), reasons, steps


def _named(situation: Situation, unnamed: Mapping[str, str]) -> dict[str, str]:
    """Return the words for condition and procedure, the patient's own where they are known."""
    condition = situation.condition
    has_name = condition is not None and condition.kind not in (DESCRIBED, "procedure")
    name = condition.full_name if condition and has_name else unnamed["condition"]
    operation = condition.name if condition and condition.kind == "procedure" else None
    return {
        "condition": name,
        "Condition": name[0].upper() + name[1:],
        "procedure": situation.procedure or operation or unnamed["procedure"],
    }
