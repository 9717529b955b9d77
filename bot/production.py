"""What ``PRODUCTION=1`` refuses: settings that are right for a trial and wrong for patients."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.errors import SetupProblem
from bot.paths import var_dir
from bot.secrets import weakness
from bot.settings import Settings

SECRETS = ("RASA_AUTH_TOKEN", "SESSION_SECRET", "ENCRYPTION_KEY")
MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
HERE = ("", "localhost", "127.0.0.1", "::1")


def check(settings: Settings, env: Mapping[str, str] | None = None) -> None:
    """Refuse what patients must not be served with; does nothing without ``PRODUCTION=1``.

    Raises:
        SetupProblem: with one line for each thing that is wrong.
    """
    env = os.environ if env is None else env
    if settings.production:
        found = list(problems(settings, env))
        if found:
            raise SetupProblem("\n".join(f"In production: {each}" for each in found))


def problems(settings: Settings, env: Mapping[str, str]) -> Iterator[str]:
    """Return a sentence for each setting that is wrong, none of which shows a secret."""
    yield from _weak_secrets(settings, env)
    yield from _addresses(settings)
    yield from _database(settings, env)
    yield from _open_files()
    if settings.rate_limit == 0:
        yield "RATE_LIMIT=0 lets anybody flood the service: set it to 30 or so."


def _weak_secrets(settings: Settings, env: Mapping[str, str]) -> Iterator[str]:
    values = {
        "RASA_AUTH_TOKEN": settings.rasa_token,
        "SESSION_SECRET": settings.session_keys.current,
        "ENCRYPTION_KEY": settings.encryption_keys.current,
        "METRICS_TOKEN": settings.metrics_token,
    }
    for name, value in values.items():
        if value and (trouble := weakness(value)):
            yield f"{name} {trouble}: make one with {MAKE_ONE}"
    used = [value for value in values.values() if value]
    if len(set(used)) < len(used):
        yield f"{', '.join(values)} must all be different."


def _addresses(settings: Settings) -> Iterator[str]:
    public = urlsplit(settings.public_base_url)
    if public.scheme != "https" or public.hostname in HERE:
        yield (
            "PUBLIC_BASE_URL must be the https:// address under which patients reach the web app, "
            "with its own name."
        )
    for origin in settings.allowed_origins:
        if origin == "*" or (origin and urlsplit(origin).scheme != "https"):
            yield f"ALLOWED_ORIGINS must hold https:// addresses only, not {origin}."


def _database(settings: Settings, env: Mapping[str, str]) -> Iterator[str]:
    try:
        url = make_url(settings.db_url)
    except ArgumentError:
        return  # which preflight says
    if url.get_backend_name() == "sqlite":
        return
    if (url.host or "") not in HERE and not url.password:
        yield "SECOND_OPINION_DB_URL has no password."
    missing = [name for name in SECRETS if not env.get(name)]
    if missing:
        # Made in a folder of one server's, they would differ from server to server.
        yield f"with a database server, set {', '.join(missing)}: every server needs the same."


def _open_files() -> Iterator[str]:
    folder = var_dir()
    for path in (folder, Path(os.environ.get("ENV_FILE") or ".env")):
        if path.exists() and path.stat().st_mode & 0o007:
            yield f"{path} can be read by every user of this machine: chmod o= {path}"
