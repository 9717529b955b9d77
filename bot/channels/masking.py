"""Covers what identifies a person before a message is stored anywhere.

Social Security, payment card, record, member, account, license and phone numbers, e-mail and
street addresses and dates of birth are replaced by a bracketed word. Everything about health stays:
ages, doses, lab values, sizes, stages, codes, and the dates of what was done. Where the two look
alike, a number is covered only beside a word that says what it is. Phone numbers of public help
lines are left alone. Names are not covered: no rule tells a patient's from an eponym (Crohn,
Parkinson). How well this works is measured in tests/privacy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LINK = r"[\s#:.=,()-]{0,4}(?:(?:is|was|are)\b[\s#:=]{1,3})?"
"""What may stand between a word for a number and the number itself."""
_NUMBER = r"(?:[ ]?\#|[ ](?:numbers?|num|no|nr|id)\b|[ ]?id\b)[ ]?(?:\#|numbers?|no\b)?"
_VALUE = r"(?=[A-Z/-]*(?:\d[A-Z/-]*){3})[A-Z0-9](?:[A-Z0-9-]){3,24}\b(?:[ ](?-i:[A-Z]|\d\d)\b)?"
_LONG = r"(?=[A-Z-]*(?:\d-?){6})[A-Z0-9](?:[A-Z0-9-]){5,24}\b(?![ ]?(?:dollars|usd))"
_PAPER = (
    r"(?:medical[ ]|med[ ]|health[ ])?rec(?:ord)?s?|chart|patient|hospital|accession|specimen|"
    r"members?|subscriber|insurance|policy|claim|group|plan|medicare|medicaid|medi-cal|account|acct|"
    r"bill|billing|invoice|reference|ref|auth|authori[sz]ation|confirmation|case|blue[ ]cross"
)
_LICENSE = r"driver'?s?[ ]licen[cs]e|licen[cs]e|dl|passport|green[ ]card|state[ ]id"
_MONTH = (
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|ust|tember|ober|ember)?\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20|')?\d\d"
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|(?:19|20)\d\d[/.-]\d{{1,2}}[/.-]\d{{1,2}}|"
    rf"{_MONTH}[ ]{_DAY},?[ ]{_YEAR}|{_DAY}[ ](?:of[ ])?{_MONTH},?[ ]{_YEAR})\b"
)
_EXTENSION = r"(?:[ ,]{0,2}(?:x|ext\.?|extension)[ ]?\d{1,6})?"
_SPEAKS_OF_PHONES = r"(?:phone|cell|mobile|call|text|reach|tel|ph|fax|home|work|my[ ]number)"
_TO_A_HOUSE = (
    r"(?:addr(?:ess)?|live[sd]?[ ]at|liv(?:e|ing)[ ]on|staying[ ]at|mail\w*[ ]\w*[ ]?to|moved[ ]to|"
    r"house|send[ ]\w+[ ]\w*[ ]?to|ship[ ]\w+[ ]to)"
)
_ROAD = (
    r"(?:street|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|boulevard|blvd|highway|hwy|way|place|"
    r"pl|terrace|circle|cir|parkway|pkwy|trail|square|st)\b\.?"
)
_CLEAR_ROAD = r"(?:Street|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Highway|Hwy|Parkway)\b\.?"
_FLAT = r"(?:,?[ ]?(?:(?:apt|apartment|unit|suite|ste)\.?[ ]?|\#)[ ]?\w{1,5})?"
_HOUSE = r"\b\d{1,5}[a-z]?[ ]"
_WAY = r"(?:[nsew]\.?[ ]|north[ ]|south[ ]|east[ ]|west[ ])?"

_HELP_LINE = re.compile(r"\D*1?\D*8(?:00|33|44|55|66|77|88)")
_CODE_BEFORE = re.compile(r"(?:snomed|loinc|ndc|nct|trial|icd|cpt|code|npi)\W{0,3}(?:is )?$", re.I)


@dataclass(frozen=True)
class Cover:
    """A stretch of text to cover, and the word that covers it."""

    start: int
    end: int
    word: str


@dataclass(frozen=True)
class _Rule:
    """A pattern whose group ``x`` is covered, unless the check says that it is something else."""

    word: str
    pattern: re.Pattern[str]
    holds: Callable[[re.Match[str]], bool] = lambda _: True


def _rule(word: str, pattern: str, holds: Callable[[re.Match[str]], bool] | None = None) -> _Rule:
    compiled = re.compile(pattern, re.I)
    return _Rule(word, compiled, holds) if holds else _Rule(word, compiled)


def _luhn(match: re.Match[str]) -> bool:
    total = 0
    for i, char in enumerate(reversed(re.sub(r"\D", "", match["x"]))):
        value = int(char) * (2 if i % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_private_phone(match: re.Match[str]) -> bool:
    if _HELP_LINE.match(match["x"]):
        return False
    return not _CODE_BEFORE.search(match.string[max(0, match.start() - 20) : match.start()])


def _has_eight_digits(match: re.Match[str]) -> bool:
    return 8 <= len(re.sub(r"\D", "", match["x"])) <= 15


_SSN, _CARD, _ID, _PHONE = "social security number", "card number", "number", "phone number"
_RULES = (
    _rule("e-mail", r"(?P<x>\b\w(?:[\w.+'%-]{0,62}[\w+-])?@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})"),
    # https://www.ssa.gov/employer/randomization.html: never 000, 666; no group 00, no serial 0000.
    _rule(_SSN, r"(?<![\d-])(?P<x>(?!000|666)\d{3}([- .])(?!00)\d\d\2(?!0000)\d{4})(?![\d-]|\.\d)"),
    _rule(
        _SSN,
        rf"\b(?:ssn|ss[ ]?\#|itin|tax[ ]id|soc(?:ial)?(?:[ ]sec(?:urity)?)?)(?:{_NUMBER})?{_LINK}"
        r"(?P<x>\d{3}[- .]?\d\d[- .]?\d{4})\b",
    ),
    _rule(
        _CARD,
        r"(?<![\d-])(?P<x>(?:[456]\d{3}|35\d\d|2[2-7]\d\d)([ -]?)\d{4}\2\d{4}\2\d{4}(?:\2\d{3})?)"
        r"(?![\d-])",
        _luhn,
    ),
    _rule(_CARD, r"(?<![\d-])(?P<x>3[0-9]\d\d([ -]?)\d{6}\2\d{4,5})(?![\d-])", _luhn),
    # https://www.cms.gov/medicare/new-medicare-card/understanding-new-medicare-beneficiary-identifier-mbi
    _rule(_ID, r"\b(?P<x>[1-9][a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d\d)\b"),
    _rule("date of birth", rf"\b(?:birth[ ]?day|born)(?:[ ]on)?{_LINK}(?P<x>{_DATE})"),
    _rule(
        "date of birth",
        r"\b(?:d\.?o\.?b\b\.?|date[ ]of[ ]birth|birth[ ]?date)"
        rf"{_LINK}(?P<x>{_DATE}|\d{{6}}(?:\d\d)?\b)",
    ),
    _rule(_ID, rf"\bmrn{_LINK}(?P<x>{_VALUE})"),
    _rule(_ID, rf"\b(?:{_PAPER}){_NUMBER}{_LINK}(?P<x>{_VALUE})"),
    _rule(_ID, rf"\b(?:{_PAPER}|routing){_LINK}(?P<x>{_LONG})"),
    _rule(_ID, rf"\b(?:{_LICENSE})(?:{_NUMBER})?{_LINK}(?P<x>{_LONG})"),
    _rule(
        _PHONE,
        r"(?<![\w.+-])(?P<x>(?:(?:\+|00)?1[ .-]?)?(?:\(\d{3}\)[ .-]?|\d{3}[.-])\d{3}[ .-]\d{4}"
        rf"{_EXTENSION})(?![\d-])",
        _is_private_phone,
    ),
    # Without brackets and dashes it must be a number that can be dialled in North America.
    _rule(
        _PHONE,
        r"(?<![\w.+-])(?P<x>(?:(?:\+|00)?1[ ])?[2-9]\d\d[ /]?[2-9]\d\d[ -]?\d{4}"
        rf"{_EXTENSION})(?![\d-]|[ ]\d)",
        _is_private_phone,
    ),
    _rule(_PHONE, r"(?<![\w+])(?P<x>\+\d(?:[ .()-]{0,2}\d){7,14})(?!\d)", _has_eight_digits),
    _rule(
        _PHONE,
        rf"\b{_SPEAKS_OF_PHONES}\b[^\d\n]{{0,30}}(?P<x>\d{{3}}[ .-]\d{{4}}{_EXTENSION})(?![\d-])"
        r"(?![ ]?(?:mg|ml|units|mcg))",
    ),
    _rule("address", r"\b(?P<x>p\.?[ ]?o\.?[ ]?box[ ]\d{1,6})\b"),
    _rule(
        "address",
        rf"(?P<x>{_HOUSE}(?:county|state|us)[ ](?:road|route|highway)[ ]\d{{1,4}})\b",
    ),
    _rule(
        "address",
        rf"\b{_TO_A_HOUSE}\b[^\d\n]{{0,12}}"
        rf"(?P<x>{_HOUSE}{_WAY}(?:[\w'.]{{1,20}}[ ]){{1,4}}?{_ROAD}{_FLAT})",
    ),
    # Without such a word before it, only with a name's capital: "a 3 hour drive" is no address.
    _rule(
        "address",
        rf"(?P<x>{_HOUSE}(?-i:(?:[NSEW]\.?[ ])?(?:[A-Z][\w'.]{{1,20}}[ ]|"
        rf"\d{{1,3}}(?:st|nd|rd|th)[ ]){{1,3}}{_CLEAR_ROAD}){_FLAT})",
    ),
)


def _found(text: str) -> Iterator[Cover]:
    for rule in _RULES:
        for match in rule.pattern.finditer(text):
            if rule.holds(match):
                yield Cover(*match.span("x"), rule.word)


def covers(text: str) -> list[Cover]:
    """Return what to cover in a text, from left to right; of two that overlap, the surer one."""
    chosen: list[Cover] = []
    taken = bytearray(len(text))
    for cover in _found(text):
        if not any(taken[cover.start : cover.end]):
            taken[cover.start : cover.end] = b"\1" * (cover.end - cover.start)
            chosen.append(cover)
    return sorted(chosen, key=lambda cover: cover.start)


def masked(text: str) -> str:
    """Return the text with what identifies a person covered."""
    parts, done = [], 0
    for cover in covers(text):
        parts += [text[done : cover.start], f"[{cover.word}]"]
        done = cover.end
    return "".join([*parts, text[done:]])
