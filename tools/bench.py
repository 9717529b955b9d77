"""``make bench``: the benchmark table, as ratios to a baseline run beside it.

Each pipeline is trained and measured in a process of its own, one after the other. The baseline is
Rasa's sparse features with its own logistic regression; ``--default`` adds what ``rasa init``
writes (DIET), which trains for several minutes.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bot.paths import ROOT

CONFIGS = ROOT / "tools" / "bench_configs"
BASELINE = "sparse_lr"
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL": "ERROR",
}


def _measure(name: str) -> dict[str, float]:
    print(f"  measuring {name} ...", flush=True)
    result = subprocess.run(
        [sys.executable, "-m", "tools.bench_nlu", str(CONFIGS / f"{name}.yml")],
        cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode or not lines:
        sys.exit(f"{name} could not be measured:\n{result.stderr[-2000:]}")
    return dict(json.loads(lines[-1]))


def table(figures: dict[str, dict[str, float]]) -> str:
    """Return the table: a row a figure, each value with its ratio to the baseline's."""
    names = list(figures)
    lines = [f"{'':24}" + "".join(f"{name:>24}" for name in names)]
    for key, base in figures[BASELINE].items():
        cells = ""
        for name in names:
            value = figures[name][key]
            ratio = f"x{value / base:.2f}" if base else "-"
            cells += f"{value:>15.3f} {ratio:>8}"
        lines.append(f"{key:24}{cells}")
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    """Measure and print; keep the figures in models/report/bench.json."""
    names = [BASELINE, "ours"] + (["rasa_default"] if "--default" in arguments else [])
    figures = {name: _measure(name) for name in names}
    print("\nUnderstanding, on tests/nlu_sets/test.jsonl (never trained or tuned on)")
    print(table(figures))
    report = Path(ROOT / "models" / "report")
    report.mkdir(parents=True, exist_ok=True)
    (report / "bench.json").write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main(sys.argv[1:])
