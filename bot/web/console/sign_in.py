"""Signing in and out, and the one-time links by which people choose their passphrase."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Connection

from bot.clinic import clinic_words
from bot.store import audit, users
from bot.web.console.guard import COOKIE, Problem
from bot.web.console.pages import back_address, page, redirect
from bot.web.console.passphrases import Cipher, fits, hash_of, step_of, trouble_with
from bot.web.console.state import CONFIG, TOKEN, USER, ask
from bot.web.console.words import sentence

MOST_FAILURES = 5
"""Of one name, within a quarter of an hour; then it is locked for as long."""
MOST_FAILURES_FROM = 30
"""From one address: a whole practice may share one."""
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


async def form(request: web.Request) -> web.Response:
    """Show the sign-in page."""
    if USER in request:
        return redirect("/console/")
    return page(request, "sign_in.html", name="", problem="", next=request.query.get("next", ""))


async def sign_in(request: web.Request) -> web.Response:
    """Sign somebody in. What was wrong, name, passphrase or code, is not told."""
    data = await request.post()
    name = str(data.get("name", "")).strip().lower()[:60]
    passphrase, code = str(data.get("passphrase", ""))[:1_000], str(data.get("code", ""))[:20]
    going = str(data.get("next", ""))
    counters = (f"name {name}", f"address {request.remote}")
    if await ask(request, _locked, counters):
        await ask(request, audit.record, "locked out", detail=name)
        return _again(request, name, going, "locked", 429)
    user = await ask(request, users.by_name, name)
    stored = user["passphrase"] if user else ""
    right = await asyncio.to_thread(fits, passphrase, stored)
    if not (right and user and await _second_factor_fits(request, user, code)):
        await ask(request, _failed, counters, name)
        return _again(request, name, going, "wrong", 403)
    token = await ask(request, _begin, user, counters[0], request.cookies.get(COOKIE, ""))
    answer = redirect(back_address(going))
    set_cookie(request, answer, token)
    return answer


def _again(request: web.Request, name: str, going: str, problem: str, status: int) -> web.Response:
    return page(request, "sign_in.html", status, name=name, next=going, problem=sentence(problem))


def _locked(connection: Connection, counters: tuple[str, str]) -> bool:
    of_name, of_address = (users.failures(connection, who) for who in counters)
    return of_name >= MOST_FAILURES or of_address >= MOST_FAILURES_FROM


def _failed(connection: Connection, counters: tuple[str, str], name: str) -> None:
    for who in counters:
        users.failed(connection, who)
    audit.record(connection, "sign-in failed", detail=name)


def _begin(connection: Connection, user: Mapping[str, Any], counter: str, old: str) -> str:
    """Begin a session, always under a new token; whatever the browser brought along ends."""
    users.forgive(connection, counter)
    if old:
        users.end_session(connection, old)
    audit.record(connection, "signed in", user)
    return users.begin_session(connection, user["id"])


async def _second_factor_fits(request: web.Request, user: Mapping[str, Any], code: str) -> bool:
    if not user["second_factor"]:
        return True
    cipher, stored = Cipher(request.app[CONFIG].session_keys), user["second_factor"]
    secret = cipher.open(stored)
    step = step_of(secret, code) if secret else None
    if step is None or not await ask(request, users.use_step, user["id"], step):
        return False
    if cipher.is_old(stored):
        await ask(request, users.change, user["id"], second_factor=cipher.lock(secret))
    return True


def set_cookie(request: web.Request, answer: web.Response, token: str) -> None:
    """Give the browser its session: out of scripts' reach, and never sent by other sites' forms."""
    config = request.app[CONFIG]
    safe = request.scheme == "https" or config.public_base_url.startswith("https:")
    answer.set_cookie(
        COOKIE, token, path="/console", httponly=True, samesite="Lax", secure=safe,
        max_age=config.console_longest,
    )  # fmt: skip


async def sign_out(request: web.Request) -> web.Response:
    """End the session."""
    await ask(request, users.end_session, request[TOKEN])
    await ask(request, audit.record, "signed out", request[USER])
    answer = redirect("/console/sign-in")
    answer.del_cookie(COOKIE, path="/console")
    return answer


async def set_up_form(request: web.Request) -> web.Response:
    """Show the page that a one-time link leads to."""
    invited = await _invited(request)
    return page(request, "set_up.html", person=invited, problem="", name="", shown_name="")


async def _invited(request: web.Request) -> Mapping[str, Any] | None:
    """Return whom the link is for; None for the first admin, who isn't anybody yet.

    Raises:
        Problem: the link is used up, too old or made up.
    """
    invitation = await ask(request, users.invitation, request.match_info["token"])
    if invitation is None:
        raise Problem(404, "link_over")
    if invitation["user_id"] is None:
        return None
    return await ask(request, users.by_id, invitation["user_id"])


async def set_up(request: web.Request) -> web.Response:
    """Take the passphrase that somebody chose, and sign them in."""
    invited, data = await _invited(request), await request.post()
    passphrase, again = str(data.get("passphrase", "")), str(data.get("again", ""))
    if invited:
        name, shown_name = invited["name"], invited["shown_name"]
    else:
        name = str(data.get("name", "")).strip().lower()
        shown_name = " ".join(str(data.get("shown_name", "")).split())[:80]
    problem = trouble_with_names(name, shown_name)
    problem = problem or trouble_with(passphrase, name, clinic_words()["clinic_name"])
    problem = problem or ("differ" if passphrase != again else "")
    if problem:
        return page(
            request, "set_up.html", 400, person=invited, name=name, shown_name=shown_name,
            problem=sentence(f"passphrase_{problem}"),
        )  # fmt: skip
    hashed = await asyncio.to_thread(hash_of, passphrase)
    token = await ask(
        request, _finish, request.match_info["token"], invited, name, shown_name, hashed
    )
    answer = redirect("/console/")
    set_cookie(request, answer, token)
    return answer


def trouble_with_names(name: str, shown_name: str) -> str:
    """Return "who" or "shown" if that name won't do, else ""."""
    if not NAME.fullmatch(name):
        return "who"
    return "" if shown_name and shown_name.isprintable() else "shown"


def _finish(
    connection: Connection,
    link: str,
    invited: Mapping[str, Any] | None,
    name: str,
    shown_name: str,
    hashed: str,
) -> str:
    """Use up the link and begin a session.

    Raises:
        Problem: somebody else has used it, or has the name.
    """
    if not users.use_invitation(connection, link):
        raise Problem(404, "link_over")
    if invited:
        # Whoever gets a new passphrase may have lost the old one to somebody: all of it ends.
        users.change(connection, invited["id"], passphrase=hashed, second_factor="", active=True)
        users.end_sessions(connection, invited["id"])
        user_id = int(invited["id"])
    else:
        try:
            user_id = users.add(connection, name, shown_name, "admin", hashed)
        except sa.exc.IntegrityError:
            raise Problem(409, "name_taken") from None
    user = users.by_id(connection, user_id)
    audit.record(connection, "chose a passphrase", user)
    return users.begin_session(connection, user_id)
