"""Somebody of the staff at a real browser, and conversations for them to find."""

from __future__ import annotations

import re
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.store import users
from bot.store.engine import open_engine
from bot.store.projection import touched
from bot.web.console.passphrases import hash_of
from tests.browser.conftest import Visit
from tests.conftest import Stack
from tests.store.people import answered, said, slot, talk

PASSPHRASE = "blue harbor walks at nine"


class Staff(Visit):
    """A visit to the console."""

    def __init__(self, visit: Visit, stack: Stack) -> None:
        super().__init__(visit.page)
        self.home = f"{stack.web}/console/"
        self.page.on("dialog", lambda dialog: dialog.accept())

    def sign_in(self, name: str, code: str = "") -> Staff:
        """Sign in through the page."""
        page = self.page
        page.goto(self.home)
        page.get_by_label("Name").fill(name)
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        if code:
            page.locator("#code").fill(code)
        with page.expect_navigation():  # until it is loaded: keys do nothing before
            page.get_by_role("button", name="Sign in").click()
        return self

    def open(self, ref: str, query: str = "") -> Staff:
        """Open a conversation."""
        self.page.goto(f"{self.home}c/{ref}{query}")
        return self

    @property
    def text(self) -> str:
        return str(self.page.locator("body").inner_text())

    def wrong_with_page(self) -> list[str]:
        """What axe-core finds wrong with the page."""
        return self.audit("html")

    @property
    def too_wide(self) -> bool:
        """Whether the page has to be moved sideways."""
        # innerWidth won't do: a phone zooms out until all of a page that is too wide fits in it.
        root = "document.documentElement"
        return bool(self.page.evaluate(f"() => {root}.scrollWidth > {root}.clientWidth + 1"))


def database_of(stack: Stack) -> Engine:
    """Open the database that the running product uses."""
    return open_engine(f"sqlite:///{stack.var / 'second-opinion.db'}")


def let_in(engine: Engine, name: str, role: str) -> int:
    """Add somebody, or return who is there already."""
    with engine.begin() as connection:
        known = users.by_name(connection, name)
        if known:
            return int(known["id"])
        return users.add(connection, name, f"{name.title()}, {role}", role, hash_of(PASSPHRASE))


def ref_of(engine: Engine, sender_id: str) -> str:
    """Return the name of a conversation in addresses."""
    from bot.store.tables.conversations import conversations

    query = sa.select(conversations.c.ref).where(conversations.c.sender_id == sender_id)
    with engine.connect() as connection:
        return str(connection.execute(query).scalar_one())


def first_link(stack: Stack) -> str:
    """Return the one-time link that the first start printed."""
    found = re.search(r"\S*/console/set-up/\S+", stack.log.read_text(encoding="utf-8"))
    assert found, "the start printed no link"
    return found.group(0)


def furnish(engine: Engine) -> dict[str, str]:
    """Store some conversations with something of everything; return refs by name."""
    now, made = time.time(), f"{time.time():.0f}"
    stories: dict[str, tuple[list[dict[str, Any]], dict[str, float]]] = {
        "anna": (
            [
                said("My doctor wants to operate on my spinal stenosis", "tell_condition",
                     now - 900,
                     entities=[{"entity": "condition", "value": "spinal stenosis"}]),
                slot("condition", {"id": "spinal_stenosis", "name": "spinal stenosis"}, now - 899),
                answered("Thank you for telling me.", now - 898, buttons=[
                    {"title": "Which records?", "payload": "Which records do I need?"}]),
                said("what does medicade pay", "nlu_fallback", now - 600),
                answered("I'm not sure I understood.", now - 599),
                said("can I talk to a nurse", "request_human", now - 60),
                slot("handoff", "requested", now - 59),
            ],
            {},
        ),
        "bert": (
            [
                said("I have crushing chest pain", "report_emergency", now - 300,
                     safety="emergency"),
                answered(None, now - 299, payload={
                    "kind": "alert", "level": "emergency", "text": "Call 911 now."}),
            ],
            {},
        ),
        "cleo": (
            [
                said("Which records do I need for lupus?", "get_records_checklist", now - 86_000,
                     channel="twilio"),
                slot("condition", {"id": "lupus", "name": "lupus"}, now - 85_999),
                answered(None, now - 85_998, payload={
                    "kind": "checklist", "title": "Records for lupus",
                    "text": "Blood tests\nBiopsy report"}),
                said("where do I park at the clinic", "nlu_fallback", now - 85_000,
                     channel="twilio"),
            ],
            {"reviewed_at": now - 80_000},
        ),
    }  # fmt: skip
    refs = {}
    for name, (events, columns) in stories.items():
        refs[name] = talk(engine, f"{name}-{made}", *events)
        with engine.begin() as connection:
            touched(connection, f"{name}-{made}", **columns)
    return refs
