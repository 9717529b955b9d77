"""Junk for the providers' webhooks, signed as they sign: never a 5xx, and it stays well."""

from __future__ import annotations

import asyncio
import copy
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.channels.phones.signatures import form_of
from tests.conftest import Stack
from tests.fuzz.junk import Junk
from tests.fuzz.test_entries import INPUTS, request, throw
from tests.peers import meta, twilio
from tests.peers.meta import MetaPeer
from tests.peers.twilio import TwilioPeer

FIELDS = (
    "MessageSid", "SmsSid", "From", "To", "Body", "NumMedia", "MediaContentType0", "MediaUrl0",
    "OptOutType", "ButtonPayload", "Latitude", "ProfileName", "NumSegments",
)  # fmt: skip
REPORTED = ("MessageSid", "MessageStatus", "ErrorCode", "To", "From")
STATES = ("sent", "delivered", "failed", "undelivered", "read", "queued", "???", "")
KINDS = (
    "text", "image", "audio", "document", "location", "contacts", "sticker", "reaction", "button",
    "interactive", "order", "system", "unsupported", "revoke", "",
)  # fmt: skip
PATIENTS = 20
ANNA = "+12025550142"


class Phones:
    """A running product whose phone channels are on, and the providers it speaks with."""

    def __init__(self, stack: Stack, by_twilio: TwilioPeer, by_meta: MetaPeer) -> None:
        self.stack = stack
        self.twilio = by_twilio
        self.meta = by_meta
        self.sms = f"{stack.rasa}/webhooks/twilio/webhook"
        self.status = f"{stack.rasa}/webhooks/twilio/status"
        self.whatsapp = f"{stack.rasa}/webhooks/whatsapp/webhook"


@pytest.fixture
async def phones(model: Path, tmp_path: Path) -> AsyncIterator[Phones]:
    """Start it all."""
    by_twilio, by_meta = await TwilioPeer().start(), await MetaPeer().start()
    stack = Stack(
        tmp_path / "var",
        extra={
            **by_twilio.env(), **by_meta.env(), "QUIET_HOURS": "0-0", "PHONE_RATE_LIMIT": "0",
            "PUBLIC_BASE_URL": "",
        },
    )  # fmt: skip
    await asyncio.to_thread(stack.start)
    running = Phones(stack, by_twilio, by_meta)
    by_twilio.webhook, by_meta.webhook = running.sms, running.whatsapp
    try:
        yield running
        await _answered_as_ever(running)
        assert "Traceback" not in stack.log.read_text()
    finally:
        await asyncio.to_thread(stack.stop)
        await by_twilio.stop()
        await by_meta.stop()


async def _answered_as_ever(phones: Phones) -> None:
    """Write as a patient who knows nothing of the junk; wait for the answer, behind all of it."""
    assert await phones.twilio.text(ANNA, "why should I get a second opinion?") == 200
    assert await phones.meta.write(ANNA, "why should I get a second opinion?") == 200
    peers: tuple[TwilioPeer | MetaPeer, ...] = (phones.twilio, phones.meta)
    for _ in range(1200):
        heard = [" ".join(peer.to(ANNA)) for peer in peers]
        if all("second opinion" in words and "reasons" in words for words in heard):
            return
        await asyncio.sleep(0.25)
    pytest.fail(f"the patient was not answered: {heard}")


def form(junk: Junk, names: tuple[str, ...], **fixed: str) -> bytes:
    """Return a form as bytes: fields that are missing, doubled, huge, or not theirs."""
    dice = junk.dice
    pairs = [(name, junk.text()) for name in names if dice.random() < 0.7]
    pairs += [(name, value) for name, value in fixed.items() if dice.random() < 0.9]
    if dice.random() < 0.2:
        pairs.append((junk.text(), junk.text()))
    dice.shuffle(pairs)
    body = urlencode(pairs, errors="replace").encode()
    return dice.randbytes(dice.randint(0, 300)) if dice.random() < 0.05 else body


