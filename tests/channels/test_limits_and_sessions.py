"""Limits fill again evenly; memory stays bounded; session ids are ours alone."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import limits, sessions
from bot.channels.limits import RateLimit
from bot.channels.sessions import Session, SessionIds, Sessions


def test_a_minutes_messages_may_come_at_once_and_then_evenly() -> None:
    now = 0.0
    limit = RateLimit(6, clock=lambda: now)
    assert [limit.wait_for("ann") for _ in range(6)] == [0] * 6
    assert limit.wait_for("ann") == pytest.approx(10)
    now = 9.0
    assert limit.wait_for("ann") == pytest.approx(1), "a refused message doesn't count"
    now = 10.0
    assert limit.wait_for("ann") == 0
    assert limit.wait_for("ann") > 0
    now = 1000.0
    assert [limit.wait_for("ann") for _ in range(7)][:6] == [0] * 6


def test_no_limit_means_no_limit() -> None:
    limit = RateLimit(0)
    assert not any(limit.wait_for("ann") for _ in range(1000))


def test_made_up_senders_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SENDERS_KEPT", 5)
    limit = RateLimit(1)
    for number in range(50):
        limit.wait_for(str(number))
    assert len(limit._buckets) == 5


def test_an_issued_id_is_known_and_names_its_sender() -> None:
    ids = SessionIds("secret")
    issued = ids.issue()
    assert ids.sender_of(issued) == "web-" + issued.partition(".")[0]
    assert SessionIds("secret").sender_of(issued) == ids.sender_of(issued)
    assert SessionIds("other").sender_of(issued) is None
    assert ids.issue() != issued


def test_sessions_are_forgotten_only_while_nothing_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        monkeypatch.setattr(sessions, "SESSIONS_KEPT", 2)
        all_sessions = Sessions()
        busy = all_sessions.of("busy")
        async with busy.turn:
            for name in ("a", "b", "c"):
                all_sessions.of(name)
            assert all_sessions.of("busy") is busy

    asyncio.run(scene())


def test_only_the_latest_message_ids_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene() -> None:
        monkeypatch.setattr(sessions, "MESSAGES_KEPT", 3)
        session = Session()
        session.remember("abcd")
        assert [session.took(i) for i in "abcd"] == [False, True, True, True]
        assert not session.took(None)

    asyncio.run(scene())
