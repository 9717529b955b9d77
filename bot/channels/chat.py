"""The conversation between the browser's chat and us: three events in, five events out.

README.md has the table of events. Everything a browser sends is doubted first; whatever is wrong
with it is answered in the acknowledgement, never by an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rasa.core.channels.channel import UserMessage
from socketio import AsyncServer

from bot import tracing
from bot.channels.envelope import Reply, ReplyChannel, storable
from bot.channels.limits import RateLimit
from bot.channels.masking import masked
from bot.channels.phones.linking import LinkCodes
from bot.channels.sessions import Session, SessionIds, Sessions
from bot.channels.transcript import Conversations, Line
from bot.channels.turn import Handler, owes_an_answer, report
from bot.channels.words import (
    NO_PHONE,
    NOT_READABLE,
    TOO_FAST,
    TOO_LONG,
    TROUBLE,
    starters,
    words,
)

CHANNEL = "web"
LONGEST_MESSAGE = 4_000
LONGEST_MESSAGE_ID = 100

Ack = dict[str, Any]
OK: Ack = {"ok": True}


class Refused(Exception):
    """Something a browser sent that isn't served: a code for its program, words for its patient."""

    def __init__(self, code: str, key: str, **params: str) -> None:
        super().__init__(code)
        self.ack: Ack = {"ok": False, "code": code, "error": words(key, **params)}


@dataclass(frozen=True)
class Uttered:
    """A patient's message that was found to be right."""

    sender: str
    text: str
    id: str | None


class WebOutput(ReplyChannel):
    """Sends replies to every tab of a patient."""

    def __init__(self, sio: AsyncServer) -> None:
        """Send through a socket.io server, to the room that bears the patient's sender id."""
        self._sio = sio

    @classmethod
    def name(cls) -> str:
        """Return the channel's name, which responses may be written for."""
        return CHANNEL

    async def deliver(self, recipient_id: str, reply: Reply) -> None:
        """Send one reply."""
        message = {
            "text": reply.text,
            "quick_replies": [c.as_json() for c in reply.choices],
            "custom": reply.payload,
            "time": reply.time,
            "staff": reply.staff,
        }
        await self._sio.emit("bot_uttered", message, room=recipient_id)


class TurnOutput(WebOutput):
    """The output of one turn: also keeps what it sent, for tabs that join before it is stored."""

    def __init__(self, sio: AsyncServer, session: Session) -> None:
        """Send and keep."""
        super().__init__(sio)
        self._session = session
        self.spoke = False

    async def deliver(self, recipient_id: str, reply: Reply) -> None:
        """Send one reply and keep it."""
        self.spoke = True
        self._session.unsaved.append(Line("bot", reply).as_json())
        await super().deliver(recipient_id, reply)


