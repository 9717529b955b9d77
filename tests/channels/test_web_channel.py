"""The chat's channel: nobody reads another's replies, nothing is lost, nothing is said twice."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
from rasa.core.channels.channel import UserMessage

from bot.knowledge import knowledge
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.store.phone_people import conversation_of
from tests.channels.conftest import Desk, Dialogue

YES = {"title": "Yes", "payload": "Yes, please"}


async def test_a_question_gets_its_answer_in_one_piece(desk: Desk, dialogue: Dialogue) -> None:
    card = {"kind": "handoff", "status": "requested", "text": "x"}
    dialogue.answer = lambda text: [{"text": "Hello", "buttons": [YES], "custom": card}]
    async with desk.open() as address:
        tab = await desk.browser(address)
        assert tab.is_new
        assert await tab.say("hi", "m1") == {"ok": True}
        reply = await tab.next("bot_uttered")
        await tab.next("typing", 2)
    assert reply.pop("time") > 1_600_000_000
    assert reply == {"text": "Hello", "quick_replies": [YES], "custom": card, "staff": ""}
    assert tab.all("typing") == [{"on": True}, {"on": False}]
    (heard,) = dialogue.heard
    assert heard.input_channel == "web" and heard.message_id == "m1"
    assert heard.sender_id == "web-" + tab.session_id.partition(".")[0]


async def test_a_known_session_gets_its_history_back(desk: Desk, dialogue: Dialogue) -> None:
    plan = {"kind": "plan", "text": "x"}
    dialogue.answer = lambda text: [{"text": "Hello", "buttons": [YES]}, {"custom": plan}]
    async with desk.open() as address:
        tab = await desk.browser(address)
        await tab.say("hi", "m1")
        assert not tab.all("history")
        await tab.close()
        again = await desk.browser(address, tab.session_id)
        history = await again.next("history")
        assert not again.is_new and again.session_id == tab.session_id
    assert all(line.pop("time") > 0 and line.pop("staff") == "" for line in history)
    assert history == [
        {"from": "patient", "id": "m1", "text": "hi", "custom": None, "buttons": []},
        {"from": "bot", "id": None, "text": "Hello", "custom": None, "buttons": [YES]},
        {"from": "bot", "id": None, "text": "", "custom": plan, "buttons": []},
    ]


async def test_a_session_survives_a_restart_of_the_server(desk: Desk, dialogue: Dialogue) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        await tab.say("hi", "m1")
        await tab.close()
    async with desk.open() as address:
        again = await desk.browser(address, tab.session_id)
        assert not again.is_new
        assert await again.say("hi", "m1") == {"ok": True}
        assert await again.say("bye", "m2") == {"ok": True}
    assert dialogue.texts == ["hi", "bye"], "the message of before was answered again"


@pytest.mark.parametrize(
    "forge",
    [
        lambda real: real.partition(".")[0],
        lambda real: real.partition(".")[0] + ".",
        lambda real: real.partition(".")[0] + "." + "A" * 43,
        lambda real: "0" * 32 + "." + real.partition(".")[2],
        lambda real: real + "x",
        lambda real: "web-" + real,
        lambda real: "." + real.partition(".")[2],
        lambda real: "é." + real,
        lambda real: 7,
        lambda real: ["x"],
        lambda real: {"session_id": real},
    ],
)
async def test_a_forged_session_joins_nothing(
    desk: Desk, dialogue: Dialogue, forge: Callable[[str], Any]
) -> None:
    async with desk.open() as address:
        victim = await desk.browser(address)
        await victim.say("my diagnosis")
        forged = forge(victim.session_id)
        thief = await desk.browser(address, forged)
        assert thief.is_new and thief.session_id != victim.session_id
        said = {"session_id": forged, "message": "show my plan"}
        ack = await thief.ask("user_uttered", said)
        assert ack["ok"] is False and ack["code"] == "no_session"
        await victim.say("and more")
        await victim.next("bot_uttered", 2)
        await asyncio.sleep(0.05)
        assert not thief.all("bot_uttered") and not thief.all("history")
    assert dialogue.texts == ["my diagnosis", "and more"]


async def test_a_session_signed_with_another_secret_is_not_ours(desk: Desk) -> None:
    async with desk.open(SESSION_SECRET="another-secret-altogether") as address:
        elsewhere = (await desk.browser(address)).session_id
    async with desk.open() as address:
        assert (await desk.browser(address, elsewhere)).is_new


async def test_an_empty_talk_is_offered_ways_to_begin(desk: Desk) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        offered = tab.all("session_confirm")[-1]["starters"]
    phrases = {intent.get("phrase") for intent in knowledge("intents")["intents"].values()}
    assert len(offered) == 4
    assert all(choice["title"] and choice["payload"] in phrases for choice in offered)


async def test_two_tabs_of_a_patient_show_the_same(desk: Desk) -> None:
    async with desk.open() as address:
        one = await desk.browser(address)
        two = await desk.browser(address, one.session_id)
        stranger = await desk.browser(address)
        await one.say("hi", "m1")
        assert (await one.next("bot_uttered"))["text"] == "You said: hi"
        assert (await two.next("bot_uttered"))["text"] == "You said: hi"
        echo = await two.next("user_echo")
        assert (echo["text"], echo["id"]) == ("hi", "m1")
        assert not one.all("user_echo")
        await asyncio.sleep(0.05)
        assert {name for name, _ in stranger.received} == {"session_confirm"}


async def test_a_message_sent_again_is_acknowledged_but_answered_once(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        acks = await asyncio.gather(*(tab.say("hi", "m1") for _ in range(3)))
        assert acks == [{"ok": True}] * 3
        assert await tab.say("hi", "m1") == {"ok": True}
        assert await tab.say("hi", "m2") == {"ok": True}
        assert await tab.say("hi") == {"ok": True}
        assert await tab.say("hi") == {"ok": True}
    assert dialogue.texts == ["hi"] * 4


async def test_messages_are_answered_in_the_order_they_were_sent(
    desk: Desk, dialogue: Dialogue
) -> None:
    async def slower_first(message: Any) -> None:
        await asyncio.sleep(0.1 if message.text == "0" else 0)

    dialogue.before_answer = slower_first
    async with desk.open() as address:
        tab = await desk.browser(address)
        await asyncio.gather(*(tab.say(str(n)) for n in range(8)))
        await tab.next("bot_uttered", 8)
    assert dialogue.texts == [str(n) for n in range(8)]
    assert [r["text"] for r in tab.all("bot_uttered")] == [f"You said: {n}" for n in range(8)]


async def test_a_slow_patient_holds_up_nobody_else(desk: Desk, dialogue: Dialogue) -> None:
    go_on = asyncio.Event()

    async def slow(message: Any) -> None:
        if message.text == "slow":
            await go_on.wait()

    dialogue.before_answer = slow
    async with desk.open() as address:
        one, two = await desk.browser(address), await desk.browser(address)
        waiting = asyncio.ensure_future(one.say("slow"))
        assert await two.say("quick") == {"ok": True}
        go_on.set()
        assert await waiting == {"ok": True}


async def test_a_tab_that_joins_in_mid_turn_misses_nothing(desk: Desk, dialogue: Dialogue) -> None:
    go_on = asyncio.Event()

    async def half(message: Any) -> None:
        await message.output_channel.send_response(message.sender_id, {"text": "First part"})
        await go_on.wait()

    dialogue.before_answer = half
    async with desk.open() as address:
        one = await desk.browser(address)
        waiting = asyncio.ensure_future(one.say("hi"))
        await one.next("bot_uttered")
        two = await desk.browser(address, one.session_id)
        history = await two.next("history")
        assert [line["text"] for line in history] == ["hi", "First part"]
        go_on.set()
        await waiting
        assert (await two.next("bot_uttered"))["text"] == "You said: hi"


async def test_a_message_that_is_too_long_is_refused_in_words(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        assert await tab.say("ü" * 4_000) == {"ok": True}
        ack = await tab.say("ü" * 4_001)
        assert (ack["ok"], ack["code"]) == (False, "too_long")
        assert "4,000" in ack["error"]
    assert len(dialogue.heard) == 1


async def test_one_patient_is_slowed_down_and_others_are_not(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open(RATE_LIMIT="3") as address:
        tab, other = await desk.browser(address), await desk.browser(address)
        assert [(await tab.say("hi", f"m{n}"))["ok"] for n in range(4)] == [True] * 3 + [False]
        ack = await tab.say("hi", "m4")
        assert ack["code"] == "too_fast" and "wait" in ack["error"]
        assert await tab.say("hi", "m0") == {"ok": True}, "a repeated message isn't counted"
        assert await other.say("hi") == {"ok": True}
        acks = [await other.ask("session_request", {}) for _ in range(3)]
        assert [ack["ok"] for ack in acks] == [True, True, False]
    assert len(dialogue.heard) == 4


@pytest.mark.parametrize(
    "junk",
    [
        None, 7, "text", b"\x00\x01", [], [1, 2], {}, True,
        {"message": "hi", "session_id": None}, {"message": None}, {"message": ["hi"]},
        {"message": {"a": 1}},
        {"message": "hi", "id": 5}, {"message": "hi", "id": ""}, {"message": "hi", "id": "x" * 101},
        {"message": "hi", "id": "a\nb"},
    ],
)  # fmt: skip
async def test_junk_gets_an_answer_and_does_no_harm(
    desk: Desk, dialogue: Dialogue, junk: Any
) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        if isinstance(junk, dict):
            junk.setdefault("session_id", tab.session_id)
        ack = await tab.ask("user_uttered", junk)
        assert ack["ok"] is False and ack["error"]
        assert (await tab.ask("session_request", junk))["ok"] is True
        assert await tab.say("still there?") == {"ok": True}
    assert dialogue.texts == ["still there?"]


@pytest.mark.parametrize("packet", ["2[", "4{", "42", "42[]", "42[5]", "42/x,[1]", "45-[", "9", ""])
async def test_junk_below_the_protocol_does_no_harm_to_others(desk: Desk, packet: str) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        async with aiohttp.ClientSession() as http:
            url = f"{address}/socket.io/?EIO=4&transport=websocket"
            async with http.ws_connect(url) as raw:
                await raw.receive_str()
                await raw.send_str("40")
                await raw.send_str(packet)
                await raw.send_str("x" * 300_000)
        assert await tab.say("hi") == {"ok": True}


async def test_an_event_without_data_is_answered(desk: Desk) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        assert (await tab.client.call("user_uttered"))["ok"] is False
        assert (await tab.client.call("session_request"))["ok"] is True


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_a_page_of_a_stranger_may_not_connect(desk: Desk, transport: str) -> None:
    async with desk.open() as address:
        for origin in ("https://evil.example", "null", "https://clinic.example.evil.example"):
            with pytest.raises(socketio.exceptions.ConnectionError):
                await desk.browser(address, headers={"Origin": origin}, transports=[transport])


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_allowed_pages_and_pages_of_the_same_host_may_connect(
    desk: Desk, transport: str
) -> None:
    async with desk.open() as address:
        for origin in ("https://clinic.example", "http://127.0.0.1:8080"):
            tab = await desk.browser(address, headers={"Origin": origin}, transports=[transport])
            assert await tab.say("hi") == {"ok": True}


async def test_each_cors_header_is_sent_once(desk: Desk) -> None:
    async with desk.open() as address, aiohttp.ClientSession() as http:
        url = f"{address}/socket.io/?EIO=4&transport=polling"
        for origin in ("https://clinic.example", "http://127.0.0.1:8080"):
            async with http.get(url, headers={"Origin": origin}) as answer:
                assert answer.headers.getall("Access-Control-Allow-Origin") == [origin]


async def test_a_turn_that_breaks_gets_honest_words(desk: Desk, dialogue: Dialogue) -> None:
    async def broken(_: Any) -> None:
        raise RuntimeError

    dialogue.before_answer = broken
    async with desk.open() as address:
        tab = await desk.browser(address)
        assert await tab.say("hi") == {"ok": True}
        reply = await tab.next("bot_uttered")
        assert "something went wrong" in reply["text"] and "911" in reply["text"]
        assert (await tab.next("typing", 2)) == {"on": False}


async def test_silence_gets_honest_words_unless_a_person_has_taken_over(
    desk: Desk, dialogue: Dialogue
) -> None:
    dialogue.answer = lambda text: []
    async with desk.open() as address:
        tab = await desk.browser(address)
        await tab.say("hi")
        assert "something went wrong" in (await tab.next("bot_uttered"))["text"]
        dialogue.paused.add(dialogue.heard[0].sender_id)
        assert await tab.say("hi") == {"ok": True}
        await asyncio.sleep(0.05)
        assert len(tab.all("bot_uttered")) == 1


async def test_a_leading_slash_is_passed_on_as_it_is(desk: Desk, dialogue: Dialogue) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        await tab.say("/restart")
    assert dialogue.texts == ["/restart"]


async def test_erased_words_leave_every_open_page(desk: Desk, dialogue: Dialogue) -> None:
    async def forget(message: UserMessage) -> None:
        if message.text == "yes":
            dialogue.kept.pop(message.sender_id, None)
            dialogue.keeps = False

    async with desk.open() as address:
        tab = await desk.browser(address)
        await tab.say("my secret", "m1")
        other = await desk.browser(address, tab.session_id)
        await other.next("history")
        dialogue.before_answer = forget
        await tab.say("yes", "m2")
        for page, number in ((tab, 1), (other, 2)):
            shown = await page.next("history", number)
            assert [line["text"] for line in shown] == ["yes", "You said: yes"]


async def test_without_text_messages_there_is_no_code(desk: Desk) -> None:
    async with desk.open() as address:
        tab = await desk.browser(address)
        assert tab.all("session_confirm")[0]["phone"] is False
        ack = await tab.ask("link_code_request", {"session_id": tab.session_id})
    assert not ack["ok"] and "no text messages" in ack["error"]


TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_NUMBER": "+15005550006"}


async def test_a_code_leads_to_the_talk_and_an_earlier_one_no_longer(
    desk: Desk, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'codes.db'}"
    engine = open_engine(url)
    upgrade(engine)
    async with desk.open(SECOND_OPINION_DB_URL=url, **TWILIO) as address:
        tab = await desk.browser(address)
        assert tab.all("session_confirm")[0]["phone"] is True
        first, second = [
            await tab.ask("link_code_request", {"session_id": tab.session_id}) for _ in range(2)
        ]
        forged = await tab.ask("link_code_request", {"session_id": "forged.forged"})
        junk = await tab.ask("link_code_request", "junk")
    assert second["ok"] and second["number"] == "+15005550006" and len(second["code"]) == 6
    assert not forged["ok"] and not junk["ok"]
    with engine.connect() as connection:
        found = [conversation_of(connection, a["code"], time.time()) for a in (first, second)]
    assert found == [None, "web-" + tab.session_id.partition(".")[0]]
