"""Both webhooks and both providers: verified, taken once, answered in order, in the right form."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.channels.envelope import Reply
from bot.channels.phones.line import PhoneOutput
from bot.channels.words import words
from tests.channels.phones import ANNA, BOB, phone_desk
from tests.peers.faults import BUSY
from tests.peers.twilio import ACCOUNT, TOKEN

NOTICE = "utter_phone_notice_sms"


@pytest.fixture
def desk(tmp_path):
    """A fresh desk."""
    return phone_desk(tmp_path)


async def test_a_text_is_answered_after_a_notice(desk):
    async with desk.open():
        assert await desk.twilio.text(ANNA, "¡Hola!") == 200
        assert await desk.heard(ANNA, 2) == [words(NOTICE), "You said: ¡Hola!"]
        await desk.twilio.text(ANNA, "again")
        assert (await desk.heard(ANNA, 3))[2:] == ["You said: again"]
    assert [message.input_channel for message in desk.dialogue.heard] == ["twilio"] * 2


async def test_no_number_is_anywhere_but_locked(desk, caplog):
    async with desk.open():
        await desk.twilio.text(ANNA, "my words of today")
        await desk.heard(ANNA, 2)
        await desk.quiet()
    digits = ANNA[-7:]
    for table in ("contacts", "inbox", "outbox", "consents", "seen_messages", "events"):
        assert digits not in str(desk.rows(table))
    assert digits not in caplog.text
    assert "my words" not in caplog.text
    assert desk.dialogue.heard[0].sender_id.startswith("sms-")


@pytest.mark.parametrize("signature", ["", "AAAA", "\u00e9"])
async def test_an_unsigned_call_does_nothing(desk, signature, caplog):
    async with desk.open() as address:
        fields = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": ANNA, "Body": "hello"}
        assert await desk.twilio.post(fields, signature=signature) == 403
        status = f"{address}/webhooks/twilio/status?id=x"
        assert await desk.twilio.post(fields, status, signature=signature) == 403
        if signature.isascii():
            assert await desk.meta.post({"messages": []}, signature=signature) == 403
        await asyncio.sleep(0.1)
    assert desk.dialogue.heard == []
    assert desk.count("seen_messages") == 0
    assert len(caplog.records) == (3 if signature.isascii() else 2)


async def test_a_signature_of_another_account_or_address_is_wrong(desk):
    async with desk.open():
        fields = {"MessageSid": "SM1", "AccountSid": "AC" + "9" * 32, "From": ANNA, "Body": "a"}
        assert await desk.twilio.post(fields) == 403
        desk.twilio.public = "https://evil.example"
        assert await desk.twilio.text(ANNA, "hello") == 403


async def test_a_signature_that_was_overheard_is_good_for_nothing_else(desk):
    async with desk.open() as address:
        fields = {"MessageSid": "SM1", "AccountSid": ACCOUNT, "From": ANNA, "Body": "hello"}
        overheard = RequestValidator(TOKEN).compute_signature(
            desk.twilio.webhook, MultiDict(fields)
        )
        assert await desk.twilio.post(fields, signature=overheard) == 200
        await desk.heard(ANNA, 2)
        other = {**fields, "MessageSid": "SM2", "Body": "other words"}
        assert await desk.twilio.post(other, signature=overheard) == 403
        status = f"{address}/webhooks/twilio/status"
        assert await desk.twilio.post(fields, status, signature=overheard) == 403
        # The same call again is what Twilio itself makes when it lost our answer.
        assert await desk.twilio.post(fields, signature=overheard) == 200
        await desk.quiet()
        assert [message.text for message in desk.dialogue.heard] == ["hello"]
        assert len(desk.twilio.to(ANNA)) == 2


async def test_the_signature_is_over_the_public_address(desk):
    async with desk.open(PUBLIC_BASE_URL="https://guide.example"):
        assert await desk.twilio.text(ANNA, "hello") == 403
        desk.twilio.public = "https://guide.example"
        assert await desk.twilio.text(ANNA, "hello") == 200


@pytest.mark.parametrize("gone", ["TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID", "TWILIO_NUMBER"])
async def test_without_its_secrets_a_channel_is_off(desk, gone):
    async with desk.open(**{gone: "", "WHATSAPP_APP_SECRET": ""}):
        assert await desk.twilio.text(ANNA, "hello") == 404
        assert await desk.meta.write(ANNA, "hello") == 404
        assert desk.sms.get_output_channel() is None


async def test_meta_verifies_the_address(desk):
    async with desk.open(), aiohttp.ClientSession() as http:
        right = {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
        url = desk.meta.webhook
        token = {"hub.verify_token": "verify-for-tests"}
        async with http.get(url, params={**right, **token}) as answer:
            assert (answer.status, await answer.text()) == (200, "1158201444")
        for wrong in ({}, {"hub.verify_token": "x"}, {"hub.verify_token": "\u00e9"}):
            async with http.get(url, params={**right, **wrong}) as answer:
                assert answer.status == 403


async def test_a_message_brought_again_is_answered_once(desk):
    async with desk.peers():
        async with desk.serve():
            both = [desk.twilio.text(ANNA, "hello", "SM1") for _ in range(5)]
            assert await asyncio.gather(*both) == [200] * 5
            await desk.heard(ANNA, 2)
        async with desk.serve():
            assert await desk.twilio.text(ANNA, "hello", "SM1") == 200
            await desk.quiet()
    assert desk.dialogue.texts == ["hello"]


async def test_one_persons_messages_are_answered_in_order(desk):
    desk.dialogue.slow = 0.05
    async with desk.open():
        for number in range(6):
            await desk.twilio.text(ANNA, f"a{number}")
            await desk.twilio.text(BOB, f"b{number}")
        await desk.heard(ANNA, 7)
        await desk.heard(BOB, 7)
        await desk.quiet()
        assert desk.twilio.to(ANNA)[1:] == [f"You said: a{n}" for n in range(6)]
        assert desk.twilio.to(BOB)[1:] == [f"You said: b{n}" for n in range(6)]


async def test_a_number_leads_to_the_choice_and_more_to_the_rest(desk):
    long = "One sentence that says something. " * 40
    buttons = [{"title": "A", "payload": "say a"}, {"title": "B", "payload": "tell me"}]
    asked = {"text": "Well?", "buttons": buttons}
    desk.dialogue.answer = lambda text: [{"text": long} if text == "tell me" else asked]
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(ANNA, 2)
        await desk.twilio.text(ANNA, "the second")
        first = (await desk.heard(ANNA, 3))[2]
        assert first.endswith(words("utter_phone_more"))
        await desk.twilio.text(ANNA, "More")
        await desk.heard(ANNA, 4)
        await desk.twilio.text(ANNA, "MORE")
        last = (await desk.heard(ANNA, 5))[4]
        for _ in range(4):
            if last.endswith(words("utter_phone_more")):
                await desk.twilio.text(ANNA, "MORE")
                last = (await desk.heard(ANNA, len(desk.twilio.to(ANNA)) + 1))[-1]
    assert desk.dialogue.texts == ["hi", "tell me"]
    assert last == words("utter_phone_no_more") or "something." in last


async def test_whatsapp_gets_buttons_and_understands_a_tap(desk):
    buttons = [{"title": "A", "payload": "say a"}, {"title": "B", "payload": "say b"}]
    desk.dialogue.answer = lambda text: [{"text": f"You said: {text}", "buttons": buttons}]
    async with desk.open():
        assert await desk.meta.write(ANNA, "hi") == 200
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)
        reply = {"type": "button_reply", "button_reply": {"id": "say b", "title": "B"}}
        await desk.meta.write(ANNA, type="interactive", interactive=reply)
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 3)
        await desk.meta.write(ANNA, "two")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 4)
        await desk.until(lambda: {row["status"] for row in desk.rows("outbox")} == {"delivered"})
    assert desk.dialogue.texts == ["hi", "say b", "say b"]
    assert desk.meta.messages[1]["interactive"]["type"] == "button"
    assert desk.meta.to(ANNA)[0] == words("utter_phone_notice_whatsapp")


async def test_whatsapp_through_twilio_is_a_conversation_of_its_own(desk):
    async with desk.open():
        await desk.twilio.text(f"whatsapp:{ANNA}", "hi", To="whatsapp:+12025550100")
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(f"whatsapp:{ANNA}", 2)
        await desk.heard(ANNA, 2)
        assert desk.twilio.messages[0]["from"]
    assert {message.sender_id[:3] for message in desk.dialogue.heard} == {"wa-", "sms"}


async def test_delivery_reports_are_noted(desk):
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(ANNA, 2)
        await desk.until(lambda: {row["status"] for row in desk.rows("outbox")} == {"delivered"})
    assert {row["body"] for row in desk.rows("outbox")} == {"{}"}


async def test_what_cannot_be_delivered_is_marked_with_the_reason(desk):
    desk.twilio.refusals[ANNA] = 21211
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.until(lambda: "failed" in {row["status"] for row in desk.rows("outbox")})
    assert "21211" in desk.rows("outbox")[0]["reason"]


async def test_a_busy_provider_is_left_alone_and_nobody_waits_longer_for_it(desk):
    faults = desk.twilio.faults
    async with desk.open():
        faults.share, faults.kinds = 1.0, (BUSY,)
        await desk.twilio.text(ANNA, "hi")
        await desk.until(lambda: faults.seen[BUSY] > 0)
        faults.share = 0.0
        for number in range(20):
            await desk.twilio.text(f"+1202555{number:04}", "hello")
        await desk.quiet()
        tries = [row["attempts"] for row in desk.rows("outbox")]
    assert len(tries) == 42
    assert sum(tries) == 42 + faults.seen[BUSY], "only what was tried counts as a try"


async def test_a_turn_that_fails_is_tried_again(desk):
    desk.dialogue.failing = 2
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        assert (await desk.heard(ANNA, 2))[1] == "You said: hi"
    assert desk.dialogue.texts == ["hi"]


async def test_a_silenced_bot_stays_silent(desk):
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(ANNA, 2)
        desk.dialogue.paused.add(desk.dialogue.heard[0].sender_id)
        await desk.twilio.text(ANNA, "to the nurse")
        await desk.until(lambda: len(desk.dialogue.heard) == 2)
        await desk.quiet()
        assert len(desk.twilio.to(ANNA)) == 2


async def test_staff_reach_a_patient_on_the_phone(desk):
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(ANNA, 2)
        output = desk.sms.get_output_channel()
        assert isinstance(output, PhoneOutput)
        sender = desk.dialogue.heard[0].sender_id
        await output.send_response(sender, {"text": "I will call you.", "staff": "Ana, nurse"})
        assert (await desk.heard(ANNA, 3))[2] == "Ana, nurse: I will call you."
        await output.deliver("nobody", Reply("lost"))
        await desk.quiet()


async def test_an_erased_patient_gets_the_last_word_and_leaves_nothing(desk):
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.heard(ANNA, 2)
        await desk.twilio.text(ANNA, "erase me", "SM9")
        assert (await desk.heard(ANNA, 3))[2] == "You said: erase me"
        await desk.quiet()
        await desk.until(lambda: not desk.count("outbox"))
        await desk.twilio.text(ANNA, "erase me", "SM9")
        await desk.quiet()
    assert [desk.count(table) for table in ("contacts", "inbox", "events")] == [0, 0, 0]
    assert len(desk.dialogue.heard) == 2
