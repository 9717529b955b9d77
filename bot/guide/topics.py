"""Explaining a topic: in full the first time, said differently when asked again."""

from __future__ import annotations

from bot.guide.catalogue import Catalogue
from bot.guide.decisions import Decision, Offer, Say
from bot.guide.situation import Situation


def explain(intent: str, situation: Situation, catalogue: Catalogue) -> tuple[Decision, ...]:
    """Return what to say about the topic of an intent.

    The first time everything; the second time the short, different wording; then in full again,
    because someone who asks a third time may have lost the thread.
    """
    topic = catalogue.topics[intent]
    times = situation.heard.count(intent)
    keys = topic.again if times % 2 == 1 and topic.again else topic.say
    said = tuple(Say(key) for key in keys)
    return (*said, Offer(topic.offer)) if topic.offer else said


def source_of(intent: str | None, catalogue: Catalogue) -> tuple[Decision, ...]:
    """Return where the facts of the last topic come from."""
    topic = catalogue.topics.get(intent or "")
    titles = [catalogue.sources[key] for key in topic.sources] if topic else []
    if not titles:
        return (Say("utter_no_source"),)
    return (Say("utter_source", {"sources": "; ".join(titles)}),)
