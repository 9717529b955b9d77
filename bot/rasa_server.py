"""Starts the Rasa server: ``python -m bot.rasa_server [MODEL]``.

Rasa's own command would do, but for what it leaves open: telemetry, requests of 100 MB, a shutdown
of 15 seconds, and logs with patients' words. This calls the same function it calls.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Any

from bot import environment, logs, memory, models, production, reading_process, without_tensorflow
from bot.errors import SetupProblem
from bot.knowledge import read_yaml
from bot.ops import metrics, understanding
from bot.paths import ROOT
from bot.settings import Settings, load_settings
from bot.training import fitting_model

MOST_BYTES = 1_000_000
"""Of one request; the longest message taken is a fiftieth of that."""
SECONDS_TO_FINISH = 2.0
"""For requests under way when the server is told to stop."""
LOGGERS = ("sanic.root", "sanic.error", "sanic.access", "engineio.server", "socketio.server")


async def _tighten(app: Any, _loop: AbstractEventLoop) -> None:
    from bot.model_swap import ModelSwap
    from bot.ops.versions import VersionKeeper
    from bot.readiness import Readiness

    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = SECONDS_TO_FINISH
    logs.take_over(LOGGERS)
    token = load_settings().rasa_token
    for instead_of_rasa in (ModelSwap(token), Readiness(token), VersionKeeper(token)):
        app.register_middleware(instead_of_rasa, "request")


def _announcer(model: Path) -> Any:
    """Return what says that the server is up; Rasa would go on without a model, to no one's use."""

    async def announce(app: Any, _loop: AbstractEventLoop) -> None:
        if app.ctx.agent.is_ready():
            await app.ctx.agent.lock_store.open()
            memory.settle()
            await reading_process.take_from(app.ctx.agent)
            print(f"listening, with {app.ctx.agent.processor.model_filename}", flush=True)
            return
        before = models.set_aside(model)
        if before is None:
            print("The model cannot be loaded: 'make run' trains it again.", flush=True)
            os._exit(1)
        print(models.in_place_of(model, before), flush=True)
        os.execv(sys.executable, [sys.executable, "-m", "bot.rasa_server", str(before)])

    return announce


async def _hush(_app: Any, _loop: AbstractEventLoop) -> None:
    """Chats that are open when the server stops leave tasks behind; each would be an error."""
    await reading_process.readers.close()
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def import_rasa() -> None:
    """Import what serving needs; without TensorFlow, if no component of ours is made of it."""
    needed = without_tensorflow.is_needed(read_yaml(ROOT / "config.yml"))
    with contextlib.nullcontext() if needed else without_tensorflow.left_out():
        import rasa.core.run
        import rasa.engine.recipes.default_components  # noqa: F401 (registers the components)


def serve(settings: Settings, model: Path) -> None:
    """Run the server until it is told to stop."""
    from rasa.core.run import serve_application

    from bot import rasa_tuning
    from bot.endpoints import endpoints

    rasa_tuning.apply()
    reading_process.watch()
    understanding.watch()
    metrics.watch_process()
    serve_application(
        model_path=str(model),
        interface=settings.host,
        port=settings.rasa_port,
        credentials=str(environment.CREDENTIALS),
        endpoints=endpoints(settings),
        cors=list(settings.allowed_origins),
        auth_token=settings.rasa_token,
        enable_api=True,
        server_listeners=[
            (_tighten, "before_server_start"),
            (_announcer(model), "after_server_start"),
            (_hush, "before_server_stop"),
        ],
    )


def main(arguments: list[str]) -> int:
    """Start the server with the model given, else with the one that fits the data."""
    try:
        environment.prepare()
        settings = load_settings()
        production.check(settings)
        environment.publish(settings)
        model, instead = models.usable(Path(arguments[0]) if arguments else fitting_model())
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    if instead:
        print(instead, flush=True)
    logs.set_up("rasa")
    import_rasa()
    serve(settings, model)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
