"""What only admins do: users, privacy, the audit, content that is due, canned replies."""

from __future__ import annotations

import asyncio
import datetime
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from sqlalchemy.engine import Connection

from bot.knowledge import knowledge
from bot.store import audit, retention, reviews, users
from bot.store.tables.conversations import conversations
from bot.store.users import ROLES
from bot.web.console.exports import attachment, csv_of
from bot.web.console.guard import Problem
from bot.web.console.pages import iso, page, redirect
from bot.web.console.sign_in import trouble_with_names
from bot.web.console.state import CONFIG, ENGINE, USER, ask

DUE_SOON = 60
"""Days before a fact's review is due from which it is listed."""
LONGEST_CANNED = 1_000


async def people(request: web.Request) -> web.Response:
    """Show who may use the console."""
    everybody = await ask(request, users.everybody)
    return page(request, "users.html", people=everybody, roles=ROLES, fresh=None, secret="")


async def add_person(request: web.Request) -> web.Response:
    """Add somebody, and show the link by which they choose their passphrase."""
    data = await request.post()
    name = str(data.get("name", "")).strip().lower()
    shown_name = " ".join(str(data.get("shown_name", "")).split())[:80]
    role = str(data.get("role", ""))
    problem = trouble_with_names(name, shown_name)
    if problem or role not in ROLES:
        raise Problem(400, f"passphrase_{problem or 'who'}")
    secret = await ask(request, _add, name, shown_name, role, request[USER])
    return await _with_link(request, name, secret)


def _add(
    connection: Connection, name: str, shown_name: str, role: str, admin: Mapping[str, Any]
) -> str:
    try:
        user_id = users.add(connection, name, shown_name, role)
    except sa.exc.IntegrityError:
        raise Problem(409, "name_taken") from None
    audit.record(connection, "added user", admin, detail=f"{name}, {role}")
    return users.invite(connection, user_id)


async def _with_link(request: web.Request, name: str, secret: str) -> web.Response:
    everybody = await ask(request, users.everybody)
    base = request.app[CONFIG].public_base_url or f"{request.scheme}://{request.host}"
    return page(
        request, "users.html", people=everybody, roles=ROLES, fresh=name,
        secret=f"{base}/console/set-up/{secret}",
    )  # fmt: skip


async def change_person(request: web.Request) -> web.Response:
    """Change somebody's role, let them in or not, or give them a new link."""
    data, admin = await request.post(), request[USER]
    chosen = str(data.get("id", ""))
    user = await ask(request, users.by_id, int(chosen) if chosen[:9].isdecimal() else 0)
    if user is None:
        raise Problem(404, "no_such_user")
    what = str(data.get("what", ""))
    if what == "link":
        return await _with_link(request, user["name"], await ask(request, _link, user, admin))
    if what not in ("role", "in", "out"):
        raise Problem(400, "not_found")
    role = str(data.get("role", "")) if what == "role" else user["role"]
    if role not in ROLES:
        raise Problem(400, "not_found")
    await ask(request, _change, user, role, what != "out" and (what == "in" or user["active"]),
              admin)  # fmt: skip
    return redirect("/console/users")


def _link(connection: Connection, user: Mapping[str, Any], admin: Mapping[str, Any]) -> str:
    audit.record(connection, "made a link", admin, detail=user["name"])
    return users.invite(connection, user["id"])


def _change(
    connection: Connection,
    user: Mapping[str, Any],
    role: str,
    active: bool,
    admin: Mapping[str, Any],
) -> None:
    stays = active and role == "admin"
    if not stays and user["role"] == "admin" and users.is_last_admin(connection, user["id"]):
        raise Problem(409, "last_admin")
    users.change(connection, user["id"], role=role, active=active)
    users.end_sessions(connection, user["id"])
    detail = f"{user['name']}: {role}{'' if active else ', out'}"
    audit.record(connection, "changed user", admin, detail=detail)


