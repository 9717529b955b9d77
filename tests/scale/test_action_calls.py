"""Calls to the action server: what is sent, over what, and what happens when it is restarted."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError

from bot.action_calls import ActionServer, trimmed
from tests.conftest import free_port


def user(text, intent="greet"):
    parsed = {"text": text, "intent": {"name": intent}, "entities": [], "intent_ranking": [1] * 9}
    return {"event": "user", "text": text, "parse_data": parsed}


def bot(text):
    return {"event": "bot", "text": text}


def call(*events):
    return {"next_action": "action_explain", "tracker": {"slots": {"a": 1}, "events": list(events)}}


def texts(sent):
    return [event["text"] for event in sent["tracker"]["events"] if "text" in event]


def test_the_last_turns_are_sent():
    told = [e for i in range(20) for e in (user(f"u{i}"), bot(f"b{i}"))]
    assert texts(trimmed(call(*told, user("now")))) == ["u18", "b18", "u19", "b19", "now"]


def test_the_bots_last_words_are_sent_however_long_ago_they_were():
    silent = [user(f"u{i}") for i in range(20)]
    sent = texts(trimmed(call(bot("long ago"), *silent)))
    assert sent[0] == "long ago" and sent[-1] == "u19"


def test_of_earlier_messages_the_meaning_is_sent_and_not_how_it_was_found():
    sent = trimmed(call(user("a", "ask_medical_advice"), bot("b"), user("c")))
    parsed = sent["tracker"]["events"][0]["parse_data"]
    assert parsed["intent"]["name"] == "ask_medical_advice"
    assert "intent_ranking" not in parsed
    assert sent["tracker"]["slots"] == {"a": 1}


def test_trimming_changes_nothing_of_the_tracker_it_is_given():
    whole = call(user("a"), bot("b"))
    trimmed(whole)
    assert "intent_ranking" in whole["tracker"]["events"][0]["parse_data"]


class Peer:
    """An action server that can be restarted."""

    def __init__(self):
        self.port, self.calls, self.connections = free_port(), 0, set()
        self.answer = lambda: web.json_response({"events": [], "responses": []})

    async def handle(self, request):
        self.calls += 1
        self.connections.add(request.transport.get_extra_info("peername"))
        return self.answer()

    async def start(self):
        app = web.Application()
        app.router.add_post("/webhook", self.handle)
        self.runner = web.AppRunner(app)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self):
        await self.runner.cleanup()

    @property
    def endpoint(self):
        return self.endpoint_that_waits(10)

    def endpoint_that_waits(self, seconds):
        return ActionServer(f"http://127.0.0.1:{self.port}/webhook", seconds)


@pytest.fixture
async def peer():
    server = Peer()
    await server.start()
    yield server
    await server.stop()


async def test_one_connection_serves_many_calls(peer):
    endpoint = peer.endpoint
    for _ in range(5):
        assert await endpoint.request(json=call()) == {"events": [], "responses": []}
    assert (peer.calls, len(peer.connections)) == (5, 1)


async def test_a_restart_between_two_calls_is_not_noticed(peer):
    endpoint = peer.endpoint
    await endpoint.request(json=call())
    await peer.stop()
    await peer.start()
    assert await endpoint.request(json=call()) == {"events": [], "responses": []}


async def test_an_error_is_raised_as_rasa_knows_it(peer):
    peer.answer = lambda: web.json_response({"error": "x", "action_name": "y"}, status=400)
    with pytest.raises(ClientResponseError) as raised:
        await peer.endpoint.request(json=call())
    assert raised.value.status == 400 and b"action_name" in raised.value.text


async def test_a_slow_answer_is_not_waited_for(peer):
    async def slow(_request):
        await asyncio.sleep(5)

    peer.handle = slow
    await peer.stop()
    await peer.start()
    with pytest.raises(asyncio.TimeoutError):
        await peer.endpoint_that_waits(0.2).request(json=call())
