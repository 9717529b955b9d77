"""Sentence embeddings: text in, a vector of 384 numbers out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu.bert_numpy import WIDTH
from bot.nlu.graph import cached_graph
from bot.nlu.weights import model_dir

MAX_TOKENS = 128  # a long story is cut here; clauses are embedded on their own elsewhere


class SentenceEncoder:
    """The encoder on onnxruntime, one thread (two fight with the server for the cores)."""

    def __init__(self, cache: Path) -> None:
        """Open the encoder.

        Args:
            cache: folder for the built graph.

        Raises:
            WeightsProblem: the weights are missing or damaged.
        """
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(cached_graph(cache)), options, providers=["CPUExecutionProvider"]
        )
        self._pool = ThreadPoolExecutor(os.cpu_count())
        self._tokenizer = Tokenizer.from_file(str(model_dir() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def token_ids(self, text: str) -> list[int]:
        """Return the word-piece ids of the text, special ones included, 128 at most."""
        return list(self._tokenizer.encode(text).ids)

    def embed(self, text: str) -> np.ndarray:
        """Return the embedding of one text: float32, shape (384,), length one."""
        ids = np.array(self.token_ids(text), dtype=np.int64)
        return np.asarray(self._session.run(["embedding"], {"ids": ids})[0])

    def embed_all(self, texts: list[str]) -> np.ndarray:
        """Return the embeddings of many texts: float32, shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, WIDTH), dtype=np.float32)
        return np.stack(list(self._pool.map(self.embed, texts)))

    @property
    def vocabulary(self) -> frozenset[str]:
        """The whole words (no word pieces) that the encoder knows, lower case."""
        return frozenset(w for w in self._tokenizer.get_vocab() if w.isalpha())


@lru_cache(maxsize=2)
def shared_encoder(cache: Path) -> SentenceEncoder:
    """Return one encoder per process and cache folder: opening it takes 90 MB."""
    return SentenceEncoder(cache)
