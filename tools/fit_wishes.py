"""Learns the weights of ``bot/nlu/second_wish.py``: ``python -m tools.fit_wishes MODEL``.

From the development sets, each message once, read by a trained model; never from the sets that are
kept for measuring (``test``, ``two_wishes``). Prints the weights, and how well further wishes were
found in the messages that each of ten fits left out.
"""

from __future__ import annotations

import json
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from rasa.shared.nlu.training_data.message import Message
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.nlu.classify import IntentClassifier, Reader
from bot.nlu.encoder import shared_encoder
from bot.nlu.entities import entities_in
from bot.nlu.linear import LinearModel
from bot.nlu.second_wish import features, further_wishes
from bot.nlu.statements import only_names_a_condition
from bot.nlu.wishes import SECOND, SIDE_REMARKS, THIRD, WishFinder, heard, parts_of, remarks_in
from bot.paths import ROOT, cache_dir

SETS = ("two_wishes_dev", "one_wish_dev", "dev")
SECTION = "train_bot.nlu.classify.IntentClassifier0"
REGULARISATION_C = 1.0
FOLDS = 10
ANSWERED = 2
"""Further wishes that are answered at most."""


def reader_of(model: Path) -> Reader:
    """Return the reader of a trained model."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(model) as archive:
            archive.extractall(folder)
        part = next(Path(folder).rglob(SECTION))
        words = json.loads((part / "words.json").read_text())
        return Reader(
            shared_encoder(cache_dir()), LinearModel.load(part), words["counts"], words["exact"]
        )


def examples_of(name: str, reader: Reader) -> list[dict[str, Any]]:
    """Return the messages of a set: what they want, what was found, and what else might be."""
    classifier = IntentClassifier(IntentClassifier.get_default_config(), None, None)
    classifier._reader = reader
    lines = (ROOT / "tests" / "nlu_sets" / f"{name}.jsonl").read_text().splitlines()
    return [_example(json.loads(line), classifier) for line in lines]


def _example(row: dict[str, Any], classifier: IntentClassifier) -> dict[str, Any]:
    message = Message(data={"text": row["text"]})
    classifier.process([message])
    message.set("entities", entities_in(message.get("text")))
    WishFinder().process([message])
    main, reading = message.get("intent"), message.get("reading")
    clauses, entities = message.get("clause_readings"), message.get("entities")
    possible: list[tuple[str, list[float]]] = []
    alone = main["reason"] == "exact example"
    if not alone and not only_names_a_condition(row["text"], entities):
        known = heard(main["name"], reading, clauses, entities)
        names = [name for name, _ in further_wishes(known) if name not in SIDE_REMARKS]
        possible = [(name, list(features(name, known).values())) for name in names]
    return {
        "wanted": set(row.get("intents") or [row["intent"]]),
        "main": main["name"],
        "possible": possible,
        "remarks": [] if alone else remarks_in(parts_of(reading, clauses)),
    }


def table(examples: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the features of all possible wishes, whether they are meant, and in which message."""
    rows = [
        (values, name in example["wanted"], i)
        for i, example in enumerate(examples)
        for name, values in example["possible"]
    ]
    found, meant, groups = zip(*rows, strict=True)
    return np.array(found), np.array(meant), np.array(groups)


def measured(examples: list[dict[str, Any]], chances: np.ndarray) -> str:
    """Return in how many messages all wishes were found, and in how many one too many."""
    left, all_found, more = iter(chances), 0, 0
    for example in examples:
        likely = sorted(((next(left), name) for name, _ in example["possible"]), reverse=True)
        taken = [name for i, (p, name) in enumerate(likely) if p >= (THIRD if i else SECOND)]
        further = [n for n in dict.fromkeys(taken + example["remarks"]) if n != example["main"]]
        found = {example["main"], *further[:ANSWERED]}
        all_found += example["wanted"] <= found
        more += len(found) > len(example["wanted"])
    return f"all found {all_found / len(examples):.3f}, too many {more / len(examples):.3f}"


def _fit(values: np.ndarray, meant: np.ndarray) -> Any:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=REGULARISATION_C, max_iter=2_000))
    return model.fit(values, meant)


def main() -> None:
    """Fit on the development sets, and print the weights."""
    reader = reader_of(Path(sys.argv[1]))
    sets = {name: examples_of(name, reader) for name in (*SETS, *sys.argv[2:])}
    together = [example for name in SETS for example in sets[name]]
    values, meant, groups = table(together)
    chances = np.zeros(len(values))
    for rest, left_out in GroupKFold(FOLDS).split(values, meant, groups):
        fitted = _fit(values[rest], meant[rest])
        chances[left_out] = fitted.predict_proba(values[left_out])[:, 1]
    first = 0
    for name in SETS:
        within = (groups >= first) & (groups < first + len(sets[name]))
        print(f"{name}: {measured(sets[name], chances[within])}")
        first += len(sets[name])
    fitted = _fit(values, meant)
    for name in sys.argv[2:]:
        print(f"{name}: {measured(sets[name], fitted.predict_proba(table(sets[name])[0])[:, 1])}")
    scaler, model = fitted[0], fitted[-1]
    weights = model.coef_[0] / scaler.scale_
    print(f"BIAS = {float(model.intercept_[0] - weights @ scaler.mean_):.3f}")
    names = features("tell_condition", heard("", reader.read("cancer"), [], [])).keys()
    for name, weight in zip(names, weights, strict=True):
        print(f'    "{name}": {weight:.3f},')


if __name__ == "__main__":
    main()
