"""Papers on the web: who has the address gets them, and nobody else, and not for ever."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar
from rasa.core.tracker_store import SQLTrackerStore

from bot.clinic import clinic_words
from bot.papers.links import Link, Sealer
from bot.papers.packet import KINDS
from bot.store.engine import open_engine
from bot.store.erasure import erase
from bot.store.migrate import upgrade
from tests.builders import condition_slot
from tests.papers.conftest import Printed
from tests.web.conftest import Site

Serve = Callable[..., Awaitable[Site]]
DAY = 86_400
ANNA: dict[str, Any] = {
    "condition": condition_slot("lung cancer"),
    "relation": "mother",
    "coverage": "medicare",
    "records_done": ["history"],
    "records_asked": {"imaging": "2026-12-05"},
    "own_questions": ["Will she lose her voice?", "<script>alert(1)</script> *bold* #panic()"],
}
MARKUP = ANNA["own_questions"][1]
BOB = {"condition": condition_slot("copd")}


class Conversations:
    """A database with conversations, written as Rasa writes them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        upgrade(self.engine)
        SQLTrackerStore.Base.metadata.create_all(self.engine)

    def keep(self, sender: str, slots: dict[str, Any], when: float | None = None) -> None:
        table = SQLTrackerStore.SQLEvent.__table__
        with self.engine.begin() as connection:
            for name, value in slots.items():
                data = json.dumps({"event": "slot", "name": name, "value": value})
                row = {"sender_id": sender, "type_name": "slot", "data": data,
                       "timestamp": when or time.time() - 60}  # fmt: skip
                connection.execute(sa.insert(table).values(row))

    def erase(self, sender: str) -> None:
        with self.engine.begin() as connection:
            erase(connection, sender, "patient")


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    conversations = Conversations(f"sqlite:///{tmp_path / 'papers.db'}")
    conversations.keep("anna", ANNA)
    conversations.keep("bob", BOB)
    return conversations


def address(kind: str = "plan", sender: str = "anna", ago: float = 0, **more: Any) -> str:
    link = Link(KINDS.index(kind), sender, time.time() - ago, more.get("large", False))
    return f"/papers/{Sealer([more.get('secret', 'papers')]).seal(link)}"


async def started(serve: Serve, kept: Conversations, **env: str) -> Site:
    return await serve(SECOND_OPINION_DB_URL=kept.url, RATE_LIMIT=env.pop("RATE_LIMIT", "0"), **env)


async def read(site: Site, path: str) -> bytes:
    async with site.client.get(site.server.make_url(path)) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


@pytest.mark.parametrize("kind", KINDS)
async def test_each_paper_is_a_page_and_a_pdf(serve: Serve, kept: Conversations, kind: str) -> None:
    site = await started(serve, kept)
    status, text, answer = await site.get(address(kind))
    assert status == 200 and answer.content_type == "text/html"
    assert "ung cancer" in text
    pages = Printed(await read(site, f"{address(kind)}/papers.pdf"))
    assert "ung cancer" in pages.text
    large = Printed(await read(site, f"{address(kind)}/large.pdf"))
    assert sum(large.sizes(0)) / len(large.sizes(0)) > 14


async def test_the_page_has_the_words_of_the_pdf(serve: Serve, kept: Conversations) -> None:
    site = await started(serve, kept)
    _, text, _ = await site.get(address())
    for words in ("Will she lose her voice?", "Words for a call to Medicare", "Jan 4, 2027",
                  "Signature", "Code of Federal Regulations"):  # fmt: skip
        assert words in text, words


async def test_a_patients_markup_is_text_on_the_page_and_on_paper(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept)
    _, text, _ = await site.get(address())
    assert "<script>alert(1)" not in text and "&lt;script&gt;alert(1)" in text
    assert MARKUP in Printed(await read(site, f"{address()}/papers.pdf")).text


async def test_a_paper_shows_what_was_told_last(serve: Serve, kept: Conversations) -> None:
    site = await started(serve, kept)
    link = address(sender="bob")
    kept.keep("bob", {"own_questions": ["May I fly?"]})
    _, text, _ = await site.get(link)
    assert "May I fly?" in text


async def test_large_print_is_a_choice_of_the_link_and_of_the_reader(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept)
    marked = 'class="large"'
    assert marked not in (await site.get(address()))[1]
    assert marked in (await site.get(f"{address()}?large"))[1]
    assert marked in (await site.get(address(large=True)))[1]
    assert marked not in (await site.get(f"{address(large=True)}?normal"))[1]


async def test_the_days_come_as_a_file_for_the_calendar(serve: Serve, kept: Conversations) -> None:
    site = await started(serve, kept)
    file = Calendar.from_ical(await read(site, f"{address()}/dates.ics"))
    assert [str(e.decoded("dtstart")) for e in file.walk("VEVENT")] == ["2027-01-04", "2027-02-03"]
    assert "dates.ics" in (await site.get(address()))[1]
    assert "dates.ics" not in (await site.get(address(sender="bob")))[1]
    assert (await site.get(f"{address(sender='bob')}/dates.ics"))[0] == 410


@pytest.mark.parametrize("tail", ["", "/papers.pdf", "/large.pdf", "/dates.ics"])
async def test_nothing_is_kept_or_found_by_search_engines(
    serve: Serve, kept: Conversations, tail: str
) -> None:
    site = await started(serve, kept)
    for path in (address() + tail, "/papers/made-up" + tail):
        async with site.client.get(site.server.make_url(path)) as answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert "noindex" in answer.headers["X-Robots-Tag"]
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_neither_title_nor_file_name_nor_address_tells_the_diagnosis(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept)
    _, text, answer = await site.get(address())
    head = text.split("</head>")[0]
    assert "cancer" not in head and "cancer" not in str(answer.url)
    async with site.client.get(site.server.make_url(address() + "/papers.pdf")) as file:
        assert file.headers["Content-Disposition"].startswith("attachment")
        assert "cancer" not in file.headers["Content-Disposition"]


