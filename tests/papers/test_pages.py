"""Every page of every paper, looked at: nothing runs over, no page is empty, nothing is lost."""

from __future__ import annotations

import numpy as np
import pytest

from bot.papers.packet import KINDS
from tests.papers.conftest import EDGE, Printed, a_view, printed, troubles

ASKED = (("lab_pathology", "2026-11-20"), ("pathology_slides", "2026-10-01"))
LONG_NAME = (
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"
)
MARKUP = (
    '*bold* _x_ #panic("x") $x^2$ `raw` <label> @ref \\ // = x [a] {b} </script><b>&amp; %s {date}'
)
VIEWS = {
    "nothing known": a_view(None),
    "a diagnosis": a_view("copd"),
    "for a mother with all there is": a_view(
        relation="mother", surgery=True, records_done=["imaging", "history"], records_asked=ASKED,
        own_questions=["Will she lose her voice?"], questions_top=("agree", "own_1", "long_term"),
        coverage="medicare_advantage", heard=["find_specialist", "get_question_list"],
        opinions=("Operate at once.", "Wait and watch.", "Her voice."),
    ),
    "for a child": a_view("asthma", relation="daughter", child=True),
    "200 own questions": a_view(
        "copd", own_questions=[f"Question of mine, {n}?" for n in range(200)]
    ),
    "a question of 5,000 characters": a_view("copd", own_questions=["Is it safe to go on? " * 238]),
    "a word of 5,000 characters": a_view(
        "copd", own_questions=["w" * 5000], opinions=["w" * 500] * 3
    ),
    "opinions of 5,000 characters": a_view("copd", opinions=["He says this and that. " * 217] * 3),
    "long names": a_view("copd", own_questions=[LONG_NAME], relation="grandmother-in-law"),
    "accents": a_view("copd", own_questions=["Größe, Łódź, ñandú, Đặng Thị Ngọc, Čeština, Ærø?"]),
    "from the right": a_view("copd", own_questions=["האם אפשר לחכות חודש?", "هل يمكنني الانتظار؟"]),
    "other scripts": a_view(
        "copd", own_questions=["Ελληνικά;", "Можно подождать?", "要不要做手术？",
                               "수술이 필요합니까?", "क्या मैं इंतज़ार कर सकता हूँ?",
                               "እችላለሁ?", "รอได้ไหม", "მოცდა?"],
    ),
    "signs without a font": a_view("copd", own_questions=["🙂 ok? 𐎀𐎁 👍🏽", "\U000f0000"]),
    "markup": a_view("copd", own_questions=[MARKUP] * 3, opinions=[MARKUP] * 3),
}  # fmt: skip


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("name", VIEWS)
def test_nothing_runs_over_and_no_page_is_empty(name: str, large: bool) -> None:
    assert troubles(printed("plan", VIEWS[name], large)) == []


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("kind", KINDS[1:])
def test_each_single_paper_is_whole(kind: str, large: bool) -> None:
    view = VIEWS["for a mother with all there is"]
    assert troubles(printed(kind, view, large)) == []


def test_the_checks_would_see_ink_at_the_edge_an_empty_page_and_letters_on_top_of_others() -> None:
    import typst

    wrong = typst.compile(
        b"#set page(margin: 10pt)\nto the edge\n#pagebreak()\n#pagebreak(to: none)\n#h(90pt)"
        b"#v(90pt)#place(dx: 90pt)[abc]#place(dx: 90pt)[xyz]"
    )
    found = " ".join(troubles(Printed(wrong)))
    assert "page 1: ink at the edge" in found
    assert "page 2: empty" in found
    assert "on top of" in found


def test_every_question_of_200_stands_on_the_paper() -> None:
    text = printed("plan", VIEWS["200 own questions"]).text
    for number in range(200):
        assert f"Question of mine, {number}?" in text


def test_a_question_of_5000_characters_stands_there_whole() -> None:
    text = printed("plan", VIEWS["a question of 5,000 characters"]).text
    assert text.count("Is it safe to go on?") == 238


def test_a_word_of_5000_characters_is_broken_but_whole() -> None:
    assert printed("plan", VIEWS["a word of 5,000 characters"]).text.count("w") >= 6500


def test_markup_is_printed_as_it_was_written() -> None:
    text = printed("plan", VIEWS["markup"]).text.replace(" ", "")
    assert text.count(MARKUP.replace(" ", "")) == 3 + 4  # questions; both opinions, what matters


@pytest.mark.parametrize("name", ["accents", "other scripts", "long names"])
def test_words_of_every_script_come_out_as_themselves(name: str) -> None:
    text = printed("plan", VIEWS[name]).text.replace(" ", "")
    for question in VIEWS[name].situation.own_questions:
        assert question.replace(" ", "") in text, question


def test_words_from_the_right_stand_at_the_right() -> None:
    pages = printed("plan", VIEWS["from the right"])
    right = []
    for number in range(len(pages)):
        right += [box[2] for c, box in pages.letters(number) if "\u05d0" <= c <= "\u06ff"]
    assert max(right) > 612 - 0.95 * 72 - 10


def test_what_has_no_letter_is_named_or_left_out_and_the_paper_says_so() -> None:
    text = printed("plan", VIEWS["signs without a font"]).text
    assert "(slightly smiling face) ok? [...] (thumbs up sign)" in text
    assert "Some signs could not be printed on paper" in text
    assert "Some signs" not in printed("plan", VIEWS["accents"]).text


def test_the_letter_stands_on_one_page_also_for_a_caregiver() -> None:
    for view in VIEWS.values():
        assert len(printed("letter", view)) == 1
        assert len(printed("letter", view, large=True)) == 2


def test_the_blank_sheet_for_two_opinions_is_one_page() -> None:
    pages = printed("plan", VIEWS["a diagnosis"]).pages
    (sheet,) = (page for page in pages if page.startswith("Two opinions, side by side"))
    assert "What matters most to me" in sheet


def test_nothing_of_ours_stands_on_a_letter_that_is_sent() -> None:
    pages = printed("plan", VIEWS["a diagnosis"]).pages
    letter = next(page for page in pages if "Dear Records Office" in page)
    assert "Page" not in letter and "Lakeside Clinic" not in letter
    assert "Page 1 of" in pages[0]


def test_large_print_is_large() -> None:
    for large, least in ((False, 10.9), (True, 17.9)):
        sizes = printed("message_portal", VIEWS["a diagnosis"], large).sizes(0)
        assert sorted(sizes)[len(sizes) // 2] >= least


def test_it_is_fit_for_printers_without_colour() -> None:
    pages = printed("plan", VIEWS["for a mother with all there is"])
    for number in range(len(pages)):
        picture = np.asarray(pages.document[number].render(scale=0.5).to_numpy()).astype(int)
        assert (picture.max(axis=2) - picture.min(axis=2)).max() <= 2
        dark = pages.picture(number)[EDGE:-EDGE] < 128
        assert dark.mean() < 0.12  # no large black areas that eat ink


def test_every_letter_is_of_a_font_that_comes_with_the_paper() -> None:
    for page in printed("plan", VIEWS["other scripts"]).reader.pages:
        for entry in page["/Resources"]["/Font"].values():  # type: ignore[index]
            font = entry.get_object()
            inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "NotoSans" in font["/BaseFont"] or "DroidSansFallback" in font["/BaseFont"]
            assert {"/FontFile2", "/FontFile3"} & set(inner)
