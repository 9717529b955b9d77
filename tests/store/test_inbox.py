"""Filters combine, search finds what was said, pages neither repeat nor skip."""

from __future__ import annotations

import pytest

from bot.store import inbox, reviews
from bot.store.inbox import PAGE, Wanted, listed, matching
from bot.store.projection import touched
from bot.store.tables.conversations import conversations
from tests.store.people import answered, ready, row_of, said, slot, talk


@pytest.fixture
def db(engine):
    return ready(engine)


def senders(db, **wanted):
    with db.connect() as connection:
        return [row["sender_id"] for row in listed(connection, Wanted(**wanted)).rows]


def test_the_newest_come_first(db):
    for i, name in enumerate(("anna", "bob", "cara")):
        talk(db, name, said("hi", at=float(i + 1)))
    assert senders(db) == ["cara", "bob", "anna"]


def test_filters_combine(db):
    talk(db, "anna", said("chest pain", safety="emergency", channel="sms"))
    talk(db, "bob", said("chest pain", safety="emergency", channel="web"))
    talk(db, "cara", said("hi", channel="sms"), slot("condition", {"name": "COPD"}))
    assert senders(db, flags=frozenset({"emergency"}), channel="sms") == ["anna"]
    assert senders(db, condition="COPD") == ["cara"]
    assert senders(db, flags=frozenset({"emergency"}), condition="COPD") == []
    with db.begin() as connection:
        reviews.assigned(connection, "bob", 7)
        reviews.reviewed(connection, "anna", 7)
        reviews.tag(connection, "cara", "call back")
    assert senders(db, assigned_to=7) == ["bob"]
    assert senders(db, reviewed=True) == ["anna"]
    assert set(senders(db, reviewed=False)) == {"bob", "cara"}
    assert senders(db, tag="call back") == ["cara"]


def test_pages_neither_repeat_nor_skip_even_at_the_same_moment(db):
    for i in range(2 * PAGE + 5):
        talk(db, f"p{i:03}", said("hi", at=100.0 + i // 10))
    found, after = [], None
    with db.connect() as connection:
        while True:
            page = listed(connection, Wanted(after=after))
            found += [row["sender_id"] for row in page.rows]
            after = page.next
            if after is None:
                break
    assert len(found) == len(set(found)) == 2 * PAGE + 5
    assert found == sorted(found, reverse=True)


def test_search_finds_words_in_any_form_of_patients_staff_and_notes(db):
    talk(db, "anna", said("My CT scans came back"), answered("Ask for the images."))
    talk(db, "bob", said("hello"), answered("I will call radiology for you.", staff="Ana"))
    talk(db, "cara", said("hello"))
    with db.begin() as connection:
        reviews.note(connection, "cara", 1, "wants a mammogram")
    assert senders(db, words="scan") == ["anna"]
    assert senders(db, words="back scans") == ["anna"]
    assert senders(db, words="radiology") == ["bob"]
    assert senders(db, words="mammogram") == ["cara"]
    assert senders(db, words="images") == []  # the bot's own words are everywhere
    assert senders(db, words="scans radiology") == []


def test_a_search_lists_each_conversation_once_with_its_newest_words(db):
    talk(db, "anna", said("the biopsy", at=1.0), said("that biopsy again", at=2.0))
    talk(db, "bob", said("no biopsy yet", at=3.0))
    with db.connect() as connection:
        rows = listed(connection, Wanted(words="biopsy")).rows
    assert [(r["sender_id"], r["found"]) for r in rows] == [
        ("bob", "no biopsy yet"), ("anna", "that biopsy again"),
    ]  # fmt: skip


def test_pages_of_a_search_go_on_where_the_last_ended(db):
    for i in range(PAGE + 7):
        talk(db, f"p{i:03}", said("a biopsy"), said("my biopsy"))
    with db.connect() as connection:
        first = listed(connection, Wanted(words="biopsy"))
        second = listed(connection, Wanted(words="biopsy", after=first.next))
    found = [r["sender_id"] for r in (*first.rows, *second.rows)]
    assert len(found) >= PAGE + 7 and set(found) == {f"p{i:03}" for i in range(PAGE + 7)}
    assert second.next is None


@pytest.mark.parametrize(
    "words",
    ['"', "a OR b", "NEAR(", "*", "'; DROP TABLE spoken; --", "col:x", "(", "%", "\\", "^", "-x",
     "\u0000", "🙂", "x" * 500, "{a b}"],
)  # fmt: skip
def test_whatever_is_typed_is_only_searched_for(db, words):
    talk(db, "anna", said("hello"))
    assert senders(db, words=words) == ([] if words.strip() else ["anna"])
    assert senders(db) == ["anna"]


def test_search_and_filters_go_together(db):
    talk(db, "anna", said("a biopsy", channel="sms"))
    talk(db, "bob", said("a biopsy", channel="web"))
    assert senders(db, words="biopsy", channel="sms") == ["anna"]


def test_erased_words_are_not_found(db):
    from bot.store.erasure import erase

    talk(db, "anna", said("a secret biopsy"))
    with db.begin() as connection:
        erase(connection, "anna", "staff")
    assert senders(db, words="biopsy") == []
    with db.connect() as connection:
        source, condition = matching(connection, "biopsy")
        import sqlalchemy as sa

        query = sa.select(sa.func.count()).select_from(source).where(condition)
        assert connection.execute(query).scalar() == 0


def test_counts_say_who_needs_somebody(db):
    talk(db, "anna", said("a person", at=1.0), slot("handoff", "requested", at=2.0))
    talk(db, "bob", said("chest pain", safety="emergency"))
    with db.begin() as connection:
        reviews.read(connection, "anna")
        reviews.assigned(connection, "bob", 5)
    with db.connect() as connection:
        counts = inbox.counts(connection, 5)
        assert counts == {"wanted": 1, "undelivered": 0, "unread": 1, "mine": 1}
        assert inbox.urgent(connection) == 2


def test_changes_are_seen_since_a_moment(db):
    ref = talk(db, "anna", said("hi"))
    updated = row_of(db, "anna")["updated"]
    with db.connect() as connection:
        assert inbox.changed_since(connection, updated - 1) == [(ref, updated)]
        assert inbox.changed_since(connection, updated) == []


def test_what_its_patient_erased_under_a_hold_is_not_in_the_list(db):
    talk(db, "anna", said("hi"))
    with db.begin() as connection:
        touched(connection, "anna", sealed_at=1.0)
    assert senders(db) == [] and senders(db, sealed=True) == ["anna"]


def test_flags_to_filter_by_exist():
    for flag in inbox.SHOWN_FLAGS:
        assert f"{flag}_at" in conversations.c
    assert sorted(inbox.RAREST_FIRST) == sorted(inbox.SHOWN_FLAGS)