def wrong_addresses(kept: Conversations) -> dict[str, str]:
    kept.keep("carl", BOB)
    erased = address(sender="carl")
    kept.erase("carl")
    return {
        "made up": "/papers/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "of another secret": address(secret="another secret"),
        "changed": address()[:-2] + ("AA" if not address().endswith("AA") else "BB"),
        "too old": address(ago=7 * DAY + 5),
        "of nobody": address(sender="nobody"),
        "of someone erased": erased,
        "of no such paper": f"/papers/{Sealer(['papers']).seal(Link(99, 'anna', time.time()))}",
        "long": "/papers/" + "A" * 3000,
    }


async def test_every_address_that_opens_nothing_gets_the_same_kind_page(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept)
    answers = {}
    for name, path in wrong_addresses(kept).items():
        for tail in ("", "/papers.pdf", "/large.pdf", "/dates.ics"):
            status, text, answer = await site.get(path + tail)
            headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "X-Request-ID")}
            answers[name + tail] = (status, text, headers)
    first = next(iter(answers.values()))
    assert first[0] == 410
    assert "Ask the guide for a new link" in first[1]
    assert clinic_words()["clinic_phone"] in first[1]
    for name, found in answers.items():
        assert found == first, name


async def test_it_works_until_the_last_day_and_says_when_that_is(
    serve: Serve, kept: Conversations
) -> None:
    kept.keep("dora", BOB, when=time.time() - 30 * DAY)
    site = await started(serve, kept)
    assert (await site.get(address(sender="dora", ago=7 * DAY - 60)))[0] == 200
    assert (await site.get(address(sender="dora", ago=7 * DAY + 1)))[0] == 410
    _, text, _ = await site.get(address(sender="dora"))
    assert re.search(r"It works until \w+ \d+, \d{4}", text)


async def test_how_long_is_a_setting(serve: Serve, kept: Conversations) -> None:
    kept.keep("dora", BOB, when=time.time() - 30 * DAY)
    site = await started(serve, kept, PAPERS_DAYS="1")
    assert (await site.get(address(sender="dora", ago=DAY - 60)))[0] == 200
    assert (await site.get(address(sender="dora", ago=DAY + 1)))[0] == 410


async def test_erasing_ends_every_address_and_coming_back_revives_none(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept)
    old = address(sender="bob")
    assert (await site.get(old))[0] == 200
    kept.erase("bob")
    assert (await site.get(old))[0] == 410
    kept.keep("bob", BOB, when=time.time() + 1)
    assert (await site.get(old))[0] == 410
    assert (await site.get(address(sender="bob", ago=-2)))[0] == 200


async def test_a_link_opens_on_another_server_and_after_a_change_of_secret(
    serve: Serve, kept: Conversations
) -> None:
    link = address()
    for env in ({}, {"PAPERS_SECRET": "new", "PAPERS_SECRET_BEFORE": "papers"}):
        site = await started(serve, kept, **env)
        assert (await site.get(link))[0] == 200
    changed = await started(serve, kept, PAPERS_SECRET="new")
    assert (await changed.get(link))[0] == 410


async def test_too_many_at_once_wait_kindly_and_others_do_not(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept, RATE_LIMIT="3")
    statuses = [(await site.get(address()))[0] for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
    _, text, _ = await site.get(address())
    assert "wait a minute" in text
    assert (await site.get(address(sender="bob")))[0] == 200


async def test_guessing_is_slowed_down_and_locks_nobody_out(
    serve: Serve, kept: Conversations
) -> None:
    site = await started(serve, kept, RATE_LIMIT="3")
    statuses = [(await site.get(f"/papers/guess-{n}"))[0] for n in range(5)]
    assert statuses == [410, 410, 410, 429, 429]
    assert (await site.get(address()))[0] == 200


async def test_there_is_no_list_of_papers(serve: Serve, kept: Conversations) -> None:
    site = await started(serve, kept)
    for path in ("/papers", "/papers/", f"{address()}/other.pdf", "/papers//papers.pdf"):
        assert (await site.get(path))[0] == 404, path


async def test_a_paper_can_only_be_read(serve: Serve, kept: Conversations) -> None:
    site = await started(serve, kept)
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        async with site.client.request(method, site.server.make_url(address())) as answer:
            assert answer.status == 405
    async with site.client.head(site.server.make_url(address())) as answer:
        assert answer.status == 200


async def test_papers_of_many_at_once_all_arrive(serve: Serve, kept: Conversations) -> None:
    import asyncio

    for number in range(8):
        kept.keep(f"p{number}", {**BOB, "own_questions": [f"Question {number}?"]})
    site = await started(serve, kept)
    paths = [f"{address(sender=f'p{n}')}/papers.pdf" for n in range(8)]
    found = await asyncio.gather(*(read(site, path) for path in paths))
    for number, content in enumerate(found):
        assert f"Question {number}?" in Printed(content).text


async def test_no_log_holds_the_key_of_an_address(
    serve: Serve, kept: Conversations, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    from bot.web import papers

    def broken(*_: Any) -> bytes:
        raise RuntimeError("inner workings")

    monkeypatch.setattr(papers, "set_in_type", broken)
    site = await started(serve, kept)
    link = address()
    status, text, _ = await site.get(f"{link}/papers.pdf")
    assert status == 500 and "inner workings" not in text
    assert link.split("/")[-1] not in caplog.text
