"""Explaining a topic: in full, said differently when asked again, and what is asked next."""

from __future__ import annotations

import re

from bot.guide.catalogue import Catalogue
from bot.guide.decisions import Decision, Offer, Say
from bot.guide.situation import Situation

ONCE_MORE = "utter_once_more"
ASKS_DIAGNOSIS, KNOWS_DIAGNOSIS = "utter_offer_start", "utter_what_next"
"""The first offer asks for the diagnosis; who told it is offered what comes after."""
UNINSURED = "none"
"""The kind of coverage of who has none."""


def explain(intent: str, situation: Situation, catalogue: Catalogue) -> tuple[Decision, ...]:
    """Return what to say about the topic of an intent.

    The first time everything; the second time the short, different wording; then in full again,
    because someone who asks a third time may have lost the thread, and with the way to a person.
    """
    topic = catalogue.topics[intent]
    if situation.coverage == UNINSURED and topic.uninsured:
        topic = topic.uninsured
    times = situation.heard.count(intent)
    keys = topic.again if times % 2 == 1 and topic.again else topic.say
    if times >= 2 and keys == topic.say and topic.sources:  # thanks need no lead-in
        keys = (ONCE_MORE, *keys)
    said = tuple(Say(key) for key in keys)
    offer = topic.offer
    if offer == ASKS_DIAGNOSIS and situation.condition:
        offer = KNOWS_DIAGNOSIS
    return (*said, Offer(offer)) if offer else said


FOLLOWS = 12
"""Words; a longer message says for itself what it is about."""


def follow_up(text: str, situation: Situation, catalogue: Catalogue) -> tuple[Decision, ...]:
    """Return the answer to a short question that leans on what was said just before, or nothing.

    "What if they say no?" is about the insurer after insurance, and about the records office after
    records; alone it could be anything.
    """
    words = re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("\u2019", ""))
    last = next(iter(situation.heard[-1:]), "")
    if not last or len(words) > FOLLOWS or catalogue.own_subject & set(words):
        return ()
    said = f" {' '.join(words)} "
    for entry in catalogue.follow_ups:
        if last in entry.after and any(f" {phrase} " in said for phrase in entry.words):
            return (*map(Say, entry.topic.say), Offer(entry.topic.offer))
    return ()


def source_of(intent: str | None, catalogue: Catalogue) -> tuple[Decision, ...]:
    """Return where the facts of the last topic come from."""
    topic = catalogue.topics.get(intent or "")
    titles = [catalogue.sources[key] for key in topic.sources] if topic else []
    if not titles:
        return (Say("utter_no_source"),)
    return (Say("utter_source", {"sources": "; ".join(titles)}),)
