from __future__ import annotations

import pytest

from bot.guide.records import checklist, fitted_to, mentioned, short_name
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
    named = {record.id for record in mentioned(text, a_situation("copd"), catalogue())}
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
    named = {record.id for record in mentioned(text, a_situation("lung cancer"), catalogue())}
    assert not_had not in named
    assert had is None or had in named


def test_a_record_that_is_not_on_the_list_is_still_recognized():
    named = mentioned("I have my eeg", a_situation(), catalogue())
    assert [record.id for record in named] == ["eeg"]


def test_a_word_inside_another_names_nothing():
    assert mentioned("I am upset and my cat is ill", a_situation(), catalogue()) == ()


@pytest.mark.parametrize("record", catalogue().records, ids=lambda record: record.id)
def test_every_record_can_be_ticked_off_by_the_first_word_patients_use_for_it(record):
    situation = a_situation(
        a_condition_of(*record.fit.families) if record.fit.families else None,
        surgery=record.fit.surgery or None,
        child=record.fit.child,
        relation="mother" if record.fit.caregiver else None,
    )
    named = mentioned(f"I have the {record.words[0]}", situation, catalogue())
    assert record.id in {found.id for found in named}


@pytest.mark.parametrize("record", catalogue().records, ids=lambda record: record.id)
def test_every_record_has_a_short_name_that_fits_into_a_sentence(record):
    name = short_name(record)
    assert 0 < len(name) <= 60
    assert not name.endswith((".", ":", ","))
    assert name.count("(") == name.count(")")
