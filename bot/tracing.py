"""One id for everything that one message causes, in all three processes and their logs.

It comes in with the request (``X-Request-ID``, as proxies set it) or is made here, and goes along
to the action server in the same header. It says nothing about the patient.
"""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_current: ContextVar[str] = ContextVar("request_id", default="")


def current() -> str:
    """Return the id of what is being answered here; "" outside of any request."""
    return _current.get()


def begin(given: str | None = None) -> str:
    """Take the caller's id, or make one if there is none that can be put into a log; return it."""
    request_id = given if given and _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
    _current.set(request_id)
    return request_id


def ensure() -> str:
    """Return the current id, making one if nothing has begun."""
    return _current.get() or begin()
