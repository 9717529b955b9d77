"""The Rasa server does without TensorFlow, and says so if something wants it after all."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.knowledge import read_yaml
from bot.paths import ROOT
from bot.without_tensorflow import NEED_IT, is_needed


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


SERVING = "from bot.rasa_server import import_rasa; import_rasa(); import sys; "


def test_our_configuration_needs_none():
    assert not is_needed(read_yaml(ROOT / "config.yml"))


@pytest.mark.parametrize("config", [
    {"pipeline": [{"name": "DIETClassifier"}]},
    {"pipeline": [], "policies": [{"name": "TEDPolicy"}]},
    {"pipeline": [{"name": "rasa.nlu.classifiers.diet_classifier.DIETClassifier"}]},
])  # fmt: skip
def test_a_configuration_that_needs_it_gets_it(config):
    assert is_needed(config)


def test_every_component_of_rasas_that_uses_it_is_known_to():
    code = (
        "from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS as all_of_them\n"
        "import sys\n"
        "from rasa.utils.tensorflow import models\n"
        "made_of_it = lambda c: any(getattr(sys.modules[b.__module__], 'tf', None)"
        " or getattr(sys.modules[b.__module__], 'hub', None) for b in c.__mro__"
        " if b.__module__.startswith('rasa.'))\n"
        "print(*sorted(c.__name__ for c in all_of_them if made_of_it(c)))"
    )
    assert set(run(code).split()) <= set(NEED_IT)


def test_a_process_that_serves_has_not_loaded_it():
    loaded = run(SERVING + "print(*[n for n in sys.modules if n.startswith(('tensorf', 'keras'))"
                           " and sys.modules[n]])")  # fmt: skip
    assert loaded == ""


def test_libraries_that_look_for_it_find_that_it_is_not_there():
    code = SERVING + "import thinc.compat; print(thinc.compat.has_tensorflow)"
    assert run(code) == "False"


def test_whatever_uses_it_is_told_why_it_is_missing():
    code = SERVING + (
        "from rasa.nlu.classifiers.diet_classifier import DIET\n"
        "try: DIET({}, None, False)\n"
        "except Exception as error: print(type(error).__name__)"
    )
    assert run(code) == "TensorFlowLeftOut"


def test_where_it_is_loaded_already_nothing_is_changed():
    code = (
        "import sys, types; sys.modules['tensorflow'] = there = types.ModuleType('tensorflow')\n"
        "from bot.without_tensorflow import left_out\n"
        "with left_out(): pass\n"
        "print(sys.modules['tensorflow'] is there)"
    )
    assert run(code) == "True"
