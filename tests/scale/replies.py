"""Made-up conversations, and what the bot replies: as Rasa comes, or as we run it.

    python -m tests.scale.replies ours|rasa CONVERSATIONS SEED OUT

The two must reply the same. Both use our model, our actions and a database file of their own.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bot import environment, logs
from bot.settings import load_settings
from bot.training import fitting_model
from tests.conversations.helpers import training_examples

FEWEST_TURNS, MOST_TURNS = 10, 24
LONG_EVERY, LONG = 25, 80
"""One conversation in so many has so many turns."""
HALF_A_DAY = 13 * 3600
ANSWERS = (
    "yes", "no", "not sure", "skip", "stop", "never mind", "Medicare", "through my job",
    "they want to operate next week", "the second doctor would wait and watch",
    "no, wait, yes", "go back", "living long enough to see my grandchildren",
)  # fmt: skip
NOBODY_UNDERSTANDS = ("florb", "qwe asd zxc", "...", "??", "blah blah blah banana", "12345", "🙂")
FLOWS = ("check_if_needed", "compare_opinions", "get_insurance_script", "delete_my_data")
EVENTS: dict[str, list[dict[str, Any]]] = {
    "pause": [{"event": "pause"}],
    "resume": [{"event": "resume"}],
    "staff": [{"event": "bot", "text": "This is Ana, a nurse.", "metadata": {"staff": "Ana"}}],
    "restart": [{"event": "restart"}],
    "undo": [{"event": "rewind"}],
}

Step = tuple[str, Any]


def conversation(number: int, seed: int) -> Iterator[Step]:
    """Yield what a patient, the clinic and the clock do; a "tap" chooses a quick reply."""
    chance = random.Random(f"{seed}:{number}")
    examples = {intent: sorted(texts) for intent, texts in sorted(training_examples().items())}
    long = number % LONG_EVERY == LONG_EVERY - 1
    paused = False
    # Before a first message Rasa's store loses a pause: it is older than the session it begins.
    yield "say", "hello"
    for _ in range(LONG if long else chance.randint(FEWEST_TURNS, MOST_TURNS)):
        roll = chance.random()
        if roll < 0.02 or (paused and roll < 0.4):
            paused = not paused
            yield "events", "pause" if paused else "resume"
        elif roll < 0.04:
            yield "events", chance.choice(["staff", "restart", "undo"])
        elif roll < 0.05:
            yield "wait", HALF_A_DAY
        elif roll < 0.25:
            yield "tap", chance.randrange(4)
        elif roll < 0.45:
            yield "say", chance.choice(ANSWERS)
        elif roll < 0.55:
            yield "say", chance.choice(NOBODY_UNDERSTANDS)
        elif roll < 0.65:
            yield "say", chance.choice(examples[chance.choice(FLOWS)])
        else:
            yield "say", chance.choice(examples[chance.choice(list(examples))])


class Bot:
    """The Rasa server without its HTTP side."""

    def __init__(self, agent: Any) -> None:
        self._agent = agent
        self._later = 0.0
        self._understood: dict[str, Any] = {}
        self._clock = time.time
        time.time = lambda: self._clock() + self._later
        processor = agent.processor
        self._parse = processor._parse_message_with_graph
        processor._parse_message_with_graph = self._parse_once

    def _parse_once(self, message: Any, tracker: Any, only_output_properties: bool = True) -> Any:
        """Understand each text once: this is about what is made of it."""
        if message.text not in self._understood:
            self._understood[message.text] = self._parse(message, tracker, only_output_properties)
        return copy.deepcopy(self._understood[message.text])

    async def replies(self, sender: str, steps: Iterator[Step]) -> list[Any]:
        """Return what is replied to each step."""
        said: list[Any] = []
        buttons: list[str] = []
        for number, (kind, what) in enumerate(steps):
            random.seed(f"{sender}:{number}")  # some replies have several wordings
            np.random.seed(number)
            if kind == "wait":
                self._later += what
            elif kind == "events":
                await self._append(sender, EVENTS[what])
            else:
                text = what
                if kind == "tap":
                    text = buttons[what % len(buttons)] if buttons else "hello"
                said.append([text, await self._say(sender, text)])
                offered = [b["payload"] for r in said[-1][1] for b in r.get("buttons") or ()]
                buttons = offered or buttons
        return said

    async def _say(self, sender: str, text: str) -> list[dict[str, Any]]:
        from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

        output = CollectingOutputChannel()
        await self._agent.handle_message(UserMessage(text, output, sender, input_channel="rest"))
        return list(output.messages)

    async def _append(self, sender: str, events: list[dict[str, Any]]) -> None:
        """Do what Rasa's API does with the clinic's events."""
        from rasa.server import update_conversation_with_events
        from rasa.shared.core.events import Event

        agent = self._agent
        parsed = [Event.from_parameters({**event, "timestamp": time.time()}) for event in events]
        tracker = await update_conversation_with_events(
            sender, agent.processor, agent.domain, parsed
        )
        await agent.tracker_store.save(tracker)


async def agent_of(kind: str) -> Any:
    """Return an agent: "rasa" as it comes, with its own store and calls; "ours" as we run it."""
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from bot import rasa_tuning
    from bot.endpoints import endpoints

    settings = load_settings()
    rasa_tuning.apply_to_json()  # for both: it halves the time this takes
    if kind == "ours":
        rasa_tuning.apply()
        ends = endpoints(settings)
        ends.action._seconds = 300.0  # a busy machine is no difference between the two
    else:
        ends = AvailableEndpoints(
            action=EndpointConfig(f"{settings.actions_url}/webhook"),
            tracker_store=EndpointConfig(
                settings.db_url, type="tests.scale.whole_store.WholeStore"
            ),
        )
    return await load_agent(model_path=str(fitting_model()), endpoints=ends)


async def run(kind: str, count: int, seed: int, out: str) -> None:
    """Hold the conversations and write the replies down, a line for each."""
    bot = Bot(await agent_of(kind))
    with open(out, "w") as file:
        for number in range(count):
            replies = await bot.replies(f"p{number}", conversation(number, seed))
            file.write(json.dumps(replies) + "\n")
            file.flush()


def main(arguments: list[str]) -> None:
    """Run one side."""
    kind, count, seed, out = arguments
    environment.prepare()
    environment.publish(load_settings())
    logs.set_up()
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    from bot.rasa_server import import_rasa

    import_rasa()
    asyncio.run(run(kind, int(count), int(seed), out))


if __name__ == "__main__":
    main(sys.argv[1:])
