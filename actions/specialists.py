"""Which kinds of specialist to see."""

from __future__ import annotations

import re
from collections.abc import Sequence

from actions.base import GuideAction, Turn, answers
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import specialists_payload
from bot.guide.specialists import beside, specialists_for, why

_WHAT_IS = re.compile(
    r"^\W*(?:(?:and|so|ok|sorry|but)\W+)*(?:what(?:'s| is| are| does|s)|who(?:'s| is)|"
    r"what do|explain|is an?) ",
    re.IGNORECASE,
)


@answers("find_specialist")
def specialists(turn: Turn) -> Sequence[Decision]:
    """Name the kinds of specialist for the condition, or ask for the condition once."""
    now = turn.situation
    explained = _explained(turn)
    if explained:
        return explained
    chosen = specialists_for(now, turn.catalogue)
    if not chosen or not now.condition:
        turn.changes["awaiting"] = "tell_condition"
        turn.changes["pending_condition"] = "find_specialist"
        return [Say("utter_specialists_general"), Say("utter_condition_ask")]
    payload = specialists_payload(now.condition.name, chosen, [why(s, now) for s in chosen])
    said: list[Decision] = [Say("utter_specialists_intro", {"condition": now.condition.name})]
    if now.child:
        said.append(Say("utter_specialists_child"))
    more = [Say(f"utter_specialists_{name}") for name in beside(now)]
    return [*said, Show(payload), *more, Offer("utter_offer_after_specialists")]


def _explained(turn: Turn) -> Sequence[Decision]:
    """Return what a kind of doctor does, if that was asked ("what is a cardiologist")."""
    named = turn.said.found("specialty")
    if not named or not _WHAT_IS.match(turn.said.text):
        return []
    kind = turn.catalogue.specialists[str(named[0]["value"])]
    words = {"doctor": f"{kind.title}. {kind.does} {kind.how_to_find}"}
    return [Say("utter_specialist_explained", words), Offer("utter_offer_after_explained")]


class ActionSpecialists(GuideAction):
    """Names kinds of specialist."""

    action_name = "action_specialists"
