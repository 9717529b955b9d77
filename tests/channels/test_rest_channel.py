"""The REST channel keeps Rasa's protocol, admits only whom it should, and never fails loudly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.words import TROUBLE, words
from tests.channels.conftest import TOKEN, Desk, Dialogue


async def test_a_reply_is_text_with_buttons_plus_custom(desk: Desk, dialogue: Dialogue) -> None:
    buttons = [{"title": "Yes", "payload": "Yes"}]
    dialogue.answer = lambda text: [
        {"text": "Hello", "buttons": buttons},
        {"custom": {"kind": "document", "text": "x"}},
    ]
    async with desk.open() as address:
        status, replies, _ = await desk.post(address, {"sender": "ann", "message": "hi"})
    assert status == 200
    assert replies == [
        {"recipient_id": "ann", "text": "Hello", "buttons": buttons},
        {"recipient_id": "ann", "custom": {"kind": "document", "text": "x"}},
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("not json", "JSON"),
        pytest.param("[" * 100_000, "JSON", id="deep"),
        (b"\xff\xfe", "JSON"),
        ("", "JSON"),
        ([1], "object"),
        ("null", "object"),
        ({"message": "hi"}, "sender"),
        ({"sender": "", "message": "hi"}, "sender"),
        ({"sender": "  ", "message": "hi"}, "sender"),
        ({"sender": 7, "message": "hi"}, "sender"),
        ({"sender": "a" * 256, "message": "hi"}, "255"),
        ({"sender": "a\u0000b", "message": "hi"}, "sender"),
        ({"sender": "a\ud800", "message": "hi"}, "sender"),
        ({"sender": "ann"}, "message"),
        ({"sender": "ann", "message": None}, "message"),
        ({"sender": "ann", "message": 3}, "message"),
        ({"sender": "ann", "message": ["hi"]}, "message"),
    ],
)
async def test_a_wrong_body_gets_400_and_a_sentence_that_names_it(
    desk: Desk, dialogue: Dialogue, body: Any, said: str
) -> None:
    async with desk.open() as address:
        status, answer, _ = await desk.post(address, body)
    assert status == 400
    assert list(answer) == ["error"] and said in answer["error"]
    assert not dialogue.heard


async def test_a_long_message_is_passed_on_whole_and_a_longer_one_refused(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open() as address:
        status, _, _ = await desk.post(address, {"sender": "ann", "message": "é" * 20_000})
        assert status == 200 and dialogue.texts == ["é" * 20_000]
        status, answer, _ = await desk.post(address, {"sender": "ann", "message": "é" * 20_001})
        assert status == 413 and "20000" in answer["error"]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_a_message_without_words_is_a_message(
    desk: Desk, dialogue: Dialogue, text: str
) -> None:
    async with desk.open() as address:
        status, replies, _ = await desk.post(address, {"sender": "ann", "message": text})
    assert status == 200 and replies and len(dialogue.heard) == 1


async def test_a_message_no_database_could_store_is_made_storable(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open() as address:
        body = b'{"sender": "ann", "message": "a\\u0000b \\ud800 c"}'
        status, _, _ = await desk.post(address, body)
    assert status == 200 and dialogue.texts == ["ab ? c"]


async def test_fields_of_rasas_own_channel_that_were_holes_are_ignored(
    desk: Desk, dialogue: Dialogue
) -> None:
    async with desk.open() as address:
        body = {
            "sender": "ann", "message": "hi", "input_channel": "web", "stream": True,
            "metadata": "text", "more": 1,
        }  # fmt: skip
        status, replies, _ = await desk.post(address, body, params={"stream": "true"})
        await desk.post(address, {"sender": "ann", "message": "hi", "metadata": {"a": 1}})
    assert status == 200 and isinstance(replies, list)
    assert [m.input_channel for m in dialogue.heard] == ["rest", "rest"]
    assert [m.metadata for m in dialogue.heard] == [None, {"a": 1}]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_a_call_that_came_through_a_proxy_needs_the_token(
    desk: Desk, dialogue: Dialogue, header: str
) -> None:
    hello = {"sender": "ann", "message": "hi"}
    proxied = {header: "for=203.0.113.7"}
    async with desk.open() as address:
        for extra, expected in [
            ({"headers": proxied}, 403),
            ({"headers": proxied, "params": {"token": "wrong"}}, 403),
            ({"headers": {**proxied, "Authorization": "Bearer ü"}}, 403),
            ({"headers": {**proxied, "Authorization": f"Basic {TOKEN}"}}, 403),
            ({"headers": proxied, "params": {"token": TOKEN}}, 200),
            ({"headers": {**proxied, "Authorization": f"Bearer {TOKEN}"}}, 200),
        ]:
            status, answer, _ = await desk.post(address, hello, **extra)
            assert status == expected, extra
            assert expected == 200 or "token" in answer["error"]
    assert len(dialogue.heard) == 2


async def test_one_sender_is_slowed_down_and_others_are_not(desk: Desk, dialogue: Dialogue) -> None:
    async with desk.open(RATE_LIMIT="3") as address:
        for _ in range(3):
            assert (await desk.post(address, {"sender": "ann", "message": "hi"}))[0] == 200
        status, answer, headers = await desk.post(address, {"sender": "ann", "message": "hi"})
        assert status == 429 and "Too many" in answer["error"]
        assert 0 < int(headers["Retry-After"]) <= 20
        assert (await desk.post(address, {"sender": "bob", "message": "hi"}))[0] == 200
    assert len(dialogue.heard) == 4


async def test_a_turn_that_breaks_gets_honest_words_and_no_traceback(
    desk: Desk, dialogue: Dialogue, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(message: Any) -> None:
        raise RuntimeError(f"cannot store {message.text}")

    dialogue.before_answer = broken
    async with desk.open() as address:
        status, replies, _ = await desk.post(address, {"sender": "ann", "message": "my secret"})
    assert status == 200
    assert [r["recipient_id"] for r in replies] == ["ann"]
    assert "something went wrong" in replies[0]["text"] and "911" in replies[0]["text"]
    assert "{" not in replies[0]["text"]
    assert "RuntimeError" in caplog.text and "my secret" not in caplog.text


async def test_silence_gets_honest_words_unless_a_person_has_taken_over(
    desk: Desk, dialogue: Dialogue
) -> None:
    dialogue.answer = lambda text: []
    async with desk.open() as address:
        _, replies, _ = await desk.post(address, {"sender": "ann", "message": "hi"})
        assert "something went wrong" in replies[0]["text"]
        dialogue.paused.add("ann")
        status, replies, _ = await desk.post(address, {"sender": "ann", "message": "hi"})
        assert (status, replies) == (200, [])


async def test_a_break_is_told_after_what_was_said_before_it(
    desk: Desk, dialogue: Dialogue
) -> None:
    async def half(message: Any) -> None:
        await message.output_channel.send_response("ann", {"text": "First part"})
        raise RuntimeError

    dialogue.before_answer = half
    async with desk.open() as address:
        _, replies, _ = await desk.post(address, {"sender": "ann", "message": "hi"})
    assert [reply["text"] for reply in replies] == ["First part", words(TROUBLE)]


async def test_a_caller_that_hangs_up_does_not_undo_the_turn(
    desk: Desk, dialogue: Dialogue
) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Any) -> None:
        begun.set()
        await go_on.wait()

    dialogue.before_answer = slow
    async with desk.open() as address:
        call = asyncio.ensure_future(desk.post(address, {"sender": "ann", "message": "hi"}))
        await begun.wait()
        call.cancel()
        await asyncio.sleep(0.1)
        go_on.set()
        await asyncio.sleep(0.1)
    assert [line.said_by for line in dialogue.kept["ann"]] == ["patient", "bot"]
