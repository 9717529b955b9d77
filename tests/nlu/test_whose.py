"""Whose a condition is: the writer's, one of the family's, an animal's."""

from __future__ import annotations

import pytest

from bot.nlu.entities import entities_in


def found(text: str, kind: str) -> list[dict[str, object]]:
    return [e for e in entities_in(text) if e["entity"] == kind]


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Mom has breast cancer", "mother"),
        ("Husband's doctor says Alzheimer's", "husband"),
        ("wife got diagnosed with lupus", "wife"),
        ("we are lost. Dad was told he has Parkinson's", "father"),
        ("my grandmother has COPD", "grandmother"),
    ],
)
def test_the_patient_is_named_with_or_without_my(text, relation):
    assert [(e["value"], e.get("role")) for e in found(text, "relation")] == [(relation, "patient")]


@pytest.mark.parametrize(
    "text", ["I am a single mom with lupus", "wife and I talked", "Dad thinks I should ask", "moms"]
)
def test_others_of_the_family_are_no_patients(text):
    assert not [e for e in found(text, "relation") if e.get("role") == "patient"]


@pytest.mark.parametrize(
    "text",
    ["my cat has diabetes which vet", "our old dog has arthritis", "cancer of the leg of my dog"],
)
def test_what_an_animal_has_is_not_the_patients(text):
    assert {e["status"] for e in found(text, "condition")} == {"animal"}


@pytest.mark.parametrize(
    "text",
    ["my cat scan showed lung cancer", "I got cellulitis from the dog bite", "I have lupus"],
)
def test_a_scan_or_a_bite_is_no_animal(text):
    assert "animal" not in {e["status"] for e in found(text, "condition")}


def test_what_the_patient_has_stays_when_an_animal_is_told_of_too():
    named = found("I have lung cancer. My dog has arthritis", "condition")
    assert {e["name"]: e["status"] for e in named} == {
        "lung cancer": "current", "arthritis": "animal"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2nd opinion 4 colon ca", "colon cancer"),
        ("Gleason 3+4, what now", "prostate cancer"),
        ("a fusion at L4-L5", "a problem with the spine"),
        ("i need new hart valve", "heart valve replacement"),
    ],
)
def test_short_forms_lead_no_further_than_they_say(text, name):
    assert name in [e["name"] for e in found(text, "condition")]
    assert "slipped or herniated disc" not in [e["name"] for e in found(text, "condition")]
