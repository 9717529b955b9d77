"""Starts the action server: ``python -m bot.action_server``. It listens on this machine only."""

from __future__ import annotations

import logging
import sys
from typing import Any

from bot import environment, logs, memory, production, tracing
from bot.errors import SetupProblem
from bot.settings import Settings, load_settings

SECONDS_TO_FINISH = 2.0
LOGGERS = ("sanic.root", "sanic.error", "sanic.access")

logger = logging.getLogger(__name__)


def make_app() -> Any:
    """Return Rasa's action server with every action of the ``actions`` package.

    Its answer to a failure quotes the whole request, and with it the conversation, which Rasa
    would log: here it says only that an action failed.
    """
    from rasa_sdk.endpoint import create_app
    from sanic.response import json

    app = create_app("actions", cors_origins=None)

    async def failed(_request: Any, error: Exception) -> Any:
        status = getattr(error, "status_code", 500)
        if status >= 500:
            logger.error("An action failed.", exc_info=error)
        return json({"error": type(error).__name__}, status=status)

    app.error_handler.add(Exception, failed)

    @app.on_request
    async def trace(request: Any) -> None:
        tracing.begin(request.headers.get(tracing.HEADER))

    @app.after_server_start
    async def announce(_app: Any, _loop: Any) -> None:
        logs.take_over(LOGGERS)
        memory.settle()
        print("listening", flush=True)

    return app


def serve(settings: Settings) -> None:
    """Run the server until it is told to stop."""
    app = make_app()
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = SECONDS_TO_FINISH
    logs.take_over(LOGGERS)
    app.run(host=settings.actions_host, port=settings.actions_port, access_log=False)


def main() -> int:
    """Start the server."""
    try:
        environment.prepare()
        settings = load_settings()
        production.check(settings)
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    logs.set_up("actions")
    serve(settings)
    return 0


if __name__ == "__main__":
    sys.exit(main())
