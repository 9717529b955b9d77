"""Meta's WhatsApp Cloud: takes messages within its limits, reports on them, brings patients'.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages,
https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import aiohttp
from aiohttp import web

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

SECRET, VERIFY, ACCESS = "app-secret-for-tests", "verify-for-tests", "access-for-tests"
NUMBER_ID = "106540352242922"


class MetaPeer:
    """A WhatsApp Cloud of one number."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.messages: list[dict[str, Any]] = []
        self.refusals: dict[str, int] = {}
        self.refused_later: dict[str, int] = {}
        self.webhook = ""
        self.address = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner: web.AppRunner | None = None
        self._http: aiohttp.ClientSession | None = None

    async def start(self, port: int = 0) -> MetaPeer:
        app = web.Application()
        app.router.add_post(f"/v21.0/{NUMBER_ID}/messages", self._create)
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
            "WHATSAPP_APP_SECRET": SECRET,
            "WHATSAPP_VERIFY_TOKEN": VERIFY,
            "WHATSAPP_ACCESS_TOKEN": ACCESS,
            "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
            "WHATSAPP_API_BASE": f"{self.address}/v21.0",
        }

    def to(self, number: str) -> list[str]:
        """Return the words of the messages that reached a number, in order."""
        sent = [message for message in self.messages if message["to"] == number.lstrip("+")]
        return [_words(message) for message in sent]

    async def _create(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {ACCESS}":
            return _error(401, 190, "Invalid OAuth access token")
        fault = self.faults.draw()
        if fault == CUT:
            return cut(request)
        if fault == BUSY:
            return _error(429, 130429, "Rate limit hit", {"Retry-After": "1"})
        if fault == BROKEN:
            return _error(503, 131016, "Service unavailable")
        message = await request.json()
        code = self.refusals.get(message.get("to", ""))
        if code:
            return _error(400, code, "Refused")
        if message.get("messaging_product") != "whatsapp" or beyond_limits(message):
            return _error(400, 100, "Invalid parameter")
        wamid = self._accept(message)
        if fault == SLOW:
            await asyncio.sleep(self.faults.slowness)
        if fault == CUT_AFTER:
            return cut(request)
        if fault == BROKEN_AFTER:
            return _error(500, 131000, "Something went wrong")
        if fault == GARBAGE:
            return web.Response(text="{", content_type="application/json")
        contact = {"input": message["to"], "wa_id": message["to"]}
        body = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": wamid}]}
        return web.json_response(body)

    def _accept(self, message: dict[str, Any]) -> str:
        wamid = f"wamid.{secrets.token_hex(20)}"
        if message["to"] not in self.refused_later:
            self.messages.append({**message, "wamid": wamid, "at": time.time()})
        if self.webhook:
            task = asyncio.ensure_future(self._report(wamid, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return wamid

    async def _report(self, wamid: str, message: dict[str, Any]) -> None:
        code = self.refused_later.get(message["to"])
        # Real ones come in any order, and more than once.
        for status in ("failed", "failed") if code else ("delivered", "sent", "delivered", "read"):
            report: dict[str, Any] = {
                "id": wamid, "status": status, "timestamp": str(int(time.time())),
                "recipient_id": message["to"],
                "biz_opaque_callback_data": message.get("biz_opaque_callback_data", ""),
            }  # fmt: skip
            if code:
                report["errors"] = [{"code": code, "title": "Refused after all"}]
            for _ in range(40):
                with contextlib.suppress(aiohttp.ClientError, asyncio.TimeoutError):
                    if await self.post({"statuses": [report]}) == 200:
                        break
                await asyncio.sleep(0.5)

    async def write(self, number: str, body: str = "", wamid: str = "", **more: Any) -> int:
        """Bring what a patient writes; return the status of the answer."""
        message = {
            "from": number.lstrip("+"), "id": wamid or f"wamid.{secrets.token_hex(20)}",
            "timestamp": str(int(time.time())), "type": "text", **more,
        }  # fmt: skip
        if message["type"] == "text":
            message["text"] = {"body": body}
        return await self.post({"messages": [message]})

    async def post(self, value: dict[str, Any], signature: str | None = None) -> int:
        """Post a change as Meta does, signed over its bytes."""
        metadata = {"display_phone_number": "12025550100", "phone_number_id": NUMBER_ID}
        whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": "1", "changes": [{"value": whole, "field": "messages"}]}
        return await self.post_raw(
            json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode(),
            signature,
        )

    async def post_raw(self, body: bytes, signature: str | None = None) -> int:
        """Post any bytes."""
        assert self._http is not None
        right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": right if signature is None else signature}
        headers["Content-Type"] = "application/json"
        async with self._http.post(
            self.webhook, data=body, headers=headers, timeout=aiohttp.ClientTimeout(15)
        ) as answer:
            await answer.read()
            return answer.status


def beyond_limits(message: dict[str, Any]) -> bool:
    """Whether a message breaks one of the documented limits."""
    if message.get("type") == "text":
        return not 0 < len(message["text"]["body"]) <= 4096
    if message.get("type") == "template":
        return not message["template"].get("language", {}).get("code")
    shown = message["interactive"]
    action = shown["action"]
    buttons = [button["reply"] for button in action.get("buttons", ())]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    ids = [each["id"] for each in (*buttons, *rows)]
    return (
        not 0 < len(shown["body"]["text"]) <= 1024
        or len(buttons) > 3
        or len(rows) > 10
        or len(set(ids)) < len(ids)
        or any(len(button["title"]) > 20 or len(button["id"]) > 256 for button in buttons)
        or any(len(row["title"]) > 24 or len(row["id"]) > 200 for row in rows)
        or any(len(row.get("description", "")) > 72 for row in rows)
        or not (buttons or (rows and 0 < len(action["button"]) <= 20))
    )


def _words(message: dict[str, Any]) -> str:
    if message["type"] == "text":
        return str(message["text"]["body"])
    if message["type"] == "template":
        return f"template {message['template']['name']}"
    return str(message["interactive"]["body"]["text"])


def _error(
    status: int, code: int, text: str, headers: dict[str, str] | None = None
) -> web.StreamResponse:
    body = {"error": {"message": text, "type": "OAuthException", "code": code, "fbtrace_id": "A"}}
    return web.json_response(body, status=status, headers=headers)
