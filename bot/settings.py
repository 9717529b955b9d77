"""Every setting, read from the environment once, checked, with a sentence for what is wrong."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupProblem
from bot.paths import var_dir

TOKEN_FILE = "rasa-token"
SESSION_FILE = "session-secret"


@dataclass(frozen=True)
class Settings:
    """The settings of all three processes.

    Attributes:
        host: the address Rasa and the web app listen on.
        rasa_port, actions_port, web_port: their ports; the action server is on loopback only.
        db_url: SQLAlchemy address of the database.
        redis_url: where turns are locked over several servers; "" when this one is alone.
        event_broker_url: where events are published; "" for nowhere.
        rasa_token: opens Rasa's HTTP API.
        session_secret: signs the widget's session ids.
        allowed_origins: pages that may embed the widget.
        public_base_url: how patients' browsers reach the web app; "" when unset.
        rate_limit: messages a minute for each sender; 0 means no limit.
    """

    host: str
    rasa_port: int
    actions_port: int
    web_port: int
    db_url: str
    redis_url: str
    event_broker_url: str
    rasa_token: str
    session_secret: str
    allowed_origins: tuple[str, ...]
    public_base_url: str
    rate_limit: int

    @property
    def _here(self) -> str:
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host

    @property
    def rasa_url(self) -> str:
        """Where this machine reaches the Rasa server."""
        return f"http://{self._here}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where Rasa reaches the action server."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def web_url(self) -> str:
        """Where this machine reaches the web app."""
        return f"http://{self._here}:{self.web_port}"


def _number(env: Mapping[str, str], name: str, default: int, highest: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not 0 <= int(text) <= highest:
        raise SetupProblem(f"{name} must be a whole number from 0 to {highest}, not {text!r}.")
    return int(text)


def kept_secret(name: str) -> str:
    """Return the secret kept in a file under var/, making one the first time.

    Raises:
        SetupProblem: the folder cannot be written or the file cannot be read.
    """
    path = var_dir() / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _read(path)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
        return _read(path)
    except OSError as error:
        raise SetupProblem(f"Cannot keep a secret in {path}: {error.strerror}.") from None


def _read(path: Path) -> str:
    text = path.read_text().strip()
    if len(text) < 16:
        raise SetupProblem(f"{path} is empty or too short: delete it and start again.")
    return text


NO_SQL_BROKER = (
    "an SQL event broker keeps a table 'events', as the conversations do, and they would be lost; "
    "use RabbitMQ (amqp://...)."
)
REDIS_SCHEMES = ("redis", "rediss", "unix")
BROKER_SCHEMES = ("amqp", "amqps")
SQL_SCHEMES = ("sqlite", "postgresql", "postgres", "mysql", "mssql", "oracle")


def _redis(env: Mapping[str, str]) -> str:
    url = env.get("REDIS_URL") or ""
    if url and _scheme(url) not in REDIS_SCHEMES:
        raise SetupProblem("REDIS_URL must begin with redis:// or rediss://.")
    return url


def _broker(env: Mapping[str, str]) -> str:
    url = env.get("EVENT_BROKER_URL") or ""
    if url and _scheme(url) in SQL_SCHEMES:
        raise SetupProblem(f"EVENT_BROKER_URL: {NO_SQL_BROKER}")
    if url and _scheme(url) not in BROKER_SCHEMES:
        raise SetupProblem("EVENT_BROKER_URL must begin with amqp:// or amqps:// (RabbitMQ).")
    return url


def _scheme(url: str) -> str:
    return url.partition("://")[0].partition("+")[0].lower()


def default_db_url() -> str:
    """Return the address of the embedded database, under var/."""
    return f"sqlite:///{var_dir() / 'second-opinion.db'}"


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Args:
        env: the environment; the process's own if left out.

    Raises:
        SetupProblem: a value is wrong; the sentence names it.
    """
    env = os.environ if env is None else env
    web_port = _number(env, "WEB_PORT", 8080, 65535)
    origins = env.get("ALLOWED_ORIGINS") or (
        f"http://localhost:{web_port},http://127.0.0.1:{web_port}"
    )
    return Settings(
        host=env.get("LISTEN_HOST") or "127.0.0.1",
        rasa_port=_number(env, "RASA_PORT", 5005, 65535),
        actions_port=_number(env, "ACTIONS_PORT", 5055, 65535),
        web_port=web_port,
        db_url=env.get("SECOND_OPINION_DB_URL") or default_db_url(),
        redis_url=_redis(env),
        event_broker_url=_broker(env),
        rasa_token=env.get("RASA_AUTH_TOKEN") or kept_secret(TOKEN_FILE),
        session_secret=env.get("SESSION_SECRET") or kept_secret(SESSION_FILE),
        allowed_origins=tuple(o.strip().rstrip("/") for o in origins.split(",") if o.strip()),
        public_base_url=(env.get("PUBLIC_BASE_URL") or "").rstrip("/"),
        rate_limit=_number(env, "RATE_LIMIT", 30, 1_000_000),
    )
