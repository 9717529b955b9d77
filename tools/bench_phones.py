"""``python -m tools.bench_phones``: how soon a webhook is acknowledged, how many texts a second.

The whole product runs, with a Twilio of the tests' own. The baseline, in the same run, is a server
that checks the same signature and says "taken" without keeping or answering anything.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from aiohttp import web

from bot.channels.phones.signatures import form_of, from_twilio
from tests.peers.twilio import TOKEN, TwilioPeer
from tools.bench_scale_servers import Ours, free_port

ALONE, PEOPLE, EACH = 200, 20, 10
PATIENCE = 300.0
SENTENCES = (
    "why should I get a second opinion?",
    "will my doctor be offended",
    "what records do I need",
    "does insurance cover this",
    "how do I start",
)
TARGET_MS = 100.0


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies: 0.5 for the median."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def _bare(peer: TwilioPeer) -> tuple[web.AppRunner, str]:
    """Start the baseline; return it and its webhook."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/webhook"

    async def take(request: web.Request) -> web.Response:
        form = form_of(await request.read())
        right = from_twilio(TOKEN, url, form, request.headers.get("X-Twilio-Signature", ""))
        return web.Response(status=200 if right else 403)

    app = web.Application()
    app.router.add_post("/webhook", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner, url


async def _acknowledged(peer: TwilioPeer, number: str, text: str) -> float:
    began = time.perf_counter()
    status = await peer.text(number, text)
    if status != 200:
        raise RuntimeError(f"the webhook answered {status}")
    return (time.perf_counter() - began) * 1000


async def _alone(peer: TwilioPeer, settled: bool) -> list[float]:
    """Send texts, each from a number of its own, one after another."""
    found = []
    for i in range(ALONE // 10 if settled else ALONE):
        number = f"+1202555{i:04}"
        found.append(await _acknowledged(peer, number, SENTENCES[i % len(SENTENCES)]))
        if settled:
            await _answered(peer, [number])
    return found


async def _together(peer: TwilioPeer) -> list[float]:
    """Let people text at once, each one text after another without waiting for an answer."""

    async def person(i: int) -> list[float]:
        number = f"+1202556{i:04}"
        return [
            await _acknowledged(peer, number, SENTENCES[n % len(SENTENCES)]) for n in range(EACH)
        ]

    return [ms for found in await asyncio.gather(*map(person, range(PEOPLE))) for ms in found]


async def _answered(peer: TwilioPeer, numbers: list[str], least: int = 2) -> None:
    """Wait until each number got a notice and an answer to each text."""
    deadline = time.monotonic() + PATIENCE
    while any(len(peer.to(number)) < least for number in numbers):
        if time.monotonic() > deadline:
            raise RuntimeError("not everybody was answered")
        await asyncio.sleep(0.01)


async def measure() -> dict[str, dict[str, float]]:
    """Return the figures of ours and of the baseline, by name."""
    peer = await TwilioPeer().start()
    peer.reports = False
    found: dict[str, dict[str, float]] = {}
    runner, peer.webhook = await _bare(peer)
    alone, together = await _alone(peer, settled=False), await _together(peer)
    found["bare"] = _figures(alone, together)
    await runner.cleanup()
    with tempfile.TemporaryDirectory() as folder:
        settings = {**peer.env(), "PHONE_RATE_LIMIT": "0", "QUIET_HOURS": "0-0"}
        server = Ours(Path(folder), settings)
        await asyncio.to_thread(server.start)
        try:
            peer.webhook = f"{server.url}/webhooks/twilio/webhook"
            alone = await _alone(peer, settled=True)
            began = time.perf_counter()
            together = await _together(peer)
            people = [f"+1202556{i:04}" for i in range(PEOPLE)]
            await _answered(peer, people, least=1 + EACH)
            seconds = time.perf_counter() - began
        finally:
            await asyncio.to_thread(server.stop)
            await peer.stop()
    found["ours"] = {**_figures(alone, together), "answered a second": PEOPLE * EACH / seconds}
    return found


def _figures(alone: list[float], together: list[float]) -> dict[str, float]:
    return {
        "alone p50, ms": statistics.median(alone),
        "alone p99, ms": percentile(alone, 0.99),
        f"{PEOPLE} at once p50, ms": statistics.median(together),
        f"{PEOPLE} at once p99, ms": percentile(together, 0.99),
    }


def table(found: dict[str, dict[str, float]]) -> str:
    """Return the figures with their ratio to the baseline's."""
    lines = [f"{'a webhook is acknowledged':28}{'ours':>10}{'bare':>10}{'ratio':>8}"]
    for name, value in found["ours"].items():
        base = found["bare"].get(name)
        ratio = f"{base:>10.1f}{value / base:>7.1f}x" if base else ""
        lines.append(f"{name:28}{value:>10.1f}{ratio}")
    return "\n".join([*lines, f"target: p99 below {TARGET_MS:.0f} ms"])


def main() -> None:
    """Measure and print."""
    print("\nTexts, by the signed webhook, with the whole product behind it")
    print(table(asyncio.run(measure())))


if __name__ == "__main__":
    main()
