"""``make bench``: the benchmark table, as ratios to a baseline run beside it, and its pictures.

Each pipeline is trained and measured in processes of its own, one after the other, on our held-out
messages and on two public benchmarks. The baseline is Rasa's sparse features with its own logistic
regression. What ``rasa init`` writes (DIET) trains for most of an hour on our examples; ``--quick``
leaves it out. The widget, the console, the phones and the whole product under load follow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.paths import ROOT
from tools import bench_console, bench_phones, bench_scale, bench_widget
from tools.bench_nlu import OWN, cases
from tools.bench_pictures import confusion_matrix, voices

CONFIGS = ROOT / "tools" / "bench_configs"
REPORT = ROOT / "models" / "report"
BASELINE = "sparse_lr"
PIPELINES = (BASELINE, "ours", "rasa_default")
SLOW = "rasa_default"
SETS = (OWN, "banking77", "clinc150")
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "OPENBLAS_NUM_THREADS": "1",  # as the servers run (bot/environment.py)
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL": "ERROR",
}


def _step(*arguments: str) -> dict[str, Any]:
    result = subprocess.run(
        [sys.executable, "-m", "tools.bench_nlu", *arguments],
        cwd=ROOT, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    lines = [line for line in result.stdout.splitlines() if line.startswith("{")]
    if result.returncode or not lines:
        sys.exit(f"{' '.join(arguments)} failed:\n{result.stderr[-2000:]}")
    return dict(json.loads(lines[-1]))


def _measure(name: str) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for data in SETS:
        print(f"  {name} on {data} ...", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            trained = _step("train", str(CONFIGS / f"{name}.yml"), data, folder)
            if data == OWN:
                figures.update(trained)
            figures.update(_step("parse", folder, data))
    return figures


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
    """Measure and print; keep the figures and the pictures in models/report."""
    names = [name for name in PIPELINES if name != SLOW or "--quick" not in arguments]
    figures = {name: _measure(name) for name in names}
    guesses = {name: found.pop("guesses") for name, found in figures.items()}
    print("\nUnderstanding, on tests/nlu_sets/test.jsonl (never trained or tuned on)")
    print("and on ten examples an intent of BANKING77 and CLINC150")
    print(table(figures))
    REPORT.mkdir(parents=True, exist_ok=True)
    (REPORT / "bench.json").write_text(json.dumps(figures, indent=2) + "\n")
    tests = cases(OWN)
    voices(tests, guesses, REPORT / "voices.png")
    confusion_matrix(tests, guesses["ours"], REPORT / "confusion.png")
    bench_widget.main()
    bench_console.main()
    bench_phones.main()
    bench_scale.main(["--quick"] if "--quick" in arguments else [])
    print(f"Pictures: {_shown(REPORT / 'voices.png')} and {_shown(REPORT / 'confusion.png')}")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    main(sys.argv[1:])
