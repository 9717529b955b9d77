"""The pictures of ``make bench``: where the understanding errs, for whom, and what turns take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

VOICES = ("plain", "sms", "typos", "nonnative", "caregiver", "rambling", "indirect")
COLORS = ("#9aa5b1", "#0b7285", "#d9a441")
PAIR = (COLORS[1], COLORS[0])
THROUGHPUT = {
    "crowd_per_s": "SQLite",
    "postgres_1_per_s": "PostgreSQL",
    "postgres_2_per_s": "PostgreSQL, two servers",
}
Case = Mapping[str, str]


def by_voice(tests: Sequence[Case], guesses: Sequence[str]) -> list[float]:
    """Return the share understood right in each of ``VOICES``."""
    right: dict[str, list[bool]] = {voice: [] for voice in VOICES}
    for case, guess in zip(tests, guesses, strict=True):
        right[case["voice"]].append(guess == case["intent"])
    return [float(np.mean(right[voice])) for voice in VOICES]


def confusions(tests: Sequence[Case], guesses: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """Return the intents and the matrix of shares: rows the truth, columns what was guessed."""
    names = sorted({case["intent"] for case in tests} | set(guesses))
    matrix = np.zeros((len(names), len(names)))
    for case, guess in zip(tests, guesses, strict=True):
        matrix[names.index(case["intent"]), names.index(guess)] += 1
    return names, matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


def voices(tests: Sequence[Case], guesses: Mapping[str, Sequence[str]], path: Path) -> None:
    """Draw the accuracy of each pipeline in each voice as bars."""
    plot = _pyplot()
    figure, axes = plot.subplots(figsize=(9, 4))
    width = 0.8 / len(guesses)
    for place, (name, found) in enumerate(guesses.items()):
        shares = by_voice(tests, found)
        at = np.arange(len(VOICES)) + place * width
        bars = axes.bar(at, shares, width, label=name, color=COLORS[place % len(COLORS)])
        axes.bar_label(bars, [f"{share:.2f}" for share in shares], fontsize=7)
    axes.set_xticks(np.arange(len(VOICES)) + 0.4 - width / 2, VOICES)
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("accuracy")
    axes.legend(loc="lower left")
    _save(figure, path)


def confusion_matrix(tests: Sequence[Case], guesses: Sequence[str], path: Path) -> None:
    """Draw which intent was taken for which."""
    plot = _pyplot()
    names, shares = confusions(tests, guesses)
    figure, axes = plot.subplots(figsize=(13, 12))
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("understood as")
    axes.set_ylabel("meant")
    figure.colorbar(image, fraction=0.03)
    _save(figure, path)


def turn_times(
    curves: Mapping[str, Sequence[float]], figures: Mapping[str, Mapping[str, float]], path: Path
) -> None:
    """Draw what each turn of a long conversation took, and the messages answered in a second.

    Args:
        curves: milliseconds, turn after turn, by the server's name.
        figures: of ``tools.bench_scale``.
        path: where to.
    """
    plot = _pyplot()
    figure, (left, right) = plot.subplots(1, 2, figsize=(11, 4))
    for place, (name, turns) in enumerate(curves.items()):
        number = range(1, len(turns) + 1)
        color = PAIR[place % len(PAIR)]
        left.plot(number, turns, color=color, alpha=0.25, linewidth=0.6)
        left.plot(number, _smooth(turns), color=color, label=name)
    left.set_yscale("log")
    left.set_xlabel("turn of one conversation")
    left.set_ylabel("ms")
    left.legend()
    bars = {
        f"{name}: {words}": (found[key], PAIR[place % len(PAIR)])
        for place, (name, found) in enumerate(figures.items())
        for key, words in THROUGHPUT.items()
        if key in found
    }
    values, colors = zip(*bars.values(), strict=True)
    drawn = right.barh(list(bars), values, color=colors)
    right.bar_label(drawn, fmt="%.0f", padding=3)
    right.invert_yaxis()
    right.set_xlabel("messages/s, 50 conversations at once")
    right.margins(x=0.12)
    _save(figure, path)


def _smooth(values: Sequence[float], width: int = 11) -> list[float]:
    """Return the median around each value."""
    half = width // 2
    return [float(np.median(values[max(0, i - half) : i + half + 1])) for i in range(len(values))]


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("Agg")  # there is no screen
    from matplotlib import pyplot

    return pyplot


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=90)
