"""Who said STOP is left alone; odd input gets a kind sentence; floods get one; hours are kept."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from bot.channels.envelope import Reply
from bot.channels.phones.keywords import ODD, keyword, kind_of_media, link_code
from bot.channels.phones.quiet import may_go_at
from bot.channels.phones.settings import load_phone_settings, what_is_on
from bot.channels.words import words
from bot.errors import SetupProblem
from bot.store.phone_outbox import SILENCE
from tests.channels.phones import ANNA, phone_desk
from tests.peers.meta import NUMBER_ID

DAY = 24 * 3600.0


@pytest.fixture
def desk(tmp_path):
    """A fresh desk."""
    return phone_desk(tmp_path)


async def said(desk, text, count, **more):
    """Text something; return the last message once there are so many."""
    await desk.twilio.text(ANNA, text, **more)
    return (await desk.heard(ANNA, count))[-1]


def withheld(desk):
    return [row for row in desk.rows("outbox") if row["status"] == "withheld"]


async def nothing_after(desk, count):
    await desk.quiet()
    await asyncio.sleep(0.1)
    assert len(desk.twilio.to(ANNA)) == count


def states(desk):
    return [(row["state"], row["how"]) for row in desk.rows("consents")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("STOP", "stop"), ("Stop.", "stop"), (" stop all ", "stop"), ("opt-out", "stop"),
        ("END", "stop"), ("quit", "stop"), ("Cancel", "stop"), ("revoke!", "stop"),
        ("unsubscribe", "stop"), ("start", "start"), ("UNSTOP", "start"), ("help", "help"),
        ("Info", "help"), ("More please", "more"), ("unlink", "unlink"),
        ("stop the chemo?", ""), ("yes", ""), ("help me choose", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_word_counts_only_alone(text, word):
    assert keyword(text) == word


async def test_stop_is_confirmed_once_then_silence_then_start(desk):
    async with desk.open():
        await said(desk, "hi", 2)
        assert await said(desk, "STOP", 3) == words("utter_phone_stopped")
        await desk.twilio.text(ANNA, "stop")
        await desk.twilio.text(ANNA, "are you there?")
        await desk.twilio.text(ANNA, "", NumMedia="1", MediaContentType0="image/jpeg")
        await nothing_after(desk, 3)
        assert await said(desk, "HELP", 4) == words("utter_phone_help")
        assert await said(desk, "Yes", 5) == words("utter_phone_started")
        assert await said(desk, "go on", 6) == "You said: go on"
    assert [state for state, _ in states(desk)] == ["informed", "out", "out", "in"]
    assert {row["channel"] for row in desk.rows("consents")} == {"twilio"}


async def test_writing_on_after_the_notice_is_noted(desk):
    async with desk.open():
        await said(desk, "hi", 2)
        await said(desk, "go on", 3)
        await said(desk, "and on", 4)
    assert states(desk) == [("informed", "notice"), ("in", "wrote on")]


async def test_free_words_count_as_stop(desk):
    desk.dialogue.intents["please quit texting me"] = "opt_out"
    async with desk.open():
        await said(desk, "hi", 2)
        assert await said(desk, "please quit texting me", 3) == words("utter_phone_stopped")
        await desk.twilio.text(ANNA, "hello?")
        await nothing_after(desk, 3)
    assert states(desk)[-1] == ("out", "own words")


async def test_free_words_count_on_whatsapp_too(desk):
    desk.dialogue.intents["no more messages"] = "opt_out"
    async with desk.open():
        await desk.meta.write(ANNA, "no more messages")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 1)
        await desk.meta.write(ANNA, "hello?")
        await desk.quiet()
        assert desk.meta.to(ANNA) == [words("utter_phone_stopped")]
        await desk.meta.write(ANNA, "START")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)


async def test_an_emergency_is_answered_even_then(desk):
    alert = {"kind": "alert", "text": "Call 911 now.", "actions": []}
    desk.dialogue.answer = lambda text: (
        [{"text": "First this."}, {"custom": alert}] if text == "chest pain" else [{"text": text}]
    )
    async with desk.open():
        await said(desk, "hi", 2)
        await said(desk, "STOP", 3)
        assert await said(desk, "chest pain", 4) == "Call 911 now."
        await nothing_after(desk, 4)


async def test_an_alert_comes_before_the_notice(desk):
    alert = {"kind": "alert", "text": "Call 911 now.", "actions": []}
    desk.dialogue.answer = lambda text: [{"custom": alert}]
    async with desk.open():
        await said(desk, "chest pain", 2)
        assert desk.twilio.to(ANNA) == ["Call 911 now.", words("utter_phone_notice_sms")]


async def test_where_twilio_answers_stop_itself_we_do_not(desk):
    async with desk.open():
        await said(desk, "hi", 2)
        await desk.twilio.text(ANNA, "Basta", OptOutType="STOP")
        await nothing_after(desk, 2)
        await desk.twilio.text(ANNA, "again", OptOutType="START")
        await nothing_after(desk, 2)
    assert states(desk)[-2:] == [("out", "provider"), ("in", "provider")]


async def test_who_opted_out_at_the_carrier_is_noted(desk):
    desk.twilio.refusals[ANNA] = 21610
    async with desk.open():
        await desk.twilio.text(ANNA, "hi")
        await desk.until(lambda: ("out", "provider") in states(desk))
        await desk.quiet()


async def test_staff_cannot_write_to_who_said_stop(desk):
    async with desk.open():
        await said(desk, "hi", 2)
        await said(desk, "STOP", 3)
        await desk.sms.get_output_channel().deliver(
            desk.dialogue.heard[0].sender_id, Reply("hello")
        )
        await nothing_after(desk, 3)
    # Staff see that it did not go, and why.
    assert [(row["reason"], row["body"]) for row in withheld(desk)] == [(SILENCE, "{}")]


async def test_staff_see_what_the_guide_does_not_say_to_who_said_stop(desk):
    async with desk.open():
        await said(desk, "hi", 2)
        await said(desk, "STOP", 3)
        await desk.twilio.text(ANNA, "are you there?")
        await nothing_after(desk, 3)
    assert [row["reason"] for row in withheld(desk)] == [SILENCE]


async def test_what_may_have_been_sent_is_not_sent_again_after_stop(desk):
    async with desk.open():
        desk.twilio.reports = False  # a late one would say that it was delivered
        await said(desk, "hi", 2)
        await desk.quiet()
        with desk.engine.begin() as connection:
            # A server died while it sent this; the patient says STOP before another goes on.
            connection.execute(
                sa.text(
                    "UPDATE outbox SET status = 'unsure', provider_id = '', body = :body,"
                    " next_try = :later WHERE position = 1"
                ),
                {"body": '{"text": "x"}', "later": time.time() + 2},
            )
        await desk.twilio.text(ANNA, "STOP")
        await desk.until(lambda: withheld(desk))
        await desk.quiet()
        assert "x" not in desk.twilio.to(ANNA)
        assert desk.twilio.to(ANNA)[-1] == words("utter_phone_stopped")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"NumMedia": "1", "MediaContentType0": "image/jpeg"}, "picture"),
        ({"NumMedia": "1", "MediaContentType0": "audio/amr"}, "voice"),
        ({"NumMedia": "1", "MediaContentType0": "application/pdf"}, "file"),
        ({"NumMedia": "1", "MediaContentType0": "text/x-vcard"}, "contact"),
        ({"NumMedia": "99999999999999"}, "file"),
        ({"Latitude": "41.1", "Longitude": "2.2"}, "place"),
        ({"NumMedia": "\u0661"}, "empty"),
        ({}, "empty"),
    ],
)
async def test_odd_input_by_sms_gets_a_kind_sentence(desk, fields, kind):
    async with desk.open():
        assert await said(desk, "", 2, **fields) == words(ODD[kind])
        assert desk.dialogue.heard == []


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ({"type": "image", "image": {"id": "1"}}, "picture"),
        ({"type": "audio", "audio": {"voice": True}}, "voice"),
        ({"type": "document", "document": {"filename": "x"}}, "file"),
        ({"type": "location", "location": {}}, "place"),
        ({"type": "contacts", "contacts": [{}]}, "contact"),
        ({"type": "sticker", "sticker": {}}, "sticker"),
        ({"type": "reaction", "reaction": {"emoji": "x"}}, "sticker"),
        ({"type": "revoke", "revoke": {}}, "deleted"),
        ({"type": "text", "group_id": "g"}, "group"),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "unknown"),
        ({"type": "hologram"}, "unknown"),
        ({"type": "text"}, "empty"),
    ],
)
async def test_odd_input_by_whatsapp_gets_a_kind_sentence(desk, message, kind):
    async with desk.open():
        await desk.meta.write(ANNA, **message)
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)
        assert desk.meta.to(ANNA)[1] == words(ODD[kind])


async def test_words_beside_a_picture_are_what_the_patient_says(desk):
    async with desk.open():
        picture = {"NumMedia": "1", "MediaContentType0": "image/png"}
        assert await said(desk, "my scan", 2, **picture) == "You said: my scan"


async def test_a_huge_message_gets_a_kind_sentence(desk):
    async with desk.open():
        assert await said(desk, "x" * 4001, 2) == words("utter_phone_long", limit="4,000")


async def test_a_flood_gets_one_polite_notice_and_stop_still_counts(desk):
    async with desk.open(RATE_LIMIT="3"):
        for number in range(12):
            assert await desk.twilio.text(ANNA, f"m{number}") == 200
        await desk.quiet()
        heard = await desk.heard(ANNA, 5)
        assert heard.count(words("utter_phone_too_fast")) == 1
        assert len(heard) == 5
        assert await said(desk, "STOP", 6) == words("utter_phone_stopped")


async def test_everybody_together_has_a_limit(desk):
    async with desk.open(RATE_LIMIT="100", PHONE_RATE_LIMIT="2"):
        for number in range(4):
            await desk.twilio.text(f"+1202555010{number}", "hi")
        await desk.quiet()
    assert len(desk.dialogue.heard) == 2


ZONE = ZoneInfo("America/New_York")


def at(hour, day=10):
    return datetime(2026, 3, day, hour, 30, tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("now", "last_in", "quiet", "wanted"),
    [
        (at(12), 0, (21, 8), at(12)),
        (at(22), 0, (21, 8), datetime(2026, 3, 11, 8, tzinfo=ZONE).timestamp()),
        (at(3), 0, (21, 8), datetime(2026, 3, 10, 8, tzinfo=ZONE).timestamp()),
        (at(22), at(21), (21, 8), at(22)),
        (at(13), 0, (12, 14), datetime(2026, 3, 10, 14, tzinfo=ZONE).timestamp()),
        (at(15), 0, (12, 14), at(15)),
        (at(3), 0, (0, 0), at(3)),
        # The night the clocks go forward.
        (at(22, 7), 0, (21, 8), datetime(2026, 3, 8, 8, tzinfo=ZONE).timestamp()),
    ],
)
def test_quiet_hours(now, last_in, quiet, wanted):
    assert may_go_at(now, last_in, quiet, ZONE) == wanted


async def test_what_is_unasked_waits_for_the_morning(desk):
    hour = datetime.now(ZoneInfo("UTC")).hour
    quiet = f"{(hour - 1) % 24}-{(hour + 2) % 24}"
    async with desk.open(QUIET_HOURS=quiet, CLINIC_TIME_ZONE="UTC"):
        await said(desk, "hi", 2)
        output, sender = desk.sms.get_output_channel(), desk.dialogue.heard[0].sender_id
        await output.deliver(sender, Reply("still talking"))
        assert (await desk.heard(ANNA, 3))[2] == "still talking"
        with desk.engine.begin() as connection:
            connection.execute(sa.text("UPDATE contacts SET last_in = last_in - 10000"))
        await output.deliver(sender, Reply("unasked"))
        await asyncio.sleep(1)
        assert len(desk.twilio.to(ANNA)) == 3
        (row,) = [row for row in desk.rows("outbox") if row["status"] == "queued"]
        assert row["next_try"] > time.time() + 3000


async def test_after_24_hours_whatsapp_waits_for_the_patient(desk):
    async with desk.open():
        await desk.meta.write(ANNA, "hi")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)
        with desk.engine.begin() as connection:
            connection.execute(sa.text("UPDATE contacts SET last_in = last_in - 90000"))
        sender = desk.dialogue.heard[0].sender_id
        await desk.whatsapp.get_output_channel().deliver(sender, Reply("from the nurse"))
        await desk.until(lambda: "held" in {row["status"] for row in desk.rows("outbox")})
        assert len(desk.meta.to(ANNA)) == 2
        await desk.meta.write(ANNA, "here I am")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 4)
        assert desk.meta.to(ANNA)[2:] == ["from the nurse", "You said: here I am"]


async def test_what_meta_refuses_after_taking_it_waits_too(desk):
    async with desk.open():
        await desk.meta.write(ANNA, "hi")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)
        desk.meta.refused_later[ANNA.lstrip("+")] = 131047
        sender = desk.dialogue.heard[0].sender_id
        await desk.whatsapp.get_output_channel().deliver(sender, Reply("from the nurse"))
        await desk.until(lambda: "held" in {row["status"] for row in desk.rows("outbox")})
        desk.meta.refused_later.clear()
        await desk.meta.write(ANNA, "here I am")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 4)
        await desk.quiet()
        assert desk.meta.to(ANNA)[2:] == ["from the nurse", "You said: here I am"]


async def test_a_template_asks_the_patient_to_write_once(desk):
    async with desk.open(WHATSAPP_TEMPLATE="clinic_message:en"):
        await desk.meta.write(ANNA, "hi")
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 2)
        with desk.engine.begin() as connection:
            connection.execute(sa.text("UPDATE contacts SET last_in = last_in - 90000"))
        output, sender = desk.whatsapp.get_output_channel(), desk.dialogue.heard[0].sender_id
        await output.deliver(sender, Reply("one"))
        await output.deliver(sender, Reply("two"))
        await desk.until(lambda: len(desk.meta.to(ANNA)) == 3)
        await desk.until(lambda: [row["status"] for row in desk.rows("outbox")].count("held") == 2)
        await desk.quiet()
        assert desk.meta.to(ANNA)[2:] == ["template clinic_message"]


async def test_a_message_to_another_number_of_metas_is_left_alone(desk):
    async with desk.open():
        value = {
            "metadata": {"phone_number_id": NUMBER_ID + "9"},
            "messages": [{"from": ANNA[1:], "id": "w", "type": "text", "text": {"body": "hello"}}],
        }
        assert await desk.meta.post(value) == 200
    assert desk.count("seen_messages") == 0


def test_codes_and_media_are_read():
    assert link_code("482 193") == link_code("link 482193") == link_code("482-193.") == "482193"
    assert link_code("4821931") == link_code("I am 482193") == link_code("4821") == ""
    assert kind_of_media("") == "file"


@pytest.mark.parametrize(
    ("env", "names"),
    [
        ({"QUIET_HOURS": "9"}, "QUIET_HOURS"),
        ({"QUIET_HOURS": "21-24"}, "QUIET_HOURS"),
        ({"CLINIC_TIME_ZONE": "Mars"}, "CLINIC_TIME_ZONE"),
        ({"PHONE_RATE_LIMIT": "-1"}, "PHONE_RATE_LIMIT"),
    ],
)
def test_a_wrong_setting_is_named(env, names):
    with pytest.raises(SetupProblem, match=names):
        load_phone_settings(env)


def test_start_up_says_what_is_off():
    assert "TWILIO_ACCOUNT_SID" in what_is_on(load_phone_settings({}))
