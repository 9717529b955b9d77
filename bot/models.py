"""Trained models on disk: whether one is whole, and which one serves when it is not."""

from __future__ import annotations

import contextlib
import os
import tarfile
import zlib
from pathlib import Path

from bot.errors import SetupProblem

NAME = "second-opinion"
DAMAGED = "damaged-"


def is_whole(model: Path) -> bool:
    """Return True if a model's archive can be read to its end and holds what makes it one."""
    try:
        with tarfile.open(model) as archive:
            names = []
            for member in archive:
                names.append(member.name)
                content = archive.extractfile(member)
                while content and content.read(1 << 20):
                    pass
    except (OSError, EOFError, tarfile.TarError, zlib.error):
        return False
    return any(name.endswith("metadata.json") for name in names)


def earlier(model: Path) -> Path | None:
    """Return the newest whole model of the same folder but for this one, or None."""
    others = [p for p in model.parent.glob(f"{NAME}-*.tar.gz") if p != model]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return next((path for path in others if is_whole(path)), None)


def set_aside(model: Path) -> Path | None:
    """Put a model that cannot be used out of the way, where that is allowed; return the one before.

    The next ``make run`` or ``make train`` then trains it anew.
    """
    with contextlib.suppress(OSError):  # in a read-only image it stays, and is found again
        os.replace(model, model.with_name(DAMAGED + model.name))
    return earlier(model)


def usable(model: Path) -> tuple[Path, str]:
    """Return the model to serve, and a sentence if it is not the one asked for.

    Raises:
        SetupProblem: there is none.
    """
    if model.is_file() and is_whole(model):
        return model, ""
    there = model.is_file()
    before = set_aside(model) if there else earlier(model)
    if before is None:
        what = "is damaged" if there else "is missing"
        raise SetupProblem(f"The model {model} {what}, and there is no other: run 'make train'.")
    return before, in_place_of(model, before, there)


def in_place_of(model: Path, before: Path, there: bool = True) -> str:
    """Return the sentence that says which model serves, and why."""
    what = "is damaged" if there else "is missing"
    return (
        f"The model {model.name} {what}: the one before, {before.name}, serves. "
        "'make train' makes it again."
    )
