"""``python -m bot.web``: serves the web app until it is told to stop."""

from __future__ import annotations

import logging
import sys

from aiohttp import web

from bot.errors import SetupProblem
from bot.settings import load_settings
from bot.web.app import create_app


def main() -> int:
    """Serve; return 2 if it cannot start, after one line that says why."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    try:
        settings = load_settings()
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
