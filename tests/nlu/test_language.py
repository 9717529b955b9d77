from __future__ import annotations

import pytest

from bot.nlu.language import other_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hola, necesito una segunda opini\u00f3n", "es"),
        ("mi mama tiene cancer y necesito ayuda", "es"),
        ("Bonjour, je voudrais un deuxi\u00e8me avis", "fr"),
        ("Ich brauche eine zweite Meinung", "de"),
        ("preciso de uma segunda opini\u00e3o m\u00e9dica para minha m\u00e3e", "pt"),
        ("\u6211\u9700\u8981\u7b2c\u4e8c\u610f\u89c1", "other"),  # Chinese
        ("\u043d\u0443\u0436\u043d\u043e \u043c\u043d\u0435\u043d\u0438\u0435", "other"),  # Russian
        ("\u0623\u062d\u062a\u0627\u062c \u0631\u0623\u064a\u0627", "other"),  # Arabic
    ],
)  # fmt: skip
def test_another_language_is_recognized(text, language):
    assert other_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Which records do I need?",
        "ok",
        "no",
        "COPD",
        "my doctor is Dr. De La Cruz in Los Angeles",
        "que sera, I just want a second opinion",
        "caf\u00e9 au lait spots",
        "M\u00e9ni\u00e8re's disease",
        "Sj\u00f6gren syndrome",
        "i has pain in the hand since long time please what to do",
        "La Jolla hospital gave me the diagnosis",
        "",
        "123",
        "\U0001f44d",
        "hello \U0001f44d\U0001f44d\U0001f44d",
        "se me ask doctor for the other doctor",
    ],
)
def test_english_however_it_is_written_is_taken_for_english(text):
    assert other_language(text) == ""