def by_twilio(url: str, body: bytes) -> dict[str, str]:
    """Return the headers of a form as Twilio sends it."""
    try:
        fields = MultiDict(
            (name, value) for name, several in form_of(body).items() for value in several
        )
        signature = RequestValidator(twilio.TOKEN).compute_signature(url, fields)
    except ValueError:
        signature = "AAAA"
    return {
        "X-Twilio-Signature": signature,
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def messages_of_twilios(phones: Phones) -> None:
    seen: Counter[int] = Counter()
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            who = f"+1202555{number % PATIENTS:04}"
            prefix = "whatsapp:" if junk.dice.random() < 0.3 else ""
            body = form(
                junk, FIELDS, AccountSid=twilio.ACCOUNT, From=prefix + who,
                MessageSid=f"SM{number % (INPUTS // 2 + 1):032}", Body=junk.text(),
            )  # fmt: skip
            headers = by_twilio(phones.sms, body)
            seen[
                await request(http, phones.stack, "POST", phones.sms, data=body, headers=headers)
            ] += 1

        await throw(range(INPUTS), one)
    assert seen[200] > INPUTS / 3 and seen[403]


async def reports_of_twilios(phones: Phones) -> None:
    assert await phones.twilio.text(ANNA, "hello") == 200
    seen: Counter[int] = Counter()
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            url = f"{phones.status}?{urlencode({'id': junk.text()}, errors='replace')}"
            body = form(
                junk, REPORTED, AccountSid=twilio.ACCOUNT, MessageStatus=junk.dice.choice(STATES),
                ErrorCode=junk.dice.choice(("30003", "63016", "21610", "x" * 400)),
            )  # fmt: skip
            headers = by_twilio(url, body)
            seen[await request(http, phones.stack, "POST", url, data=body, headers=headers)] += 1

        await throw(range(INPUTS), one)
    assert set(seen) <= {200, 204, 400, 403, 413} and seen[403]


def envelope(junk: Junk, number: int) -> Any:
    """Return what Meta might send, with something in it put in the place of something else."""
    dice = junk.dice
    kind = dice.choice(KINDS)
    message = {
        "from": f"1202555{number % PATIENTS:04}", "id": f"wamid.{number % (INPUTS // 2 + 1)}",
        "timestamp": dice.choice(("1700000000", "", "x", "9" * 40)), "type": kind,
        kind: dice.choice(
            (
                {"body": junk.text()}, {"id": "1", "caption": junk.text()}, {"payload": "x"},
                {"type": "button_reply", "button_reply": {"id": junk.text(), "title": "x"}},
                junk.value(),
            )
        ),
    }  # fmt: skip
    report = {
        "id": f"wamid.{number}", "status": dice.choice(STATES), "recipient_id": "12025550001",
        "timestamp": "1700000000", "biz_opaque_callback_data": junk.text(),
        "errors": dice.choice(([{"code": 131047}], [{"code": junk.value()}], junk.value())),
    }  # fmt: skip
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "1", "phone_number_id": meta.NUMBER_ID},
        "messages": [message], "statuses": [report],
    }  # fmt: skip
    whole: Any = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"value": value, "field": "messages"}]}],
    }
    return spoiled(whole, junk) if dice.random() < 0.6 else whole


def spoiled(whole: Any, junk: Junk) -> Any:
    """Return a copy in which something, at any depth, is gone or something else."""
    made = copy.deepcopy(whole)
    place, dice = made, junk.dice
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return made
        key = dice.choice(keys)
        if dice.random() < 0.3 or not isinstance(place[key], dict | list):
            break
        place = place[key]
    if dice.random() < 0.3:
        del place[key]
    else:
        place[key] = junk.value()
    return made


def by_meta(body: bytes) -> dict[str, str]:
    """Return the headers of a body as Meta sends it."""
    right = hmac.new(meta.SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={right}", "Content-Type": "application/json"}


async def messages_and_reports_of_metas(phones: Phones) -> None:
    seen: Counter[int] = Counter()
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            body = json.dumps(envelope(junk, number)).encode()
            if junk.dice.random() < 0.15:
                body = junk.body("object", "entry", "field")
            headers = by_meta(body)
            url = phones.whatsapp
            seen[await request(http, phones.stack, "POST", url, data=body, headers=headers)] += 1

        await throw(range(INPUTS), one)
    assert seen[200] > INPUTS / 2


async def metas_question_for_the_address(phones: Phones) -> None:
    seen: Counter[int] = Counter()
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            names = ("hub.mode", "hub.challenge", "hub.verify_token", "x")
            asked = {name: junk.text() for name in names if junk.dice.random() < 0.8}
            if junk.dice.random() < 0.3:
                asked |= {"hub.mode": "subscribe", "hub.verify_token": meta.VERIFY}
            url = f"{phones.whatsapp}?{urlencode(asked, errors='replace')}"
            seen[await request(http, phones.stack, "GET", url)] += 1

        await throw(range(INPUTS), one)
    assert seen[200] and seen[403]


async def without_the_providers_signature_nothing_is_taken(phones: Phones) -> None:
    seen: Counter[int] = Counter()
    async with aiohttp.ClientSession() as http:

        async def one(number: int) -> None:
            junk = Junk(number)
            url = junk.dice.choice((phones.sms, phones.status, phones.whatsapp))
            body = form(junk, FIELDS, AccountSid=twilio.ACCOUNT, From=ANNA)
            if url == phones.whatsapp:
                body = json.dumps(envelope(junk, number)).encode()
            headers = {
                name: "".join(c for c in junk.text() if " " < c < "\x7f")
                for name in ("X-Twilio-Signature", "X-Hub-Signature-256")
                if junk.dice.random() < 0.8
            }
            seen[await request(http, phones.stack, "POST", url, data=body, headers=headers)] += 1

        await throw(range(INPUTS), one)
    assert set(seen) <= {403, 413}
    assert not phones.twilio.messages and not phones.meta.messages


async def test_junk_for_the_webhooks_is_survived(phones: Phones) -> None:
    await without_the_providers_signature_nothing_is_taken(phones)
    await metas_question_for_the_address(phones)
    await messages_of_twilios(phones)
    await reports_of_twilios(phones)
    await messages_and_reports_of_metas(phones)
