from __future__ import annotations

from datetime import date

import pytest

from bot.guide.records import checklist, fitted_to, overdue, short_name, told_of
from bot.knowledge import catalogue
from tests.builders import a_condition_of, a_situation

FITTED = {
    "cancer": {"pathology_slides", "biomarkers", "staging"},
    "blood_cancer": {"pathology_slides", "bone_marrow"},
    "lung": {"pulmonary_function", "chest_ct"},
    "heart": {"ecg", "echo", "cath", "stress_test"},
    "vascular": {"vessel_tests"},
    "brain_nerves": {"brain_mri", "eeg", "nerve_tests"},
    "spine_back": {"brain_mri", "nerve_tests"},
    "joint_bone": {"joint_xray"},
    "kidney": {"kidney_labs"},
    "liver": {"liver_imaging"},
    "digestive": {"endoscopy"},
    "hormones": {"hormone_labs"},
    "diabetes": {"glucose_log"},
    "autoimmune_rheum": {"antibody_tests"},
    "blood": {"blood_counts"},
    "eye": {"eye_scans", "visual_field"},
    "ear_nose_throat": {"audiogram"},
    "women": {"pelvic_ultrasound"},
    "breast": {"mammogram"},
    "prostate_men": {"psa_history"},
    "skin": {"skin_photos"},
    "infection": {"cultures"},
    "genetic_rare": {"gene_test"},
    "mental_health": {"past_mental_medicines"},
}
"""Families of conditions and records that a specialist of that field would ask for."""


def listed(situation):
    return [entry.item.id for entry in checklist(situation, catalogue())]


def test_the_six_base_records_are_on_every_list_and_come_first():
    known = {record.id for record in catalogue().records if record.base}
    for situation in (a_situation(), a_situation("copd", surgery=True, child=True)):
        assert set(listed(situation)[:6]) == known
    assert len(known) == 6


def test_nothing_but_the_base_is_listed_while_nothing_is_known():
    assert len(listed(a_situation())) == 6


@pytest.mark.parametrize("family", FITTED)
def test_a_condition_of_a_family_adds_the_records_of_that_field(family):
    before = set(listed(a_situation()))
    added = set(listed(a_situation(a_condition_of(family)))) - before
    assert FITTED[family] <= added


def test_an_operation_adds_its_plan_the_implant_and_the_anesthesia_record():
    added = set(listed(a_situation(surgery=True))) - set(listed(a_situation()))
    assert {"surgery_plan", "discharge_summary", "implant_record", "anesthesia_record"} <= added


def test_an_operation_that_was_only_named_counts_as_one():
    assert "surgery_plan" in listed(a_situation("knee replacement"))


def test_lung_cancer_gets_the_records_of_cancer_and_of_the_lung():
    assert FITTED["cancer"] | FITTED["lung"] <= set(listed(a_situation("lung cancer")))


def test_a_child_adds_what_only_a_childs_doctor_asks_for():
    added = set(listed(a_situation(child=True))) - set(listed(a_situation()))
    assert {"growth_chart", "birth_vaccine"} <= added


def test_someone_who_writes_for_the_patient_is_told_about_the_paper_that_allows_it():
    added = set(listed(a_situation(relation="mother"))) - set(listed(a_situation()))
    assert "permission" in added


def test_no_record_is_listed_twice():
    everything = a_situation("lung cancer", surgery=True, child=True, relation="son")
    assert len(listed(everything)) == len(set(listed(everything)))


def test_what_the_patient_has_is_ticked_off_and_nothing_else():
    situation = a_situation("copd", records_done=["imaging", "chest_ct"])
    done = {entry.item.id for entry in checklist(situation, catalogue()) if entry.done}
    assert done == {"imaging", "chest_ct"}


def test_it_says_what_the_list_was_fitted_to():
    situation = a_situation("copd", surgery=True, child=True)
    assert fitted_to(situation, catalogue()) == ("COPD", "an operation", "a child's care")


def test_it_claims_no_fitting_when_nothing_is_known():
    assert fitted_to(a_situation(), catalogue()) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("got my path report today", {"lab_pathology"}),
        ("I have the blood work and my med list", {"lab_pathology", "medications"}),
        ("we picked up the MRI disc", {"imaging"}),
        ("i got my xrays", {"imaging"}),
        ("the lung clinic sent my PFTs", {"pulmonary_function"}),
        ("I HAVE MY CHEST CT", {"chest_ct"}),
        ("I have my spirometry and the walk test", {"pulmonary_function", "oxygen_walk"}),
    ],
)
def test_records_are_recognized_in_patients_own_words(text, expected):
    named = {record.id for record in told_of(text, a_situation("copd"), catalogue()).have}
    assert expected <= named


