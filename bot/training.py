"""Trains a model, if none fits the data: ``python -m bot.training``.

A model's name holds a fingerprint of everything it is made from, so "does a model fit the data?"
is whether a file exists. The training itself runs in a process of its own: it needs half a
gigabyte, and says more than anybody wants to read, all of it kept in a log.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot import environment, logs, models
from bot.errors import SetupProblem
from bot.paths import DATA, MODELS, ROOT, var_dir

NAME = models.NAME
KEPT = 2
"""Models kept: this one and the one before, for going back."""
BEAT_SECONDS = 10
LAST_LINES = 12
TRAIN = ("bot.training", "--into")
VALIDATE = ("rasa", "data", "validate", "-d", "domain.yml", "--data", "data", "-c", "config.yml")
LIBRARIES = ("rasa", "numpy", "scikit-learn", "spacy", "onnxruntime", "tokenizers", "rapidfuzz")


READ_LATER = frozenset({"clinic.yml", "console.yml", "papers.yml", "sources.yml"})
"""Of data/knowledge: read as they are when somebody is answered; a new number trains nothing."""


def _made_from() -> Iterator[Path]:
    """Every file that a model depends on, in a fixed order."""
    yield ROOT / "config.yml"
    yield ROOT / "domain.yml"
    yield ROOT / "bot" / "policies.py"
    yield ROOT / "bot" / "knowledge.py"
    yield from sorted((ROOT / "bot" / "nlu").glob("*.py"))
    yield from sorted(
        path
        for path in DATA.rglob("*")
        if path.is_file() and path.suffix != ".md" and not path.name.startswith(".")
        if path.name not in READ_LATER
    )


def fingerprint() -> str:
    """Return twelve characters that change when a model must be trained again."""
    digest = hashlib.sha256(platform.python_version().encode())
    for library in LIBRARIES:
        digest.update(f"\0{library} {importlib.metadata.version(library)}".encode())
    for path in _made_from():
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def fitting_model() -> Path:
    """Return the path of the model that fits the data, whether or not it is there.

    Raises:
        SetupProblem: a file it is made from is missing or cannot be read.
    """
    try:
        return MODELS / f"{NAME}-{fingerprint()}.tar.gz"
    except OSError as error:
        raise SetupProblem(f"Cannot read {error.filename}: {error.strerror}.") from None


def ensure_model() -> Path:
    """Return the model that fits the data, training it first if it is not there.

    If it is there but damaged, the one before serves until the next start, which trains it anew:
    patients get answers now, not in two minutes.

    Raises:
        SetupProblem: the training failed, or the folder cannot be written.
    """
    model = fitting_model()
    if model.is_file() and not models.is_whole(model):
        before = models.set_aside(model)
        if before:
            _say(models.in_place_of(model, before))
            return before
    if not model.is_file():
        with _alone():
            # Another process may have trained it while this one waited.
            if not model.is_file():
                _train_aside(model)
                _forget_old(model)
    return model


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the only right to train in this folder."""
    try:
        MODELS.mkdir(exist_ok=True)
        if not os.access(MODELS, os.W_OK):
            raise PermissionError(13, "Permission denied")
        folder = os.open(MODELS, os.O_RDONLY)
    except OSError as error:
        raise SetupProblem(f"Cannot write models to {MODELS}: {error.strerror}.") from None
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Another process is training a model: waiting for it ...")
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _train_aside(model: Path) -> None:
    _say("Training the model on the data, one or two minutes ...")
    started = time.monotonic()
    # Under another name until it is whole, so that nobody loads half a model.
    partial = model.with_name(f"partial-{model.name}")
    log = var_dir() / "logs" / "training.log"
    partial.unlink(missing_ok=True)
    try:
        if _run_quietly([*TRAIN, str(partial)], log, "training") != 0 or not partial.is_file():
            _show_end(log)
            raise SetupProblem(f"The training failed; its whole output is in {log}.")
        os.replace(partial, model)
    finally:
        partial.unlink(missing_ok=True)
    _say(f"Trained in {time.monotonic() - started:.0f} s: {model.relative_to(ROOT)}")


def _run_quietly(module: Sequence[str], log: Path, doing: str) -> int:
    """Run a Python module, its output going to a log; say now and then that it still runs."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        output = log.open("w")
    except OSError as error:
        raise SetupProblem(f"Cannot write {log}: {error.strerror}.") from None
    with output, subprocess.Popen(
        [sys.executable, "-m", *module],
        cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        started = time.monotonic()
        try:
            while True:
                try:
                    return process.wait(timeout=BEAT_SECONDS)
                except subprocess.TimeoutExpired:
                    _say(f"  ... still {doing} ({time.monotonic() - started:.0f} s)")
        except BaseException:
            process.kill()
            raise


def _show_end(log: Path) -> None:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    for line in lines[-LAST_LINES:]:
        print(f"  | {line}", file=sys.stderr)


def _forget_old(model: Path) -> None:
    others = [path for path in MODELS.glob(f"{NAME}-*.tar.gz") if path != model]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in (*others[KEPT - 1 :], *MODELS.glob(f"partial-{NAME}-*.tar.gz")):
        path.unlink(missing_ok=True)


def _say(text: str) -> None:
    print(text, flush=True)


def _train_here(target: Path) -> int:
    """Train in this process. The responses under ``data/`` join the domain as Rasa reads them."""
    logs.set_up()
    # Rasa's cache of trained parts knows nothing of the modules a component uses.
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    from rasa.model_training import train

    result = train(
        domain=str(ROOT / "domain.yml"),
        config=str(ROOT / "config.yml"),
        training_files=[str(DATA)],
        output=str(target.parent),
        fixed_model_name=target.name,
        force_training=True,
    )
    return result.code


def _validate() -> int:
    log = var_dir() / "logs" / "validation.log"
    if _run_quietly(VALIDATE, log, "checking") == 0:
        _say("Rasa finds nothing wrong with the data.")
        return 0
    _show_end(log)
    _say(f"Rasa finds something wrong with the data; its whole output is in {log}.")
    return 1


def main(arguments: list[str]) -> int:
    """Train if need be; ``--validate`` runs Rasa's check of the data instead."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        environment.prepare()
        match arguments:
            case []:
                _say(f"The model that fits the data: {ensure_model().relative_to(ROOT)}")
                return 0
            case ["--validate"]:
                return _validate()
            case ["--into", target]:
                return _train_here(Path(target))
        raise SetupProblem("bot.training knows only --validate.")
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
