"""Copies everything that cannot be made again, while it is in use: ``python -m bot.ops.backup``.

A backup is one sealed file (seal.py): a manifest, the database, and the secrets that were made here
(but not the encryption key, which opens it: keep a copy of that elsewhere). It is read back whole
before it counts as made.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import IO, Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from bot import environment
from bot.errors import SetupProblem
from bot.ops.seal import OpeningReader, SealBroken, SealingWriter
from bot.paths import var_dir
from bot.settings import ENCRYPTION_FILE, Settings, load_settings
from bot.store.engine import open_engine

PURPOSE = "backups"
FOLDER = "backups"
SUFFIX = ".backup"
KEPT = 14
"""Backups kept. What a patient had erased is gone from the oldest one after as many days."""
DATABASE, MANIFEST, SECRETS = "database", "manifest.json", "secrets/"
SECRET_FILES = ("-secret", "-token", "-key")
FORMAT = 1


def newest(folder: Path | None = None) -> Path | None:
    """Return the newest backup, or None."""
    found = sorted((folder or var_dir() / FOLDER).glob(f"*{SUFFIX}"))
    return found[-1] if found else None


def make(settings: Settings, folder: Path, now: float | None = None) -> Path:
    """Make a backup of what is there now; return its path.

    Raises:
        SetupProblem: the database cannot be read, or the folder not written.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now))
    target = folder / f"second-opinion-{stamp}{SUFFIX}"
    keys = settings.encryption_keys.derived(PURPOSE)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=folder, prefix="partial-") as scratch:
            copy, partial = Path(scratch) / DATABASE, Path(scratch) / "sealed"
            kind = copy_database(make_url(settings.db_url), copy)
            _seal(partial, keys[0], copy, _manifest(kind, copy, settings))
            check(partial, keys)
            os.replace(partial, target)
    except OSError as error:
        raise SetupProblem(f"Cannot write a backup to {folder}: {error.strerror}.") from None
    except SealBroken as broken:
        raise SetupProblem(f"The backup could not be read back: {broken}") from None
    return target


def copy_database(url: URL, target: Path) -> str:
    """Copy a database that others are writing to; return its kind, "sqlite" or "postgresql".

    Raises:
        SetupProblem: it cannot be read, or the copy is not whole.
    """
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(str(url.database), target)
        return "sqlite"
    run_postgres("pg_dump", url, "--format=custom", "--no-owner", f"--file={target}")
    return "postgresql"


def _copy_sqlite(source: str, target: Path) -> None:
    if not Path(source).is_file():
        raise SetupProblem(f"There is no database {source} yet.")
    try:
        with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)  # SQLite's own: a state between two transactions, however busy it is
            whole = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.Error as error:
        raise SetupProblem(f"The database {source} cannot be copied: {error}.") from None
    if whole != "ok":
        raise SetupProblem(f"The database {source} is damaged: {whole}.")


def run_postgres(program: str, url: URL, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on a database; the password is not on its command line.

    Raises:
        SetupProblem: there is no such program, or it failed.
    """
    if not shutil.which(program):
        raise SetupProblem(f"{program} is missing: install postgresql-client.")
    named = {
        "PGHOST": url.host,
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    env = {**os.environ, **{name: str(value) for name, value in named.items() if value}}
    done = subprocess.run(
        [program, *arguments, f"--dbname={url.database}"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise SetupProblem(f"{program} failed: {lines[0]}")


def _manifest(kind: str, copy: Path, settings: Settings) -> dict[str, Any]:
    with open_engine(settings.db_url).connect() as connection:
        revision = None
        if sa.inspect(connection).has_table("alembic_version"):
            revision = connection.execute(
                sa.text("SELECT version_num FROM alembic_version")
            ).scalar()
    return {
        "format": FORMAT,
        "made": time.time(),
        "kind": kind,
        "revision": revision,
        "sha256": sha256(copy),
    }


def _seal(target: Path, key: bytes, copy: Path, manifest: dict[str, Any]) -> None:
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        with (
            SealingWriter(out, key) as sealed,
            tarfile.open(fileobj=cast(IO[bytes], sealed), mode="w|gz") as tar,
        ):
            _add(tar, MANIFEST, json.dumps(manifest).encode())
            tar.add(copy, DATABASE)
            for path in _secrets():
                _add(tar, SECRETS + path.name, path.read_bytes())
        out.flush()
        os.fsync(out.fileno())


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


def _secrets() -> list[Path]:
    """Return the files of secrets that were made here, but for the one that opens the backup."""
    return [
        path
        for path in sorted(var_dir().glob("*"))
        if path.is_file() and path.name.endswith(SECRET_FILES) and path.name != ENCRYPTION_FILE
    ]


def check(path: Path, keys: tuple[bytes, ...]) -> dict[str, Any]:
    """Read a backup to its end; return its manifest.

    Raises:
        SealBroken: another key, or it was changed or cut.
    """
    manifest: dict[str, Any] = {}
    with path.open("rb") as file, OpeningReader(file, keys) as clear:
        with tarfile.open(fileobj=cast(IO[bytes], clear), mode="r|gz") as tar:
            for entry in tar:
                content = tar.extractfile(entry)
                assert content is not None
                if entry.name == MANIFEST:
                    manifest = json.load(content)
                elif entry.name == DATABASE and _digest(content) != manifest.get("sha256"):
                    raise SealBroken("The database in it is not the one that was copied.")
        while clear.read(65536):
            pass  # to the mark at the end, which a cut file lacks
    return manifest


def sha256(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return _digest(file)


def _digest(file: Any) -> str:
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def forget_old(folder: Path, kept: int = KEPT) -> None:
    """Delete all but the newest backups."""
    for path in sorted(folder.glob(f"*{SUFFIX}"))[:-kept]:
        path.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    """Make a backup in the folder given, else below var/; return 2 after a line if it fails."""
    try:
        environment.prepare()
        folder = Path(arguments[0]) if arguments else var_dir() / FOLDER
        made = make(load_settings(), folder)
        forget_old(folder)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB, encrypted, read back)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
