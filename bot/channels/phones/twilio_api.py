"""Twilio's Messages API.

Source: https://www.twilio.com/docs/messaging/api/message-resource and the list of error codes,
https://www.twilio.com/docs/api/errors
"""

from __future__ import annotations

from typing import Any

import aiohttp

from bot.channels.phones.identity import NotANumber, normalised
from bot.channels.phones.provider import (
    Answered,
    Api,
    Closed,
    Later,
    Never,
    Outcome,
    Sent,
    Unsure,
    seconds_of,
    trouble,
)
from bot.channels.phones.settings import Twilio
from bot.channels.phones.state import BY_TWILIO
from bot.store.phone_inbox import Row

OPTED_OUT, OUTSIDE_WINDOW = 21610, 63016
BUSY = frozenset({14107, 20429, 20503, 21611, 30022, 63018})
"""Too many requests: nothing was taken. 20500 is not among them: an inner error may come after."""
LOOKED_AT = 50
CLOCKS = 30.0
"""Seconds that two machines' clocks may differ."""


class TwilioApi(Api):
    """Sends through Twilio."""

    wait_when_unsure = 6.0

    def __init__(self, settings: Twilio, callback: str) -> None:
        """Use an account; reports come to the callback address, if there is one."""
        super().__init__()
        self._settings = settings
        self._callback = callback
        self._url = f"{settings.api}/2010-04-01/Accounts/{settings.account}/Messages.json"
        self._auth = aiohttp.BasicAuth(settings.account, settings.token)

    async def send(self, row: Row, number: str, body: dict[str, Any]) -> Outcome:
        """Send a message."""
        form = {"To": self._to(row, number), "From": self._from(row)}
        if "template" in body:
            form["ContentSid"] = str(body["template"])
        else:
            form["Body"] = str(body["text"])
        if self._callback:
            form["StatusCallback"] = f"{self._callback}?id={row['id']}"
        answer = await self.call("POST", self._url, data=form, auth=self._auth)
        return _outcome(answer) if isinstance(answer, Answered) else answer

    async def find(
        self, row: Row, number: str, body: dict[str, Any], known: set[str]
    ) -> Outcome | None:
        """Look for a message among the last ones to a number: same words, not known, not older."""
        query = {"To": self._to(row, number), "From": self._from(row), "PageSize": str(LOOKED_AT)}
        answer = await self.call("GET", self._url, params=query, auth=self._auth)
        if not isinstance(answer, Answered):
            return Later("cannot be asked what it sent")
        if answer.status != 200 or answer.data is None:
            outcome = trouble(answer)
            return outcome if isinstance(outcome, Later) else Later("cannot be asked what it sent")
        for message in answer.data.get("messages") or ():
            made = seconds_of(message.get("date_created"))
            same = message.get("body") == body.get("text") and message.get("sid") not in known
            if same and made >= row["created"] - CLOCKS:
                return Sent(str(message["sid"]))
        return None

    def template(self) -> dict[str, Any] | None:
        """Return the body of the approved template, if there is one."""
        return {"template": self._settings.template} if self._settings.template else None

    def _from(self, row: Row) -> str:
        return str(row["via"]) or self._settings.number

    @staticmethod
    def _to(row: Row, number: str) -> str:
        return BY_TWILIO + number if str(row["via"]).startswith(BY_TWILIO) else number


def _outcome(answer: Answered) -> Outcome:
    data = answer.data or {}
    if answer.status in (200, 201) and data.get("sid"):
        return Sent(str(data["sid"]))
    code = data.get("code")
    if code == OPTED_OUT:
        return Never("the patient opted out at the carrier (code 21610)", opted_out=True)
    if code == OUTSIDE_WINDOW:
        return Closed("24 hours since the patient's last message")
    if code in BUSY:
        found = trouble(Answered(429, answer.headers, None))
        return found
    if answer.status in (200, 201):
        return Unsure("an answer that cannot be read")
    return trouble(answer, code or "")


def sender_of(value: str, region: str) -> tuple[str, str]:
    """Return a field like From as "whatsapp:" or "", and the normalised number.

    Raises:
        NotANumber: it is none.
    """
    by_whatsapp = value.startswith(BY_TWILIO)
    number = value[len(BY_TWILIO) :] if by_whatsapp else value
    if not number:
        raise NotANumber("not a telephone number")
    return (BY_TWILIO if by_whatsapp else ""), normalised(number, region)
