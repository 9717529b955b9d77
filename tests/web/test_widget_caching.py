"""The widget's file in caches: what is packed and what is plain are never mixed up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.web.widget import widget
from tests.web.conftest import Site

Serve = Callable[..., Awaitable[Site]]


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
async def test_a_cache_on_the_way_is_told_that_the_packing_depends_on_the_asker(
    serve: Serve, encoding: str
) -> None:
    site = await serve()
    for path in ("/widget.js", widget().path):
        status, text, answer = await site.get(path, headers={"Accept-Encoding": encoding})
        assert status == 200 and text == widget().body
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers.get("Content-Encoding", "identity") == encoding
