"""Twilio: takes messages, lists them, reports on them, and brings what patients text.

Source: https://www.twilio.com/docs/messaging/api/message-resource,
https://www.twilio.com/docs/messaging/guides/webhook-request,
https://www.twilio.com/docs/messaging/guides/outbound-message-status-in-status-callbacks
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import time
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from tests.peers.faults import (
    BROKEN,
    BROKEN_AFTER,
    BUSY,
    CUT,
    CUT_AFTER,
    GARBAGE,
    SLOW,
    Faults,
    cut,
    served,
)  # fmt: skip

ACCOUNT, TOKEN = "AC" + "0" * 32, "twilio-token-for-tests"
NUMBER = "+12025550100"


class TwilioPeer:
    """A Twilio of one account with one number."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.messages: list[dict[str, Any]] = []
        self.refusals: dict[str, int] = {}
        self.webhook = ""
        self.public = ""
        self.reports = True
        self.address = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    async def start(self, port: int = 0) -> TwilioPeer:
        app = web.Application()
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        app.router.add_post(path, self._create)
        app.router.add_get(path, self._list)
        self._runner, bound = await served(app, port)
        self.address = f"http://127.0.0.1:{bound}"
        self._http = aiohttp.ClientSession()
        return self

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._http:
            await self._http.close()
        if self._runner:
            await self._runner.cleanup()

    def env(self) -> dict[str, str]:
        """Return the settings of a product that uses this peer."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_NUMBER": NUMBER,
            "TWILIO_API_BASE": self.address,
        }

    def to(self, number: str) -> list[str]:
        """Return the words of the messages that reached a number, in order."""
        return [message["body"] for message in self.messages if message["to"] == number]

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if not _authorized(request):
            return _error(401, 20003, "Authenticate")
        form = await request.post()
        fault = self.faults.draw()
        if fault == CUT:
            return cut(request)
        if fault == BUSY:
            return _error(429, 20429, "Too Many Requests", {"Retry-After": "1"})
        if fault == BROKEN:
            return _error(503, 20503, "Service unavailable")
        body, to = str(form.get("Body", "")), str(form.get("To", ""))
        code = self.refusals.get(to)
        if code:
            return _error(400, code, "Refused")
        if not body and not form.get("ContentSid"):
            return _error(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return _error(400, 21617, "The message body exceeds the 1600 character limit.")
        message = self._accept(form, body, to)
        if fault == SLOW:
            await asyncio.sleep(self.faults.slowness)
        if fault == CUT_AFTER:
            return cut(request)
        if fault == BROKEN_AFTER:
            return _error(500, 20500, "Internal Server Error")
        if fault == GARBAGE:
            return web.Response(
                status=201, text="<html>not what you think", content_type="text/html"
            )
        return web.json_response(_public(message), status=201)

    def _accept(self, form: Any, body: str, to: str) -> dict[str, Any]:
        message = {
            "sid": "SM" + secrets.token_hex(16),
            "account_sid": ACCOUNT,
            "to": to,
            "from": str(form.get("From", "")),
            "body": body,
            "status": "queued",
            "date_created": format_datetime(datetime.now(timezone.utc)),
            "error_code": None,
            "template": str(form.get("ContentSid", "")),
            "at": time.time(),
        }
        self.messages.append(message)
        callback = str(form.get("StatusCallback", ""))
        if callback and self.reports:
            self._later(self._report(callback, message))
        return message

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _report(self, callback: str, message: dict[str, Any]) -> None:
        """Report "delivered" and "sent" in the wrong order, the first one twice."""
        for status in ("delivered", "delivered", "sent"):
            fields = {
                "MessageSid": message["sid"], "SmsSid": message["sid"], "MessageStatus": status,
                "AccountSid": ACCOUNT, "To": message["to"], "From": message["from"],
            }  # fmt: skip
            with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                await self.post(fields, callback)

    async def _list(self, request: web.Request) -> web.StreamResponse:
        if not _authorized(request):
            return _error(401, 20003, "Authenticate")
        if self.faults.draw() in (BUSY, BROKEN, CUT):
            return _error(503, 20503, "Service unavailable")
        wanted = [m for m in self.messages if m["to"] == request.query.get("To", m["to"])]
        size = int(request.query.get("PageSize", "50"))
        found = [_public(message) for message in reversed(wanted)][:size]
        return web.json_response({"messages": found, "page_size": size, "page": 0})

    async def text(self, number: str, body: str = "", sid: str = "", **more: str) -> int:
        """Bring what a patient texts; return the status of the answer."""
        fields = {
            "MessageSid": sid or "SM" + secrets.token_hex(16),
            "AccountSid": ACCOUNT, "From": number, "To": NUMBER, "Body": body, "NumMedia": "0",
            "NumSegments": "1", "ApiVersion": "2010-04-01", **more,
        }  # fmt: skip
        fields["SmsSid"] = fields["SmsMessageSid"] = fields["MessageSid"]
        return await self.post(fields)

    async def post(
        self, fields: dict[str, str], url: str = "", signature: str | None = None
    ) -> int:
        """Post fields as Twilio does, signed for the public address."""
        assert self._http is not None
        url = url or self.webhook
        signed_for = url.replace(_origin(url), self.public, 1) if self.public else url
        right = RequestValidator(TOKEN).compute_signature(signed_for, MultiDict(fields))
        headers = {
            "X-Twilio-Signature": right if signature is None else signature,
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
        }
        async with self._http.post(
            url, data=urlencode(fields), headers=headers, timeout=aiohttp.ClientTimeout(15)
        ) as answer:
            await answer.read()
            return answer.status


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


def _authorized(request: web.Request) -> bool:
    basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    return request.headers.get("Authorization") == f"Basic {basic}"


def _public(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name not in ("at", "template")}


def _error(
    status: int, code: int, text: str, headers: dict[str, str] | None = None
) -> web.StreamResponse:
    more = f"https://www.twilio.com/docs/errors/{code}"
    body = {"code": code, "message": text, "more_info": more, "status": status}
    return web.json_response(body, status=status, headers=headers)
