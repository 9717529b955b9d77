"""Events are published to RabbitMQ; a broker that is away keeps nobody from being answered."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from bot import event_broker
from bot.endpoints import EVENT_BROKER
from bot.errors import SetupProblem
from bot.settings import load_settings
from tests.conftest import free_port
from tests.scale.amqp_peer import AmqpPeer
from tests.scale.turns import a_turn, talk, tracker_of


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(event_broker, "SECONDS_BETWEEN_ATTEMPTS", 0.1)


@pytest.fixture
async def peer():
    server = AmqpPeer(free_port())
    await server.start()
    yield server
    await server.stop()


async def broker_for(peer):
    """Return a broker made as Rasa makes it."""
    url = f"amqp://ann:secret@127.0.0.1:{peer.port}/"
    return await EventBroker.create(EndpointConfig(url, type=EVENT_BROKER))


async def test_every_stored_event_is_published_in_order(peer, store):
    store.event_broker = await broker_for(peer)
    await talk(store, "ann", 12)
    whole = await store.retrieve_full_tracker("ann")
    published = await peer.has(len(whole.events))
    assert [(e["sender_id"], e["event"]) for e in published] == [
        ("ann", event.type_name) for event in whole.events
    ]
    assert peer.queues == {event_broker.QUEUE}
    await store.event_broker.close()


async def test_what_is_refused_is_not_published(peer, store):
    await talk(store, "ann", 1)
    store.event_broker = await broker_for(peer)
    late, quick = await tracker_of(store, "ann"), await tracker_of(store, "ann")
    quick.update_with_events(a_turn("quick"), store.domain)
    late.update_with_events(a_turn("late"), store.domain)
    await store.save(quick)
    await asyncio.gather(store.save(late), return_exceptions=True)
    await talk(store, "ann", 1, first=7)
    published = await peer.has(11)  # of both turns
    assert [e["text"] for e in published if e["event"] == "user"] == ["quick", "m7"]
    await store.event_broker.close()


async def test_patients_are_answered_while_the_broker_is_away_and_it_hears_of_it_later(store):
    peer = AmqpPeer(free_port())
    store.event_broker = await broker_for(peer)
    await talk(store, "ann", 3)
    assert peer.published == []
    await peer.start()
    whole = await store.retrieve_full_tracker("ann")
    assert len(await peer.has(len(whole.events))) == len(whole.events)
    await store.event_broker.close()
    await peer.stop()


async def test_what_waits_for_a_broker_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(event_broker, "MOST_WAITING", 5)
    broker = await broker_for(AmqpPeer(free_port()))
    for number in range(20):
        broker.publish({"number": number})
    assert [e["number"] for e in broker._unpublished_events] == [15, 16, 17, 18, 19]
    await broker.close()


@pytest.mark.parametrize("url", [
    "postgresql://me:secret@localhost/db", "sqlite:///x.db", "postgresql+psycopg2://localhost/db",
])  # fmt: skip
def test_an_sql_event_broker_is_refused_in_one_line(url):
    with pytest.raises(SetupProblem) as refused:
        load_settings({"EVENT_BROKER_URL": url, "RASA_AUTH_TOKEN": "x" * 16})
    sentence = str(refused.value)
    assert "would be lost" in sentence and "amqp://" in sentence
    assert "\n" not in sentence and "secret" not in sentence


@pytest.mark.parametrize("name", ["EVENT_BROKER_URL", "REDIS_URL"])
def test_an_address_of_another_kind_is_refused_in_one_line(name):
    with pytest.raises(SetupProblem, match=name):
        load_settings({name: "http://localhost", "RASA_AUTH_TOKEN": "x" * 16})


def test_an_sql_broker_written_into_endpoints_yml_is_refused(tmp_path):
    from bot.preflight import check_broker

    file = tmp_path / "endpoints.yml"
    file.write_text("event_broker:\n  type: SQL\n  dialect: sqlite\n")
    with pytest.raises(SetupProblem, match="would be lost"):
        check_broker(file)
    file.write_text("event_broker:\n  type: pika\n")
    check_broker(file)
