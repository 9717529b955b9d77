"""One model of a message, whatever door it came through or leaves by.

Rasa hands an output channel loose dictionaries, in pieces: text, then buttons, then custom JSON.
Here the pieces of one message stay together, so that a channel decides once how to show them.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rasa.core.channels.channel import OutputChannel


@dataclass(frozen=True)
class Choice:
    """A quick reply: what the button says, and what tapping it says for the patient."""

    title: str
    payload: str

    def as_json(self) -> dict[str, str]:
        """Return the form that browsers get."""
        return {"title": self.title, "payload": self.payload}


def choices_from(buttons: Iterable[Mapping[str, Any]] | None) -> tuple[Choice, ...]:
    """Return Rasa's buttons as choices; one without a payload says its own title."""
    return tuple(
        Choice(str(b["title"]), str(b.get("payload") or b["title"]))
        for b in buttons or ()
        if b.get("title")
    )


@dataclass(frozen=True)
class Reply:
    """One message of the bot's.

    Attributes:
        text: plain words, perhaps none.
        choices: quick replies.
        payload: a structured message of the contract, or None.
        time: when it was said, in seconds since 1970.
        staff: the name shown for a person of the clinic's who said it; "" for the bot.
        alone: whether a phone gets it as a message of its own, whatever else is said with it.
    """

    text: str = ""
    choices: tuple[Choice, ...] = ()
    payload: dict[str, Any] | None = None
    time: float = field(default_factory=time.time)
    staff: str = ""
    alone: bool = False

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Reply:
        """Read the dictionary that Rasa gives to output channels."""
        buttons = [*(message.get("buttons") or ()), *(message.get("quick_replies") or ())]
        payload = message.get("custom")
        return cls(
            text=str(message.get("text") or "").strip(),
            choices=choices_from(buttons),
            payload=payload if isinstance(payload, dict) and payload else None,
            time=float(message.get("timestamp") or time.time()),
            staff=str(message.get("staff") or ""),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.text or self.choices or self.payload)


class ReplyChannel(OutputChannel):
    """An output channel that gets whole replies. A subclass only says how to deliver one."""

    async def deliver(self, recipient_id: str, reply: Reply) -> None:
        """Hand one reply to the patient."""
        raise NotImplementedError

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Deliver one of Rasa's messages, its pieces together."""
        reply = Reply.from_message(message)
        if not reply.is_empty:
            await self.deliver(recipient_id, reply)

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Deliver words alone."""
        await self.send_response(recipient_id, {"text": text})

    async def send_text_with_buttons(
        self, recipient_id: str, text: str, buttons: list[dict[str, Any]], **kwargs: Any
    ) -> None:
        """Deliver words with quick replies."""
        await self.send_response(recipient_id, {"text": text, "buttons": buttons})

    async def send_custom_json(
        self, recipient_id: str, json_message: dict[str, Any], **kwargs: Any
    ) -> None:
        """Deliver a structured message."""
        await self.send_response(recipient_id, {"custom": json_message})


def storable(text: str) -> str:
    """Return the text without what no database takes: NUL and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
