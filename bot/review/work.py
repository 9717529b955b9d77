"""How a job is run: found by its number, with signs of life, and an end whatever happens."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.engine import Engine

from bot import environment, logs
from bot.settings import load_settings
from bot.store import jobs
from bot.store.engine import open_engine

Progress = Callable[[float], None]
Work = Callable[[Engine, Progress], Mapping[str, Any]]

logger = logging.getLogger(__name__)


def run(arguments: list[str], work: Work) -> int:
    """Do a job and store its result.

    Args:
        arguments: the job's number.
        work: gets the database and a function to tell how much is done; returns the result,
            without anybody's words.

    Returns:
        The exit status: 0, or 1 if the work failed.
    """
    os.nice(10)  # patients come first
    environment.prepare()
    logs.set_up()
    engine = open_engine(load_settings().db_url)
    job_id = int(arguments[0])

    def progress(done: float) -> None:
        with engine.begin() as connection:
            jobs.beat(connection, job_id, done)

    result: Mapping[str, Any] | None = None
    try:
        result = work(engine, progress)
    except Exception:
        logger.exception("A job failed.")
    with engine.begin() as connection:
        jobs.end(connection, job_id, result)
    return 0 if result is not None else 1
