"""Builds the encoder as an ONNX graph, once, and caches it.

One sentence at a time, so no padding and no attention mask: the batch is one and the axis of
tokens is free. Built with ``onnx.helper`` from the verified weights; no foreign code runs. Then the
weights are rounded to eight bits: a third of the time, a quarter of the memory, the same accuracy
(models/README.md). Unsigned ones, which processors without VNNI multiply without overflow.
"""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.bert_numpy import EPSILON, HEADS, LAYERS, WIDTH
from bot.nlu.weights import WEIGHTS_SHA256, tensors, verified_weights

OPSET = 20  # the first with Gelu as one step; as five it took a tenth of the time
VERSION = 5  # raise it when the graph below changes, so that a cached one is built again


class _Builder:
    """Collects nodes and constants; each helper returns the name of its output."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._numpy_helper = helper, numpy_helper
        self.weights = weights
        self.nodes: list[object] = []
        self.constants: dict[str, object] = {}

    def constant(self, name: str, value: np.ndarray) -> str:
        if name not in self.constants:
            array = np.ascontiguousarray(value)
            self.constants[name] = self._numpy_helper.from_array(array, name)
        return name

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(self._helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def dense(self, x: str, name: str) -> str:
        product = self.node(
            "MatMul", x, self.constant(f"{name}.weight.T", self.weights[f"{name}.weight"].T)
        )
        return self.node(
            "Add", product, self.constant(f"{name}.bias", self.weights[f"{name}.bias"])
        )

    def norm(self, x: str, name: str) -> str:
        return self.node(
            "LayerNormalization",
            x,
            self.constant(f"{name}.weight", self.weights[f"{name}.weight"]),
            self.constant(f"{name}.bias", self.weights[f"{name}.bias"]),
            axis=-1,
            epsilon=EPSILON,
        )

    def heads(self, x: str, name: str, order: list[int]) -> str:
        shape = self.constant("head_shape", np.array([-1, HEADS, WIDTH // HEADS], dtype=np.int64))
        return self.node("Transpose", self.node("Reshape", self.dense(x, name), shape), perm=order)

    def attention(self, x: str, name: str) -> str:
        query = self.heads(x, f"{name}.self.query", [1, 0, 2])
        key = self.heads(x, f"{name}.self.key", [1, 2, 0])
        value = self.heads(x, f"{name}.self.value", [1, 0, 2])
        scale = self.constant("scale", np.array(1 / math.sqrt(WIDTH / HEADS), dtype=np.float32))
        scores = self.node("Mul", self.node("MatMul", query, key), scale)
        mixed = self.node("MatMul", self.node("Softmax", scores, axis=-1), value)
        flat = self.constant("flat_shape", np.array([-1, WIDTH], dtype=np.int64))
        joined = self.node("Reshape", self.node("Transpose", mixed, perm=[1, 0, 2]), flat)
        return self.dense(joined, f"{name}.output.dense")

    def layer(self, x: str, name: str) -> str:
        attended = self.node("Add", x, self.attention(x, f"{name}.attention"))
        x = self.norm(attended, f"{name}.attention.output.LayerNorm")
        inner = self.node("Gelu", self.dense(x, f"{name}.intermediate.dense"))
        out = self.node("Add", x, self.dense(inner, f"{name}.output.dense"))
        return self.norm(out, f"{name}.output.LayerNorm")

    def embeddings(self) -> str:
        words = self.constant("words", self.weights["embeddings.word_embeddings.weight"])
        places = self.constant("places", self.weights["embeddings.position_embeddings.weight"])
        kind = self.constant("kind", self.weights["embeddings.token_type_embeddings.weight"][0])
        count = self.node("Shape", "ids")
        zero = self.constant("zero", np.array([0], dtype=np.int64))
        position = self.node("Slice", places, zero, count)
        summed = self.node("Add", self.node("Gather", words, "ids"), position)
        return self.norm(self.node("Add", summed, kind), "embeddings.LayerNorm")


def float_graph(weights: dict[str, np.ndarray]) -> Any:
    """Return the graph in full precision, an ``onnx.ModelProto``.

    In go the ids of a text's tokens, shape (tokens,); out come its ``embedding``, shape (384,), and
    what each token means where it stands: ``states``, shape (tokens, 384).
    """
    from onnx import TensorProto, helper

    builder = _Builder(weights)
    x = builder.embeddings()
    for layer in range(LAYERS):
        x = builder.layer(x, f"encoder.layer.{layer}")
    first_axis = builder.constant("first_axis", np.array([0], dtype=np.int64))
    mean = builder.node("ReduceMean", x, first_axis, keepdims=0)
    builder.nodes.append(helper.make_node("LpNormalization", [mean], ["embedding"], axis=-1, p=2))
    builder.nodes.append(helper.make_node("Identity", [x], ["states"]))
    graph = helper.make_graph(
        builder.nodes,
        "sentence_encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["tokens"])],
        [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [WIDTH]),
            helper.make_tensor_value_info("states", TensorProto.FLOAT, ["tokens", WIDTH]),
        ],
        list(builder.constants.values()),
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 9  # the one of opset 20
    return model


def _write_in_eight_bits(model: Any, path: str) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    add_pre_process_metadata(model)  # there is nothing to pre-process: it would only warn
    quantize_dynamic(model, path, weight_type=QuantType.QUInt8, per_channel=True)


def cached_graph(cache: Path) -> Path:
    """Return the path of the encoder's graph file, building it if it is not there yet.

    Args:
        cache: folder to keep it in; created if need be. The file's name carries the hash of the
            weights and the graph's version, so an old one is never taken for the new.

    Raises:
        WeightsProblem: the weights are missing or damaged.
        OSError: the folder cannot be written.
    """
    path = cache / f"encoder-{WEIGHTS_SHA256[:12]}-{VERSION}.onnx"
    if path.is_file():
        return path
    model = float_graph(tensors(verified_weights()))
    cache.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=cache, suffix=".part")
    os.close(handle)
    _write_in_eight_bits(model, name)
    os.replace(name, path)  # whole or not at all, also when two processes build at once
    return path