class Chat:
    """Answers the events of all connected browsers."""

    def __init__(
        self,
        sio: AsyncServer,
        handler: Handler,
        ids: SessionIds,
        limit: RateLimit,
        conversations: Conversations,
        one_of_many: bool = False,
        link_codes: LinkCodes | None = None,
    ) -> None:
        """Take over the events of a socket.io server.

        Args:
            sio: the server.
            handler: Rasa's, for one message.
            ids: issues and checks session ids.
            limit: for messages of one patient, and for session requests of one connection.
            conversations: what was said before.
            one_of_many: whether other servers answer the same patients.
            link_codes: how a chat goes on by text message; None if it can't.
        """
        self._sio = sio
        self._handler = handler
        self._ids = ids
        self._limit = limit
        self._conversations = conversations
        self._one_of_many = one_of_many
        self._link_codes = link_codes
        self._sessions = Sessions()
        sio.on("session_request", self.session_request)
        sio.on("user_uttered", self.user_uttered)
        sio.on("link_code_request", self.link_code_request)

    async def session_request(self, sid: str, data: Any = None, *_: Any) -> Ack:
        """Put a browser into its patient's room: the old one, or a new one if it has no valid id.

        A forged or guessed id joins nothing and learns nothing, not even that it was wrong: it is
        treated like none.
        """
        try:
            if self._limit.wait_for(f"connection {sid}"):
                raise Refused("too_fast", TOO_FAST)
            known = data.get("session_id") if isinstance(data, Mapping) else None
            sender = self._ids.sender_of(known)
            session_id = known if sender else self._ids.issue()
            confirm = {
                "session_id": session_id,
                "new": sender is None,
                "starters": [choice.as_json() for choice in starters()],
                "phone": self._link_codes is not None,
            }
            await self._sio.emit("session_confirm", confirm, to=sid)
            await self._sio.enter_room(sid, sender or self._ids.sender_of(session_id))
            if sender:
                # After joining: what is said from now on follows the history, and none is lost.
                await self._sio.emit("history", await self._history(sender), to=sid)
        except Refused as refused:
            return refused.ack
        except Exception as error:
            report(error)
            return Refused("trouble", TROUBLE).ack
        return OK

    async def user_uttered(self, sid: str, data: Any = None, *_: Any) -> Ack:
        """Answer a patient's message. Acknowledged once the turn is over, and thus stored.

        A browser that hears nothing sends the message again with the same id; it is answered once.
        """
        tracing.begin()
        try:
            uttered = self._read(data)
            session = self._sessions.of(uttered.sender)
            if not session.took(uttered.id) and self._limit.wait_for(uttered.sender):
                raise Refused("too_fast", TOO_FAST)
            async with session.turn, self._conversations.held(uttered.sender):
                if not await self._took_before(session, uttered):
                    await self._turn(sid, session, uttered)
        except Refused as refused:
            return refused.ack
        except Exception as error:
            report(error)
            return Refused("trouble", TROUBLE).ack
        return OK

    async def link_code_request(self, sid: str, data: Any = None, *_: Any) -> Ack:
        """Give a patient a code by which the talk goes on by text message."""
        try:
            known = data.get("session_id") if isinstance(data, Mapping) else None
            sender = self._ids.sender_of(known)
            if sender is None:
                raise Refused("no_session", NOT_READABLE)
            if self._link_codes is None:
                raise Refused("no_phone", NO_PHONE)
            if self._limit.wait_for(f"code {sender}"):
                raise Refused("too_fast", TOO_FAST)
            code = await self._link_codes.new(sender)
        except Refused as refused:
            return refused.ack
        except Exception as error:
            report(error)
            return Refused("trouble", TROUBLE).ack
        return {**OK, "code": code, "number": self._link_codes.number}

    async def _history(self, sender: str) -> list[dict[str, Any]]:
        lines = await self._conversations.lines(sender)
        return [*(line.as_json() for line in lines), *self._sessions.of(sender).unsaved]

    def _read(self, data: Any) -> Uttered:
        if not isinstance(data, Mapping):
            raise Refused("junk", NOT_READABLE)
        text, message_id = data.get("message"), data.get("id")
        if not isinstance(text, str) or not _is_id(message_id):
            raise Refused("junk", NOT_READABLE)
        if len(text) > LONGEST_MESSAGE:
            raise Refused("too_long", TOO_LONG, limit=f"{LONGEST_MESSAGE:,}")
        sender = self._ids.sender_of(data.get("session_id"))
        if sender is None:
            raise Refused("no_session", NOT_READABLE)
        return Uttered(sender, storable(text), message_id)

    async def _took_before(self, session: Session, uttered: Uttered) -> bool:
        """Whether this message was taken before, perhaps by another server, or before a restart."""
        if not session.recalled:
            lines = await self._conversations.lines(uttered.sender)
            session.remember(line.message_id for line in lines if line.message_id)
            session.recalled = True
        elif self._one_of_many:
            session.remember(await self._conversations.recent_ids(uttered.sender))
        if session.took(uttered.id):
            return True
        session.remember([uttered.id] if uttered.id else ())
        return False

    async def _turn(self, sid: str, session: Session, uttered: Uttered) -> None:
        said = Reply(uttered.text)
        session.unsaved = [Line("patient", said, uttered.id).as_json()]
        await self._sio.enter_room(sid, uttered.sender)
        echo = {"text": said.text, "id": uttered.id, "time": said.time}
        await self._sio.emit("user_echo", echo, room=uttered.sender, skip_sid=sid)
        await self._typing(uttered.sender, True)
        try:
            await self._answer(session, uttered)
        finally:
            session.unsaved = []
            await self._typing(uttered.sender, False)

    async def _answer(self, session: Session, uttered: Uttered) -> None:
        output = TurnOutput(self._sio, session)
        message = UserMessage(
            masked(uttered.text),
            output,
            uttered.sender,
            input_channel=CHANNEL,
            message_id=uttered.id,
        )
        if await owes_an_answer(self._handler, message, lambda: output.spoke, self._conversations):
            await output.deliver(uttered.sender, Reply(words(TROUBLE)))
        elif not await self._conversations.exists(uttered.sender):
            # They had it erased: no page goes on showing what was said before.
            await self._sio.emit("history", session.unsaved, room=uttered.sender)

    async def _typing(self, sender: str, on: bool) -> None:
        await self._sio.emit("typing", {"on": on}, room=sender)


def _is_id(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, str) and 0 < len(value) <= LONGEST_MESSAGE_ID and value.isprintable()
