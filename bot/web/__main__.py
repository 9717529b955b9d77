"""``python -m bot.web``: serves the web app until it is told to stop."""

from __future__ import annotations

import sys

from aiohttp import web

from bot import environment, logs, production
from bot.errors import SetupProblem
from bot.ops import metrics
from bot.settings import load_settings
from bot.web.app import create_app


def main() -> int:
    """Serve; return 2 if it cannot start, after one line that says why."""
    try:
        environment.prepare()
        settings = load_settings()
        production.check(settings)
        logs.set_up("web")
        metrics.watch_process()
        web.run_app(
            create_app(settings),
            host=settings.host,
            port=settings.web_port,
            print=None,
            access_log=None,
        )
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Cannot listen on port {settings.web_port}: {error.strerror}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
