"""Every line of the guidance that was asked for is reached by asking in ordinary words."""

from __future__ import annotations

import pytest

from bot.knowledge import knowledge
from tests.conftest import Patient, Stack
from tests.conversations.helpers import ask, missing
from tests.conversations.part_a import (
    ASKED_BY_TOPIC,
    ASKED_TOGETHER,
    KEY_POINTS,
    LINES,
    QUESTIONS,
    Line,
)

EVERY_LINE = [
    pytest.param(line, id=f"{part}: {name}")
    for part, lines in LINES.items()
    for name, line in lines.items()
]


@pytest.mark.parametrize("line", EVERY_LINE)
def test_the_line_is_said_in_full(stack: Stack, line: Line) -> None:
    patient = ask(stack, line.asked)
    assert not missing(patient.heard, line.heard), patient.heard


@pytest.mark.parametrize("topic", QUESTIONS)
def test_the_questions_of_one_topic_are_given_alone(stack: Stack, topic: str) -> None:
    patient = ask(stack, ASKED_BY_TOPIC[topic])
    assert not missing(patient.heard, QUESTIONS[topic]), patient.heard
    assert [group["id"] for group in patient.payload("questions")["groups"]] == [topic]


def test_all_sixteen_questions_are_given_together(stack: Stack) -> None:
    patient = ask(stack, ASKED_TOGETHER)
    wanted = [expression for group in QUESTIONS.values() for expression in group]
    assert not missing(patient.heard, wanted), patient.heard
    groups = patient.payload("questions")["groups"]
    assert [group["id"] for group in groups] == list(QUESTIONS)
    assert sum(len(group["questions"]) for group in groups) == len(wanted) == 16


def test_the_six_base_records_are_there_without_knowing_anything(patient: Patient) -> None:
    patient.says("What medical stuff am I supposed to bring?")
    base = [entry["id"] for entry in knowledge("records")["records"] if entry.get("base")]
    assert len(base) == 6
    assert [item["id"] for item in patient.payload("checklist")["items"]][:6] == base


def test_the_key_points_come_with_a_copy_of_the_plan(patient: Patient) -> None:
    patient.says("can you give me something I can print out of my plan")
    patient.payload("plan")
    wanted = [expression for line in KEY_POINTS.values() for expression in line.heard]
    assert not missing(patient.heard, wanted), patient.heard
