"""Sentence embeddings: text in, a vector of 384 numbers out."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu.bert_numpy import WIDTH
from bot.nlu.graph import cached_graph
from bot.nlu.weights import model_dir

MAX_TOKENS = 128  # a long story is cut here; clauses are embedded on their own elsewhere


@dataclass(frozen=True)
class Encoded:
    """A text as the encoder read it.

    Attributes:
        ids: of its tokens, special ones included.
        embedding: float32, shape (384,), length one.
        states: what each token means where it stands: float32, shape (len(ids), 384).
    """

    ids: list[int]
    embedding: np.ndarray
    states: np.ndarray


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
        self._cores = os.cpu_count() or 1
        self._set_up_pool()
        os.register_at_fork(after_in_child=self._set_up_pool)  # a copy has no threads of its own
        self._tokenizer = Tokenizer.from_file(str(model_dir() / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        marks = (self._tokenizer.token_to_id(mark) for mark in ".?!,;:")
        self._marks = frozenset(mark for mark in marks if mark is not None)

    def _set_up_pool(self) -> None:
        self._pool = ThreadPoolExecutor(self._cores)

    def token_ids(self, text: str) -> list[int]:
        """Return the word-piece ids of the text, special ones included, 128 at most."""
        return list(self._tokenizer.encode(text).ids)

    def embed(self, text: str) -> np.ndarray:
        """Return the embedding of one text: float32, shape (384,), length one."""
        return self.encode(text).embedding

    def encode(self, text: str) -> Encoded:
        """Return the embedding of one text and the states of its tokens."""
        ids = self.token_ids(text)
        array = np.array(ids, dtype=np.int64)
        embedding, states = self._session.run(["embedding", "states"], {"ids": array})
        return Encoded(ids, np.asarray(embedding), np.asarray(states))

    def encode_all(self, texts: Sequence[str]) -> list[Encoded]:
        """Return many texts as ``encode`` reads them."""
        found: dict[int, Encoded] = {}
        waiting = deque(sorted(range(len(texts)), key=lambda i: -len(texts[i])))  # longest first

        def work() -> None:
            with contextlib.suppress(IndexError):
                while True:
                    i = waiting.popleft()
                    found[i] = self.encode(texts[i])

        helpers = [self._pool.submit(work) for _ in range(min(len(texts), self._cores) - 1)]
        work()
        for helper in helpers:
            helper.result()
        return [found[i] for i in range(len(texts))]

    def embed_part(self, whole: Encoded | None, text: str) -> np.ndarray:
        """Return the embedding of a text that is a part of another one: float32, shape (384,).

        It is the mean of the part's tokens as they stand in the whole, which costs nothing; a part
        that cannot be found there, or whose whole was not encoded, is read alone.
        """
        if whole is None:
            return self.embed(text)
        ids = self.token_ids(text)[1:-1]
        while ids and ids[-1] in self._marks:
            ids.pop()
        places = range(len(whole.ids) - len(ids) + 1) if ids else ()
        for at in places:
            if whole.ids[at : at + len(ids)] == ids:
                mean = whole.states[at : at + len(ids)].mean(axis=0)
                return np.asarray(mean / np.linalg.norm(mean))
        return self.embed(text)

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
