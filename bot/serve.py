"""Starts and watches the three processes: ``python -m bot.serve``, which is ``make run``.

Everything is checked before anything starts; what is wrong is said in one line each.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot import environment, preflight
from bot.channels.phones.settings import load_phone_settings, what_is_on
from bot.errors import SetupProblem
from bot.health import answers
from bot.paths import ROOT, var_dir
from bot.settings import TOKEN_FILE, Settings, load_settings
from bot.store import users
from bot.store.engine import open_engine
from bot.supervisor import Program, StartFailure, Supervisor
from bot.training import ensure_model

STOPPED, FAILED, NOT_READY = 0, 1, 2
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def say(text: str) -> None:
    """Print a line at once, also into a pipe or a file."""
    print(text, flush=True)


def prepared() -> tuple[Settings, Path]:
    """Return checked settings and a model that fits the data.

    Raises:
        SetupProblem: with one line for each thing that is wrong.
    """
    environment.prepare()
    preflight.check_folder(var_dir())  # first: the settings keep secrets in it
    settings = load_settings()
    environment.publish(settings)
    found = preflight.problems(settings)
    if found:
        raise SetupProblem("\n".join(found))
    return settings, ensure_model()


def programs(settings: Settings, model: Path) -> tuple[Program, ...]:
    """Return the three processes and how each shows that it is ready."""
    python = (sys.executable, "-m")
    token = {"token": settings.rasa_token}
    return (
        Program(
            "actions", (*python, "bot.action_server"), answers(f"{settings.actions_url}/health")
        ),
        # It answers for all three, so while the others start it says 503.
        Program(
            "web", (*python, "bot.web"), answers(f"{settings.web_url}/health", ready=(200, 503))
        ),
        # Its status is refused until the model is loaded.
        Program(
            "rasa",
            (*python, "bot.rasa_server", str(model)),
            answers(f"{settings.rasa_url}/status", params=token),
        ),
    )


def addresses(settings: Settings) -> str:
    """Return where everything is, for the person who started it."""
    host = "localhost" if settings.host in ("0.0.0.0", "127.0.0.1") else settings.host
    web, rasa = f"http://{host}:{settings.web_port}", f"http://{host}:{settings.rasa_port}"
    first = first_account(settings, web)
    token = "RASA_AUTH_TOKEN" if os.environ.get("RASA_AUTH_TOKEN") else var_dir() / TOKEN_FILE
    return f"""
Everything is running.
  Demo page      {web}/
  Staff console  {web}/console/{first}
  Health         {web}/health
  REST channel   {rasa}/webhooks/rest/webhook
  Rasa's API     {rasa}/ (its token: {token})
  Phones         {what_is_on(load_phone_settings())}
Ctrl-C stops it.
"""


def first_account(settings: Settings, web: str) -> str:
    """Return a line with the one-time link that makes the first account; "" if there is one."""
    engine = open_engine(settings.db_url)
    try:
        with engine.begin() as connection:
            if users.anybody(connection):
                return ""
            link = f"{settings.public_base_url or web}/console/set-up/"
            link += users.invite(connection, None)
        return f"\n    Make its first account, within a day: {link}"
    finally:
        engine.dispose()


async def run(settings: Settings, model: Path) -> int:
    """Keep the processes running until a signal says to stop."""
    stop = asyncio.Event()
    for number in SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # under nohup
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    say("Starting actions, web and rasa ...")
    try:
        supervisor = Supervisor(programs(settings, model), say)
        await supervisor.run(stop, ready=lambda: say(addresses(settings)))
    except StartFailure as failure:
        say(f"{failure} Everything is stopped.")
        return FAILED
    say("Stopped.")
    return STOPPED


def main() -> int:
    """Check, start, watch."""
    os.chdir(ROOT)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # also while a model is trained
    try:
        settings, model = prepared()
        return asyncio.run(run(settings, model))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return NOT_READY
    except KeyboardInterrupt:
        say("Stopped.")
        return STOPPED


if __name__ == "__main__":
    sys.exit(main())
