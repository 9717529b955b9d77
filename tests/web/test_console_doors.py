"""Nobody gets past the console's doors: sign-in, roles, forms, foreign pages, made-up addresses."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
import sqlalchemy as sa
from argon2 import PasswordHasher

from bot.secrets import Keys
from bot.store import users
from bot.store.erasure import erase
from bot.store.tables.audit import audit
from bot.store.tables.users import sign_in_failures
from bot.web.console import passphrases, sign_in
from bot.web.console.app import create_console
from bot.web.console.guard import Route
from bot.web.console.pages import back_address
from bot.web.console.passphrases import csrf_of, fits, step_of, trouble_with
from bot.web.console.routes import ROUTES
from bot.web.console.words import console_words, sentence
from tests.store.people import all_of, said, talk
from tests.web.conftest import settings_with
from tests.web.desk import HTML, PASSPHRASE, ROLES, Desk, a_desk

FORBIDDEN, SIGNED_OUT = "Your role does not allow this.", "Your session is over."


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(f"sqlite:///{tmp_path / 'db' / 'test.db'}") as open_desk:
        yield open_desk


def actions(desk: Desk) -> list[str]:
    return [line["action"] for line in all_of(desk.engine, audit)]


# --- who may ask what: every route, every role ------------------------------------------------


def filled(path: str, ref: str) -> str:
    """Return an address of a route that changes nothing by being asked."""
    path = path.replace("{ref:[0-9a-f]{1,16}}", ref).replace("{form}", "txt")
    return "/console" + path.replace("{token}", "nothing").replace("{kind}", "nothing")


async def asked(desk: Desk, person, route: Route, ref: str) -> tuple[int, str]:
    path = filled(route.path, ref)
    if route.method == "POST":
        return await person.post(path)
    if route.path == "/live":
        async with person.client.get(desk.url(path)) as answer:
            text = await answer.text() if answer.status != 200 else ""
            return answer.status, text
    return await person.get(path, headers={}, allow_redirects=False)


@pytest.mark.parametrize("role", ["nobody", *ROLES])
async def test_every_route_admits_its_roles_and_no_other(desk: Desk, role: str) -> None:
    ref = talk(desk.engine, "anna", said("hi"))
    person = desk.visitor()
    for route in ROUTES:
        if role != "nobody" and not person.token:  # at first, and after the way out
            person = await desk.as_(role)
        status, text = await asked(desk, person, route, ref)
        where = f"{route.method} {route.path} as {role}: {status} {text[:80]}"
        if route.role is None:
            assert SIGNED_OUT not in text and FORBIDDEN not in text, where
        elif role == "nobody":
            assert status == 401 and SIGNED_OUT in text, where
        elif ROLES.index(role) < ROLES.index(route.role):
            assert status == 403 and FORBIDDEN in text, where
        else:
            assert status < 500 or status == 502, where
            assert FORBIDDEN not in text and SIGNED_OUT not in text, where


def test_every_route_that_changes_something_is_a_form_and_has_a_role() -> None:
    for route in ROUTES:
        assert route.role in (None, *ROLES), route.path
        if route.role is None:
            assert route.path in ("/sign-in", "/set-up/{token}")
    open_gets = [r.path for r in ROUTES if r.method == "GET" and r.role is None]
    assert len(open_gets) == 2


async def test_no_address_of_the_running_console_is_missing_from_the_table() -> None:
    console = create_console(settings_with())
    served = {
        (route.method, route.resource.canonical.replace("{ref}", "{ref:[0-9a-f]{1,16}}"))
        for route in console.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert served == {(route.method, route.path) for route in ROUTES}


async def test_a_refusal_is_on_record(desk: Desk) -> None:
    reader = await desk.as_("reader")
    await reader.get("/console/users")
    assert "refused" in actions(desk)


async def test_a_role_that_is_taken_away_is_gone_at_once(desk: Desk) -> None:
    admin, agent = await desk.as_("admin"), await desk.as_("agent")
    user = desk.user("agent")
    status, _ = await admin.post("/console/users/change", id=user["id"], what="out")
    assert status == 303
    assert (await agent.get("/console/", allow_redirects=False))[0] == 303
    assert await agent.sign_in() == 403


# --- signing in --------------------------------------------------------------------------------


async def test_signing_in_leads_where_one_wanted_to_go(desk: Desk) -> None:
    desk.add("ana", "agent")
    ana = desk.visitor("ana")
    status, _ = await ana.get("/console/insight?since=2026-01-01", allow_redirects=False)
    assert status == 303 and ana.last is not None
    assert ana.last.headers["Location"] == (
        "/console/sign-in?next=%2Fconsole%2Finsight%3Fsince%3D2026-01-01"
    )
    data = {"name": " ANA ", "passphrase": PASSPHRASE, "next": "/console/insight"}
    assert (await ana.send("/console/sign-in", data))[0] == 303
    assert ana.last.headers["Location"] == "/console/insight"
    assert "signed in" in actions(desk)


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/console//evil", "javascript:x",
     "/other", "", "/console/\nSet-Cookie: x"],
)  # fmt: skip
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert back_address(address) == "/console/"


async def test_what_was_wrong_is_not_told(desk: Desk) -> None:
    desk.add("ana", "agent")
    desk.add("new", "agent", passphrase="")
    answers = set()
    for name, passphrase in (("ana", "wrong"), ("nobody", "wrong"), ("new", ""), ("", "")):
        person = desk.visitor(name)
        status, text = await person.send(
            "/console/sign-in", {"name": name, "passphrase": passphrase}, HTML
        )
        assert status == 403 and person.token == ""
        answers.add(text.replace(f'value="{name}"', 'value=""'))
    assert len(answers) == 1


async def test_an_unknown_name_costs_the_same_work_as_a_wrong_passphrase(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.add("ana", "agent")
    checked: list[str] = []

    class Watched:
        def __init__(self) -> None:
            self._hasher = PasswordHasher()

        def verify(self, stored: str, passphrase: str) -> bool:
            checked.append(stored[:30])
            return self._hasher.verify(stored, passphrase)

    hasher = Watched()
    monkeypatch.setattr(passphrases, "_hasher", lambda: hasher)
    passphrases._nobodys.cache_clear()
    monkeypatch.setattr(passphrases, "_nobodys", lambda: PasswordHasher().hash("no"))
    for name in ("ana", "nobody"):
        await desk.visitor(name).sign_in("wrong wrong wrong")
    assert len(checked) == 2 and checked[0] == checked[1]  # the same algorithm and cost


async def test_an_unknown_name_takes_as_long_as_a_wrong_passphrase(desk: Desk) -> None:
    desk.add("ana", "agent")
    desk.add("new", "agent", passphrase="")  # has a link, and no passphrase yet
    took: dict[str, list[float]] = {"ana": [], "new": [], "nobody": []}
    for _ in range(4):
        for name, found in took.items():
            began = time.process_time()
            assert await desk.visitor(name).sign_in("wrong wrong wrong") == 403
            found.append(time.process_time() - began)
    known, new, nobody = (min(found) for found in took.values())
    assert known / 2 < nobody < known * 2 and known / 2 < new < known * 2


async def test_after_five_failures_a_name_is_locked_even_for_the_right_passphrase(
    desk: Desk,
) -> None:
    desk.add("ana", "agent")
    ana = desk.visitor("ana")
    for _ in range(sign_in.MOST_FAILURES):
        assert await ana.sign_in("wrong") == 403
    assert await ana.sign_in() == 429
    assert "locked out" in actions(desk)
    # A name nobody has is locked the same way: locking tells nothing.
    ghost = desk.visitor("ghost")
    assert [await ghost.sign_in("x") for _ in range(6)] == [403] * 5 + [429]
    desk.add("bob", "agent")
    assert await desk.visitor("bob").sign_in() == 303
    past = time.time() - users.FAILURE_WINDOW - 1
    with desk.engine.begin() as connection:
        connection.execute(sa.update(sign_in_failures).values(at=past))
    assert await ana.sign_in() == 303


async def test_one_address_that_tries_many_names_is_locked(desk: Desk) -> None:
    desk.add("ana", "agent")
    with desk.engine.begin() as connection:
        for _ in range(sign_in.MOST_FAILURES_FROM):
            users.failed(connection, "address 127.0.0.1")
    assert await desk.visitor("ana").sign_in() == 429


async def test_a_session_put_into_the_browser_by_somebody_else_is_not_taken_over(
    desk: Desk,
) -> None:
    desk.add("ana", "agent")
    thief, ana = await desk.as_("reader"), desk.visitor("ana")
    for planted in ("made-up", thief.token):
        where = desk.server.make_url("/console/")
        ana.client.cookie_jar.update_cookies({"console": planted}, where)
        assert await ana.sign_in() == 303
        assert ana.token not in ("", planted)
    # The one that was planted is over, so that it shows nothing of what she does.
    assert (await thief.get("/console/", allow_redirects=False))[0] == 303


async def test_signing_out_ends_the_session_for_good(desk: Desk) -> None:
    ana = await desk.as_("agent")
    token = ana.token
    assert (await ana.post("/console/sign-out"))[0] == 303
    ana.client.cookie_jar.update_cookies({"console": token}, desk.server.make_url("/console/"))
    assert (await ana.get("/console/", allow_redirects=False))[0] == 303


async def test_the_cookie_is_out_of_scripts_reach(desk: Desk) -> None:
    ana = await desk.as_("agent")
    assert ana.last is not None
    cookie = ana.last.headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/console"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_behind_https_the_cookie_never_travels_in_the_open(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with a_desk(url, PUBLIC_BASE_URL="https://guide.example") as safe:
        ana = await safe.as_("agent")
        assert ana.last is not None and "Secure" in ana.last.headers["Set-Cookie"]


async def test_pages_that_renew_themselves_keep_no_session_alive(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with a_desk(url, CONSOLE_IDLE_MINUTES="5") as short:
        ana = await short.as_("agent")

        def seen() -> float:
            with short.engine.connect() as connection:
                found = users.session_of(connection, ana.token, 1e9, 1e9)
                return float(found["seen"]) if found else 0.0

        with short.engine.begin() as connection:
            users.change_session(connection, ana.token, seen=time.time() - 200)
        before = seen()
        await ana.get("/console/", headers={**HTML, "X-Automatic": "1"})
        assert seen() == before
        await ana.get("/console/")
        assert seen() > before
        with short.engine.begin() as connection:
            users.change_session(connection, ana.token, seen=time.time() - 301)
        assert (await ana.get("/console/", allow_redirects=False))[0] == 303


# --- forms -------------------------------------------------------------------------------------


async def test_a_form_without_the_sessions_own_token_does_nothing(desk: Desk) -> None:
    ref = talk(desk.engine, "anna", said("hi"))
    ana, other = await desk.as_("agent"), await desk.as_("admin")
    before = actions(desk)
    for csrf in ("", "x", "ü", other.csrf, csrf_of("")):
        status, text = await ana.send(f"/console/c/{ref}/tag", {"tag": "x", "csrf": csrf})
        assert status == 403 and sentence("stale_form") in text
    status, _ = await ana.send(f"/console/c/{ref}/tag", {"tag": "x"})
    assert status == 403 and actions(desk) == before
    assert (await ana.post(f"/console/c/{ref}/tag", tag="x"))[0] == 303


async def test_the_forms_of_every_page_carry_the_sessions_own_token(desk: Desk) -> None:
    ref = talk(desk.engine, "anna", said("blorf", "nlu_fallback", at=5.0))
    admin = await desk.as_("admin")
    await admin.post(f"/console/c/{ref}/correct", at="5.0", intent="greet")
    forms = 0
    for route in ROUTES:
        if route.method == "GET" and route.role and route.path != "/live":
            _, text = await admin.get(filled(route.path, ref))
            for form in re.findall(r'<form method="post".*?</form>', text, re.DOTALL):
                assert re.findall(r'name="csrf" value="([^"]*)"', form) == [admin.csrf], route.path
                forms += 1
    assert forms > 40


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
     {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://127.0.0.1:1"}],
)  # fmt: skip
async def test_another_sites_page_can_do_nothing_even_with_the_token(
    desk: Desk, headers: dict[str, str]
) -> None:
    ref = talk(desk.engine, "anna", said("hi"))
    ana = await desk.as_("agent")
    status, text = await ana.send(f"/console/c/{ref}/tag", {"tag": "x", "csrf": ana.csrf}, headers)
    assert status == 403 and sentence("foreign") in text
    status, _ = await ana.send(
        "/console/sign-in", {"name": "agent", "passphrase": PASSPHRASE}, headers
    )
    assert status == 403  # nobody is signed in as somebody else, either


async def test_our_own_origin_is_ours_also_behind_a_proxy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    async with a_desk(url, PUBLIC_BASE_URL="https://guide.example") as behind:
        ana = behind.visitor("agent")
        behind.add("agent", "agent")
        data = {"name": "agent", "passphrase": PASSPHRASE}
        for origin in ("https://guide.example", str(behind.server.make_url("/")).rstrip("/")):
            assert (await ana.send("/console/sign-in", data, {"Origin": origin}))[0] == 303


async def test_a_form_that_is_far_too_large_is_refused(desk: Desk) -> None:
    ana = await desk.as_("agent")
    status, text = await ana.post("/console/me/name", shown_name="x" * 200_000)
    assert status == 413 and sentence("too_large") in text


# --- one-time links, passphrases, second factor ------------------------------------------------


async def test_the_first_account_is_made_by_its_link_once(desk: Desk) -> None:
    with desk.engine.begin() as connection:
        link = users.invite(connection, None)
    path, first = f"/console/set-up/{link}", desk.visitor("boss")
    data = {"name": "boss", "shown_name": "The boss", "passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert (await first.get(path))[0] == 200
    assert (await first.send(path, {**data, "again": "else"}))[0] == 400
    assert (await first.send(path, data))[0] == 303
    status, text = await first.get("/console/users")
    assert status == 200 and "The boss" in text
    for person in (first, desk.visitor()):
        assert (await person.get(path))[0] == 404
        assert (await person.send(path, {**data, "name": "second"}))[0] == 404


async def test_a_new_link_ends_what_the_old_passphrase_opened(desk: Desk) -> None:
    admin, agent = await desk.as_("admin"), await desk.as_("agent")
    user = desk.user("agent")
    status, text = await admin.post("/console/users/change", id=user["id"], what="link")
    assert status == 200
    path = "/console/set-up/" + text.split("/console/set-up/")[1].split("<")[0]
    new = "other harbor runs at ten"
    fresh = desk.visitor("agent")
    assert (await fresh.send(path, {"passphrase": new, "again": new}))[0] == 303
    assert (await agent.get("/console/", allow_redirects=False))[0] == 303
    assert await desk.visitor("agent").sign_in() == 403
    assert await desk.visitor("agent").sign_in(new) == 303


@pytest.mark.parametrize(
    ("passphrase", "problem"),
    [
        ("short", "short"), ("x" * 201, "long"), ("aaaaaaaaaaaaaaaa", "simple"),
        ("PasswordPassword", "known"), ("correct horse battery staple", "known"),
        ("passwordpassword1", "known"), ("ana ana ana ana ana", "simple"),
        ("lopez lopez lopez", "name"), ("Lakeside Clinic1", "name"),
        ("blue harbor walks at nine", ""), ("ünïcödé wörds töö", ""),
    ],
)  # fmt: skip
def test_passphrases_are_long_and_not_what_everybody_tries(passphrase: str, problem: str) -> None:
    assert trouble_with(passphrase, "lopez", "Lakeside Clinic") == problem


def test_every_trouble_has_its_sentence() -> None:
    for name in ("short", "long", "simple", "known", "name", "differ", "who", "shown"):
        assert sentence(f"passphrase_{name}")


def test_a_stored_passphrase_is_argon2id_and_only_itself_fits() -> None:
    stored = passphrases.hash_of(PASSPHRASE)
    assert stored.startswith("$argon2id$") and fits(PASSPHRASE, stored)
    assert not fits(PASSPHRASE + " ", stored)
    assert not fits(PASSPHRASE, "") and not fits("", "") and not fits(PASSPHRASE, "no hash")


async def test_with_a_second_factor_the_passphrase_alone_opens_nothing(desk: Desk) -> None:
    ana = await desk.as_("agent")
    assert (await ana.post("/console/me/second-factor"))[0] == 303
    assert ana.last is not None
    where = ana.last.headers["Location"]
    status, text = await ana.get(where)
    secret = text.split("<code>")[1].split("</code>")[0]
    status, drawn = await ana.get("/console/me/second-factor.svg?" + where.split("?")[1])
    assert status == 200 and drawn.lstrip().startswith("<?xml") and secret not in drawn
    sealed = where.split("s=")[1]
    status, _ = await ana.post("/console/me/second-factor/confirm", s=sealed, code="000000")
    assert status == 400
    code = pyotp.TOTP(secret).now()
    assert (await ana.post("/console/me/second-factor/confirm", s=sealed, code=code))[0] == 303

    stored = desk.user("agent")["second_factor"]
    assert secret not in stored
    again = desk.visitor("agent")
    assert await again.sign_in() == 403
    assert await again.sign_in(code="123456") == 403
    assert await again.sign_in(code=code) == 403  # it was used when the factor was turned on
    later = pyotp.TOTP(secret).at(int(time.time()) + 30)
    assert await again.sign_in(code=f"{later[:3]} {later[3:]}") == 303
    assert await desk.visitor("agent").sign_in(code=later) == 403  # each works once
    # Turning it off wants the passphrase.
    assert (await again.post("/console/me/second-factor/drop", old="wrong"))[0] == 403
    assert (await again.post("/console/me/second-factor/drop", old=PASSPHRASE))[0] == 303
    assert await desk.visitor("agent").sign_in() == 303


def test_a_second_factor_outlives_the_secret_it_was_locked_with() -> None:
    stored = passphrases.Cipher(Keys("the old one")).lock("factor")
    renewed = passphrases.Cipher(Keys("the new one", ("the old one",)))
    assert renewed.open(stored) == "factor" and renewed.is_old(stored)
    moved = renewed.lock("factor")
    assert not renewed.is_old(moved)
    alone = passphrases.Cipher(Keys("the new one"))
    assert alone.open(moved) == "factor" and alone.open(stored) == ""


async def test_signing_in_moves_a_second_factor_to_the_new_secret(tmp_path: Path) -> None:
    url, factor = f"sqlite:///{tmp_path / 'desk.db'}", passphrases.new_secret()
    async with a_desk(url, SESSION_SECRET=NEW, SESSION_SECRET_PREVIOUS=OLD) as desk:
        desk.add("ana", "agent")
        sealed = passphrases.Cipher(Keys(OLD)).lock(factor)
        with desk.engine.begin() as connection:
            users.change(connection, desk.user("ana")["id"], second_factor=sealed)
        assert await desk.visitor("ana").sign_in(code=pyotp.TOTP(factor).now()) == 303
        stored = desk.user("ana")["second_factor"]
    assert passphrases.Cipher(Keys(NEW)).open(stored) == factor


def test_a_code_of_a_minute_ago_is_too_old() -> None:
    secret = passphrases.new_secret()
    old = pyotp.TOTP(secret).at(int(time.time()) - 120)
    assert step_of(secret, old) is None and step_of(secret, "") is None


async def test_changing_the_passphrase_wants_the_old_one_and_ends_other_sessions(
    desk: Desk,
) -> None:
    ana, elsewhere = await desk.as_("agent"), await desk.as_("agent")
    new = "other harbor runs at ten"
    change = {"passphrase": new, "again": new}
    assert (await ana.post("/console/me/passphrase", old="wrong", **change))[0] == 403
    assert (await ana.post("/console/me/passphrase", old=PASSPHRASE, **change))[0] == 303
    assert (await ana.get("/console/me"))[0] == 200
    assert (await elsewhere.get("/console/", allow_redirects=False))[0] == 303


async def test_an_open_screen_does_not_let_somebody_guess_the_passphrase(desk: Desk) -> None:
    ana = await desk.as_("agent")
    data = {"old": "guess", "passphrase": "x" * 20, "again": "x" * 20}
    found = [(await ana.post("/console/me/passphrase", **data))[0] for _ in range(6)]
    assert found == [403] * 5 + [429]


async def test_somebody_must_be_left_to_manage_the_console(desk: Desk) -> None:
    admin = await desk.as_("admin")
    me = desk.user("admin")
    for change in ({"what": "out"}, {"what": "role", "role": "reader"}):
        status, text = await admin.post("/console/users/change", id=me["id"], **change)
        assert status == 409 and sentence("last_admin") in text


# --- made-up input, headers, faults ------------------------------------------------------------

OLD, NEW = "the-secret-of-before-long-enough", "the-secret-of-now-long-enough-too"
NASTY = (
    "'", '" OR 1=1 --', "'; DROP TABLE conversations; --", "../../etc/passwd", "%00", "{{7*7}}",
    "<script>alert(1)</script>", "9" * 400, "-1", "nan", "inf", "1e999", "ü\U0001f642", "\u202e",
    "a" * 600,
)  # fmt: skip


async def test_made_up_questions_get_pages_and_never_faults(desk: Desk) -> None:
    from urllib.parse import quote

    ref = talk(desk.engine, "anna", said("hi"))
    admin = await desk.as_("admin")
    pages = {
        "/console/": ("q", "flag", "channel", "condition", "tag", "assigned", "reviewed", "since",
                      "until", "after", "sealed"),
        f"/console/c/{ref}": ("before", "at", "back"),
        "/console/training": ("state",),
        "/console/insight": ("since", "until"),
        "/console/insight.csv": ("since", "until"),
        "/console/audit": ("who", "action", "ref", "before"),
        "/console/privacy": ("purged",),
        "/console/me": ("s",),
    }  # fmt: skip
    for path, names in pages.items():
        for value in NASTY:
            query = "&".join(f"{name}={quote(value)}" for name in names)
            status, text = await admin.get(f"{path}?{query}")
            assert status == 200, (path, value, status)
            assert "<script>alert(1)" not in text
    assert (await admin.get("/console/"))[0] == 200


async def test_made_up_addresses_lead_nowhere(desk: Desk) -> None:
    admin = await desk.as_("admin")
    for path in ("/console/c/0123456789abcdef", "/console/c/x", "/console/c/'", "/console/nowhere",
                 "/console/c/..%2f..%2fetc", "/console/static/../app.py", "/console/c/",
                 "/console/set-up/x", "/console/c/0123456789abcdef/export/txt"):  # fmt: skip
        status, text = await admin.get(path)
        assert status == 404 and "Traceback" not in text, path


async def test_forged_ids_in_forms_change_nothing(desk: Desk) -> None:
    ref = talk(desk.engine, "anna", said("hi", at=5.0))
    admin = await desk.as_("admin")
    for path, data in (
        (f"/console/c/{ref}/correct", {"at": "9.9", "intent": "greet"}),
        (f"/console/c/{ref}/correct", {"at": "5.0", "intent": "no_such_intent"}),
        (f"/console/c/{ref}/correct", {"at": "nan", "intent": "greet"}),
        (f"/console/c/{ref}/assign", {"to": "999"}),
        (f"/console/c/{ref}/assign", {"to": "1; DROP TABLE users"}),
        (f"/console/c/{ref}/export/exe", {}),
        ("/console/users/change", {"id": "999", "what": "out"}),
        ("/console/users/change", {"id": "1e9", "what": "out"}),
        ("/console/users", {"name": "Robert'); DROP", "shown_name": "x", "role": "admin"}),
        ("/console/users", {"name": "robert", "shown_name": "x", "role": "root"}),
        ("/console/missed", {"pattern": "x", "intent": "greet"}),
        ("/console/jobs/rm", {}),
    ):
        status, _ = await admin.post(path, **data)
        assert 400 <= status < 500, (path, data, status)
    everybody = [u["name"] for u in _users(desk)]
    assert everybody == ["admin"]


def _users(desk: Desk):
    with desk.engine.connect() as connection:
        return users.everybody(connection)


@pytest.mark.parametrize("path", ["/console/", "/console/sign-in", "/console/nowhere"])
async def test_every_answer_has_the_safety_headers(desk: Desk, path: str) -> None:
    admin = await desk.as_("admin")
    await admin.get(path)
    assert admin.last is not None
    headers = admin.last.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy and "data:" not in policy
    assert "frame-ancestors 'none'" in policy and headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "Python" not in headers["Server"]


async def test_a_database_that_goes_away_is_said_and_comes_back_by_itself(
    desk: Desk, tmp_path: Path
) -> None:
    ana = await desk.as_("agent")
    away = tmp_path / "away"
    (tmp_path / "db").rename(away)
    try:
        status, text = await ana.get("/console/")
        assert status == 503 and sentence("no_database") in text
        assert ana.last is not None and ana.last.headers["Refresh"] == "10"
        status, text = await ana.get("/console/", headers={})
        assert status == 503 and text.startswith('{"error"')
        status, _ = await ana.post("/console/me/name", shown_name="Ana")
        assert status == 503 and "Refresh" not in ana.last.headers
    finally:
        away.rename(tmp_path / "db")
    assert (await ana.get("/console/"))[0] == 200


async def test_a_fault_of_ours_shows_no_inner_workings(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await desk.as_("agent")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("inner workings")

    monkeypatch.setattr("bot.store.inbox.listed", broken)
    for headers in (HTML, {}):
        status, text = await ana.get("/console/", headers=headers)
        assert status == 500 and "inner workings" not in text and "Traceback" not in text


async def test_an_open_page_hears_what_changes_and_when_its_session_is_over(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.web.console.inbox.BEAT_SECONDS", 0.2)
    ana = await desk.as_("agent")
    async with ana.client.get(desk.url("/console/live")) as stream:
        assert stream.content_type == "text/event-stream"
        ref = talk(desk.engine, "anna", said("chest pain", safety="emergency"))
        heard = b""
        while ref.encode() not in heard or b'"urgent": 1' not in heard:
            heard += await asyncio.wait_for(stream.content.readany(), 10)
        assert b'"erased": true' not in heard
        with desk.engine.begin() as connection:
            erase(connection, "anna", "staff", "web")
        while b'"erased": true' not in heard:
            heard += await asyncio.wait_for(stream.content.readany(), 10)
        with desk.engine.begin() as connection:
            users.end_session(connection, ana.token)
        while b"event: over" not in heard:
            heard += await asyncio.wait_for(stream.content.readany(), 10)


def test_every_word_that_a_template_asks_for_is_there() -> None:
    import re

    folder = Path(passphrases.__file__).parent / "templates"
    words = console_words()
    asked_for = set()
    for path in folder.glob("*.html"):
        asked_for |= set(re.findall(r"\bw\.(\w+(?:\.\w+)*)", path.read_text(encoding="utf-8")))
    assert asked_for
    for dotted in asked_for:
        last = dotted.rpartition(".")[2]
        assert last in ("get", "items") or not hasattr(dict, last), f'{dotted}: use ["{last}"]'
        place: object = words
        for name in dotted.split("."):
            if isinstance(place, dict) and name in place:
                place = place[name]
            else:
                assert name in ("format", "get", "title"), f"words.yml lacks {dotted}"
                break
