"""An SMS conversation in the terminal, against a Twilio of our own: ``make sms-demo``.

The whole product runs, with a database that is thrown away afterwards. What is typed goes through
the signed webhook, as Twilio would bring it; what the patient gets comes back through the
provider's API. "/quit" or the end of the input ends it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import tempfile
from pathlib import Path

import aiohttp

from bot.channels.phones.gsm import parts
from bot.paths import ROOT
from tests.peers.twilio import TwilioPeer

PATIENT = "+12025550142"
START_SECONDS, ANSWER_SECONDS, QUIET_SECONDS = 180.0, 30.0, 1.5
WEBHOOK = "/webhooks/twilio/webhook"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def talk(lines: asyncio.Queue[str | None]) -> int:
    """Run the product and carry lines to it; return 0, or 1 if it did not start."""
    peer = await TwilioPeer().start()
    ports = {name: str(_free_port()) for name in ("RASA_PORT", "WEB_PORT", "ACTIONS_PORT")}
    with tempfile.TemporaryDirectory() as folder:
        rasa = f"http://127.0.0.1:{ports['RASA_PORT']}"
        env = {
            **os.environ, **ports, **peer.env(), "ENV_FILE": "", "RATE_LIMIT": "0",
            "SECOND_OPINION_DB_URL": f"sqlite:///{Path(folder) / 'demo.db'}",
            "PUBLIC_BASE_URL": rasa,
        }  # fmt: skip
        product = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.serve",
            cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL, stderr=None,
        )  # fmt: skip
        try:
            print("Starting; half a minute ...", flush=True)
            if not await _is_up(f"{rasa}/webhooks/twilio/", product):
                print("The product did not start: try `make run` and read what it says.")
                return 1
            peer.webhook = f"{rasa}{WEBHOOK}"
            await _conversation(peer, lines)
        finally:
            if product.returncode is None:
                product.terminate()
            await product.wait()
            await peer.stop()
    return 0


async def _is_up(address: str, product: asyncio.subprocess.Process) -> bool:
    loop = asyncio.get_running_loop()
    until = loop.time() + START_SECONDS
    async with aiohttp.ClientSession() as http:
        while loop.time() < until and product.returncode is None:
            try:
                async with http.get(address) as answer:
                    if answer.status == 200 and (await answer.json()).get("status") == "ok":
                        return True
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.3)
    return False


async def _conversation(peer: TwilioPeer, lines: asyncio.Queue[str | None]) -> None:
    print(f"You are {PATIENT}. Write a text; /quit ends.", flush=True)
    shown = 0
    while (line := await lines.get()) is not None and line != "/quit":
        if not line:
            continue
        status = await peer.text(PATIENT, line)
        print(f"\n> {line}" + ("" if status == 200 else f"   [refused: {status}]"), flush=True)
        if status == 200:
            shown = await _print_answers(peer, shown)


async def _print_answers(peer: TwilioPeer, shown: int) -> int:
    """Print what reached the phone, until nothing more has come for a while."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ANSWER_SECONDS
    while loop.time() < until:
        texts = peer.to(PATIENT)
        for text in texts[shown:]:
            print(f"\n{text}\n   [{parts(text)} of 3 segments]", flush=True)
            until = loop.time() + QUIET_SECONDS
        shown = len(texts)
        await asyncio.sleep(0.1)
    return shown


async def main() -> int:
    """Read lines from the terminal, or from a file."""
    lines: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line.strip())
        loop.call_soon_threadsafe(lines.put_nowait, None)

    loop.run_in_executor(None, read)
    return await talk(lines)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
