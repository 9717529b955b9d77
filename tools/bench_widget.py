"""Measures the widget: its size, how soon it can be used on a slow phone, how a long talk scrolls.

The page is served by the web app itself; the history comes from a socket.io server that answers as
``bot/channels/chat.py`` does, because the real one keeps only the last 200 lines.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
import sys
import time
from typing import Any

import socketio
from aiohttp import web
from playwright.async_api import CDPSession, Page, async_playwright

from bot.settings import load_settings
from bot.web.app import create_app
from bot.web.widget import FILE

SIZE_LIMIT = 40_000
SLOWER = 4
"""Times slower than this machine: what browsers' own tools take for an ordinary phone."""
LINES = 2_000
READY = """
async () => {
  const chat = document.querySelector("second-opinion-chat");
  chat.open();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now();
}
"""
SCROLL = """
async () => {
  const log = document.querySelector("second-opinion-chat").shadowRoot.querySelector(".log");
  const frames = [];
  let before = performance.now();
  for (let i = 0; i < 180; i++) {
    log.scrollTop -= 60;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - before);
    before = now;
  }
  return frames.slice(5);
}
"""
SHOWN = """
(all) => document.querySelector("second-opinion-chat")
  .shadowRoot.querySelectorAll(".line").length === all
"""


def long_history() -> list[dict[str, Any]]:
    """Return a talk of 2,000 lines."""
    start = time.time() - LINES * 60
    return [
        {
            "from": "bot" if i % 2 else "patient", "id": f"m{i}", "custom": None, "buttons": [],
            "text": f"Line {i}. " + "Ask for copies of your records. " * (i % 7),
            "time": start + i * 60, "staff": "",
        }
        for i in range(LINES)
    ]  # fmt: skip


async def _peer(app: web.Application) -> None:
    sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
    sio.attach(app)
    history = long_history()

    async def session_request(sid: str, _: Any) -> dict[str, bool]:
        await sio.emit("session_confirm", {"session_id": "a.b", "new": False}, to=sid)
        await sio.emit("history", history, to=sid)
        return {"ok": True}

    sio.on("session_request", session_request)


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    return runner, f"http://127.0.0.1:{port}"


async def _slow(page: Page) -> CDPSession:
    tools = await page.context.new_cdp_session(page)
    await tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return tools


async def measure() -> dict[str, float]:
    """Return the figures: bytes, milliseconds, and of how long frames took."""
    app = create_app(load_settings({"RASA_AUTH_TOKEN": "bench", "SESSION_SECRET": "bench"}))
    await _peer(app)
    runner, address = await _serve(app)
    host = (
        "<!doctype html><title>Bench</title><body><p>Words</p>"
        f"<script src='{address}/widget.js' data-server='{address}'></script>"
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-features=LocalNetworkAccessChecks"],
        )
        page = await browser.new_page(viewport={"width": 390, "height": 800})
        await page.route(
            f"{address}/bench",
            lambda route: route.fulfill(body=host, content_type="text/html"),
        )
        await _slow(page)
        await page.goto(f"{address}/bench")
        ready = await page.evaluate(READY)
        started = time.perf_counter()
        await page.wait_for_function(SHOWN, arg=LINES)
        drawn = time.perf_counter() - started
        frames = sorted(await page.evaluate(SCROLL))
        await browser.close()
    await runner.cleanup()
    return {
        "gzipped bytes": len(gzip.compress(FILE.read_bytes(), 9)),
        f"open and usable, CPU {SLOWER}x slower, ms": round(ready),
        f"{LINES:,} lines drawn, CPU {SLOWER}x slower, ms": round(1000 * drawn),
        "scrolling them: median frame, ms": round(frames[len(frames) // 2], 1),
        "scrolling them: 95th percentile, ms": round(frames[int(0.95 * len(frames))], 1),
    }


def main() -> None:
    """Measure and print."""
    figures = asyncio.run(measure())
    size = figures["gzipped bytes"]
    print(f"\nThe chat widget (the limit is {SIZE_LIMIT:,} bytes: {size / SIZE_LIMIT:.0%} of it)")
    for name, value in figures.items():
        print(f"  {name:52}{value:>12,}")
    print(json.dumps(figures))
    if size > SIZE_LIMIT:
        sys.exit("The widget is larger than it may be.")


if __name__ == "__main__":
    main()
