"""A live database is copied, sealed, and put back; whatever is wrong with a file is said."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import SetupProblem
from bot.ops import backup
from bot.ops.restore import restore
from bot.paths import ROOT
from bot.settings import Settings, load_settings
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.store.tables.erasures import erasures
from tests.conftest import free_port, need
from tests.store.conftest import db_url  # noqa: F401 (a database of each kind)

WORDS = "my lung biopsy came back"


@pytest.fixture
def settings(db_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:  # noqa: F811
    """Settings for a database with one row, and a folder of our own."""
    if db_url.startswith("postgresql"):
        need(bool(shutil.which("pg_dump")), "postgresql-client")
    monkeypatch.setenv("SECOND_OPINION_VAR", str(tmp_path / "var"))
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "contacts-secret").write_text("opens the numbers")
    ports = {name: str(free_port()) for name in ("RASA_PORT", "ACTIONS_PORT", "WEB_PORT")}
    made = load_settings({**ports, "SECOND_OPINION_DB_URL": db_url, "ENCRYPTION_KEY": "k" * 40})
    engine = open_engine(db_url)
    upgrade(engine)
    engine.dispose()
    put(made, WORDS)
    return made


def put(settings: Settings, channel: str) -> None:
    with open_engine(settings.db_url).begin() as connection:
        line = {"at": 1.0, "asked_by": "patient", "channel": channel[:40], "rows": 1}
        connection.execute(sa.insert(erasures).values(line))


def kept(settings: Settings) -> list[str]:
    with open_engine(settings.db_url).connect() as connection:
        return list(connection.execute(sa.select(erasures.c.channel)).scalars())


def test_what_is_lost_comes_back(settings: Settings, tmp_path: Path) -> None:
    made = backup.make(settings, tmp_path / "backups")
    put(settings, "later")
    (tmp_path / "var" / "contacts-secret").unlink()
    said = restore(settings, made)
    assert kept(settings) == [WORDS]
    assert (tmp_path / "var" / "contacts-secret").read_text() == "opens the numbers"
    assert said[-1].startswith("The database is as it was on 20")


def test_nobody_reads_it_without_the_key(settings: Settings, tmp_path: Path) -> None:
    made = backup.make(settings, tmp_path / "backups")
    content = made.read_bytes()
    assert WORDS.encode() not in content and b"erasures" not in content
    assert made.stat().st_mode & 0o077 == 0


def test_a_replaced_key_still_opens_it(settings: Settings, tmp_path: Path) -> None:
    made = backup.make(settings, tmp_path / "backups")
    env = {"SECOND_OPINION_DB_URL": settings.db_url, "ENCRYPTION_KEY": "n" * 40}
    with pytest.raises(SetupProblem, match="another key"):
        restore(load_settings(env), made)
    restore(load_settings({**env, "ENCRYPTION_KEY_PREVIOUS": "k" * 40}), made)
    assert kept(settings) == [WORDS]


def test_it_is_made_while_others_write_and_holds_whole_transactions(
    settings: Settings, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = 0

    def write() -> None:
        nonlocal written
        engine = open_engine(settings.db_url)
        while not stop.is_set():
            with engine.begin() as connection:
                for half in ("one", "two"):
                    line = {"at": 1.0, "asked_by": half, "channel": "busy", "rows": written}
                    connection.execute(sa.insert(erasures).values(line))
            written += 1
        engine.dispose()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while written < 20:
            stop.wait(0.01)
        made = backup.make(settings, tmp_path / "backups")
        until = written
    finally:
        stop.set()
        writer.join()
    restore(settings, made)
    with open_engine(settings.db_url).connect() as connection:
        halves = connection.execute(
            sa.select(erasures.c.rows, sa.func.count())
            .where(erasures.c.channel == "busy")
            .group_by(erasures.c.rows)
        ).all()
    assert 20 <= len(halves) <= until + 1
    assert {count for _, count in halves} == {2}


@pytest.mark.parametrize("harm", ["cut", "changed", "longer", "empty", "other"])
def test_a_damaged_file_is_refused_and_nothing_is_touched(
    settings: Settings, tmp_path: Path, harm: str
) -> None:
    made = backup.make(settings, tmp_path / "backups")
    content = bytearray(made.read_bytes())
    if harm == "changed":
        content[len(content) // 2] ^= 1
    made.write_bytes({
        "cut": content[:-20], "longer": content + b"x", "empty": b"", "other": b"PK" * 500,
    }.get(harm, content))  # fmt: skip
    put(settings, "still here")
    with pytest.raises(SetupProblem, match="cannot be restored"):
        restore(settings, made)
    assert kept(settings) == [WORDS, "still here"]


def test_a_backup_of_the_other_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    made = backup.make(settings, tmp_path / "backups")
    other = f"sqlite:///{tmp_path / 'x.db'}"
    if settings.db_url.startswith("sqlite"):
        other = "postgresql://nobody@127.0.0.1:1/none"
    env = {"SECOND_OPINION_DB_URL": other, "ENCRYPTION_KEY": "k" * 40}
    with pytest.raises(SetupProblem, match="names"):
        restore(load_settings(env), made)


def test_a_damaged_database_makes_no_backup(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    settings = load_settings({"SECOND_OPINION_DB_URL": f"sqlite:///{path}", "ENCRYPTION_KEY": "k"})
    upgrade(open_engine(settings.db_url))
    for i in range(200):
        put(settings, f"row {i}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[4096:12288] = os.urandom(8192)
    path.write_bytes(content)
    with pytest.raises(SetupProblem):
        backup.make(settings, tmp_path / "backups")
    assert backup.newest(tmp_path / "backups") is None


def test_the_servers_must_be_stopped(settings: Settings, tmp_path: Path) -> None:
    made = backup.make(settings, tmp_path / "backups")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", settings.rasa_port))
        listener.listen()
        with pytest.raises(SetupProblem, match="Stop the servers first"):
            restore(settings, made)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for day in range(20):
        (tmp_path / f"second-opinion-202401{day:02}-000000.backup").touch()
    backup.forget_old(tmp_path, 3)
    assert len(list(tmp_path.iterdir())) == 3
    newest = backup.newest(tmp_path)
    assert newest and newest.name == "second-opinion-20240119-000000.backup"


def test_the_commands_say_what_they_did_or_why_not(settings: Settings, tmp_path: Path) -> None:
    def run(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ, "ENV_FILE": "", "SECOND_OPINION_DB_URL": settings.db_url,
            "RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port()),
            "WEB_PORT": str(free_port()),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    nothing = run("bot.ops.restore")
    assert nothing.returncode == 2 and "There is no backup" in nothing.stderr
    made = run("bot.ops.backup")
    assert made.returncode == 0 and "encrypted, read back" in made.stdout, made.stderr
    back = run("bot.ops.restore")
    assert back.returncode == 0 and "as it was on" in back.stdout, back.stderr
