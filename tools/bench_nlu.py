"""Measures one understanding pipeline in a process of its own; prints one JSON line.

Run by ``tools.bench``; by hand: ``python -m tools.bench_nlu tools/bench_configs/ours.yml``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.paths import DATA, ROOT

TEST_SET = ROOT / "tests" / "nlu_sets" / "test.jsonl"
SEED = 20
TYPO_RATE = 0.2
"""Share of the words of four letters or more that get a typo."""


def with_typos(text: str, rng: random.Random) -> str:
    """Return the text with one edit (swap, drop, double) in a fifth of its longer words."""
    words = text.split()
    for i, word in enumerate(words):
        if len(word) >= 4 and rng.random() < TYPO_RATE:
            at = rng.randrange(1, len(word) - 1)
            kind = rng.choice(["swap", "drop", "double"])
            if kind == "swap":
                words[i] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            elif kind == "drop":
                words[i] = word[:at] + word[at + 1 :]
            else:
                words[i] = word[:at] + word[at] + word[at:]
    return " ".join(words)


def percentile(values: Sequence[float], share: float) -> float:
    """Return a percentile by nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def macro_f1(truth: Sequence[str], guesses: Sequence[str]) -> float:
    """Return the mean F1 over the true intents."""
    from sklearn.metrics import f1_score

    return float(f1_score(truth, guesses, average="macro", labels=sorted(set(truth))))


def _train(config: Path, folder: Path) -> tuple[str, float]:
    from rasa.model_training import train_nlu

    begin = time.perf_counter()
    path = train_nlu(str(config), str(DATA / "nlu"), str(folder), domain=str(ROOT / "domain.yml"))
    return str(path), time.perf_counter() - begin


async def _parse_all(agent: Any, texts: Sequence[str]) -> tuple[list[dict[str, Any]], list[float]]:
    found, times = [], []
    for text in texts:
        begin = time.perf_counter()
        found.append(await agent.parse_message(text))
        times.append((time.perf_counter() - begin) * 1000)
    return found, times


def _top(parsed: dict[str, Any]) -> str:
    """Return the best intent; a fallback counts as wrong unless it was out of scope."""
    name = parsed["intent"]["name"] or ""
    return "out_of_scope" if name == "nlu_fallback" else name


def _scope_auroc(truth: Sequence[str], parsed: Sequence[dict[str, Any]]) -> float:
    from sklearn.metrics import roc_auc_score

    scores = []
    for entry in parsed:
        ranking = {r["name"]: r["confidence"] for r in entry.get("intent_ranking") or []}
        inside = max((c for n, c in ranking.items() if n != "out_of_scope"), default=0.0)
        scores.append(inside)
    return float(roc_auc_score([t != "out_of_scope" for t in truth], scores))


def measure(config: Path) -> dict[str, float]:
    """Train and evaluate one pipeline on the held-out test set; return the figures."""
    from rasa.core.agent import Agent

    cases = [json.loads(line) for line in TEST_SET.read_text(encoding="utf-8").splitlines()]
    truth = [case["intent"] for case in cases]
    texts = [case["text"] for case in cases]
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        model, seconds = _train(config, Path(folder))
        agent = Agent.load(model)
        asyncio.run(_parse_all(agent, texts[:20]))  # warm-up
        parsed, times = asyncio.run(_parse_all(agent, texts))
        typos, _ = asyncio.run(_parse_all(agent, [with_typos(t, rng) for t in texts]))
    guesses = [_top(p) for p in parsed]
    short = [ms for ms, text in zip(times, texts, strict=True) if len(text.split()) < 60]
    return {
        "accuracy": sum(g == t for g, t in zip(guesses, truth, strict=True)) / len(truth),
        "macro_f1": macro_f1(truth, guesses),
        "accuracy_20pct_typos": sum(_top(p) == t for p, t in zip(typos, truth, strict=True))
        / len(truth),
        "out_of_scope_auroc": _scope_auroc(truth, parsed),
        "training_s": seconds,
        "parse_p50_ms": percentile(short, 0.5),
        "parse_p99_ms": percentile(short, 0.99),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    print(json.dumps(measure(Path(sys.argv[1]))))
