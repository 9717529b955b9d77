"""Cleaning the copy of a message that is understood; the patient's own words are never changed."""

from __future__ import annotations

import re
import unicodedata

MAX_CHARS = 2_000
"""How much of a message is classified. A longer one keeps its start and its end, where people say
what they want; safety and conditions read all of it."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")  # not "pressure <120 and >80"
_SPACE = re.compile(r"\s+")
_ENDLESS = re.compile(r"\S{60,}")
_STRETCHED = re.compile(r"([a-z])\1{3,}", re.IGNORECASE)
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "..."})


def readable(text: str) -> str:
    """Return the text without what a person cannot see: controls, tags, zero-width characters.

    Quotes and dashes become the plain ones; a leading slash goes, because Rasa would read it as a
    command ("/restart") and a patient's words never are one.
    """
    text = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", text))
    text = _SPACE.sub(" ", _TAG.sub(" ", text)).strip()
    return text.lstrip("/\\ ")


def without_endless_words(text: str) -> str:
    """Return a text of the same length in which runs of 60 or more characters are blank.

    No word is that long, and spaCy takes time with the square of it: 20,000 dots would hold up
    everyone for a minute.
    """
    return _ENDLESS.sub(lambda run: " " * len(run.group()), text)


def shortened(text: str) -> str:
    """Return at most ``MAX_CHARS`` characters: all of a short text, start and end of a long one."""
    if len(text) <= MAX_CHARS:
        return text
    half = MAX_CHARS // 2
    return f"{text[:half]} {text[-half:]}"


def for_classifier(text: str) -> str:
    """Return the lower-case, shortened copy that the classifier reads; "" if no letter is left."""
    cleaned = _STRETCHED.sub(r"\1\1", shortened(readable(text)).lower())
    return cleaned if any(c.isalpha() for c in cleaned) else ""


def same_words(text: str) -> str:
    """Return a key under which two spellings of the same words fall: no case, no punctuation."""
    return " ".join(re.findall(r"[^\W_]+", for_classifier(text).replace("'", "")))