async def privacy(request: web.Request) -> web.Response:
    """Show what is kept for how long, what is held, and the proof of what is gone."""
    config = request.app[CONFIG]
    values = await ask(request, _privacy)
    channels = {row["channel"] for row in values["kept"]} | set(config.retention_by_channel)
    days = {channel: retention.days_for(config, channel) for channel in sorted(channels)}
    return page(
        request, "privacy.html", days=days, usual=config.retention_days,
        purged=request.query.get("purged", "")[:9], **values,
    )  # fmt: skip


def _privacy(connection: Connection) -> dict[str, Any]:
    held = sa.select(conversations).where(conversations.c.held_at.is_not(None))
    return {
        "kept": retention.kept(connection),
        "proof": retention.proof(connection),
        "held": list(connection.execute(held.order_by(conversations.c.held_at)).mappings()),
        "names": {u["id"]: u["name"] for u in users.everybody(connection)},
    }


async def purge(request: web.Request) -> web.Response:
    """Purge now what the program would purge within the hour."""
    gone = await asyncio.to_thread(retention.purge, request.app[ENGINE], request.app[CONFIG])
    await ask(request, audit.record, "purged", request[USER], detail=f"{gone} conversations")
    return redirect(f"/console/privacy?purged={gone}")


async def export_proof(request: web.Request) -> web.Response:
    """Return the proof of erasures as CSV."""
    lines = await ask(request, retention.proof, None)
    await ask(request, audit.record, "exported proof", request[USER])
    rows = ((iso(r["at"]), r["asked_by"], r["channel"], r["rows"]) for r in lines)
    text = csv_of(("time", "asked by", "channel", "rows"), rows)
    return attachment(text, "text/csv", "erasures.csv")


async def audit_page(request: web.Request) -> web.Response:
    """Show who did what."""
    query = request.query
    before = query.get("before", "")
    lines = await ask(
        request, audit.lines, int(before) if before.isdecimal() and len(before) < 18 else None,
        who=query.get("who", "")[:60], action=query.get("action", "")[:40],
        ref=query.get("ref", "")[:16],
    )  # fmt: skip
    return page(request, "audit.html", lines=lines, query=query, full=len(lines) == audit.LINES)


async def export_audit(request: web.Request) -> web.Response:
    """Return the whole audit as CSV; that is recorded, too."""
    await ask(request, audit.record, "exported audit", request[USER])
    lines = await ask(request, audit.lines, most=None)
    rows = ((r["id"], iso(r["at"]), r["who"], r["action"], r["ref"], r["detail"]) for r in lines)
    text = csv_of(("number", "time", "who", "action", "conversation", "detail"), rows)
    return attachment(text, "text/csv", "audit.csv")


async def content(request: web.Request) -> web.Response:
    """Show which facts are due to be checked again."""
    today = datetime.date.today()
    facts = sorted(due(today), key=lambda fact: str(fact["due"]))
    return page(request, "content.html", facts=facts, today=today, soon=DUE_SOON)


def due(today: datetime.date) -> Iterator[Mapping[str, Any]]:
    """Yield the sources whose review is due by a day or soon after it."""
    for key, entry in knowledge("sources")["sources"].items():
        if entry["due"] <= today + datetime.timedelta(DUE_SOON):
            yield {**entry, "key": key, "late": entry["due"] <= today}


async def canned(request: web.Request) -> web.Response:
    """Show the canned replies that were added here."""
    return page(request, "canned.html", replies=await ask(request, reviews.canned))


async def change_canned(request: web.Request) -> web.Response:
    """Add a canned reply, or take one away."""
    data, admin = await request.post(), request[USER]
    drop = str(data.get("drop", ""))
    if drop.isdecimal() and len(drop) < 10:
        await ask(request, reviews.drop_canned, int(drop))
    else:
        title = " ".join(str(data.get("title", "")).split())
        text = str(data.get("text", "")).replace("\x00", "").replace("\r\n", "\n").strip()
        if not title or not text or len(text) > LONGEST_CANNED:
            raise Problem(400, "canned_length", limit=f"{LONGEST_CANNED:,}")
        await ask(request, reviews.add_canned, title, text, admin["id"])
    await ask(request, audit.record, "changed canned replies", admin)
    return redirect("/console/replies")
