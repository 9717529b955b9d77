"""The plan, the letter, the words and the script come with the address of their paper."""

from __future__ import annotations

import re
import time

import pytest

from actions import papers
from bot.papers.links import Sealer
from bot.papers.packet import KINDS
from bot.settings import load_settings
from tests.builders import answer_to, condition_slot

KNOWN = {"condition": condition_slot("copd"), "relation": "mother"}
ASKED = {"records_asked": {"imaging": "2026-12-05", "history": "2026-12-05"}}
SECRETS = {"RASA_AUTH_TOKEN": "token", "SESSION_SECRET": "secret", "PAPERS_SECRET": "papers"}


@pytest.fixture(autouse=True)
def settings(monkeypatch):
    """Settings with a known secret and a public address."""
    known = load_settings({**SECRETS, "PUBLIC_BASE_URL": "https://guide.example.org"})
    monkeypatch.setattr(papers, "_settings", lambda: known)
    monkeypatch.setattr(papers, "_sealer", lambda: Sealer(known.papers_secrets))


def opened(url):
    found = re.fullmatch(r"https://guide\.example\.org/papers/([\w-]+)(/dates\.ics)?", url)
    assert found, url
    return Sealer(["papers"]).open(found[1])


@pytest.mark.parametrize(
    ("text", "intent", "action", "slots", "kind"),
    [
        ("my plan", "show_my_plan", "action_plan", {}, "plan"),
        ("a copy please", "send_my_plan", "action_plan", {}, "plan"),
        ("a letter", "get_records_letter", "action_document", {}, "letter"),
        ("write to my doctor", "get_doctor_message", "action_document", {}, "message_portal"),
        ("on the phone", "get_doctor_message", "action_document", {}, "message_phone"),
        ("in person", "get_doctor_message", "action_document", {}, "message_in_person"),
        ("Medicaid", "affirm", "action_insurance_script", {"coverage": "medicaid"}, "script"),
    ],
)
def test_each_comes_with_the_address_of_its_paper(text, intent, action, slots, kind):
    said = answer_to(text, intent, action, slots={**KNOWN, **slots})
    payload = next(p for p in said.payloads if p["kind"] in ("plan", "document"))
    link = opened(payload["url"])
    assert KINDS[link.kind] == kind
    assert link.sender == "a patient"
    assert time.time() - 60 < link.made < time.time() + 1
    assert payload["url"] not in payload["text"]


def test_an_address_is_never_older_than_what_it_shows():
    ahead = time.time() + 30
    later = {"event": "user", "text": "hello", "timestamp": ahead}
    tracker = papers_turn(later)
    assert opened(papers.address(tracker, "plan")).made >= ahead


def papers_turn(*events):
    from actions.base import Turn
    from actions.tracker_view import message
    from tests.builders import a_tracker

    tracker = a_tracker("my plan", "show_my_plan")
    tracker.events = [*tracker.events, *events]
    return Turn(message(tracker), tracker, {})


def test_a_phone_gets_three_short_lines():
    for text, intent, action in (
        ("my plan", "show_my_plan", "action_plan"),
        ("a letter", "get_records_letter", "action_document"),
        ("write to my doctor", "get_doctor_message", "action_document"),
    ):
        said = answer_to(
            text, intent, action, slots={**KNOWN, **ASKED, "records_done": ["imaging"]}
        )
        lines = said.payloads[0]["summary"].splitlines()
        assert len(lines) == 3
        assert all(line.strip() and "{" not in line for line in lines)
    said = answer_to("my plan", "show_my_plan", "action_plan", slots={**KNOWN, **ASKED})
    assert said.payloads[0]["summary"].splitlines()[:2] == [
        "My plan: COPD", "Records: 0 here, 2 asked for, 10 missing",
    ]  # fmt: skip


def test_who_asks_for_large_print_gets_large_print():
    for text in ("in large print please", "with bigger letters", "bigger type"):
        said = answer_to(text, "send_my_plan", "action_plan", slots=KNOWN)
        assert opened(said.payloads[0]["url"]).large
    said = answer_to("a copy please", "send_my_plan", "action_plan", slots=KNOWN)
    assert not opened(said.payloads[0]["url"]).large


def test_it_says_how_long_the_link_works():
    said = answer_to("a copy please", "send_my_plan", "action_plan", slots=KNOWN)
    assert said.message("utter_plan_copy")["days"] == "7"


def test_the_calendar_is_offered_once_and_only_when_it_has_days():
    slots = {**KNOWN, **ASKED}
    first = answer_to("a copy please", "send_my_plan", "action_plan", slots=slots)
    assert first.message("utter_calendar_choice")["count"] == "1"
    again = answer_to("a copy please", "send_my_plan", "action_plan",
                      slots={**slots, "heard": ["send_my_plan"]})  # fmt: skip
    assert "utter_calendar_choice" not in again.keys
    without = answer_to("a copy please", "send_my_plan", "action_plan", slots=KNOWN)
    assert "utter_calendar_choice" not in without.keys


@pytest.mark.parametrize(
    "text",
    ["Put it in my calendar", "a file for my calendar", "can you remind me?", "calender entry pls",
     "a reminder in Outlook"],
)  # fmt: skip
def test_the_file_for_the_calendar_comes_when_asked_for(text):
    said = answer_to(text, "send_my_plan", "action_plan", slots={**KNOWN, **ASKED})
    assert said.keys[0] == "utter_calendar"
    (payload,) = said.payloads
    assert payload["url"].endswith("/dates.ics") and opened(payload["url"])
    assert "January 4, 2027" in payload["body"]


def test_without_a_day_it_says_what_it_needs():
    said = answer_to("put it in my calendar", "send_my_plan", "action_plan", slots=KNOWN)
    assert said.keys[0] == "utter_calendar_none"
    assert said.kinds == []
