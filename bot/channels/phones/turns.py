"""What one message from a phone comes to: a word with a meaning, or a turn of the dialogue."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import BotUttered

from bot.channels.envelope import Reply, ReplyChannel
from bot.channels.phones.keywords import (
    HELP,
    MORE,
    ODD,
    START,
    STOP,
    TEXT,
    keyword,
    says_yes,
)
from bot.channels.phones.linking import Linking
from bot.channels.phones.picked import picked
from bot.channels.phones.reception import LONGEST_MESSAGE
from bot.channels.phones.state import Answer, Known, finish, known, told
from bot.channels.phones.work import Desk
from bot.channels.transcript import Conversations
from bot.channels.turn import Handler, is_silent_on_purpose, report
from bot.channels.words import TROUBLE, words
from bot.store import phone_inbox
from bot.store.phone_inbox import Row, Told
from bot.store.phone_people import IN, OUT

logger = logging.getLogger(__name__)

OPT_OUT = "opt_out"
MOST_TRIES = 5
"""Turns that leave nothing in the tracker before the patient is told that something is wrong."""
ALERT = "alert"


class Collected(ReplyChannel):
    """Keeps a turn's replies: they are sent once the turn is stored."""

    def __init__(self, channel: str) -> None:
        """Speak for a channel, which responses may be written for."""
        self.replies: list[Reply] = []
        self._channel = channel

    def name(self) -> str:
        """Return the channel's name."""
        return self._channel

    async def deliver(self, recipient_id: str, reply: Reply) -> None:
        """Keep one reply."""
        self.replies.append(reply)


