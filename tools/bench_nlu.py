"""Trains and measures one understanding pipeline; prints one JSON line.

Run by ``tools.bench``, each step in a process of its own, so that neither the memory nor the warm
caches of one flatter the other. By hand:

    python -m tools.bench_nlu train tools/bench_configs/ours.yml own /tmp/model
    python -m tools.bench_nlu parse /tmp/model own
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.paths import DATA, ROOT

SETS = ROOT / "tests" / "nlu_sets"
BENCHMARKS = ROOT / "tools" / "benchmarks"
OWN = "own"
"""Our training data and our held-out test set; the other names are public benchmarks."""
GENERAL = "bot.nlu.classify.IntentClassifier"
"""The one component of ours that knows nothing of second opinions: benchmarks measure it alone."""
SEED = 20
TYPO_RATE = 0.2
"""Share of the words of four letters or more that get a typo."""
SHORT = 60
"""Words; the times of longer messages are left out."""


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


def resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cases(name: str) -> list[dict[str, str]]:
    """Return the test messages of a set: text, intent and, of our own, voice."""
    if name == OWN:
        lines = (SETS / "test.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]
    return [{"intent": intent, "text": text} for intent, text in _rows(f"{name}_test")]


def _rows(name: str) -> list[list[str]]:
    lines = (BENCHMARKS / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t", 1) for line in lines]


def _write_examples(name: str, folder: Path) -> Path:
    """Write a benchmark's training examples as Rasa reads them; return the file."""
    examples: dict[str, str] = {}
    for intent, text in _rows(f"{name}_train"):
        plain = text.translate(str.maketrans("[](){}", "      "))  # Rasa would read them as markup
        examples[intent] = examples.get(intent, "") + f"- {plain.strip()}\n"
    nlu = [{"intent": intent, "examples": lines} for intent, lines in examples.items()]
    path = folder / "nlu.yml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump({"version": "3.1", "nlu": nlu}, file)
    return path


def _general(config: Path, folder: Path) -> Path:
    """Write a config without the components that know our intents; return the file."""
    content = YAML(typ="safe").load(config.read_text(encoding="utf-8"))
    content["pipeline"] = [
        c for c in content["pipeline"] if c["name"] == GENERAL or not c["name"].startswith("bot.")
    ]
    path = folder / "config.yml"
    with path.open("w", encoding="utf-8") as file:
        YAML().dump(content, file)
    return path


def train(config: Path, name: str, target: Path) -> dict[str, float]:
    """Train a pipeline on a set's training examples; leave the model in a folder."""
    from rasa.model_training import train_nlu

    with tempfile.TemporaryDirectory() as work:
        data = str(DATA / "nlu")
        domain: str | None = str(ROOT / "domain.yml")
        if name != OWN:
            data, domain = str(_write_examples(name, Path(work))), None
            config = _general(config, Path(work))
        begin = time.perf_counter()
        train_nlu(str(config), data, str(target), domain=domain)
        return {"training_s": time.perf_counter() - begin}


async def _parse_all(agent: Any, texts: Sequence[str]) -> tuple[list[dict[str, Any]], list[float]]:
    found, times = [], []
    for text in texts:
        begin = time.perf_counter()
        found.append(await agent.parse_message(text))
        times.append((time.perf_counter() - begin) * 1000)
    return found, times


def _top(parsed: dict[str, Any]) -> str:
    """Return the best intent; not understood counts as out of scope."""
    name = parsed["intent"]["name"] or ""
    return "out_of_scope" if name == "nlu_fallback" else name


def _first(parsed: dict[str, Any]) -> str:
    """Return the likeliest intent, whatever its confidence: benchmarks have no fallback."""
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    return str(ranking[0]["name"])


def _scope_auroc(truth: Sequence[str], parsed: Sequence[dict[str, Any]]) -> float:
    from sklearn.metrics import roc_auc_score

    scores = []
    for entry in parsed:
        ranking = {r["name"]: r["confidence"] for r in entry.get("intent_ranking") or []}
        inside = max((c for n, c in ranking.items() if n != "out_of_scope"), default=0.0)
        scores.append(inside)
    return float(roc_auc_score([t != "out_of_scope" for t in truth], scores))


def parse(model: Path, name: str) -> dict[str, Any]:
    """Load a model and read a set's test messages; return the figures.

    Of our own set also what each message was taken for ("guesses"), for the pictures.
    """
    from rasa.core.agent import Agent

    begin = time.perf_counter()
    agent = Agent.load(str(model))
    loading = time.perf_counter() - begin
    tests = cases(name)
    truth, texts = [c["intent"] for c in tests], [c["text"] for c in tests]
    asyncio.run(_parse_all(agent, texts[:20]))  # warm-up
    parsed, times = asyncio.run(_parse_all(agent, texts))
    if name != OWN:
        guesses = [_first(p) for p in parsed]
        return {name: _share(guesses, truth)}
    rng = random.Random(SEED)
    typos, _ = asyncio.run(_parse_all(agent, [with_typos(t, rng) for t in texts]))
    guesses = [_top(p) for p in parsed]
    short = [ms for ms, text in zip(times, texts, strict=True) if len(text.split()) < SHORT]
    return {
        "accuracy": _share(guesses, truth),
        "macro_f1": macro_f1(truth, guesses),
        "accuracy_20pct_typos": _share([_top(p) for p in typos], truth),
        "out_of_scope_auroc": _scope_auroc(truth, parsed),
        "loading_s": loading,
        "parse_p50_ms": percentile(short, 0.5),
        "parse_p99_ms": percentile(short, 0.99),
        "memory_mb": resident_mb(),
        "guesses": guesses,
    }


def _share(guesses: Sequence[str], truth: Sequence[str]) -> float:
    return sum(g == t for g, t in zip(guesses, truth, strict=True)) / len(truth)


def main(arguments: list[str]) -> None:
    """Do one step and print its figures."""
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    step, *rest = arguments
    if step == "train":
        config, name, target = rest
        figures = train(Path(config), name, Path(target))
    else:
        model, name = rest
        figures = parse(Path(model), name)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
