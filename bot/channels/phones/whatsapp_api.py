"""Meta's WhatsApp Cloud API.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages and
https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

from __future__ import annotations

from typing import Any

from bot.channels.phones.provider import (
    Answered,
    Api,
    Closed,
    Later,
    Outcome,
    Sent,
    Unsure,
    trouble,
    wait_asked_for,
)
from bot.channels.phones.settings import Meta
from bot.store.phone_inbox import Row

OUTSIDE_WINDOW = 131047
BUSY_FOR_ALL = frozenset({4, 80007, 130429})
BUSY = frozenset({131056, 131016, 133004, 2})
CREDENTIALS = frozenset({0, 3, 10, 190, 200, 131005, 131031, 131042})
"""Ours to mend, not the message's fault."""


class WhatsAppApi(Api):
    """Sends through WhatsApp Cloud.

    Meta cannot be asked whether it took a message; but it reports each by a webhook, which brings
    our own id back. So when in doubt we wait for that report, and only then send again.
    """

    wait_when_unsure = 12.0

    def __init__(self, settings: Meta) -> None:
        """Use an app's access to a number."""
        super().__init__()
        self._settings = settings
        self._url = f"{settings.api}/{settings.number_id}/messages"
        self._headers = {"Authorization": f"Bearer {settings.access_token}"}

    async def send(self, row: Row, number: str, body: dict[str, Any]) -> Outcome:
        """Send a message."""
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": number.lstrip("+"),
            "biz_opaque_callback_data": row["id"],
            **(body if "type" in body else {"type": "text", "text": {"body": body["text"]}}),
        }
        answer = await self.call("POST", self._url, json=message, headers=self._headers)
        return _outcome(answer) if isinstance(answer, Answered) else answer

    async def find(
        self, row: Row, number: str, body: dict[str, Any], known: set[str]
    ) -> Outcome | None:
        """Return None: had Meta reported the message, it would not be asked for."""
        return None

    def template(self) -> dict[str, Any] | None:
        """Return the body of the approved template, if there is one."""
        name, _, language = self._settings.template.partition(":")
        if not name:
            return None
        code = {"code": language or "en_US"}
        return {"type": "template", "template": {"name": name, "language": code}}


def _outcome(answer: Answered) -> Outcome:
    data = answer.data or {}
    messages = data.get("messages")
    if answer.status == 200 and isinstance(messages, list) and messages and messages[0].get("id"):
        return Sent(str(messages[0]["id"]))
    error = data.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if code == OUTSIDE_WINDOW:
        return Closed("24 hours since the patient's last message")
    reason, after = f"HTTP {answer.status}, code {code}", wait_asked_for(answer.headers)
    if code in BUSY_FOR_ALL:
        return Later(reason, after, everybody=True)
    if code in BUSY or code in CREDENTIALS:
        return Later(reason, after)
    if answer.status == 200:
        return Unsure("an answer that cannot be read")
    return trouble(answer, code or "")
