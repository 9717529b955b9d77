"""What staff do at the console, page by page, without a browser and without Rasa."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import sqlalchemy as sa
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader

from bot.store import jobs, reviews
from bot.store.projection import touched
from bot.store.tables.audit import audit
from bot.store.tables.conversations import conversations, spoken
from bot.store.tables.erasures import erasures
from bot.store.tables.jobs import jobs as jobs_table
from bot.store.tables.reviews import corrections
from bot.web.console import admin as admin_pages
from bot.web.console.charts import lying, nice_top, rates, stacked
from bot.web.console.exports import csv_of
from bot.web.console.inbox import around
from bot.web.console.pages import covered
from bot.web.console.training import entities_in, marked, nlu_yaml
from bot.web.console.words import sentence
from tests.store.people import all_of, answered, happened, row_of, said, slot, store, talk
from tests.web.desk import Desk, a_desk, plain

MARKUP = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(f"sqlite:///{tmp_path / 'test.db'}") as open_desk:
        yield open_desk


def a_visit(desk: Desk, sender: str = "anna") -> str:
    return talk(
        desk.engine, sender,
        said("I have COPD", "tell_condition", at=5.0),
        slot("condition", {"name": "COPD", "specialists": ["pulmonology"]}, at=5.1),
        answered("Thank you for telling me.", at=6.0),
        answered(None, at=7.0, payload={"kind": "document", "title": "A letter", "body": "Dear",
                                        "text": "Dear doctor", "url": None}),
    )  # fmt: skip


def actions(desk: Desk) -> list[str]:
    return [line["action"] for line in all_of(desk.engine, audit)]


async def test_the_list_shows_who_needs_somebody_and_filters_live_in_the_address(
    desk: Desk,
) -> None:
    talk(desk.engine, "anna", said("chest pain", safety="emergency", channel="sms"))
    talk(desk.engine, "bob", said("hello there", channel="web"))
    reader = await desk.as_("reader")
    _, text = await reader.get("/console/")
    assert "chest pain" in text and "hello there" in text and ">Emergency</span>" in text
    _, text = await reader.get("/console/?flag=emergency&channel=sms")
    assert "chest pain" in text and "hello there" not in text
    _, text = await reader.get("/console/?flag=emergency&channel=web")
    assert "Nothing fits these filters." in text
    _, text = await reader.get("/console/?q=there")
    assert "hello there" in text and "chest pain" not in text


async def test_a_search_is_on_record_without_the_numbers_in_it(desk: Desk) -> None:
    reader = await desk.as_("reader")
    await reader.get("/console/?q=call+555-123-4567")
    (line,) = (x for x in all_of(desk.engine, audit) if x["action"] == "searched")
    assert line["detail"] == "call [phone number] (0 found)"


async def test_empty_states_say_what_to_expect(desk: Desk) -> None:
    admin = await desk.as_("admin")
    for path, words in (
        ("/console/", "Nobody has written yet."),
        ("/console/?q=x", "Nobody wrote that."),
        ("/console/missed", "Nothing is waiting."),
        ("/console/training", "Nothing is waiting."),
        ("/console/training?state=approved", "Nothing was approved yet."),
        ("/console/insight", "Nothing in these days."),
        ("/console/privacy", "Nothing is held."),
        ("/console/replies", "None was added yet."),
        ("/console/audit?who=nobody", "Nothing fits."),
    ):
        status, text = await admin.get(path)
        assert status == 200 and words in plain(text), path


async def test_a_conversation_shows_both_sides_what_is_known_and_the_papers(desk: Desk) -> None:
    ref = a_visit(desk)
    agent = await desk.as_("agent")
    status, text = await agent.get(f"/console/c/{ref}")
    words = plain(text)
    assert status == 200
    for part in ("I have COPD", "Thank you for telling me.", "Dear doctor", "A letter",
                 "Pulmonologist (lung doctor)",
                 "tell condition, 90% sure, because classified"):  # fmt: skip
        assert part in words, part
    assert row_of(desk.engine, "anna")["unread_at"] is None
    assert actions(desk).count("viewed") == 1
    await agent.get(f"/console/c/{ref}")
    assert actions(desk).count("viewed") == 1  # one visit is one line


async def test_a_reader_and_a_page_that_renews_itself_leave_it_unread(desk: Desk) -> None:
    ref = a_visit(desk)
    reader, agent = await desk.as_("reader"), await desk.as_("agent")
    await reader.get(f"/console/c/{ref}")
    await agent.get(f"/console/c/{ref}", headers={"Accept": "text/html", "X-Automatic": "1"})
    assert row_of(desk.engine, "anna")["unread_at"]
    await agent.get(f"/console/c/{ref}")
    assert row_of(desk.engine, "anna")["unread_at"] is None


async def test_markup_is_drawn_as_words_in_every_field(desk: Desk) -> None:
    ref = talk(
        desk.engine, f"p{MARKUP}",
        said(MARKUP, MARKUP, channel=MARKUP[:40], entities=[{"entity": MARKUP, "value": MARKUP}]),
        slot("condition", {"name": MARKUP}), slot("own_questions", [MARKUP]),
        slot(MARKUP, MARKUP), slot("coverage", {"x": MARKUP}),
        happened("action", name=MARKUP),
        answered(MARKUP, staff=MARKUP),
        answered(MARKUP, utter_action=MARKUP, buttons=[{"title": MARKUP, "payload": MARKUP}]),
        answered(MARKUP, payload={"kind": "document", "title": MARKUP, "text": MARKUP,
                                  "level": MARKUP, "url": "javascript:alert(1)"}),
        answered(None, payload={"kind": MARKUP, "text": MARKUP}),
        said(MARKUP, "nlu_fallback"),
    )  # fmt: skip
    admin = await desk.as_("admin")
    at = all_of(desk.engine, spoken)[0]["at"]
    for path, data in (
        (f"/console/c/{ref}/note", {"text": MARKUP}),
        (f"/console/c/{ref}/tag", {"tag": MARKUP[:40]}),
        (f"/console/c/{ref}/correct", {"at": repr(at), "intent": "greet"}),
        ("/console/replies", {"title": MARKUP, "text": MARKUP}),
        ("/console/me/name", {"shown_name": MARKUP}),
        (f"/console/c/{ref}/hold", {"why": MARKUP}),
    ):
        assert (await admin.post(path, **data))[0] == 303, path
    with desk.engine.begin() as connection:
        touched(connection, f"p{MARKUP}", agent_id=1, agent_at=time.time())
    for path in (
        "/console/", f"/console/c/{ref}", f"/console/c/{ref}/print", "/console/missed",
        "/console/training", "/console/replies", "/console/me", "/console/privacy",
        "/console/audit", "/console/users", "/console/insight", "/console/?q=alert",
    ):  # fmt: skip
        status, text = await admin.get(path)
        assert status == 200, path
        assert "<script>alert" not in text and "<img src=x" not in text, path
        assert "javascript:" not in text, path


async def test_a_conversation_of_five_thousand_messages_opens_and_can_be_read_to_its_start(
    desk: Desk,
) -> None:
    events = []
    for i in range(2_500):
        events += [said(f"question {i}", at=10.0 + 2 * i), answered(f"answer {i}", at=11.0 + 2 * i)]
    ref = talk(desk.engine, "anna", *events)
    reader = await desk.as_("reader")
    path, seen, pages = f"/console/c/{ref}", 0, 0
    while path:
        status, text = await reader.get(path)
        assert status == 200
        seen += text.count('<article class="message')
        pages += 1
        older = re.search(r'href="(/console/c/\w+\?before=\d+)"', text)
        path = older[1] if older else ""
    assert seen == 5_000 and pages == 17
    _, text = await reader.get(f"/console/c/{ref}?at=1010.0")
    assert "question 500" in text and 'class="message patient found"' in text
    agent = await desk.as_("agent")
    status, text = await agent.get(f"/console/c/{ref}/export/txt", headers={})
    assert status == 200 and "question 0" in text and "answer 2499" in text


async def test_unknown_events_and_damaged_ones_leave_a_page(desk: Desk) -> None:
    ref = a_visit(desk)
    with desk.engine.begin() as connection:
        store(connection, "anna", [happened("warp_drive"), happened("reminder", name="x")])
        connection.execute(
            sa.text(
                "INSERT INTO events (sender_id, type_name, timestamp, data) "
                "VALUES ('anna', 'bot', 9.0, '{broken'), ('anna', 'user', NULL, '{}')"
            )
        )
        store(connection, "anna", [
            answered("x", payload={"kind": "hologram", "text": "beam"}),
            {"event": "slot", "name": "condition", "value": ["a", "list"], "timestamp": 9.0},
            {"event": "slot", "name": "records_done", "value": ["no_such_record"],
             "timestamp": 9.0},
        ])  # fmt: skip
    agent = await desk.as_("agent")
    status, text = await agent.get(f"/console/c/{ref}")
    assert status == 200 and "hologram" in text and "I have COPD" in text
    assert "cannot be read" in text
    for form in ("txt", "json", "csv"):
        assert (await agent.get(f"/console/c/{ref}/export/{form}", headers={}))[0] == 200


async def test_one_that_was_erased_while_open_is_a_clear_page(desk: Desk) -> None:
    ref = a_visit(desk)
    admin, agent = await desk.as_("admin"), await desk.as_("agent")
    assert (await agent.get(f"/console/c/{ref}"))[0] == 200
    assert (await admin.post(f"/console/c/{ref}/erase"))[0] == 400  # the box was not ticked
    assert (await admin.post(f"/console/c/{ref}/erase", sure="yes"))[0] == 303
    for status, text in (
        await agent.get(f"/console/c/{ref}"),
        await agent.post(f"/console/c/{ref}/note", text="late"),
        await agent.post(f"/console/c/{ref}/reply", text="late", key="k"),
    ):
        assert status == 404 and sentence("no_conversation") in text
    assert all_of(desk.engine, conversations) == []
    assert [e["asked_by"] for e in all_of(desk.engine, erasures)] == ["staff"]
    (line,) = (x for x in all_of(desk.engine, audit) if x["action"] == "erased")
    assert line["ref"] == ref and "anna" not in str(line)


async def test_exports_hold_what_was_said_and_are_on_record(desk: Desk) -> None:
    ref = a_visit(desk)
    talk(desk.engine, "anna", said('=HYPERLINK("http://evil")', at=9.0))
    agent = await desk.as_("agent")
    _, text = await agent.get(f"/console/c/{ref}/export/txt", headers={})
    assert "Patient:\nI have COPD" in text and "Dear doctor" in text
    assert agent.last is not None
    assert agent.last.headers["Content-Disposition"] == (
        f'attachment; filename="conversation-{ref}.txt"'
    )
    _, text = await agent.get(f"/console/c/{ref}/export/json", headers={})
    found = json.loads(text)
    assert found["condition"] == "COPD" and found["messages"][0]["intent"] == "tell_condition"
    _, text = await agent.get(f"/console/c/{ref}/export/csv", headers={})
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][3] == "I have COPD" and rows[-1][3] == '\'=HYPERLINK("http://evil")'
    assert actions(desk).count("exported") == 3
    assert csv_of(("a",), [("@x",), ("+1",), (-1,), ("\tx",)]).split("\r\n")[1:5] == [
        "'@x", "'+1", "-1", "'\tx",
    ]  # fmt: skip
    await agent.get(f"/console/c/{ref}/print")
    assert "printed" in actions(desk)


async def test_without_rasa_taking_over_changes_nothing_and_says_so(desk: Desk) -> None:
    ref = a_visit(desk)
    agent = await desk.as_("agent")
    status, text = await agent.post(f"/console/c/{ref}/take")
    assert status == 502 and sentence("no_rasa") in text
    row = row_of(desk.engine, "anna")
    assert row["agent_id"] is None and row["paused_at"] is None


async def test_a_reply_that_cannot_go_out_keeps_its_words_to_be_sent_again(desk: Desk) -> None:
    ref = a_visit(desk)
    agent = await desk.as_("agent")
    user = desk.user("agent")
    status, text = await agent.post(f"/console/c/{ref}/reply", text="Hello", key="k1")
    assert status == 409 and sentence("not_yours") in text
    with desk.engine.begin() as connection:
        touched(connection, "anna", agent_id=user["id"], agent_at=time.time())
    assert (await agent.post(f"/console/c/{ref}/reply", text="  ", key="k1"))[0] == 400
    assert (await agent.post(f"/console/c/{ref}/reply", text="x" * 4_001, key="k1"))[0] == 400
    assert (await agent.post(f"/console/c/{ref}/reply", text="Hello <b>", key="k1"))[0] == 303
    _, text = await agent.get(f"/console/c/{ref}")
    assert "This did not go out:" in text and "Hello &lt;b&gt;" in text
    _, text = await agent.get("/console/?flag=undelivered")
    assert "I have COPD" in text
    assert (await agent.post(f"/console/c/{ref}/drop-reply", key="k1"))[0] == 303
    _, text = await agent.get(f"/console/c/{ref}")
    assert "This did not go out:" not in text


async def test_a_reply_that_is_in_the_conversation_after_all_is_not_sent_again(desk: Desk) -> None:
    ref = a_visit(desk)
    agent = await desk.as_("agent")
    with desk.engine.begin() as connection:
        touched(connection, "anna", agent_id=desk.user("agent")["id"], agent_at=time.time())
        store(connection, "anna", [answered("Hello", staff="Ana", reply="a-key-of-its-own")])
    data = {"text": "Hello", "key": "a-key-of-its-own"}
    assert (await agent.post(f"/console/c/{ref}/reply", **data))[0] == 303
    assert row_of(desk.engine, "anna")["undelivered_at"] is None


async def test_somebody_elses_conversation_cannot_be_answered(desk: Desk) -> None:
    ref = a_visit(desk)
    other = desk.add("ben", "agent")
    with desk.engine.begin() as connection:
        touched(connection, "anna", agent_id=other, agent_at=time.time(), paused_at=1.0)
    agent = await desk.as_("agent")
    tries: list[tuple[str, dict[str, str]]] = [
        ("take", {}), ("take", {"force": "yes"}), ("hand-back", {}),
        ("reply", {"text": "x", "key": "k"}),
    ]  # fmt: skip
    for path, data in tries:
        assert (await agent.post(f"/console/c/{ref}/{path}", **data))[0] == 409, path
    _, text = await agent.get(f"/console/c/{ref}")
    assert "ben is in this conversation." in plain(text) and 'id="take"' not in text


async def test_reviewing_assigning_tagging_and_noting(desk: Desk) -> None:
    ref = a_visit(desk)
    agent, ben = await desk.as_("agent"), desk.add("ben", "agent")
    reader_id = desk.add("rita", "reader")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("reviewed", {}), ("tag", {"tag": "Call  Back"}), ("assign", {"to": ben}),
        ("note", {"text": "Rang, no answer."}),
    )  # fmt: skip
    for path, data in steps:
        assert (await agent.post(f"/console/c/{ref}/{path}", **data))[0] == 303, path
    row = row_of(desk.engine, "anna")
    assert row["reviewed_by"] == desk.user("agent")["id"] and row["assigned_to"] == ben
    _, text = await agent.get(f"/console/c/{ref}")
    assert "Rang, no answer." in text and ">call back</span>" in text
    assert (await agent.get("/console/?tag=call+back&reviewed=yes"))[1].count("COPD") > 0
    assert (await agent.post(f"/console/c/{ref}/assign", to=reader_id))[0] == 400
    await agent.post(f"/console/c/{ref}/tag", tag="call back", away="yes")
    await agent.post(f"/console/c/{ref}/reviewed", on="no")
    await agent.post(f"/console/c/{ref}/assign", to="")
    row = row_of(desk.engine, "anna")
    assert row["reviewed_at"] is None and row["assigned_to"] is None
    for action in ("reviewed", "not reviewed", "tagged", "untagged", "assigned", "noted"):
        assert action in actions(desk), action
    for path, data in (("tag", {"tag": ""}), ("tag", {"tag": "x" * 41}), ("note", {"text": ""}),
                       ("note", {"text": "x" * 4_001})):  # fmt: skip
        assert (await agent.post(f"/console/c/{ref}/{path}", **data))[0] == 400


async def test_a_hold_keeps_staff_from_erasing_and_only_admins_see_what_is_sealed(
    desk: Desk,
) -> None:
    from bot.store.erasure import erase

    ref = a_visit(desk)
    admin, agent = await desk.as_("admin"), await desk.as_("agent")
    assert (await admin.post(f"/console/c/{ref}/hold", why=" "))[0] == 400
    assert (await admin.post(f"/console/c/{ref}/hold", why="letter of a lawyer"))[0] == 303
    status, text = await admin.post(f"/console/c/{ref}/erase", sure="yes")
    assert status == 409 and "legal hold" in text
    with desk.engine.begin() as connection:
        erase(connection, "anna", "patient", "web")
    assert (await agent.get(f"/console/c/{ref}"))[0] == 404
    assert "COPD" not in (await agent.get("/console/?sealed=yes"))[1]
    assert "COPD" in (await admin.get("/console/?sealed=yes"))[1]
    status, text = await admin.get(f"/console/c/{ref}")
    assert status == 200 and "The patient erased this conversation." in text
    assert 'id="take"' not in text
    _, text = await admin.get("/console/privacy")
    assert "letter of a lawyer" in text
    assert (await admin.post(f"/console/c/{ref}/hold", on="no"))[0] == 303
    assert all_of(desk.engine, conversations) == []


async def test_covering_hides_words_everywhere_for_this_session_only(desk: Desk) -> None:
    ref = a_visit(desk)
    with desk.engine.begin() as connection:
        reviews.note(connection, "anna", 1, "Rang about COPD")
    agent, other = await desk.as_("agent"), await desk.as_("agent")
    back = f"/console/c/{ref}"
    assert (await agent.post("/console/cover", back=back))[0] == 303
    assert agent.last is not None and agent.last.headers["Location"] == back
    for path in (back, "/console/", "/console/?q=COPD", f"{back}/print"):
        _, text = await agent.get(path)
        assert "COPD" not in plain(text) and "•" in text, path
    assert "COPD" in (await other.get(back))[1]
    await agent.post("/console/cover", back="https://evil.example")
    assert agent.last.headers["Location"] == "/console/"
    assert "COPD" in (await agent.get(back))[1]
    assert covered("Anna, 55!") == "••••, ••!"


async def test_a_correction_travels_from_the_transcript_to_rasas_format(desk: Desk) -> None:
    words = "does medicade pay for my MRI [really]? call 555-123-4567"
    ref = talk(desk.engine, "anna", said(words, "nlu_fallback", at=5.0))
    agent, admin = await desk.as_("agent"), await desk.as_("admin")
    data = [
        ("csrf", agent.csrf), ("at", "5.0"), ("intent", "concern_insurance"),
        ("words", "mri"), ("entity", "record_type"), ("words", ""), ("entity", "condition"),
    ]  # fmt: skip
    assert (await agent.send(f"/console/c/{ref}/correct", data))[0] == 303
    (row,) = all_of(desk.engine, corrections)
    assert "[phone number]" in row["text"] and "555" not in row["text"]
    _, text = await agent.get(f"/console/c/{ref}")
    assert "In the training inbox as “concern insurance” (proposed)" in plain(text)
    assert (await agent.post("/console/training", id=row["id"], what="approve"))[0] == 403
    assert (await admin.post("/console/training", id=row["id"], what="approve"))[0] == 303
    _, text = await admin.get("/console/training/export", headers={})
    read = RasaYAMLReader().reads(text)
    (example,) = read.training_examples
    assert example.get("intent") == "concern_insurance"
    assert example.get("text") == "does medicade pay for my MRI (really)? call (phone number)"
    assert [(e["entity"], e["value"]) for e in example.get("entities")] == [("record_type", "MRI")]


def test_entities_must_stand_in_the_words_and_not_overlap() -> None:
    from bot.web.console.guard import Problem

    (found,) = entities_in("My COPD is bad", [("copd", "condition")])
    assert (found["start"], found["end"], found["value"]) == (3, 7, "COPD")
    for chosen in ([("asthma", "condition")], [("COPD", "planet")],
                   [("COPD", "condition"), ("OPD is", "procedure")]):  # fmt: skip
        with pytest.raises(Problem):
            entities_in("My COPD is bad", chosen)


def test_examples_are_written_once_and_their_brackets_are_no_entities() -> None:
    rows = [
        {"intent": "greet", "text": "hi: [there](x)", "entities": []},
        {"intent": "greet", "text": "hi:  [there](x)", "entities": []},
        {"intent": "deny", "text": "no\nway", "entities": []},
    ]
    read = RasaYAMLReader().reads(nlu_yaml(rows))
    found = [(e.get("intent"), e.get("text"), e.get("entities")) for e in read.training_examples]
    assert found == [("deny", "no way", None), ("greet", "hi: (there)(x)", None)]
    entity = {"start": 3, "end": 7, "entity": "condition", "value": "COPD"}
    assert marked("My COPD", [entity], "My COPD") == "My [COPD](condition)"
    assert marked("My COPD", [entity], "My  COPD") == "My [COPD](condition)"


async def test_a_pattern_is_corrected_or_put_aside_at_once(desk: Desk) -> None:
    for i in range(5):
        talk(desk.engine, f"p{i}", said(f"parking {i}", "nlu_fallback", at=5.0))
    agent = await desk.as_("agent")
    rows = all_of(desk.engine, spoken)
    first, second = rows[0]["id"], rows[3]["id"]
    with desk.engine.begin() as connection:
        for row in rows:
            pattern = first if row["id"] < second else second
            connection.execute(
                sa.update(spoken).where(spoken.c.id == row["id"]).values(pattern=pattern)
            )
    _, text = await agent.get("/console/missed")
    assert "3 times" in text and "2 times" in text and "parking 4" in text
    assert (await agent.post("/console/missed", pattern=first, intent="out_of_scope"))[0] == 303
    assert (await agent.post("/console/missed", pattern=second, aside="yes"))[0] == 303
    assert [c["intent"] for c in all_of(desk.engine, corrections)] == ["out_of_scope"] * 3
    _, text = await agent.get("/console/missed")
    assert "Nothing is waiting." in text


async def test_the_result_of_a_check_is_shown(desk: Desk) -> None:
    admin = await desk.as_("admin")
    with desk.engine.begin() as connection:
        job = jobs.begin(connection, "check", 1)
        assert job
        jobs.beat(connection, job, 0.4)
    assert "Checking … 40%" in (await admin.get("/console/training"))[1]
    worse = [{"intent": "greet", "examples": 50, "before": 0.9, "after": 0.8, "change": 5}]
    result = {"examples": 9_000, "approved": 3, "before": 0.91, "after": 0.915, "own_before": 0.0,
              "own_after": 0.67, "better": [], "worse": worse}  # fmt: skip
    with desk.engine.begin() as connection:
        jobs.end(connection, job, result)
    words = plain((await admin.get("/console/training"))[1])
    for part in ("91.0%", "91.5%", "67.0%", "greet: 90% → 80% (50 messages)"):
        assert part in words, part
    with desk.engine.begin() as connection:
        connection.execute(sa.update(jobs_table).values(state="failed"))
    assert "The check failed." in (await admin.get("/console/training"))[1]


async def test_insight_has_pictures_with_tables_and_nobodys_words(desk: Desk) -> None:
    now = time.time()
    talk(desk.engine, "anna", said("a secret cost", "concern_cost", at=now),
         answered(None, payload={"kind": "checklist", "text": "x"}),
         said("blorf", "nlu_fallback", at=now))  # fmt: skip
    reader = await desk.as_("reader")
    _, text = await reader.get("/console/insight")
    assert "secret" not in text and text.count("<svg") == 4 and text.count("<table") == 4
    assert "<td>1</td>" in text and "Got the checklist" in text and ">cost<" in text
    assert "style=" not in text
    _, text = await reader.get("/console/insight.csv", headers={})
    assert "journey:checklist,1" in text and "secret" not in text
    _, text = await reader.get("/console/insight?since=2020-01-01&until=2020-01-31")
    assert text.count("Nothing in these days.") == 6


def test_pictures_put_numbers_in_their_places() -> None:
    assert [nice_top(v) for v in (0, 0.3, 1, 3, 7, 11, 450)] == [1, 0.5, 1, 5, 10, 20, 500]
    chart = stacked(["2026-03-01", "2026-03-02"], {"web": [3, 0], "sms": [1, 2]})
    assert [bar.label for bar in chart.bars] == [
        "2026-03-01, web: 3", "2026-03-01, sms: 1", "2026-03-02, sms: 2",
    ]  # fmt: skip
    web, sms, later = chart.bars
    assert web.height == pytest.approx(3 * sms.height, abs=0.3) and later.y > sms.y
    assert sms.y + sms.height == pytest.approx(web.y, abs=0.2)
    assert len(stacked([f"2026-03-{d:02}" for d in range(1, 32)], {}).marks) <= 10
    assert rates(["2026-03-01"], {"missed": [0.5]}).levels[-1][1] == "50%"
    lengths = [bar.width for bar in lying({"a": 4, "b": 2, "c": 0}).bars]
    assert lengths[0] == 2 * lengths[1] and lengths[2] == 0


async def test_content_that_is_due_is_listed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = await desk.as_("admin")
    found = list(admin_pages.due(datetime.date(2030, 1, 1)))
    assert found and all(fact["late"] for fact in found)
    assert not list(admin_pages.due(datetime.date(2026, 1, 1)))
    monkeypatch.setattr(admin_pages, "due", lambda _today: found)
    _, text = await admin.get("/console/content")
    assert "overdue" in text and "BMJ" in text


async def test_purging_and_the_proof_of_it(desk: Desk) -> None:
    talk(desk.engine, "old", said("hi", at=time.time() - 91 * 86_400))
    talk(desk.engine, "new", said("hi"))
    admin = await desk.as_("admin")
    assert (await admin.post("/console/privacy/purge"))[0] == 303
    assert admin.last is not None
    assert admin.last.headers["Location"] == "/console/privacy?purged=1"
    _, text = await admin.get("/console/privacy?purged=1")
    assert "1 conversations were erased." in text and "time was over" in text
    _, text = await admin.get("/console/privacy/proof.csv", headers={})
    assert "retention,web," in text
    assert [c["sender_id"] for c in all_of(desk.engine, conversations)] == ["new"]


async def test_the_audit_is_exported_whole(desk: Desk) -> None:
    admin = await desk.as_("admin")
    await admin.get("/console/?q=biopsy")
    _, text = await admin.get("/console/audit.csv", headers={})
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[3] for row in rows[1:]] == ["exported audit", "searched", "signed in"]
    status, text = await admin.get("/console/audit?action=searched")
    assert status == 200 and "biopsy (0 found)" in text


async def test_people_are_let_in_by_a_link_shown_once(desk: Desk) -> None:
    admin = await desk.as_("admin")
    status, text = await admin.post(
        "/console/users", name="Ben", shown_name="Ben, front desk", role="agent"
    )
    assert status == 200 and "/console/set-up/" in text and "ben" in text
    assert "/console/set-up/" not in (await admin.get("/console/users"))[1]
    status, text = await admin.post("/console/users", name="ben", shown_name="B", role="agent")
    assert status == 409 and sentence("name_taken") in text


async def test_ready_made_replies_are_those_of_the_file_and_added_ones(desk: Desk) -> None:
    ref = a_visit(desk)
    admin = await desk.as_("admin")
    assert (await admin.post("/console/replies", title="", text="x"))[0] == 400
    assert (await admin.post("/console/replies", title="Parking", text="Behind us"))[0] == 303
    with desk.engine.begin() as connection:
        touched(connection, "anna", agent_id=desk.user("admin")["id"], agent_at=time.time())
    _, text = await admin.get(f"/console/c/{ref}")
    assert 'value="Behind us">Parking' in text and ">Please call<" in text
    assert "{clinic_phone}" not in text
    assert (await admin.post("/console/replies", drop="1"))[0] == 303
    assert "Parking" not in (await admin.get("/console/replies"))[1]


def test_what_was_found_is_shown_with_what_is_around_it() -> None:
    text = "word " * 60 + "the biopsy came back " + "more " * 60
    shown = around(text, "biopsy")
    assert "the biopsy came back" in shown and shown.startswith("… ") and shown.endswith(" …")
    assert around("short", "biopsy") == "short"


async def test_the_console_works_on_postgresql_too(tmp_path: Path) -> None:
    import os
    import uuid

    from tests.conftest import need

    server = os.environ.get("TEST_POSTGRES_URL", "")
    need(bool(server), "postgresql, and set TEST_POSTGRES_URL to its address,")
    name = f"t_{uuid.uuid4().hex}"
    boss = sa.create_engine(server, isolation_level="AUTOCOMMIT", future=True)
    with boss.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.engine.make_url(server).set(database=name).render_as_string(hide_password=False)
    try:
        async with a_desk(url) as desk:
            ref = a_visit(desk)
            admin = await desk.as_("admin")
            for path in ("/console/", "/console/?q=COPD", f"/console/c/{ref}", "/console/missed",
                         "/console/training", "/console/insight", "/console/audit",
                         "/console/privacy", "/console/users", "/console/replies"):  # fmt: skip
                assert (await admin.get(path))[0] == 200, path
            for path, data in (("tag", {"tag": "x"}), ("note", {"text": "n"}), ("reviewed", {}),
                               ("correct", {"at": "5.0", "intent": "greet"})):  # fmt: skip
                assert (await admin.post(f"/console/c/{ref}/{path}", **data))[0] == 303, path
            assert (await admin.post(f"/console/c/{ref}/erase", sure="yes"))[0] == 303
            assert all_of(desk.engine, conversations) == []
    finally:
        with boss.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        boss.dispose()
