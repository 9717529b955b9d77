"""The Rasa server with an understanding that breaks on one word."""

from __future__ import annotations

import sys
from typing import Any

from bot import environment, rasa_server

POISON = "xyzzy"


def poison() -> None:
    """Make the understanding fail on the word, with the patient's words in the error."""
    from rasa.core.processor import MessageProcessor

    parse = MessageProcessor.parse_message

    async def broken(self: Any, message: Any, *args: Any, **kwargs: Any) -> Any:
        if POISON in (message.text or ""):
            raise ValueError(message.text)
        return await parse(self, message, *args, **kwargs)

    MessageProcessor.parse_message = broken


if __name__ == "__main__":
    environment.prepare()
    poison()
    sys.exit(rasa_server.main(sys.argv[2:]))
