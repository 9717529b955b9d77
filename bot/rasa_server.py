"""Starts the Rasa server: ``python -m bot.rasa_server [MODEL]``.

Rasa's own command would do, but for what it leaves open: telemetry, requests of 100 MB, a shutdown
of 15 seconds, and logs with patients' words. This calls the same function it calls.
"""

from __future__ import annotations

import hmac
import logging
import os
import sys
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Any

from bot import environment, logs, models, production
from bot.errors import SetupProblem
from bot.ops import metrics, understanding
from bot.settings import Settings, load_settings
from bot.training import fitting_model

MOST_BYTES = 1_000_000
"""Of one request; the longest message taken is a fiftieth of that."""
SECONDS_TO_FINISH = 2.0
"""For requests under way when the server is told to stop."""
TELLS_VERSIONS = ("/", "/version")
LOGGERS = ("sanic.root", "sanic.error", "sanic.access", "engineio.server", "socketio.server")


async def _tighten(app: Any, _loop: AbstractEventLoop) -> None:
    app.config.REQUEST_MAX_SIZE = MOST_BYTES
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = SECONDS_TO_FINISH
    logs.take_over(LOGGERS)


def _version_keeper(token: str) -> Any:
    """Return what closes the two addresses of Rasa's that tell its version to anybody."""
    from sanic.response import json

    async def keep(request: Any) -> Any:
        given = request.args.get("token") or ""
        if request.path in TELLS_VERSIONS and not hmac.compare_digest(
            given.encode(), token.encode()
        ):
            return json({"error": "This address needs the token."}, status=401)
        return None

    async def close(app: Any, _loop: AbstractEventLoop) -> None:
        app.register_middleware(keep, "request")

    return close


def _announcer(model: Path) -> Any:
    """Return what says that the server is up; Rasa would go on without a model, to no one's use."""

    async def announce(app: Any, _loop: AbstractEventLoop) -> None:
        if app.ctx.agent.is_ready():
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
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def serve(settings: Settings, model: Path) -> None:
    """Run the server until it is told to stop."""
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from bot.ops.action_endpoint import ActionEndpoint

    endpoints = AvailableEndpoints.read_endpoints(str(environment.ENDPOINTS))
    endpoints.action = ActionEndpoint(endpoints.action, settings.action_seconds)
    understanding.watch()
    metrics.watch_process()
    serve_application(
        model_path=str(model),
        interface=settings.host,
        port=settings.rasa_port,
        credentials=str(environment.CREDENTIALS),
        endpoints=endpoints,
        cors=list(settings.allowed_origins),
        auth_token=settings.rasa_token,
        enable_api=True,
        server_listeners=[
            (_tighten, "before_server_start"),
            (_version_keeper(settings.rasa_token), "before_server_start"),
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
    serve(settings, model)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
