"""The demo page is the clinic's, calls no third party, and fails politely."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from yarl import URL

from bot.clinic import clinic_words
from bot.paths import ROOT
from bot.web import pages, widget
from bot.web.origins import chat_origin
from tests.conftest import free_port
from tests.web.conftest import Site, settings_with

Serve = Callable[..., Awaitable[Site]]


async def test_the_page_bears_the_clinics_own_words(serve: Serve) -> None:
    site = await serve()
    status, text, answer = await site.get("/")
    assert status == 200 and answer.content_type == "text/html"
    assert all(words in text for words in clinic_words().values())


@pytest.mark.parametrize("path", ["/", "/embed"])
async def test_the_chat_takes_the_clinics_colour_if_it_has_one(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    site = await serve()
    assert "data-color" not in (await site.get(path))[1].split("defer")[0]
    for module in (pages, widget):
        monkeypatch.setattr(module, "clinic_color", lambda: "#1d5f8a")
    assert 'data-color="#1d5f8a" defer' in (await site.get(path))[1]


async def test_the_chat_is_told_where_to_connect_and_may_connect_nowhere_else(
    serve: Serve,
) -> None:
    site = await serve(RASA_PORT="5999")
    _, text, answer = await site.get("/")
    assert 'data-server="http://127.0.0.1:5999"' in text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "connect-src 'self' http://127.0.0.1:5999 ws://127.0.0.1:5999" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("host", "public", "chat"),
    [
        ("localhost:8080", "", "http://localhost:5005"),
        ("192.168.1.9:8080", "", "http://192.168.1.9:5005"),
        ("clinic_pc", "", "http://clinic_pc:5005"),
        ("[::1]:8080", "", "http://[::1]:5005"),
        ("inside:8080", "https://guide.clinic.example", "https://guide.clinic.example"),
        ("inside:8080", "https://clinic.example/guide", "https://clinic.example"),
    ],
)
def test_the_chat_is_where_the_browser_can_reach_it(host: str, public: str, chat: str) -> None:
    settings = settings_with(PUBLIC_BASE_URL=public, RASA_PORT="5005")
    assert str(chat_origin("http", host, settings)) == chat


@pytest.mark.parametrize(
    "host", ["a b", "x;script-src", "x;script-src *", "[", "a:b", '"><script>']
)
async def test_a_made_up_host_gets_nothing_into_page_or_policy(serve: Serve, host: str) -> None:
    site = await serve()
    status, text, answer = await site.get("/", headers={"Host": host})
    assert status == 400
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "><script>" not in text


@pytest.mark.parametrize(
    "path", ["/", "/embed", "/widget.js", "/health", "/static/css/page.css", "/nowhere"]
)
async def test_every_answer_has_the_safety_headers(serve: Serve, path: str) -> None:
    site = await serve(RASA_PORT=str(free_port()), ACTIONS_PORT=str(free_port()))
    _, _, answer = await site.get(path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Python" not in answer.headers["Server"]


async def test_an_error_is_one_sentence_as_page_or_as_json(serve: Serve) -> None:
    site = await serve()
    status, text, _ = await site.get("/nowhere")
    assert (status, text) == (404, '{"error": "There is no page at this address."}')
    status, text, answer = await site.get("/nowhere", headers={"Accept": "text/html"})
    assert status == 404 and answer.content_type == "text/html"
    assert "There is no page at this address." in text and clinic_words()["clinic_name"] in text
    async with site.client.post(site.server.make_url("/")) as answer:
        assert answer.status == 405 and answer.headers["Allow"] == "GET,HEAD"
        assert list(await answer.json()) == ["error"]


async def test_a_fault_of_ours_shows_no_traceback(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> dict[str, str]:
        raise RuntimeError("inner workings")

    monkeypatch.setattr(pages, "clinic_words", broken)
    site = await serve()
    for accept in ("text/html", "*/*"):
        status, text, _ = await site.get("/", headers={"Accept": accept})
        assert status == 500 and "went wrong on our side" in text
        assert "inner workings" not in text and "Traceback" not in text


async def test_files_outside_the_folder_are_not_served(serve: Serve) -> None:
    site = await serve()
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/css"):
        url = URL(str(site.server.make_url("/")).rstrip("/") + path, encoded=True)
        async with site.client.get(url) as answer:
            assert answer.status in (403, 404), path


def shipped(*suffixes: str) -> list[Path]:
    web_folder = ROOT / "bot" / "web"
    own = (web_folder, ROOT / "bot" / "widget" / "src")
    found = [p for folder in own for p in folder.rglob("*") if p.suffix in suffixes]
    assert found
    return [p for p in found if p.parent.name != "widget"]  # the built file has a test of its own


def test_no_page_style_or_script_calls_a_third_party() -> None:
    for path in shipped(".html", ".css", ".js", ".svg", ".ts", ".tsx"):
        text = path.read_text(encoding="utf-8")
        outside = re.findall(r"(?:https?:)?//[\w.-]+\.\w+", text)
        elsewhere = {address for address in outside if not address.endswith(".example")}
        assert elsewhere <= {"http://www.w3.org"}, path


def test_words_are_drawn_as_text_never_as_markup() -> None:
    for path in shipped(".js", ".ts", ".tsx"):
        text = path.read_text(encoding="utf-8")
        for risky in (
            "innerHTML",
            "InnerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ):
            assert risky not in text, path
    for path in shipped(".html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", "") and "<style" not in text, path


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        env = {**os.environ, "LISTEN_HOST": "127.0.0.1", "WEB_PORT": port, "RASA_AUTH_TOKEN": "token",  # noqa: E501
               "SESSION_SECRET": "secret"}  # fmt: skip
        ended = subprocess.run(
            [sys.executable, "-m", "bot.web"],
            cwd=ROOT, env=env, capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"Cannot listen on port {port}")
    assert ended.stderr.count("\n") == 1
