"""Every page of the console: for everybody to use, on any screen, in the dark, also when empty."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot.web.console.routes import ROUTES
from tests.browser.conftest import Visit
from tests.browser.staff import Staff, database_of, furnish, let_in
from tests.conftest import Stack

Visits = Callable[..., Visit]
NO_PAGES = ("/live", "/me/second-factor.svg", "/c/{ref:[0-9a-f]{1,16}}/export/{form}",
            "/training/export", "/insight.csv", "/privacy/proof.csv", "/audit.csv",
            "/sign-in", "/set-up/{token}")  # fmt: skip
"""Addresses that are files or streams; the last two are tried without a session."""
PAGES = tuple(r.path for r in ROUTES if r.method == "GET" and r.path not in NO_PAGES)
OPEN_ALL = "() => { for (const node of document.querySelectorAll('details')) node.open = true; }"
SCREENS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"width": 320, "height": 640, "has_touch": True, "is_mobile": True},
}


@pytest.fixture(scope="module")
def db(stack: Stack) -> Iterator[Engine]:
    engine = database_of(stack)
    let_in(engine, "boss", "admin")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def refs(db: Engine) -> dict[str, str]:
    return furnish(db)


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_for_everybody(
    stack: Stack, db: Engine, refs: dict[str, str], visit: Visits, screen: str
) -> None:
    """axe-core finds nothing, nothing moves sideways, nothing breaks in the browser."""
    staff = Staff(visit(**SCREENS[screen]), stack)
    found: dict[str, list[str]] = {}
    staff.page.goto(staff.home + "sign-in")
    found["/sign-in"] = _troubles(staff, f"console-{screen}-sign-in")
    staff.sign_in("boss")
    for path in (*PAGES, "/c/0000", "/?q=xylophone"):
        ref = refs["anna"]
        staff.page.goto(staff.home.rstrip("/") + path.replace("{ref:[0-9a-f]{1,16}}", ref))
        staff.page.evaluate(OPEN_ALL)
        name = path.strip("/").replace("{ref:[0-9a-f]{1,16}}", "").replace("/", "-") or "inbox"
        found[path] = _troubles(staff, f"console-{screen}-{name.replace('?', '-')}")
    assert {path: troubles for path, troubles in found.items() if troubles} == {}


def _troubles(staff: Staff, name: str) -> list[str]:
    staff.shoot(name)
    troubles = staff.wrong_with_page()
    if staff.too_wide:
        troubles.append("it has to be moved sideways")
    said = [p for p in staff.problems if "404" not in p]  # Chromium tells of a missing page
    staff.problems.clear()
    return troubles + said
