"""Serves without TensorFlow, which Rasa imports for every model: 450 MB and six seconds.

Rasa's modules only derive classes from TensorFlow's and name its types while they are imported. So
a name that stands for all of TensorFlow is enough, as long as nothing *uses* it; whatever does gets
an error that says so. A configuration with a component that needs TensorFlow gets the real one.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

PACKAGES = frozenset({"tensorflow", "tensorflow_addons", "tensorflow_hub", "keras"})
NEED_IT = (
    "DIETClassifier", "TEDPolicy", "UnexpecTEDIntentPolicy", "ResponseSelector",
    "LanguageModelFeaturizer", "ConveRTFeaturizer",
)  # fmt: skip
"""Rasa's components that are made of TensorFlow."""
WHY = (
    "TensorFlow was left out, because no component in config.yml needs it; something else uses it: "
    "a model trained from another configuration?"
)


class TensorFlowLeftOut(RuntimeError):
    """Something used what was only to be named."""


class _Absence(type):
    """The type of everything in TensorFlow: may be named and derived from, not used."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        raise TensorFlowLeftOut(WHY)


class Absent(metaclass=_Absence):
    """Stands for any class or function of TensorFlow's."""


class _Module(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers every import below the packages with an empty module."""

    def find_spec(
        self, fullname: str, path: Any = None, target: Any = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Leave it empty."""


def is_needed(config: Mapping[str, Any]) -> bool:
    """Return True if a configuration (config.yml) names a component that needs TensorFlow."""
    named: Iterable[Mapping[str, Any]] = [
        *(config.get("pipeline") or ()), *(config.get("policies") or ()),
    ]  # fmt: skip
    return any(str(each.get("name", "")).endswith(NEED_IT) for each in named)


@contextlib.contextmanager
def left_out() -> Iterator[None]:
    """Keep TensorFlow out while Rasa is imported, and for good.

    Whoever asks for it afterwards is told that it isn't installed: libraries such as spaCy's look
    whether it is there, and do without. Changes nothing where TensorFlow is loaded already.
    """
    if PACKAGES & sys.modules.keys():
        yield
        return
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n in sys.modules if n.partition(".")[0] in PACKAGES]:
            del sys.modules[name]
        # The import system takes None for "known not to exist".
        sys.modules.update(dict.fromkeys(PACKAGES))  # type: ignore[arg-type]
