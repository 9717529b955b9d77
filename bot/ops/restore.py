"""Puts a backup back in the place of the database: ``python -m bot.ops.restore FILE``.

Nothing is touched before the whole file was found to be right, and the servers must be stopped. The
database that was there is kept beside it (SQLite), or replaced in one transaction (PostgreSQL).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import IO, cast

from sqlalchemy.engine import make_url

from bot import environment, preflight
from bot.errors import SetupProblem
from bot.ops.backup import (
    DATABASE,
    FOLDER,
    PURPOSE,
    SECRETS,
    check,
    newest,
    run_postgres,
)
from bot.ops.seal import OpeningReader, SealBroken
from bot.paths import var_dir
from bot.settings import Settings, load_settings
from bot.store.engine import open_engine
from bot.store.migrate import upgrade


def restore(settings: Settings, backup: Path) -> list[str]:
    """Put a backup back; return what was done, a sentence for each thing.

    Raises:
        SetupProblem: it is no whole backup, is of another kind of database, or something runs.
    """
    keys = settings.encryption_keys.derived(PURPOSE)
    url = make_url(settings.db_url)
    try:
        manifest = check(backup, keys)
    except (SealBroken, OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise SetupProblem(f"{backup} cannot be restored: {error}") from None
    if manifest["kind"] != url.get_backend_name():
        raise SetupProblem(
            f"{backup} is of {manifest['kind']}, and SECOND_OPINION_DB_URL names "
            f"{url.get_backend_name()}."
        )
    _refuse_while_running(settings)
    folder = Path(str(url.database)).parent if manifest["kind"] == "sqlite" else var_dir()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="restoring-") as scratch:
        _unpack(backup, keys, Path(scratch))
        done = _put_secrets(Path(scratch))
        copy = Path(scratch) / DATABASE
        if manifest["kind"] == "sqlite":
            done += _replace_file(copy, Path(str(url.database)))
        else:
            run_postgres(
                "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--single-transaction",
                "--exit-on-error", str(copy),
            )  # fmt: skip
    engine = open_engine(settings.db_url)
    upgrade(engine)
    engine.dispose()
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(manifest["made"]))
    return [*done, f"The database is as it was on {made}."]


def _refuse_while_running(settings: Settings) -> None:
    try:
        preflight.check_ports(settings)
    except SetupProblem as problem:
        raise SetupProblem(f"Stop the servers first. {problem}") from None


def _unpack(backup: Path, keys: tuple[bytes, ...], folder: Path) -> None:
    with backup.open("rb") as file, OpeningReader(file, keys) as clear:  # noqa: SIM117
        with tarfile.open(fileobj=cast(IO[bytes], clear), mode="r|gz") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                if content is None or not (
                    entry.name == DATABASE or entry.name.startswith(SECRETS)
                ):
                    continue
                target = folder / Path(entry.name).name
                handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "wb") as out:
                    shutil.copyfileobj(content, out)


def _put_secrets(folder: Path) -> list[str]:
    """Put back secrets that are missing here; one that is here and differs stays, and is named."""
    said = []
    for path in sorted(folder.glob("*")):
        here = var_dir() / path.name
        if path.name == DATABASE:
            continue
        if not here.exists():
            shutil.move(path, here)
            said.append(f"{here} is back.")
        elif here.read_bytes() != path.read_bytes():
            said.append(f"{here} is another one than in the backup, and stays.")
    return said


def _replace_file(copy: Path, database: Path) -> list[str]:
    with closing(sqlite3.connect(copy)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise SetupProblem("The database in the backup is damaged.")
    said = []
    if database.exists():
        # Without its write-ahead log it would be older than it is, and the new one must not get it.
        with closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        aside = database.with_name(f"{database.name}.before-{time.strftime('%Y%m%d-%H%M%S')}")
        os.replace(database, aside)
        said.append(f"The database that was here is kept as {aside}.")
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    os.replace(copy, database)
    return said


def main(arguments: list[str]) -> int:
    """Restore the file given, else the newest below var/; return 2 after a line if it fails."""
    try:
        environment.prepare()
        backup = Path(arguments[0]) if arguments else newest()
        if backup is None:
            raise SetupProblem(f"There is no backup in {var_dir() / FOLDER}: name a file.")
        for line in restore(load_settings(), backup):
            print(line)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
