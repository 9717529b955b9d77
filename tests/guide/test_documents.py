from __future__ import annotations

import itertools
import re

import pytest

from bot.guide.documents import doctor_message, fill, insurance_script, records_letter
from bot.guide.situation import Condition
from bot.knowledge import knowledge
from tests.builders import a_situation

SITUATIONS = {
    "nothing known": a_situation(),
    "a diagnosis": a_situation("copd"),
    "for a mother": a_situation(relation="mother"),
    "for a mother with a diagnosis": a_situation("lung cancer", relation="mother"),
    "for a child": a_situation("asthma", relation="daughter", child=True),
}
TONES = ("portal", "phone", "in_person")
KINDS = sorted(knowledge("coverage")["coverage"])


def everything():
    for name, situation in SITUATIONS.items():
        yield name, "letter", records_letter(knowledge("documents"), situation)
        for tone in TONES:
            yield name, tone, doctor_message(knowledge("documents"), situation, tone)
        for kind in KINDS:
            entry = knowledge("coverage")["coverage"][kind]
            yield name, kind, insurance_script(entry, situation)


@pytest.mark.parametrize(
    ("name", "what", "document"),
    everything(),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_placeholder_is_left_unfilled(name, what, document):
    title, body = document
    assert title
    assert not re.search(r"[{}]", title + body)


@pytest.mark.parametrize(
    ("template", "situation", "expected"),
    [
        ("about {condition}", a_situation("copd"), "about COPD"),
        ("about {condition}", a_situation(), "about my diagnosis"),
        ("about {condition}", a_situation(relation="son"), "about my son's diagnosis"),
        ("care of {patient}", a_situation(), "care of me"),
        ("care of {patient}", a_situation(relation="wife"), "care of my wife"),
        ("{patients} records", a_situation(), "my records"),
        ("{patients} records", a_situation(relation="wife"), "my wife's records"),
        ("{unknown}", a_situation(), "{unknown}"),
    ],
)
def test_the_words_fit_whoever_writes(template, situation, expected):
    assert fill(template, situation) == expected


def test_what_a_patient_wrote_is_never_filled_again():
    odd = a_situation(Condition("x", "{patient}", "x", (), ("pulmonology",)))
    assert fill("about {condition}", odd) == "about {patient}"


def test_the_letter_states_the_right_to_copies_and_the_thirty_days():
    _, body = records_letter(knowledge("documents"), a_situation())
    for words in ("45 CFR 164.524", "30 days", "30 more days", "slides", "Imaging"):
        assert words in body


def test_only_someone_who_writes_for_a_patient_gets_the_line_on_acting_for_them():
    proxy = knowledge("documents")["records_letter"]["proxy"].splitlines()[1].strip()
    _, own = records_letter(knowledge("documents"), a_situation("copd"))
    _, others = records_letter(knowledge("documents"), a_situation("copd", relation="mother"))
    assert proxy not in own
    assert proxy in others


def test_the_letter_ends_with_the_signature():
    for situation in SITUATIONS.values():
        _, body = records_letter(knowledge("documents"), situation)
        assert "Signature" in body.splitlines()[-2]


def test_names_and_dates_stay_blank_lines():
    _, body = records_letter(knowledge("documents"), a_situation("copd"))
    for line in ("Patient's full name:", "Date of birth:", "Date:"):
        assert re.search(rf"{line} _{{5,}}", body)


def test_the_words_for_the_doctor_differ_by_tone():
    bodies = {doctor_message(knowledge("documents"), a_situation(), tone) for tone in TONES}
    assert len(bodies) == 3


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_says_what_is_known_then_the_words_then_what_to_ask(kind):
    entry = knowledge("coverage")["coverage"][kind]
    _, body = insurance_script(entry, a_situation("copd"))
    known, words, ask = (
        body.index(entry["known"][0]["text"]),
        body.index("Name: ____"),
        body.index(entry["ask"][0]),
    )
    assert known < words < ask
    for question in itertools.chain(entry["ask"]):
        assert f"- {question}" in body


def test_no_script_asks_for_a_policy_number():
    for kind in KINDS:
        _, body = insurance_script(knowledge("coverage")["coverage"][kind], a_situation())
        assert not re.search(r"(?:policy|member) (?:number|id)", body, re.IGNORECASE)
