"""What is checked before anything starts. Each problem is one line that names its mend."""

from __future__ import annotations

import errno
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import sqlalchemy as sa

from bot import environment, production
from bot.errors import SetupProblem
from bot.knowledge import read_yaml
from bot.nlu.weights import verified_weights
from bot.settings import NO_SQL_BROKER, Settings
from bot.store.engine import open_engine
from bot.store.migrate import upgrade

LEAST_FREE_MB = 200


def problems(settings: Settings) -> list[str]:
    """Return a sentence for everything that would keep the three processes from running."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: production.check(settings),
        lambda: check_ports(settings),
        lambda: check_variables((environment.ENDPOINTS, environment.CREDENTIALS)),
        lambda: check_broker(environment.ENDPOINTS),
        lambda: check_database(settings.db_url),
        lambda: migrate_database(settings.db_url),
        verified_weights,
    )
    return list(_sentences(checks))


def _sentences(checks: Iterable[Callable[[], object]]) -> Iterator[str]:
    for check in checks:
        try:
            check()
        except SetupProblem as problem:
            yield str(problem)


def check_folder(folder: Path, least_free_mb: int = LEAST_FREE_MB) -> None:
    """Make the folder for everything that is written, and try it.

    Raises:
        SetupProblem: it cannot be written, or its disk is nearly full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"probe")
    except OSError as error:
        raise SetupProblem(
            f"Cannot write to {folder}: {error.strerror}. Make it writable, "
            "or set SECOND_OPINION_VAR to a folder that is."
        ) from None
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < least_free_mb:
        raise SetupProblem(
            f"The disk of {folder} is nearly full ({free} MB free, {least_free_mb} MB needed): "
            "make room, or set SECOND_OPINION_VAR to a folder on another disk."
        )


def check_ports(settings: Settings) -> None:
    """Check that each process can listen where it should.

    Raises:
        SetupProblem: names every port that cannot be had.
    """
    wanted = (
        ("RASA_PORT", settings.host, settings.rasa_port),
        ("ACTIONS_PORT", "127.0.0.1", settings.actions_port),
        ("WEB_PORT", settings.host, settings.web_port),
    )
    ports = [port for _, _, port in wanted]
    if len(set(ports)) < len(ports):
        names = ", ".join(f"{name}={port}" for name, _, port in wanted)
        raise SetupProblem(f"Each process needs a port of its own, not {names}.")
    sentences = [_trouble_with(*each) for each in wanted]
    if any(sentences):
        raise SetupProblem("\n".join(filter(None, dict.fromkeys(sentences))))


def _trouble_with(name: str, host: str, port: int) -> str:
    if port == 0:
        return f"{name} must be a port number, not 0."
    with socket.socket() as probe:
        # As the servers do it: a port whose last connections are still fading is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror:
            return f"LISTEN_HOST={host} is no address: set it to one of this machine's, or 0.0.0.0."
        except OSError as error:
            return _trouble_in_words(error, name, host, port)
    return ""


def _trouble_in_words(error: OSError, name: str, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use, perhaps by another 'make run': "
            f"stop that program, or set {name} to another port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs an administrator's rights: set {name} to 1024 or above."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"LISTEN_HOST={host} is no address of this machine: set it to one, or 0.0.0.0."
    return f"Cannot listen on {host}:{port}: {error.strerror}. Set {name} to another port."


def check_variables(files: Iterable[Path]) -> None:
    """Check that every variable the files refer to is set.

    Raises:
        SetupProblem: names the file and the variables.
    """
    for file in files:
        missing = environment.missing_variables(file)
        if missing:
            raise SetupProblem(
                f"{file.name} needs {', '.join(missing)}, which the environment does not set: "
                "add it to .env (.env.example explains each)."
            )


def check_broker(endpoints: Path) -> None:
    """Check that nobody has written an SQL event broker into endpoints.yml.

    Raises:
        SetupProblem: somebody has.
    """
    broker = (read_yaml(endpoints) or {}).get("event_broker") or {}
    if str(broker.get("type", "")).lower() == "sql":
        raise SetupProblem(f"endpoints.yml: {NO_SQL_BROKER}")


def check_database(url: str) -> None:
    """Connect to the database, and try to write if it is a file.

    Raises:
        SetupProblem: it cannot be reached or written; never shows the password.
    """
    try:
        engine = open_engine(url)
        with engine.connect() as connection:
            is_file = engine.dialect.name == "sqlite"
            connection.exec_driver_sql("BEGIN IMMEDIATE" if is_file else "SELECT 1")
        engine.dispose()
    except (sa.exc.SQLAlchemyError, ImportError) as error:
        place = sa.engine.make_url(url).render_as_string(hide_password=True)
        raise SetupProblem(
            f"The database {place} cannot be used: {_cause(error)}. "
            "Mend that, or set SECOND_OPINION_DB_URL to another."
        ) from None


def migrate_database(url: str) -> None:
    """Bring the database to the shape this version needs, before any process opens it.

    Raises:
        SetupProblem: a newer version made it.
    """
    engine = open_engine(url)
    try:
        upgrade(engine)
    except sa.exc.SQLAlchemyError:
        return  # it cannot be used at all, which check_database says
    finally:
        engine.dispose()


def _cause(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    first_line = str(cause).strip().split("\n")[0]
    return first_line.rstrip(".") or type(cause).__name__
