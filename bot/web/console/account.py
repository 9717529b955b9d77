"""One's own account: name shown to patients, passphrase, second factor; and the covered screen."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.clinic import clinic_words
from bot.store import audit, users
from bot.web.console.guard import Problem
from bot.web.console.pages import back_address, page, redirect
from bot.web.console.passphrases import (
    Cipher,
    fits,
    hash_of,
    new_secret,
    qr_code,
    step_of,
    trouble_with,
)
from bot.web.console.sign_in import MOST_FAILURES
from bot.web.console.state import CONFIG, TOKEN, USER, ask
from bot.web.console.words import sentence


def _secret(request: web.Request) -> str:
    """Return the secret that is waiting for its first code, or ""."""
    return Cipher(request.app[CONFIG].session_keys).open(request.query.get("s", ""))


async def show(request: web.Request) -> web.Response:
    """Show one's account; with a secret in the address, the code to scan."""
    secret = _secret(request)
    return page(request, "account.html", secret=secret, sealed=request.query.get("s", ""))


async def rename(request: web.Request) -> web.Response:
    """Change the name that patients read."""
    shown_name = " ".join(str((await request.post()).get("shown_name", "")).split())[:80]
    if not shown_name.isprintable() or not shown_name:
        raise Problem(400, "passphrase_shown")
    await ask(request, users.change, request[USER]["id"], shown_name=shown_name)
    await ask(request, audit.record, "changed own name", request[USER])
    return redirect("/console/me")


async def _check(request: web.Request, passphrase: str) -> None:
    """Make sure that it is really they: somebody may have sat down at an open screen.

    Raises:
        Problem: it is not their passphrase, or too many were tried.
    """
    user = request[USER]
    counter = f"name {user['name']}"
    if await ask(request, users.failures, counter) >= MOST_FAILURES:
        raise Problem(429, "locked")
    if not await asyncio.to_thread(fits, passphrase, user["passphrase"]):
        await ask(request, users.failed, counter)
        await ask(request, audit.record, "wrong passphrase", user)
        raise Problem(403, "wrong_old")


async def change_passphrase(request: web.Request) -> web.Response:
    """Change one's passphrase; every other session of one's own ends."""
    user, data = request[USER], await request.post()
    old, new = str(data.get("old", ""))[:1_000], str(data.get("passphrase", ""))
    await _check(request, old)
    problem = trouble_with(new, user["name"], clinic_words()["clinic_name"])
    problem = problem or ("differ" if new != str(data.get("again", "")) else "")
    if problem:
        raise Problem(400, f"passphrase_{problem}")
    hashed = await asyncio.to_thread(hash_of, new)
    await ask(request, users.change, user["id"], passphrase=hashed)
    await ask(request, users.end_sessions, user["id"], but=request[TOKEN])
    await ask(request, audit.record, "changed own passphrase", user)
    return redirect("/console/me")


async def begin_second_factor(request: web.Request) -> web.Response:
    """Make a secret; it is stored only once a code has shown that an app has it."""
    sealed = Cipher(request.app[CONFIG].session_keys).lock(new_secret())
    return redirect(f"/console/me?s={sealed}")


async def picture(request: web.Request) -> web.Response:
    """Return the code to scan, as a picture."""
    secret = _secret(request)
    if not secret:
        raise web.HTTPNotFound
    drawn = qr_code(secret, request[USER]["name"], clinic_words()["clinic_name"])
    return web.Response(body=drawn, content_type="image/svg+xml")


async def confirm_second_factor(request: web.Request) -> web.Response:
    """Turn the second factor on, if the code is right."""
    data, cipher = await request.post(), Cipher(request.app[CONFIG].session_keys)
    sealed = str(data.get("s", ""))
    secret = cipher.open(sealed)
    step = step_of(secret, str(data.get("code", ""))[:20]) if secret else None
    if step is None:
        return page(
            request, "account.html", 400, secret=secret, sealed=sealed, problem=sentence("code")
        )
    user = request[USER]
    await ask(request, users.change, user["id"], second_factor=sealed, last_step=step)
    await ask(request, users.end_sessions, user["id"], but=request[TOKEN])
    await ask(request, audit.record, "turned on second factor", user)
    return redirect("/console/me")


async def drop_second_factor(request: web.Request) -> web.Response:
    """Turn the second factor off, for somebody who knows the passphrase."""
    user, given = request[USER], str((await request.post()).get("old", ""))[:1_000]
    await _check(request, given)
    await ask(request, users.change, user["id"], second_factor="")
    await ask(request, audit.record, "turned off second factor", user)
    return redirect("/console/me")


async def cover(request: web.Request) -> web.Response:
    """Cover patients' words on this session's pages, or show them again."""
    on = not request[USER]["masked"]
    await ask(request, users.change_session, request[TOKEN], masked=on)
    await ask(request, audit.record, "covered the screen" if on else "uncovered it", request[USER])
    return redirect(back_address(str((await request.post()).get("back", ""))))
