"""Derives the public intent benchmarks that ``make bench`` measures on.

Usage: ``python -m tools.build_benchmarks --source DIR``, where DIR holds ``banking77/train.csv``,
``banking77/test.csv`` and ``clinc150/data_full.json`` (PolyAI task-specific-datasets, CC BY 4.0;
clinc/oos-eval, CC BY 3.0). Ten examples of each intent are drawn for training, always the same
ones; the whole test sets are kept.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Iterable
from pathlib import Path

from bot.paths import ROOT

TARGET = ROOT / "tools" / "benchmarks"
SHOTS = 10
SEED = 20
Row = tuple[str, str]


def few(rows: Iterable[Row]) -> list[Row]:
    """Return ``SHOTS`` rows (text, intent) of each intent, drawn with a fixed seed."""
    by_intent: dict[str, list[str]] = {}
    for text, intent in rows:
        by_intent.setdefault(intent, []).append(text)
    rng = random.Random(SEED)
    return [(text, i) for i in sorted(by_intent) for text in rng.sample(by_intent[i], SHOTS)]


def _banking(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def _write(name: str, rows: Iterable[Row]) -> None:
    path = TARGET / f"{name}.tsv"
    lines = ("\t".join((intent, " ".join(text.split()))) for text, intent in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write ``<benchmark>_train.tsv`` and ``<benchmark>_test.tsv``: intent, tab, text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, required=True)
    source = parser.parse_args().source
    TARGET.mkdir(exist_ok=True)
    _write("banking77_train", few(_banking(source / "banking77" / "train.csv")))
    _write("banking77_test", _banking(source / "banking77" / "test.csv"))
    clinc = json.loads((source / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    _write("clinc150_train", few(map(tuple, clinc["train"])))
    _write("clinc150_test", map(tuple, clinc["test"]))


if __name__ == "__main__":
    main()