@pytest.mark.parametrize(
    ("text", "had", "not_had"),
    [
        ("I have everything except the slides", None, "pathology_slides"),
        ("got the labs but not the slides", "lab_pathology", "pathology_slides"),
        ("I have my med list, still waiting for the slides", "medications", "pathology_slides"),
        ("I don't have the slides", None, "pathology_slides"),
        ("no slides yet", None, "pathology_slides"),
        ("labs done. Slides are missing", "lab_pathology", "pathology_slides"),
    ],
)
def test_what_is_said_to_be_missing_is_not_ticked_off(text, had, not_had):
    named = {record.id for record in told_of(text, a_situation("lung cancer"), catalogue()).have}
    assert not_had not in named
    assert had is None or had in named


@pytest.mark.parametrize(
    ("text", "have", "asked", "missing"),
    [
        ("got my CT disc and the path report", {"imaging", "lab_pathology"}, set(), set()),
        ("called radiology yesterday", set(), {"imaging"}, set()),
        ("requested the slides, got the labs", {"lab_pathology"}, {"pathology_slides"}, set()),
        ("I have my med list, still waiting for the slides", {"medications"},
         {"pathology_slides"}, set()),
        ("lost the MRI disc", set(), set(), {"imaging"}),
        ("I haven't asked for the slides yet", set(), set(), {"pathology_slides"}),
        ("I have everything except the slides", None, set(), {"pathology_slides"}),
        ("the slides are on their way", set(), {"pathology_slides"}, set()),
        ("I called and they gave me the med list", {"medications"}, set(), set()),
    ],
)  # fmt: skip
def test_have_asked_for_and_missing_are_told_apart(text, have, asked, missing):
    told = told_of(text, a_situation("lung cancer"), catalogue())
    ids = [{item.id for item in items} for items in (told.have, told.asked, told.missing)]
    assert ids[1:] == [asked, missing]
    assert have is None or ids[0] == have


@pytest.mark.parametrize("record", catalogue().records, ids=lambda record: record.id)
@pytest.mark.parametrize(
    ("words", "state"),
    [("I have this: {}", "have"), ("I asked for this: {}", "asked"),
     ("I don't have this yet: {}", "missing")],
)  # fmt: skip
def test_tapping_a_record_says_its_whole_name_and_nothing_else_is_marked(record, words, state):
    told = told_of(words.format(record.text), a_situation(), catalogue())
    ids = {s: [item.id for item in getattr(told, s)] for s in ("have", "asked", "missing")}
    assert ids == {"have": [], "asked": [], "missing": []} | {state: [record.id]}


def asked_on(day):
    situation = a_situation("copd", records_asked=(("imaging", day),))
    return [e for e in checklist(situation, catalogue()) if e.item.id == "imaging"]


@pytest.mark.parametrize(
    ("asked", "due"),
    [("2026-11-23", "2026-12-23"), ("2026-12-15", "2027-01-14"), ("2028-01-31", "2028-03-01")],
)
def test_an_answer_is_owed_thirty_days_after_asking(asked, due):
    (entry,) = asked_on(asked)
    assert entry.status == "asked"
    assert entry.due == date.fromisoformat(due)


def test_it_is_overdue_the_day_after_and_not_before():
    (entry,) = entries = asked_on("2026-11-23")
    assert overdue(entries, date(2026, 12, 23)) == ()
    assert overdue(entries, date(2026, 12, 24)) == (entry,)


def test_what_has_come_is_not_overdue():
    situation = a_situation(records_asked=(("imaging", "2020-01-01"),), records_done=["imaging"])
    assert overdue(checklist(situation, catalogue()), date(2026, 1, 1)) == ()


def test_a_record_that_is_not_on_the_list_is_still_recognized():
    named = told_of("I have my eeg", a_situation(), catalogue()).have
    assert [record.id for record in named] == ["eeg"]


def test_a_word_inside_another_names_nothing():
    assert told_of("I am upset and my cat is ill", a_situation(), catalogue()).have == ()


@pytest.mark.parametrize("record", catalogue().records, ids=lambda record: record.id)
def test_every_record_can_be_ticked_off_by_the_first_word_patients_use_for_it(record):
    situation = a_situation(
        a_condition_of(*record.fit.families) if record.fit.families else None,
        surgery=record.fit.surgery or None,
        child=record.fit.child,
        relation="mother" if record.fit.caregiver else None,
    )
    named = told_of(f"I have the {record.words[0]}", situation, catalogue()).have
    assert record.id in {found.id for found in named}


@pytest.mark.parametrize("record", catalogue().records, ids=lambda record: record.id)
def test_every_record_has_a_short_name_that_fits_into_a_sentence(record):
    name = short_name(record)
    assert 0 < len(name) <= 60
    assert not name.endswith((".", ":", ","))
    assert name.count("(") == name.count(")")
