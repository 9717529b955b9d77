"""Users, sessions, links and failures: what is stored helps no thief, and ends when it should."""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa

from bot.store import jobs, users
from bot.store.tables.jobs import jobs as jobs_table
from bot.store.tables.users import invitations, sign_in_failures, user_sessions
from tests.store.people import all_of, ready


@pytest.fixture
def db(engine):
    return ready(engine)


@pytest.fixture
def ana(db):
    with db.begin() as connection:
        return users.add(connection, "Ana", "Ana, nurse", "agent", "a hash")


def living(db, token, idle=100.0, longest=1000.0):
    with db.connect() as connection:
        return users.session_of(connection, token, idle, longest)


def test_a_name_is_the_same_in_any_case_and_taken_once(db, ana):
    with db.connect() as connection:
        found = users.by_name(connection, "ANA")
    assert found and found["id"] == ana
    with pytest.raises(sa.exc.IntegrityError), db.begin() as connection:
        users.add(connection, "aNa", "Other", "agent")


def test_roles_include_those_below():
    allowed = {
        role: [r for r in users.ROLES if users.may({"role": role}, r)] for role in users.ROLES
    }
    assert allowed == {
        "reader": ["reader"], "agent": ["reader", "agent"], "admin": ["reader", "agent", "admin"],
    }  # fmt: skip


def test_what_a_browser_holds_is_not_in_the_database(db, ana):
    with db.begin() as connection:
        token, link = users.begin_session(connection, ana), users.invite(connection, ana)
        users.failed(connection, "name ana")
    stored = str([all_of(db, t) for t in (user_sessions, invitations, sign_in_failures)])
    assert token not in stored and link not in stored and "ana" not in stored
    assert living(db, token)["name"] == "ana"


def test_a_session_ends_unused_or_old_or_when_its_user_may_not_enter(db, ana):
    with db.begin() as connection:
        token = users.begin_session(connection, ana)
        users.change_session(connection, token, seen=time.time() - 200)
    assert living(db, token) is None and living(db, token, idle=300)
    with db.begin() as connection:
        users.change_session(connection, token, seen=time.time(), created=time.time() - 2000)
    assert living(db, token) is None
    with db.begin() as connection:
        fresh = users.begin_session(connection, ana)
        users.change(connection, ana, active=False)
    assert living(db, fresh) is None


def test_ending_all_sessions_but_one_keeps_that_one(db, ana):
    with db.begin() as connection:
        one, other = (users.begin_session(connection, ana) for _ in range(2))
        users.end_sessions(connection, ana, but=one)
    assert living(db, one) and living(db, other) is None


def test_a_link_works_once_within_its_time_and_only_the_latest(db, ana):
    with db.begin() as connection:
        old, link = users.invite(connection, ana), users.invite(connection, ana)
        assert users.invitation(connection, old) is None
        found = users.invitation(connection, link)
        assert found and found["user_id"] == ana
        assert users.use_invitation(connection, link)
        assert not users.use_invitation(connection, link)
        late = users.invite(connection, ana)
        connection.execute(sa.update(invitations).values(expires=time.time() - 1))
        assert users.invitation(connection, late) is None


def test_failures_count_for_a_while_and_are_forgiven(db):
    with db.begin() as connection:
        for _ in range(3):
            users.failed(connection, "name ana")
        assert users.failures(connection, "name ana") == 3
        assert users.failures(connection, "name bob") == 0
        connection.execute(
            sa.update(sign_in_failures)
            .where(sign_in_failures.c.id == 1)
            .values(at=time.time() - users.FAILURE_WINDOW - 1)
        )
        assert users.failures(connection, "name ana") == 2
        users.forgive(connection, "name ana")
        assert users.failures(connection, "name ana") == 0


def test_a_code_works_once(db, ana):
    with db.begin() as connection:
        assert users.use_step(connection, ana, 100)
        assert not users.use_step(connection, ana, 100)
        assert not users.use_step(connection, ana, 99)
        assert users.use_step(connection, ana, 101)


def test_the_last_admin_is_known(db, ana):
    with db.begin() as connection:
        boss = users.add(connection, "boss", "Boss", "admin", "hash")
        assert users.is_last_admin(connection, boss)
        users.add(connection, "new", "New", "admin")  # has no passphrase yet
        assert users.is_last_admin(connection, boss)
        users.add(connection, "vice", "Vice", "admin", "hash")
        assert not users.is_last_admin(connection, boss)


def test_what_means_nothing_any_more_is_forgotten(db, ana):
    with db.begin() as connection:
        users.begin_session(connection, ana)
        users.invite(connection, ana)
        users.failed(connection, "x")
        connection.execute(sa.update(user_sessions).values(created=1.0))
        connection.execute(sa.update(invitations).values(expires=1.0))
        connection.execute(sa.update(sign_in_failures).values(at=1.0))
        users.forget_old(connection, 1000)
    assert not any(all_of(db, t) for t in (user_sessions, invitations, sign_in_failures))


def test_one_job_of_a_kind_at_a_time_and_a_lost_one_makes_room(db, ana):
    with db.begin() as connection:
        first = jobs.begin(connection, "check", ana)
        assert first and jobs.begin(connection, "check", ana) is None
        assert jobs.begin(connection, "patterns", ana)
        connection.execute(sa.update(jobs_table).values(beat_at=time.time() - jobs.LOST_AFTER - 1))
        lost = jobs.latest(connection, "check")
        assert lost and lost["state"] == jobs.FAILED
        second = jobs.begin(connection, "check", ana)
        assert second
        jobs.end(connection, second, {"before": 0.9})
        jobs.end(connection, second, None)  # its process ended, too: that changes nothing
        latest = jobs.latest(connection, "check")
        assert latest
        assert (latest["state"], latest["result"], latest["done"]) == ("done", {"before": 0.9}, 1)


def test_a_lease_is_held_by_one(db):
    with db.begin() as connection:
        assert jobs.lease(connection, "purge", 60)
        assert not jobs.lease(connection, "purge", 60)
        assert jobs.lease(connection, "other", 60)
