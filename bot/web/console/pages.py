"""Draws pages: what every template may use."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import aiohttp_jinja2
from aiohttp import web
from markupsafe import Markup

from bot.clinic import clinic_words
from bot.store.users import may
from bot.web.console.passphrases import csrf_of
from bot.web.console.state import TOKEN, USER
from bot.web.console.words import console_words

LARGEST = 1e15
_LETTER = re.compile(r"[^\W_]")


def page(request: web.Request, template: str, status: int = 200, **values: Any) -> web.Response:
    """Return a page."""
    user = request.get(USER)
    token = request.get(TOKEN, "")
    hidden = bool(user and user["masked"])
    context = {
        **clinic_words(),
        "w": console_words(),
        "user": user,
        "csrf": csrf_of(token) if token else "",
        "masked": hidden,
        "shown": covered if hidden else plain,
        "may": lambda role: user is not None and may(user, role),
        "here": request.rel_url.path,
        "link": request.rel_url.path_qs,
        **values,
    }
    return aiohttp_jinja2.render_template(template, request, context, status=status)


def covered(text: object) -> str:
    """Return a text with every letter and digit covered, for a screen that others see."""
    return _LETTER.sub("\u2022", str(text))


def plain(text: object) -> str:
    """Return a text as it is."""
    return str(text)


def clock(at: float | None) -> str:
    """Return when something was, short: today the time, this year the day, else the date."""
    if not at:
        return ""
    then, now = datetime.datetime.fromtimestamp(at), datetime.datetime.now()
    if then.date() == now.date():
        return f"{then:%I:%M %p}".lstrip("0")
    if then.year == now.year:
        return f"{then:%b} {then.day}"
    return f"{then:%b} {then.day}, {then.year}"


def moment(at: float | None) -> str:
    """Return when something was, in full."""
    if not at:
        return ""
    then = datetime.datetime.fromtimestamp(at)
    return f"{then:%b} {then.day}, {then.year}, " + f"{then:%I:%M %p}".lstrip("0")


def iso(at: float | None) -> str:
    """Return when something was, for programs."""
    if not at:
        return ""
    return datetime.datetime.fromtimestamp(at).astimezone().isoformat(timespec="seconds")


def spelled(name: object) -> str:
    """Return an id as words: "request_human" is "request human"."""
    return str(name).replace("_", " ")


def paired(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return values as choices that are called what they are."""
    return [(value, value) for value in values]


def among(chosen: str, names: Iterable[str]) -> Markup:
    """Return the options of a select. A transcript has a hundred of the same: they are kept."""
    return _options(chosen, tuple(names))


@lru_cache(maxsize=128)
def _options(chosen: str, names: tuple[str, ...]) -> Markup:
    option = Markup('<option value="{}"{}>{}</option>')
    marks = (option.format(n, " selected" if n == chosen else "", spelled(n)) for n in names)
    return Markup("").join(marks)


FILTERS: Mapping[str, Any] = {
    "clock": clock,
    "moment": moment,
    "iso": iso,
    "spelled": spelled,
    "paired": paired,
    "among": among,
}


def number_from(text: str) -> float | None:
    """Return the number that an address holds, or None if it is none that can be meant."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < LARGEST else None


def redirect(address: str, status: int = 303) -> web.Response:
    """Return the way to another page. Not raised: what came before is done, and stays done."""
    return web.Response(status=status, headers={"Location": address})


def back_address(address: str, otherwise: str = "/console/") -> str:
    """Return an address of the console, or another if it is not one: nobody is sent elsewhere."""
    right = address.startswith("/console/") and "\\" not in address and "//" not in address
    return address if right and address.isprintable() else otherwise
