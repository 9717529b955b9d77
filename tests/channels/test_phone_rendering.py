"""What a phone shows: plain words within every limit, and a way back from "2"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.envelope import Choice, Reply
from bot.channels.phones import gsm
from bot.channels.phones.picked import picked
from bot.channels.phones.render_sms import SMS, WHATSAPP, first_part, render_sms
from bot.channels.phones.render_text import cut, said
from bot.channels.phones.render_whatsapp import render_whatsapp

LONG = "One sentence that says something. " * 40
CHOICES = (Choice("Which doctor?", "Which doctor should I see?"), Choice("No", "No, thank you"))
LIST = {
    "kind": "checklist",
    "title": "Records",
    "url": "/papers/x",
    "text": "Records\n" + "\n".join(f"[ ] Paper {n}" for n in range(20)),
}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 459, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("¡Hola!", 1),
    ],
)
def test_parts_are_counted_as_carriers_count_them(text, number):
    assert gsm.parts(text) == number


def test_typography_becomes_plain_and_other_letters_stay():
    assert gsm.plain("\u201cIt\u2019s fine\u201d \u2013 really\u2026") == '"It\'s fine" - really...'
    assert gsm.is_gsm(gsm.plain("\u201cIt\u2019s fine\u201d \u2013 ¡Hola!"))
    assert gsm.plain("Привет") == "Привет"


def test_a_payload_becomes_words():
    text = said(Reply("Here it is.", payload={"kind": "checklist", "text": "T\n[x] A\n[ ] B"}))
    assert text == "Here it is.\n\nT\ndone: A\n- B"
    assert "{" not in text


def test_an_alert_names_whom_to_call():
    alert = {
        "kind": "alert",
        "text": "This may be an emergency.",
        "actions": [{"label": "Call 911", "href": "tel:911"}],
    }
    assert said(Reply("", payload=alert)).endswith("Call 911")


def test_someone_of_the_clinics_is_named():
    assert said(Reply("I will call you.", staff="Ana, nurse")) == "Ana, nurse: I will call you."


def test_choices_are_numbered_and_never_a_reserved_word():
    shown = render_sms([Reply("Well?", (Choice("Stop", "I am done"), *CHOICES))])
    assert shown.bodies == [
        {"text": "Well?\nReply with a number:\n1. Stop, please\n2. Which doctor?\n3. No"}
    ]
    assert shown.choices[0].payload == "I am done"


def test_a_long_reply_waits_for_more():
    shown = render_sms([Reply(LONG)])
    (body,) = shown.bodies
    assert gsm.parts(str(body["text"])) <= 3
    assert str(body["text"]).endswith("Reply MORE for the rest.")
    (rest,) = shown.rest
    both = str(body["text"]).replace("Reply MORE for the rest.", "") + rest
    assert "".join(both.split()) == "".join(LONG.split())


QUESTION = Reply("Shall we look at one?", CHOICES)


def test_a_whole_answer_is_one_message_that_ends_with_its_question():
    shown = render_sms([Reply("I see."), Reply("It is not far."), QUESTION])
    assert shown.bodies == [
        {
            "text": "I see.\n\nIt is not far.\n\nShall we look at one?\n"
            "Reply with a number:\n1. Which doctor?\n2. No"
        }
    ]


def test_a_long_answer_keeps_its_question_in_sight_and_the_rest_for_more():
    shown = render_sms([Reply(LONG), Reply("And this."), QUESTION])
    (body,), (rest,) = shown.bodies, shown.rest
    text = str(body["text"])
    assert gsm.parts(text) <= 3
    assert text.endswith(
        "Reply MORE for the rest.\n\nShall we look at one?\n"
        "Reply with a number:\n1. Which doctor?\n2. No"
    )
    assert rest.endswith("And this.")
    head = text.split("\nReply MORE", maxsplit=1)[0]
    assert "".join((head + rest).split()) == "".join((LONG + "And this.").split())
    assert shown.choices == list(CHOICES)


def test_a_question_without_choices_stays_in_sight_too():
    (body,) = render_sms([Reply(LONG), Reply("Who is your insurer?")]).bodies
    assert str(body["text"]).endswith("Who is your insurer?")


def test_an_alert_a_notice_and_words_of_the_staff_are_messages_of_their_own():
    alert = Reply("Call 911 now.", payload={"kind": "alert", "text": "Call 911 now."})
    several = [Reply(LONG, alone=True), Reply(LONG), alert, Reply("Hi.", staff="Ana"), QUESTION]
    texts = [str(body["text"]) for body in render_sms(several).bodies]
    assert len(texts) == 5
    assert texts[2:4] == ["Call 911 now.", "Ana: Hi."]


def test_a_paper_with_a_page_leaves_room_for_the_question():
    page = "https://guide.example"
    (body,) = render_sms([Reply("Here it is. " * 15, payload=LIST), QUESTION], page).bodies
    assert f"{page}/papers/x" in str(body["text"])
    assert str(body["text"]).endswith("2. No")


def test_only_the_numbers_that_count_are_shown():
    shown = render_sms([Reply("First?", CHOICES), Reply("Then?", CHOICES[:1])])
    (body,) = shown.bodies
    assert str(body["text"]).count("1. ") == 1
    assert shown.choices == list(CHOICES[:1])


def test_a_long_list_is_cut_with_a_link_to_its_page():
    shown = render_sms([Reply("", payload=LIST)], "https://guide.example")
    (body,) = shown.bodies
    assert str(body["text"]).endswith("The full page: https://guide.example/papers/x")
    assert "Paper 19" not in str(body["text"])
    assert not shown.rest


def test_a_list_without_a_public_page_loses_nothing():
    shown = render_sms([Reply("", payload=LIST)])
    assert "Paper 19" in str(shown.bodies) + str(shown.rest)


def test_whatsapp_gets_buttons_for_three_short_choices():
    (body,) = render_whatsapp([Reply("Well?", CHOICES)]).bodies
    assert body["interactive"]["type"] == "button"
    buttons = body["interactive"]["action"]["buttons"]
    assert buttons[0]["reply"] == {"id": "Which doctor should I see?", "title": "Which doctor?"}


def test_whatsapp_gets_a_list_for_more_or_longer_ones():
    many = tuple(Choice(f"A rather long title, number {n}", f"say {n}") for n in range(10))
    (body,) = render_whatsapp([Reply("Well?", many)]).bodies
    rows = body["interactive"]["action"]["sections"][0]["rows"]
    assert len(rows) == 10
    assert all(len(row["title"]) <= 24 for row in rows)
    assert rows[3]["description"] == "A rather long title, number 3"


def test_whatsapp_gets_numbers_for_more_than_a_list_holds():
    many = tuple(Choice(f"T{n}", f"say {n}") for n in range(11))
    (body,) = render_whatsapp([Reply("Well?", many)]).bodies
    assert "11. T10" in body["text"]["body"]


def _sizes(body):
    if body["type"] == "text":
        return [(len(body["text"]["body"]), 4096)]
    sizes = [(len(body["interactive"]["body"]["text"]), 1024)]
    action = body["interactive"]["action"]
    for button in action.get("buttons", ()):
        sizes += [(len(button["reply"]["title"]), 20), (len(button["reply"]["id"]), 256)]
    for row in [row for part in action.get("sections", ()) for row in part["rows"]]:
        sizes += [(len(row["title"]), 24), (len(row.get("description", "")), 72)]
        sizes += [(len(row["id"]), 200)]
    return sizes


words = st.text(min_size=1, max_size=400)
choices = st.lists(st.builds(Choice, words, words), max_size=13).map(tuple)
replies = st.lists(st.builds(Reply, text=st.text(max_size=6000), choices=choices), max_size=3)


@given(replies)
def test_no_reply_is_beyond_a_limit(several):
    shown = render_sms(several)
    for body in shown.bodies:
        assert gsm.parts(str(body["text"])) <= 3
    # One message, or two where question and choices alone are too long to stand beside a text.
    assert len(shown.bodies) <= 2
    for body in render_sms(several, style=WHATSAPP).bodies:
        assert len(str(body["text"])) <= 1600
    for body in render_whatsapp(several).bodies:
        assert all(size <= most for size, most in _sizes(body))


@given(st.text(min_size=1, max_size=3000))
def test_more_and_more_brings_every_word(text):
    got, left = "", text
    for _ in range(400):
        part, left = first_part(left, SMS)
        got += part.replace("Reply MORE for the rest.", "")
        if not left:
            break
    assert "".join(got.split()) == "".join(text.split())


def test_a_cut_is_where_a_reader_pauses():
    pause = "One two three. Four five."
    assert cut(pause, lambda part: len(part) <= 20) == ("One two three.", "Four five.")


def test_a_cut_is_not_much_sooner_than_need_be():
    paragraphs = "A beginning.\n\n" + "It goes on here. " * 3
    assert cut(paragraphs, lambda part: len(part) <= 40)[0].endswith("It goes on here.")


TITLES = ["Which doctor?", "My records", "No"]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("2", 1), ("2.", 1), ("#2", 1), ("two", 1), ("Two please", 1), ("the second", 1),
        ("2\ufe0f\u20e3", 1),
        ("the second one", 1), ("option 2", 1), ("number two", 1), ("2nd", 1), ("the last one", 2),
        ("one", 0), ("number one", 0), ("the first one", 0), ("my records", 1), ("No.", 2),
        ("4", None), ("0", None), ("2 weeks ago", None), ("two opinions", None), ("", None),
        ("I have two children", None), ("-2", None), ("2?", None), ("second opinion", None),
        ("\u0662", None), ("the", None), ("please", None),
    ],
)  # fmt: skip
def test_a_number_leads_back_to_its_choice(said, place):
    assert picked(said, TITLES) == place


def test_without_choices_a_number_is_a_number():
    assert picked("2", []) is None
