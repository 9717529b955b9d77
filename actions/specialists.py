"""Which kinds of specialist to see."""

from __future__ import annotations

from collections.abc import Sequence

from actions.base import GuideAction, Turn, answers
from bot.guide.decisions import Decision, Offer, Say, Show
from bot.guide.payloads import specialists_payload
from bot.guide.specialists import beside, specialists_for, why


@answers("find_specialist")
def specialists(turn: Turn) -> Sequence[Decision]:
    """Name the kinds of specialist for the condition, or ask for the condition once."""
    now = turn.situation
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


class ActionSpecialists(GuideAction):
    """Names kinds of specialist."""

    action_name = "action_specialists"
