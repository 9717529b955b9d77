"""What identifies a person is covered before it is stored; what is about their health never is.

The figures are of labelled messages in tests/privacy_sets: written before the masking was looked
at, one part to mend it by and one that is only measured.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.masking import covers, masked
from tests.privacy.labelled import measured, read


def test_of_unseen_identifiers_19_in_20_are_covered() -> None:
    measure = measured("test")
    assert sum(measure.wanted.values()) > 80
    assert measure.recall >= 0.95, measure.missed


def test_of_what_is_covered_nearly_all_identifies_someone() -> None:
    measure = measured("test")
    assert measure.precision >= 0.97, measure.wrong


@pytest.mark.parametrize("part", ["dev", "test"])
def test_nothing_about_health_is_covered(part: str) -> None:
    measure = measured(part)
    assert measure.health > 120
    assert measure.touched == []


def test_every_identifier_of_the_part_to_mend_by_is_covered() -> None:
    measure = measured("dev")
    assert measure.missed == [] and measure.wrong == []


def test_the_rest_of_the_words_stay() -> None:
    said = "I'm 62, A1c 7.9 on 11/05/2023. SSN 412-68-9021, call (406) 555-0134 or a@example.com."
    assert masked(said) == (
        "I'm 62, A1c 7.9 on 11/05/2023. SSN [social security number], call [phone number] or "
        "[e-mail]."
    )


@pytest.mark.parametrize("said", ["call 988", "911", "1-800-273-8255", "text 741741", "(800) 222-1222"])  # fmt: skip  # noqa: E501
def test_help_lines_are_left_alone(said: str) -> None:
    assert masked(said) == said


def test_covering_twice_changes_nothing_more() -> None:
    said = "SSN 412-68-9021 born 3/14/61 at 412 Maple Street, MRN 00482913, 4065550134"
    assert masked(masked(said)) == masked(said)
    assert not any(char.isdigit() for char in masked(said))


def test_the_labels_of_a_line_are_read() -> None:
    message = read("a [ssn:1 2] b {age:3}")
    assert message.text == "a 1 2 b 3"
    assert [(m.kind, m.identifies, message.text[m.start : m.end]) for m in message.labels] == [
        ("ssn", True, "1 2"),
        ("age", False, "3"),
    ]


WORDS = ["SSN ", "mrn #", "412-68-9021", "4111 1111 1111 1111", "born ", "1/2/61", "live at ",
         "12 Elm St", "a@b.co", "+1 ", "555", "-", " ", "(", "x", "é", "\n"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=5), max_size=30).map("".join))
def test_any_text_is_covered_in_order_without_overlaps_and_the_rest_is_kept(text: str) -> None:
    found = covers(text)
    ends = [0, *(cover.end for cover in found)]
    assert all(cover.start >= end for cover, end in zip(found, ends, strict=False))
    kept = text
    for cover in reversed(found):
        kept = kept[: cover.start] + f"[{cover.word}]" + kept[cover.end :]
    assert masked(text) == kept


@pytest.mark.parametrize("piece", ["a", "1 ", "12 Aa ", "555-", "x@a.", "live at 1 a a ", "born ", "Ab1-", "record number is "])  # fmt: skip  # noqa: E501
def test_no_text_of_the_longest_length_makes_it_hang(piece: str) -> None:
    began = time.process_time()
    masked((piece * 20_000)[:20_000])
    # A hang is minutes, not seconds: this is no measurement.
    assert time.process_time() - began < 20
