"""Counts what the Rasa server understands of patients' messages: fallbacks and alerts."""

from __future__ import annotations

from typing import Any

from bot.ops import metrics

FALLBACK = {"nlu_fallback": "fallback", "out_of_scope": "out_of_scope"}
LEVELS = frozenset({"emergency", "crisis", "caution", "check"})


def count(parsed: dict[str, Any]) -> None:
    """Count one message as the pipeline left it."""
    intent = (parsed.get("intent") or {}).get("name") or ""
    metrics.understood.labels(FALLBACK.get(intent, "understood")).inc()
    level = (parsed.get("safety") or {}).get("level")
    if level in LEVELS:
        metrics.alerts.labels(level).inc()


def watch() -> None:
    """Count every message of a conversation from now on.

    Rasa has no hook between understanding and acting that costs no second look at the tracker, so
    its one function for that is wrapped, on the class: a model loaded later is counted, too.
    """
    from rasa.core.processor import MessageProcessor

    parse = MessageProcessor.parse_message

    async def counted(
        self: Any, message: Any, tracker: Any = None, *args: Any, **kwargs: Any
    ) -> Any:
        parsed = await parse(self, message, tracker, *args, **kwargs)
        if tracker is not None:  # without one it is a question to /model/parse
            count(parsed)
        return parsed

    MessageProcessor.parse_message = counted
