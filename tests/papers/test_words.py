"""From words to blocks, and from any signs to signs that can be printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers.blocks import blocks_of, line_of
from bot.papers.letters import BREAK, CANNOT, LONGEST_WORD, all_printable, printable
from bot.papers.model import Blank, Boxes, Bullets, Form, Paragraph
from bot.papers.paths import FONTS

WIDE, SHORT = Blank(True), Blank(False)


@pytest.mark.parametrize(
    ("row", "line"),
    [
        ("Date: ______", ("Date:", WIDE)),
        ("____________", (WIDE,)),
        ("Spoke with: ____   Date: ____", ("Spoke with:", WIDE, "Date:", WIDE)),
        ("Visits from: ___ to: ___ (blank means all)",
         ("Visits from:", WIDE, "to:", WIDE, "(blank means all)")),
        ("Dear Dr. ____,", ("Dear Dr.", SHORT, ",")),
        ("You have 30 days from the day you get this letter. That is by: ____",
         ("You have 30 days from the day you get this letter. That is by:", SHORT)),
        ("No blank here.", ("No blank here.",)),
    ],
)  # fmt: skip
def test_a_row_of_underscores_is_a_blank(row, line):
    assert line_of(row) == line


def test_a_text_is_read_into_paragraphs_lists_boxes_and_forms():
    text = "Hello.\nAgain.\n\n- one\n- two\n[ ] yes, at: ____\n\nName: ____"
    assert blocks_of(text) == (
        Paragraph((("Hello.",), ("Again.",))),
        Bullets((("one",), ("two",))),
        Boxes((("yes, at:", WIDE),)),
        Form((("Name:", WIDE),)),
    )


def test_an_empty_text_has_no_blocks():
    assert blocks_of("  \n\n ") == ()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe, ñ, Đặng", "Größe, ñ, Đặng"),
        ("two\n lines\tand  spaces ", "two lines and spaces"),
        ("fine 🙂", "fine (slightly smiling face)"),
        ("👍🏽 ok", "(thumbs up sign) ok"),
        ("\U00010380\U00010381 \U00010382 x", f"{CANNOT} x"),
        ("a\u202eb\u2066c\x07", "abc"),
        ("e\u0301", "é"),
        ("\u0301 alone", "alone"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_named_or_marked(text, shown):
    assert printable(text) == shown


def test_a_mark_that_no_font_has_together_with_its_letter_is_left_out():
    assert printable("要\u0954") == "要"
    assert printable("क\u093c") in ("क\u093c", "\u0958")


def test_a_long_word_may_be_broken_and_a_usual_one_may_not():
    assert BREAK not in printable("esophagoscopy")
    pieces = printable("w" * 5000).split(BREAK)
    assert "".join(pieces) == "w" * 5000
    assert max(map(len, pieces)) <= LONGEST_WORD


@given(st.text(max_size=200))
def test_every_text_becomes_one_line_of_signs_that_a_font_has(text):
    shown = printable(text)
    assert "\n" not in shown and shown == shown.strip()
    covered: set[str] = set()
    for line in (FONTS / "coverage.txt").read_text().splitlines():
        for pair in line.split()[1:]:
            first, last = (int(end, 16) for end in pair.split("-"))
            covered.update(c for c in shown if first <= ord(c) <= last)
    assert set(shown) <= covered | {" ", BREAK}


def test_it_is_said_when_something_is_lost():
    assert all_printable("Größe 🙂 [...]")
    assert not all_printable("\U00010380")


def test_the_list_of_letters_is_that_of_the_fonts():
    from fontTools.ttLib import TTFont

    listed = {}
    for line in (FONTS / "coverage.txt").read_text().splitlines():
        name, *pairs = line.split()
        ends = [[int(end, 16) for end in pair.split("-")] for pair in pairs]
        listed[name] = {code for first, last in ends for code in range(first, last + 1)}
    bold = "NotoSans-Bold.ttf"
    assert {*listed, bold} == {path.name for path in FONTS.glob("*.ttf")}
    for name, codes in listed.items():
        with TTFont(FONTS / name) as font:
            assert {c for c in font.getBestCmap() if c >= 0x20} == codes, name
