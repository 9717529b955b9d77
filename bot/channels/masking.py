"""Covers numbers that identify a person before a message is stored anywhere.

What looks like a Social Security, payment card, medical record, phone number or e-mail address is
replaced by a bracketed word; the rest of the patient's words stay as they are. Phone numbers of
public help lines are left alone.
"""

from __future__ import annotations

import re

_SSN = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])")
_SSN_BARE = re.compile(r"\b(ssn|social security(?: number)?)(\W{0,3}(?:is\W{1,2})?)\d{9}\b", re.I)
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_RECORD = re.compile(
    r"\b(mrn|medical record (?:number|no\.?)|member id|policy (?:number|no\.?)|patient id|"
    r"account number|group number)(\W{0,3}(?:is\W{1,2})?)(?=[A-Z0-9-]*\d)[A-Z0-9-]{4,}",
    re.I,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(
    r"(?<![\d.-])(?:\+?1[ .-]?)?(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]?\d{4}(?![\d-])"
)
_HELP_LINE = re.compile(r"^\D*1?\D*8(?:00|33|44|55|66|77|88)")


def _luhn(digits: str) -> bool:
    total = 0
    for i, char in enumerate(reversed(digits)):
        value = int(char) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    return "[card number]" if _luhn(digits) else match.group()


def _phone(match: re.Match[str]) -> str:
    return match.group() if _HELP_LINE.match(match.group()) else "[phone number]"


def masked(text: str) -> str:
    """Return the text with identifying numbers covered."""
    text = _EMAIL.sub("[e-mail]", text)
    text = _SSN.sub("[social security number]", text)
    text = _SSN_BARE.sub(r"\1\2[social security number]", text)
    text = _CARD.sub(_card, text)
    text = _RECORD.sub(r"\1\2[number]", text)
    return _PHONE.sub(_phone, text)