class Turns:
    """Answers the messages of one channel."""

    def __init__(
        self,
        desk: Desk,
        channel: str,
        handler: Handler,
        conversations: Conversations,
        linking: Linking,
        notice: Callable[[Row], str],
        base_url: str,
        sent: Callable[[], None],
    ) -> None:
        """Set it up.

        Args:
            desk: the database.
            channel: its name.
            handler: Rasa's.
            conversations: whether the bot keeps silent on purpose.
            linking: codes for going on with a chat of the web page's.
            notice: what someone is told who writes for the first time.
            base_url: of the pages.
            sent: called when there is something to send.
        """
        self._desk = desk
        self._channel = channel
        self._handler = handler
        self._conversations = conversations
        self._linking = linking
        self._notice = notice
        self._base_url = base_url
        self._sent = sent

    async def work(self, row: Row) -> None:
        """Answer one message, and let go of it; or put it off."""
        person = await self._desk.do(known, row)
        answer = await self._answer(row, person)
        if answer is None:
            wait = 2.0 ** min(row["attempts"], 6)
            await self._desk.do(phone_inbox.put_off, row, self._desk.owner, time.time() + wait)
            return
        answer = self._introduced(row, person, answer)
        await self._desk.do(finish, row, self._desk.owner, answer, person, self._base_url)
        self._sent()

    async def _answer(self, row: Row, person: Known | None) -> Answer | None:
        if person is None:
            return Answer()  # erased since: finish() finds nothing to let go of
        word = row["kind"] if row["kind"] in (STOP, START, HELP) else ""
        if word or row["kind"] == TEXT:
            answer = self._to_word(row, person, word)
            return answer or await self._to_text(row, person)
        return Answer() if person.is_out else _says(ODD.get(row["kind"], ODD["unknown"]))

    def _to_word(self, row: Row, person: Known, told_by_provider: str) -> Answer | None:
        """Return what a word with a meaning comes to; None if it is none.

        Where the provider answered by itself, nothing more is said.
        """
        word = told_by_provider or keyword(row["text"])
        quiet, how = bool(told_by_provider), "provider" if told_by_provider else "word"
        if word == STOP:
            silent = quiet or person.is_out
            replies = () if silent else (Reply(words("utter_phone_stopped")),)
            return Answer(replies, consent=(OUT, how), drops=True)
        back = word == START or says_yes(row["text"])
        if (person.is_out and back) or (word == START and quiet):
            replies = () if quiet else (Reply(words("utter_phone_started")),)
            return Answer(replies, consent=(IN, how))
        if word == HELP:
            return Answer() if quiet else _says("utter_phone_help")
        if word == MORE and not person.is_out:
            return Answer(rest=person.rest) if person.rest else _nothing_more(person)
        return None

    async def _to_text(self, row: Row, person: Known) -> Answer | None:
        if len(row["text"]) > LONGEST_MESSAGE:
            return Answer() if person.is_out else _too_long()
        if not person.is_out:
            answer = await self._linking.answer(row, person.own_id)
            if answer:
                return answer
        answer = await self._turn(row, person)
        if answer and person.is_out:
            # They asked for silence; what may save a life is said all the same.
            alerts = [
                reply for reply in answer.replies if (reply.payload or {}).get("kind") == ALERT
            ]
            return Answer(alerts, keeps_offer=True, erased=answer.erased, withheld=True)
        return answer

    async def _turn(self, row: Row, person: Known) -> Answer | None:
        """Have Rasa answer, unless a server that died had it done already."""
        collected = Collected(self._channel)
        found, erased = await self._desk.do(told, row) if row["attempts"] else (None, False)
        if found is None and not erased:
            await self._handled(row, person, collected)
            found, erased = await self._desk.do(told, row)
        if erased:
            return Answer(collected.replies, erased=True)
        if found is None:
            logger.warning("A message of %s is not in the tracker: try again.", self._channel)
            return None if row["attempts"] < MOST_TRIES else Answer((Reply(words(TROUBLE)),))
        return await self._from_tracker(row, found)

    async def _handled(self, row: Row, person: Known, collected: Collected) -> None:
        place = picked(row["text"], [choice.title for choice in person.choices])
        text = person.choices[place].payload if place is not None else row["text"]
        message = UserMessage(
            text,
            collected,
            row["sender_id"],
            input_channel=self._channel,
            message_id=row["message_id"],
        )
        try:
            await self._handler(message)
        except Exception as error:
            report(error)

    async def _from_tracker(self, row: Row, found: Told) -> Answer:
        """Return what the tracker says was answered: the same before and after a crash."""
        if found.intent == OPT_OUT:
            stopped = (Reply(words("utter_phone_stopped")),)
            return Answer(stopped, consent=(OUT, "own words"), drops=True)
        replies = [reply for reply in map(_reply, found.replies) if not reply.is_empty]
        if not replies and not await is_silent_on_purpose(self._conversations, row["sender_id"]):
            replies = [Reply(words(TROUBLE))]
        return Answer(replies)

    def _introduced(self, row: Row, person: Known | None, answer: Answer) -> Answer:
        """Add the notice for someone who writes for the first time; an alert comes before it."""
        if person is None or person.states or answer.consent or answer.erased:
            return answer
        if person.is_out:
            return answer
        urgent = any((reply.payload or {}).get("kind") == ALERT for reply in answer.replies)
        notice = Reply(self._notice(row), alone=True)
        replies = (*answer.replies, notice) if urgent else (notice, *answer.replies)
        return Answer(replies, keeps_offer=answer.keeps_offer, sender_id=answer.sender_id)


def _says(key: str) -> Answer:
    return Answer((Reply(words(key)),), keeps_offer=True)


def _too_long() -> Answer:
    return Answer(
        (Reply(words("utter_phone_long", limit=f"{LONGEST_MESSAGE:,}")),), keeps_offer=True
    )


def _nothing_more(person: Known) -> Answer | None:
    """Return what "more" comes to when nothing waits: after a long text, that this was all."""
    return None if not person.states else _says("utter_phone_no_more")


def _reply(event: dict[str, Any]) -> Reply:
    said = BotUttered(
        event.get("text"), event.get("data"), event.get("metadata"), event.get("timestamp")
    )
    return Reply.from_message(said.message())
