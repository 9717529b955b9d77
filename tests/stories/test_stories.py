"""Runs the end-to-end stories of this folder through Rasa, as ``rasa test core --e2e`` does."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.knowledge import read_yaml

HERE = Path(__file__).resolve().parent
FAILED = "failed_test_stories.yml"
REPORT = "story_report.json"
ENOUGH = 45

WRONG = {
    "a wrong intent": ("What questions should I ask?", "ask_virtual_options", "action_explain"),
    "a wrong action": ("What questions should I ask?", "get_question_list", "action_records"),
    "a missing entity": ("I was told I have gout", "tell_condition", "action_note_condition"),
}
"""One-turn stories that no model of this bot may pass."""


@pytest.fixture(scope="module")
def agent(model: Path) -> Any:
    """The trained model, without a server around it."""
    from rasa.core.agent import Agent

    return Agent.load(model_path=str(model))


def run(agent: Any, stories: Path, results: Path) -> tuple[dict[str, Any], str]:
    """Run stories; return the counts of conversations, and the failed ones as Rasa writes them."""
    from rasa.core.test import test

    results.mkdir()
    asyncio.run(
        test(str(stories), agent, e2e=True, out_directory=str(results), disable_plotting=True)
    )
    report = json.loads((results / REPORT).read_text())
    return report["conversation_accuracy"], (results / FAILED).read_text()


def stories_of(path: Path) -> list[dict[str, Any]]:
    return list(read_yaml(path)["stories"])


FILES = sorted(HERE.glob("test_*.yml"))


def test_there_are_enough_stories_each_under_a_name_of_its_own() -> None:
    titles = [story["story"] for path in FILES for story in stories_of(path)]
    assert len(titles) >= ENOUGH
    assert len(set(titles)) == len(titles)


def test_every_turn_of_a_story_says_something() -> None:
    for path in FILES:
        for story in stories_of(path):
            turns = [step for step in story["steps"] if "intent" in step]
            assert turns and all(step.get("user") for step in turns), story["story"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_story_goes_as_it_is_told(agent: Any, path: Path, tmp_path: Path) -> None:
    counts, failed = run(agent, path, tmp_path / "results")
    assert counts["total"] == len(stories_of(path))
    assert counts["correct"] == counts["total"], failed


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_story_fails(agent: Any, wrong: tuple[str, str, str], tmp_path: Path) -> None:
    said, intent, action = wrong
    path = tmp_path / "test_wrong.yml"
    path.write_text(
        'version: "3.1"\nstories:\n- story: wrong\n  steps:\n'
        f"  - user: |\n      {said}\n    intent: {intent}\n  - action: {action}\n"
    )
    counts, failed = run(agent, path, tmp_path / "results")
    assert counts["correct"] == 0
    assert "wrong" in failed
