"""A model is trained when none fits the data, once, and never half."""

from __future__ import annotations

import fcntl
import json
import os
import tarfile
import threading
import time
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot import models, training
from bot.errors import SetupProblem
from bot.paths import DATA


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that cannot be trained: a training would fail, so what passes did not train."""
    for name in ("bot/nlu", "data/nlu", "models"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("config.yml", "domain.yml", "bot/policies.py", "bot/knowledge.py",
                 "bot/nlu/classify.py", "data/nlu/fears.yml", "data/README.md"):  # fmt: skip
        (tmp_path / name).write_text(f"# {name}\n")
    monkeypatch.setattr(training, "ROOT", tmp_path)
    monkeypatch.setattr(training, "DATA", tmp_path / "data")
    monkeypatch.setattr(training, "MODELS", tmp_path / "models")
    monkeypatch.setenv("SECOND_OPINION_VAR", str(tmp_path / "var"))
    return tmp_path


def a_model(path: Path) -> Path:
    """Write what passes for a whole model."""
    content = path.with_suffix(".json")
    content.write_text("{}")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(content, "metadata.json")
    content.unlink()
    return path


def test_a_damaged_model_is_set_aside_and_the_one_before_serves(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = a_model(project / "models" / "second-opinion-before.tar.gz")
    fitting = a_model(training.fitting_model())
    fitting.write_bytes(fitting.read_bytes()[:-30])
    assert training.ensure_model() == before
    said = capsys.readouterr().out
    assert "is damaged: the one before, second-opinion-before.tar.gz, serves" in said
    assert not fitting.exists() and fitting.with_name(f"damaged-{fitting.name}").exists()


def test_a_damaged_model_without_one_before_is_trained_again(project: Path) -> None:
    training.fitting_model().write_bytes(b"half a mod")
    with pytest.raises(SetupProblem, match="The training failed"):  # so it was tried
        training.ensure_model()


@pytest.mark.parametrize("harm", ["cut", "changed", "empty", "other archive"])
def test_every_kind_of_damage_is_seen(tmp_path: Path, harm: str) -> None:
    model = a_model(tmp_path / "second-opinion-x.tar.gz")
    assert models.is_whole(model)
    content = bytearray(model.read_bytes())
    content[30] ^= 255
    if harm == "other archive":
        with tarfile.open(model, "w:gz") as archive:
            archive.add(__file__, "something.py")
    else:
        model.write_bytes({"cut": content[:-9], "changed": content, "empty": b""}[harm])
    assert not models.is_whole(model)


def test_a_model_that_is_gone_is_replaced_by_the_one_before(tmp_path: Path) -> None:
    gone = tmp_path / "second-opinion-x.tar.gz"
    with pytest.raises(SetupProblem, match="is missing, and there is no other"):
        models.usable(gone)
    before = a_model(tmp_path / "second-opinion-b.tar.gz")
    assert models.usable(gone) == (before, models.in_place_of(gone, before, there=False))


@pytest.mark.parametrize(
    "name",
    ["config.yml", "domain.yml", "bot/policies.py", "bot/nlu/classify.py", "data/nlu/fears.yml"],
)
def test_a_changed_file_wants_another_model(project: Path, name: str) -> None:
    before = training.fitting_model()
    (project / name).write_text("changed")
    assert training.fitting_model() != before


def test_a_new_or_renamed_file_wants_another_model(project: Path) -> None:
    names = {training.fitting_model()}
    (project / "data" / "nlu" / "new.yml").write_text("")
    names.add(training.fitting_model())
    (project / "data" / "nlu" / "new.yml").rename(project / "data" / "nlu" / "newer.yml")
    names.add(training.fitting_model())
    assert len(names) == 3


def test_what_no_model_is_made_from_changes_nothing(project: Path) -> None:
    before = training.fitting_model()
    (project / "data" / "README.md").write_text("changed")
    (project / "data" / "nlu" / ".fears.yml.swp").write_text("an editor's")
    (project / "CHANGELOG.md").write_text("new")
    assert training.fitting_model() == before


def test_a_missing_file_is_one_sentence(project: Path) -> None:
    (project / "config.yml").unlink()
    with pytest.raises(SetupProblem, match=r"Cannot read .*config\.yml: No such file"):
        training.fitting_model()


def test_a_model_that_fits_is_not_trained_again(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    a_model(training.fitting_model())
    assert training.ensure_model() == training.fitting_model()
    assert capsys.readouterr().out == ""


def test_a_failed_training_shows_the_error_and_leaves_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SetupProblem, match=r"training failed.*training\.log"):
        training.ensure_model()
    assert "No module named" in capsys.readouterr().err
    assert list((project / "models").iterdir()) == []


def test_a_second_process_waits_for_the_first_ones_model(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    holder = os.open(project / "models", os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    found: list[Path] = []
    second = threading.Thread(target=lambda: found.append(training.ensure_model()))
    second.start()
    said = ""
    for _ in range(200):
        said += capsys.readouterr().out
        if "waiting for it" in said:
            break
        time.sleep(0.02)
    assert "Another process is training" in said
    training.fitting_model().write_text("the first one's model")
    os.close(holder)
    second.join(timeout=20)
    assert found == [training.fitting_model()]


def test_only_the_last_models_are_kept(project: Path) -> None:
    names = ["second-opinion-a", "second-opinion-b", "second-opinion-c", "somebody-elses"]
    for age, name in enumerate(names):
        path = project / "models" / f"{name}.tar.gz"
        path.write_text("")
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    (project / "models" / "partial-second-opinion-x.tar.gz").write_text("half")
    training._forget_old(project / "models" / "second-opinion-c.tar.gz")
    left = {path.name for path in (project / "models").iterdir()}
    assert left == {
        f"{name}.tar.gz" for name in ("second-opinion-a", "second-opinion-c", "somebody-elses")
    }


def test_a_folder_that_cannot_hold_models_is_one_sentence(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "MODELS", project / "config.yml" / "models")
    with pytest.raises(SetupProblem, match="Cannot write models"):
        training.ensure_model()


def test_the_model_of_the_tests_holds_every_response_below_data(model: Path) -> None:
    with tarfile.open(model) as archive:
        member = next(name for name in archive.getnames() if name.endswith("metadata.json"))
        content = archive.extractfile(member)
        assert content is not None
        in_model = set(json.load(content)["domain"]["responses"])
    written = {
        key
        for path in (DATA / "responses").glob("*.yml")
        for key in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["responses"]
    }
    assert written <= in_model
