"""Logging without patients' words.

Rasa's own set-up prints the text of messages, and an exception's text may quote one. Here a log
line holds what happened and where; of an exception only its type and the places it came through,
unless its text cannot hold anybody's words.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterable, MutableMapping
from datetime import datetime, timezone
from typing import Any

import structlog

from bot import tracing
from bot.errors import GuideError

WORDLESS = (GuideError, OSError, ImportError)
"""Exceptions whose text is about the machine, never about a conversation."""
SAFE_FIELDS = ("event_info", "placeholder_key", "action_name")
"""Fields of Rasa's structured log entries that are about the program."""
DEPRECATIONS = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
KNOWN = ("pkg_resources is deprecated", "Slot auto-fill has been removed")
"""Warnings that Rasa 3.6 and its libraries always give; the lock file keeps them harmless."""


class WordlessFormatter(logging.Formatter):
    """Prints an exception as its type and its path through the code."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        """Return the traceback without the exception's text."""
        kind, error, trace = ei
        text = f": {error}" if isinstance(error, WORDLESS) else ""
        return "".join(traceback.format_tb(trace)) + f"{kind.__name__}{text}"


class PlainFormatter(WordlessFormatter):
    """Prints a line for people, with the id of the request it belongs to."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        """Return the line."""
        line = super().formatMessage(record)
        return f"{line} (request {tracing.current()})" if tracing.current() else line


class JsonFormatter(WordlessFormatter):
    """Prints a line as a JSON object, for programs that gather logs."""

    def __init__(self, process: str) -> None:
        """Name the process in every line."""
        super().__init__()
        self._process = process

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "process": self._process,
            "logger": record.name,
            "request": tracing.current(),
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up(process: str = "") -> None:
    """Send every warning and error of this process to stderr, in one form.

    Args:
        process: its name in the lines, where they are for machines (LOG_FORMAT=json).
    """
    handler = logging.StreamHandler(sys.stderr)
    if os.environ.get("LOG_FORMAT") == "json":
        handler.setFormatter(JsonFormatter(process))
        logging.getLogger("bot.turns").setLevel(logging.INFO)
    else:
        handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, _program_only, _one_line],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # Not by a filter: several libraries reset those.
    warnings.showwarning = _show_warning


def take_over(names: Iterable[str]) -> None:
    """Let loggers that a library gave handlers of its own speak through ours."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.WARNING)
        logger.propagate = True


def _program_only(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    kept = {key: event[key] for key in SAFE_FIELDS if key in event}
    return {"event": event.get("event"), "exc_info": event.get("exc_info"), **kept}


def _one_line(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> tuple[tuple[str], dict[str, Any]]:
    details = "; ".join(str(event[key]) for key in SAFE_FIELDS if key in event)
    return (f"{event['event']} {details}".rstrip(),), {"exc_info": event["exc_info"]}


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
) -> None:
    if not issubclass(category, DEPRECATIONS) and not str(message).startswith(KNOWN):
        logging.getLogger("warnings").warning("%s (%s:%d)", message, filename, lineno)
