"""Every figure that is measured, in Prometheus's form. None has a patient's words or name in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.005, 0.01, 0.015, 0.025, 0.04, 0.06, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

REGISTRY = CollectorRegistry()

turn_seconds = Histogram(
    "guide_turn_seconds",
    "From a message's arrival to the end of its replies, waiting included.",
    ["channel"],
    buckets=SECONDS,
    registry=REGISTRY,
)
turns = Counter(
    "guide_turns_total",
    "Messages by how they ended: answered, silent (a person has taken over), trouble.",
    ["channel", "outcome"],
    registry=REGISTRY,
)
turns_under_way = Gauge(
    "guide_turns_under_way", "Messages that are waiting or being answered.", registry=REGISTRY
)
understood = Counter(
    "guide_understood_total",
    "Messages by what was made of them: understood, fallback, out_of_scope.",
    ["result"],
    registry=REGISTRY,
)
alerts = Counter(
    "guide_safety_alerts_total", "Messages with a red flag.", ["level"], registry=REGISTRY
)
action_seconds = Histogram(
    "guide_action_seconds",
    "Calls to the action server.",
    buckets=SECONDS,
    registry=REGISTRY,
)
action_failures = Counter(
    "guide_action_failures_total",
    "Calls to the action server that failed or took too long.",
    registry=REGISTRY,
)
web_requests = Counter(
    "guide_web_requests_total",
    "Requests to the web app, by the class of their status.",
    ["status"],
    registry=REGISTRY,
)
process_up = Gauge(
    "guide_process_up", "Whether a process answered just now.", ["process"], registry=REGISTRY
)
database_up = Gauge(
    "guide_database_up", "Whether the database answered just now.", registry=REGISTRY
)
outbox_waiting = Gauge(
    "guide_outbox_waiting", "Messages to phones that are not sent yet.", registry=REGISTRY
)
outbox_age = Gauge(
    "guide_outbox_oldest_seconds",
    "Age of the oldest message to a phone that is not sent yet; 0 if none waits.",
    registry=REGISTRY,
)
backup_age = Gauge(
    "guide_backup_age_seconds", "Age of the newest backup; NaN if there is none.", registry=REGISTRY
)


def watch_process() -> None:
    """Add memory, processor time and open files of this process; once."""
    ProcessCollector(registry=REGISTRY)


def page() -> bytes:
    """Return all figures, as Prometheus reads them."""
    return bytes(generate_latest(REGISTRY))


class TurnMeasure:
    """How one turn ended; ``trouble`` unless told otherwise."""

    outcome = "trouble"


@contextmanager
def turn(channel: str) -> Iterator[TurnMeasure]:
    """Measure one turn of a channel, however it ends."""
    measure = TurnMeasure()
    began = perf_counter()
    turns_under_way.inc()
    try:
        yield measure
    finally:
        turns_under_way.dec()
        turn_seconds.labels(channel).observe(perf_counter() - began)
        turns.labels(channel, measure.outcome).inc()


@contextmanager
def action() -> Iterator[None]:
    """Measure one call to the action server, however it ends."""
    began = perf_counter()
    try:
        yield
    except BaseException:
        action_failures.inc()
        raise
    finally:
        action_seconds.observe(perf_counter() - began)
