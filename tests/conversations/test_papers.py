"""From a conversation to paper: the link opens what was told, and ends with the conversation."""

from __future__ import annotations

import requests

from tests.conftest import Patient
from tests.papers.conftest import Printed


def link_of(patient: Patient, kind: str) -> str:
    url = str(patient.payload(kind)["url"])
    assert url.startswith(f"{patient.stack.web}/papers/")
    return url


def test_what_was_told_stands_on_the_papers(patient: Patient) -> None:
    patient.says("My mother was diagnosed with COPD")
    patient.says("Which records do I need?")
    patient.says("I have the CT scans")
    patient.says("Add a question: will she need oxygen for good?")
    patient.says("I want a copy of my plan")
    url = link_of(patient, "plan")
    assert patient.id not in url
    page = requests.get(url, timeout=10)
    assert page.status_code == 200
    for words in ("COPD", "my mother&#39;s medical records", "will she need oxygen for good?"):
        assert words in page.text, words
    pages = Printed(requests.get(f"{url}/papers.pdf", timeout=30).content)
    assert "COPD" in pages.text and "will she need oxygen for good?" in pages.text
    assert "1 here, 0 asked for" in pages.text


def test_each_paper_has_its_own_link(patient: Patient) -> None:
    patient.says("I was diagnosed with COPD")
    patient.says("I need a letter to request my records")
    letter = requests.get(link_of(patient, "document"), timeout=10).text
    assert "45 CFR 164.524" in letter and "Questions to ask" not in letter
    patient.says("Help me write a message to my doctor")
    message = requests.get(link_of(patient, "document"), timeout=10).text
    assert "Dear Dr." in message and "45 CFR" not in message


def test_erasing_ends_the_links_at_once_and_coming_back_does_not_revive_them(
    patient: Patient,
) -> None:
    patient.says("I was diagnosed with COPD")
    patient.says("Show me my plan")
    url = link_of(patient, "plan")
    assert requests.get(url, timeout=10).status_code == 200
    patient.says("Delete my data")
    assert requests.get(url, timeout=10).status_code == 200  # not before the yes
    patient.says("Yes")
    gone = requests.get(url, timeout=10)
    assert gone.status_code == 410 and "Ask the guide for a new link" in gone.text
    patient.says("I was diagnosed with asthma")
    assert requests.get(url, timeout=10).status_code == 410
    patient.says("Show me my plan")
    assert requests.get(link_of(patient, "plan"), timeout=10).status_code == 200


def test_starting_over_leaves_the_link_and_empties_the_papers(patient: Patient) -> None:
    patient.says("I was diagnosed with COPD")
    patient.says("Show me my plan")
    url = link_of(patient, "plan")
    patient.says("I want to start over")
    page = requests.get(url, timeout=10)
    assert page.status_code == 200 and "COPD" not in page.text


def test_markup_told_in_the_chat_is_words_on_the_papers(patient: Patient) -> None:
    patient.says("I was diagnosed with COPD")
    patient.says('Add a question: is <img src=x onerror=alert(1)> #eval("1") $x$ bad for me?')
    patient.says("Show me my plan")
    url = link_of(patient, "plan")
    text = requests.get(url, timeout=10).text
    assert "<img src=x" not in text and "&lt;img src=x onerror=alert(1)&gt;" in text
    pages = Printed(requests.get(f"{url}/papers.pdf", timeout=30).content)
    assert '<img src=x onerror=alert(1)> #eval("1") $x$' in pages.text


def test_a_calendar_without_days_says_what_it_needs(patient: Patient) -> None:
    patient.says("I was diagnosed with COPD")
    heard = patient.says("Put my appointment in my calendar, please.")
    assert "Once you have asked for a record" in heard
