"""Every setting, read from the environment once, checked, with a sentence for what is wrong."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SetupProblem
from bot.paths import var_dir
from bot.secrets import Keys, previous

TOKEN_FILE = "rasa-token"
SESSION_FILE = "session-secret"
PAPERS_FILE = "papers-secret"
ENCRYPTION_FILE = "encryption-key"
SERVERS = ("RASA_URL", "ACTIONS_URL", "ACTIONS_HOST")
"""Where the others are, when each process has a machine or container of its own."""
PHONE_KEY_FILE = "phone-key"


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
        papers_secrets: seals the addresses of papers, and behind it an older one that still opens
            them.
        papers_days: how long such an address works.
        handoff_wait: seconds after which a patient who asked for a person hears that none is free.
        staff_idle: seconds of silence after which staff in a chat count as gone.
        console_idle, console_longest: seconds after which sessions of the console end.
        retention_days: how long conversations are kept after their last words; 0 for ever.
        retention_by_channel: the same, for channels that differ.
        session_keys: the session secret with those before it.
        encryption_key, encryption_earlier: what is set of these; see ``encryption_keys``.
        metrics_token: opens the metrics to callers from other machines; "" for none.
        action_seconds: how long an action may take before the patient hears that it failed.
        production: refuses what is right for a trial only (bot/production.py).
        servers: addresses that differ where the processes run on several machines, by name.
        phone_key, phone_key_previous: hide telephone numbers; the earlier keys still open them.
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
    papers_secrets: tuple[str, ...]
    papers_days: int
    handoff_wait: int
    staff_idle: int
    console_idle: int
    console_longest: int
    retention_days: int
    retention_by_channel: Mapping[str, int]
    session_keys: Keys
    encryption_key: str
    encryption_earlier: tuple[str, ...]
    metrics_token: str
    action_seconds: int
    production: bool
    servers: Mapping[str, str]
    phone_key: str
    phone_key_previous: tuple[str, ...]

    @property
    def _here(self) -> str:
        return "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host

    @property
    def rasa_url(self) -> str:
        """Where this machine reaches the Rasa server."""
        return self.servers["RASA_URL"] or f"http://{self._here}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where Rasa reaches the action server."""
        return self.servers["ACTIONS_URL"] or f"http://127.0.0.1:{self.actions_port}"

    @property
    def encryption_keys(self) -> Keys:
        """What is kept encrypted is sealed with these; made once and kept, if not set."""
        return Keys(self.encryption_key or kept_secret(ENCRYPTION_FILE), self.encryption_earlier)

    @property
    def actions_host(self) -> str:
        """The address the action server listens on; this machine only, unless told otherwise."""
        return self.servers["ACTIONS_HOST"] or "127.0.0.1"

    @property
    def web_url(self) -> str:
        """Where this machine reaches the web app."""
        return f"http://{self._here}:{self.web_port}"

    @property
    def patients_url(self) -> str:
        """Where patients' browsers reach the web app, as far as we know."""
        return self.public_base_url or self.web_url


def _number(env: Mapping[str, str], name: str, default: int, highest: int, lowest: int = 0) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not lowest <= int(text) <= highest:
        raise SetupProblem(
            f"{name} must be a whole number from {lowest} to {highest}, not {text!r}."
        )
    return int(text)


def _days_by_channel(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        channel, _, days = (p.strip() for p in part.partition("="))
        if not channel or not days.isdigit():
            raise SetupProblem(f"RETENTION_BY_CHANNEL must look like sms=30,web=60, not {part!r}.")
        found[channel] = int(days)
    return found


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


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


def _papers_secrets(env: Mapping[str, str]) -> tuple[str, ...]:
    now = env.get("PAPERS_SECRET") or kept_secret(PAPERS_FILE)
    before = env.get("PAPERS_SECRET_BEFORE") or ""
    return (now, before) if before else (now,)


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
    session_secret = env.get("SESSION_SECRET") or kept_secret(SESSION_FILE)
    return Settings(
        host=env.get("LISTEN_HOST") or "127.0.0.1",
        rasa_port=_number(env, "RASA_PORT", 5005, 65535),
        actions_port=_number(env, "ACTIONS_PORT", 5055, 65535),
        web_port=web_port,
        db_url=env.get("SECOND_OPINION_DB_URL") or default_db_url(),
        redis_url=_redis(env),
        event_broker_url=_broker(env),
        rasa_token=env.get("RASA_AUTH_TOKEN") or kept_secret(TOKEN_FILE),
        session_secret=session_secret,
        allowed_origins=tuple(o.strip().rstrip("/") for o in origins.split(",") if o.strip()),
        public_base_url=(env.get("PUBLIC_BASE_URL") or "").rstrip("/"),
        rate_limit=_number(env, "RATE_LIMIT", 30, 1_000_000),
        papers_secrets=_papers_secrets(env),
        papers_days=_number(env, "PAPERS_DAYS", 7, 365, lowest=1),
        handoff_wait=_number(env, "HANDOFF_WAIT_MINUTES", 10, 10_000) * 60,
        staff_idle=_number(env, "STAFF_IDLE_MINUTES", 15, 10_000) * 60,
        console_idle=_number(env, "CONSOLE_IDLE_MINUTES", 30, 10_000) * 60,
        console_longest=_number(env, "CONSOLE_SESSION_HOURS", 12, 1_000) * 3600,
        retention_days=_number(env, "RETENTION_DAYS", 90, 100_000),
        retention_by_channel=_days_by_channel(env.get("RETENTION_BY_CHANNEL") or ""),
        session_keys=Keys(session_secret, previous("SESSION_SECRET", env)),
        encryption_key=env.get("ENCRYPTION_KEY") or "",
        encryption_earlier=previous("ENCRYPTION_KEY", env),
        metrics_token=env.get("METRICS_TOKEN") or "",
        action_seconds=_number(env, "ACTION_SECONDS", 10, 300),
        production=_number(env, "PRODUCTION", 0, 1) == 1,
        servers={name: (env.get(name) or "").rstrip("/") for name in SERVERS},
        phone_key=env.get("PHONE_KEY") or kept_secret(PHONE_KEY_FILE),
        phone_key_previous=_several(env.get("PHONE_KEY_PREVIOUS") or ""),
    )
