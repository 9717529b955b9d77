"""The servers that ``tools.bench_scale`` measures: ours and Rasa's default, as real processes.

Each kind is started the way its users start it, on ports and in a folder of its own, and answers
the same requests: Rasa's REST channel and its HTTP API with a token.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from bot import environment
from bot.paths import DATA, ROOT, cache_dir

TOKEN = "a-token-for-the-bench-only"
START_SECONDS = 600
"""Rasa's default takes a minute on our data, and several on a machine that others use, too."""
STOP_SECONDS = 30
DEFAULT_CONFIG = ROOT / "tools" / "bench_configs" / "rasa_init.yml"


class NotStarted(Exception):
    """A server did not get ready; the message holds the end of its log."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Memory:
    """What all processes of a server hold, in MB; PSS counts shared pages once."""

    pss: float
    rss: float


class Server(ABC):
    """A Rasa server with its action server and whatever else belongs to it.

    Args:
        folder: where it writes; made if missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rasa_port, self.actions_port = free_port(), free_port()
        self._processes: list[subprocess.Popen[bytes]] = []

    @property
    def url(self) -> str:
        """Where it is, for the load."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @abstractmethod
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """Return the programs to start, all at once."""

    @abstractmethod
    def environment(self) -> dict[str, str]:
        """Return their variables."""

    @abstractmethod
    def health(self) -> tuple[str, ...]:
        """Return the addresses that answer 200 once everything is ready."""

    def start(self) -> float:
        """Start it; return the seconds until it was ready.

        Raises:
            NotStarted: it ended, or took too long.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        with self._log.open("ab") as log:
            for command in self.commands():
                self._processes.append(
                    subprocess.Popen(
                        [sys.executable, "-m", *command],
                        cwd=ROOT, env=self.environment(), stdout=log, stderr=subprocess.STDOUT,
                    )
                )  # fmt: skip
        while not all(map(_answers, self.health())):
            ended = any(process.poll() is not None for process in self._processes)
            if ended or time.monotonic() - began > START_SECONDS:
                self.stop()
                raise NotStarted(self._log.read_text(errors="replace")[-3000:])
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> None:
        """End every process of it."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def memory(self) -> Memory:
        """Return what it holds now."""
        found = [_smaps(pid) for pid in self._pids()]
        return Memory(sum(m["Pss"] for m in found) / 1000, sum(m["Rss"] for m in found) / 1000)

    def cpu_seconds(self) -> float:
        """Return the processor time that it has used since its start."""
        return sum(map(cpu_seconds, self._pids()))

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _pids(self) -> Iterator[int]:
        for process in self._processes:
            yield from family(process.pid)


class Ours(Server):
    """The three processes under their supervisor, as ``make run`` starts them."""

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        """Choose its ports.

        Args:
            folder: everything it writes goes there, the SQLite database too.
            settings: further variables, such as another database.
        """
        super().__init__(folder)
        self._web_port = free_port()
        self._settings = dict(settings or {})

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """Return the supervisor."""
        return (("bot.serve",),)

    def environment(self) -> dict[str, str]:
        """Return its settings; patients here write faster than people may."""
        return {
            **plain_environment(),
            "SECOND_OPINION_VAR": str(self.folder),
            "SECOND_OPINION_CACHE": str(cache_dir()),
            "RASA_PORT": str(self.rasa_port),
            "ACTIONS_PORT": str(self.actions_port),
            "WEB_PORT": str(self._web_port),
            "LISTEN_HOST": "127.0.0.1",
            "RATE_LIMIT": "0",
            "ENV_FILE": "",
            "RASA_AUTH_TOKEN": TOKEN,
            **self._settings,
        }

    def health(self) -> tuple[str, ...]:
        """Return the web app's address that answers for all three."""
        return (f"http://127.0.0.1:{self._web_port}/health",)


class RasaDefault(Server):
    """``rasa run`` and ``rasa run actions`` on SQLite, with our data and our actions."""

    def __init__(self, folder: Path, model: Path) -> None:
        """Choose its ports.

        Args:
            folder: its database and its configuration go there.
            model: trained by ``default_model``.
        """
        super().__init__(folder)
        self._model = model

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """Return Rasa's own two commands."""
        endpoints, credentials = self.folder / "endpoints.yml", self.folder / "credentials.yml"
        endpoints.write_text(
            f"action_endpoint: {{url: 'http://127.0.0.1:{self.actions_port}/webhook'}}\n"
            f"tracker_store: {{type: SQL, dialect: sqlite, db: '{self.folder / 'rasa.db'}'}}\n"
        )
        credentials.write_text("rest:\n")
        return (
            ("rasa", "run", "--enable-api", "--auth-token", TOKEN, "--model", str(self._model),
             "--interface", "127.0.0.1", "--port", str(self.rasa_port),
             "--endpoints", str(endpoints), "--credentials", str(credentials)),
            ("rasa", "run", "actions", "--actions", "actions", "--port", str(self.actions_port)),
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        """Return the variables under which ours run, too: they make it faster, not slower."""
        return {
            **plain_environment(),
            **environment.QUIET,
            "SECOND_OPINION_VAR": str(self.folder),
            "SECOND_OPINION_CACHE": str(cache_dir()),
            "ENV_FILE": "",
        }

    def health(self) -> tuple[str, ...]:
        """Return the status, which is refused without a model, and the actions' address."""
        return (
            f"{self.url}/status?token={TOKEN}",
            f"http://127.0.0.1:{self.actions_port}/health",
        )


def default_model() -> Path:
    """Return the model of Rasa's default configuration on our data, trained if there is none."""
    folder = cache_dir() / "bench"
    model = folder / f"rasa-{_trained_on()}.tar.gz"
    if not model.is_file():
        print("  training Rasa's default configuration on our data ...", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("rasa-*.tar.gz"):
            old.unlink()
        command = (
            "rasa", "train", "--domain", str(ROOT / "domain.yml"), "--data", str(DATA),
            "--config", str(DEFAULT_CONFIG), "--out", str(folder),
            "--fixed-model-name", model.name.removesuffix(".tar.gz"), "--force",
        )  # fmt: skip
        result = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT, env={**plain_environment(), **environment.QUIET},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if result.returncode:
            sys.exit(f"Rasa's default configuration was not trained:\n{result.stderr[-2000:]}")
    return model


def _trained_on() -> str:
    """Return twelve characters that change with anything the baseline is trained on."""
    digest = hashlib.sha256()
    for path in (DEFAULT_CONFIG, ROOT / "domain.yml", *sorted(DATA.rglob("*.yml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def plain_environment() -> dict[str, str]:
    """Return this process's variables without what Rasa sets for itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TF_")}


def family(pid: int) -> Iterator[int]:
    """Yield a process and all its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except FileNotFoundError:
            continue
        for child in children:
            yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used; 0 if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0.0
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _smaps(pid: int) -> dict[str, int]:
    found = {"Pss": 0, "Rss": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in found:
            found[name] = int(rest.split()[0])
    return found


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=3).status_code == 200
    except requests.RequestException:
        return False
