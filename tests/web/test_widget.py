"""The one file that clinics embed: how it is served, and the page that tells them how."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Awaitable, Callable

import pytest

from bot.paths import ROOT
from bot.web.widget import FILE
from tests.web.conftest import Site

Serve = Callable[..., Awaitable[Site]]
SIZE_LIMIT = 40_000
WIDGET = ROOT / "bot" / "widget"


def named() -> str:
    return f"/widget.{hashlib.sha256(FILE.read_bytes()).hexdigest()[:16]}.js"


async def test_its_lasting_name_is_asked_for_again_soon(serve: Serve) -> None:
    site = await serve()
    status, text, answer = await site.get("/widget.js")
    assert status == 200 and text == FILE.read_text(encoding="utf-8")
    assert answer.content_type == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.headers["Content-Encoding"] == "gzip"
    etag = answer.headers["ETag"]
    for wanted, expected in ((etag, 304), (f'W/{etag}, "x"', 304), ("*", 304), ('"x"', 200)):
        status, text, answer = await site.get("/widget.js", headers={"If-None-Match": wanted})
        assert status == expected and bool(text) == (expected == 200), wanted
        assert answer.headers["ETag"] == etag


async def test_the_name_with_its_hash_is_kept_for_good(serve: Serve) -> None:
    site = await serve()
    status, text, answer = await site.get(named())
    assert status == 200 and text == FILE.read_text(encoding="utf-8")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_an_older_name_leads_to_the_newest_file(serve: Serve) -> None:
    site = await serve()
    status, _, answer = await site.get("/widget.0123456789abcdef.js", allow_redirects=False)
    assert (status, answer.headers["Location"]) == (302, "/widget.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    for path in ("/widget..js", "/widget.xyz.js", "/widget.0123456789abcdeg.js"):
        assert (await site.get(path))[0] == 404, path


@pytest.mark.parametrize("path", ["/widget.js", "versioned"])
async def test_any_page_may_load_it_with_an_integrity_hash(serve: Serve, path: str) -> None:
    site = await serve()
    _, _, answer = await site.get(named() if path == "versioned" else path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


async def test_the_demo_page_loads_it_by_its_hash(serve: Serve) -> None:
    site = await serve()
    assert f'<script src="{named()}"' in (await site.get("/"))[1]


def test_it_is_small_and_calls_nobody() -> None:
    body = FILE.read_bytes()
    assert len(gzip.compress(body, 9)) <= SIZE_LIMIT
    # The two are names of XML vocabularies and a sentence of an error; neither is ever fetched.
    outside = set(re.findall(r"https?://([\w-]+(?:\.[\w-]+)+)", body.decode()))
    assert outside <= {"www.w3.org", "socket.io"}
    assert b"document.cookie" not in body and b"eval(" not in body


def test_its_libraries_licenses_go_along() -> None:
    kept = (FILE.parent / "licenses.txt").read_text(encoding="utf-8")
    lock = json.loads((WIDGET / "package-lock.json").read_text(encoding="utf-8"))
    for path, package in lock["packages"].items():
        name = path.removeprefix("node_modules/")
        inside = not package.get("dev") and name in ("preact", "socket.io-client")
        if inside:
            assert f"--- {name} {package['version']} (MIT)" in kept
    assert "resolved" not in (WIDGET / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("env", "script", "chat"),
    [
        ({"RASA_PORT": "5999"}, "http://127.0.0.1:", "http://127.0.0.1:5999"),
        (
            {"PUBLIC_BASE_URL": "https://guide.example/x"},
            "https://guide.example/widget.js",
            "https://guide.example",
        ),
    ],
)
async def test_the_snippet_names_our_public_address(
    serve: Serve, env: dict[str, str], script: str, chat: str
) -> None:
    site = await serve(**env)
    status, text, answer = await site.get("/embed")
    assert status == 200 and f'data-script="{script}' in text and f'data-server="{chat}"' in text
    assert chat in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert f"connect-src {chat} {chat.replace('http', 'ws', 1)}" in text


async def test_the_snippets_page_refuses_a_host_that_is_no_name(serve: Serve) -> None:
    site = await serve()
    assert (await site.get("/embed", headers={"Host": '"><script>'}))[0] == 400


def test_every_attribute_in_the_docs_is_read_and_every_one_read_is_in_the_docs() -> None:
    docs = (ROOT / "docs" / "embed.md").read_text(encoding="utf-8")
    config = (WIDGET / "src" / "config.ts").read_text(encoding="utf-8")
    read = set(re.findall(r"data\.(\w+)", config)) | set(
        re.findall(r"originOf\(data\.(\w+)", config)
    )
    told = set(re.findall(r"`data-(\w+)`", docs))
    assert read == told
