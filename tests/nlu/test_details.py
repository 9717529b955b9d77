"""Which side, stage and grade belong to which condition; whose it is; what a code means."""

from __future__ import annotations

import pytest

from bot.nlu.conditions import condition_finder
from bot.nlu.entities import entities_in


def told(text):
    return {m.entry.name: m.details for m in condition_finder().find(text) if m.status == "current"}


def statuses(text):
    return {e["name"]: e["status"] for e in entities_in(text) if e["entity"] == "condition"}


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("I have stage 3 breast cancer in my left breast", ("stage 3", "left side")),
        ("breast cancer stage IIIb, right side", ("stage 3B", "right side")),
        ("breast cancer, stage 2, on the left", ("stage 2", "left side")),
        ("BREAST CANCER, STAGE TWO", ("stage 2",)),
        ("breast cancer, grade 2, both breasts", ("grade 2", "both sides")),
        ("high-grade breast cancer T2 N0 M0", ("high grade", "T2N0M0")),
        ("right now I left my job because of breast cancer", ()),
        ("all right, the doctor left, it's breast cancer", ()),
        ("breast cancer. My son is in grade 4.", ("grade 4",)),  # nobody can tell
    ],
)
def test_what_is_said_of_a_condition_is_kept(text, details):
    assert told(text)["breast cancer"] == details


def test_each_detail_belongs_to_the_nearest_condition():
    found = told("CKD stage 4 and since May a torn meniscus in the right knee")
    assert found["chronic kidney disease (CKD)"] == ("stage 4",)
    assert found["torn meniscus"] == ("right side",)


def test_a_stage_of_something_else_is_no_cancer():
    assert list(told("I have CHF and CKD stage 4")) == [
        "heart failure",
        "chronic kidney disease (CKD)",
    ]
    assert list(told("it is stage 4")) == ["cancer that has spread (stage 4)"]


def test_a_gleason_score_is_kept_as_written():
    assert told("prostate cancer, gleason 3+4=7")["prostate cancer"] == ("Gleason 3+4=7",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "my grandmother had breast cancer, I have a thyroid nodule",
            {"breast cancer": "family", "lump in the thyroid (nodular goiter)": "current"},
        ),
        (
            "I had breast cancer in 2010 and now they found a lung nodule",
            {"breast cancer": "past", "spot on the lung (lung nodule)": "current"},
        ),
        ("my mother has breast cancer and I am lost", {"breast cancer": "current"}),
    ],
)
def test_whose_it_is_and_when_it_was(text, expected):
    assert statuses(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my diagnosis is C50.912", "breast cancer"),
        ("they wrote C34.11 on it", "lung cancer"),
        ("they found OCD in my knee", "osteochondritis dissecans (loose joint cartilage)"),
        ("I have OCD", "ocd"),
    ],
)
def test_codes_and_initials_resolve_by_what_stands_around_them(text, name):
    assert name in told(text)
