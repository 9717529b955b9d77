"""Text messages as carriers count them: plain characters, and parts of 160 or 70.

Source: 3GPP TS 23.038, the GSM 7-bit default alphabet and its extension table.
"""

from __future__ import annotations

PLAIN = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
DOUBLE = frozenset("^{}\\[~]|€\f")
"""Characters that take the room of two."""
ONE_PART, OF_SEVERAL = 160, 153
ONE_PART_WIDE, OF_SEVERAL_WIDE = 70, 67
"""In UTF-16 units, once a single character isn't in the alphabet."""
REPLACED = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u2022": "-", "\u2026": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "",
    "\ufeff": "", "\u00ad": "", "\t": " ", "\u2192": "->", "\u2265": ">=", "\u2264": "<=",
    "\u00d7": "x", "`": "'", "\u00ab": '"', "\u00bb": '"', "\u2713": "x",
})  # fmt: skip
"""Typography that would make every part of a message less than half as long."""


def plain(text: str) -> str:
    """Return a text with curly quotes, dashes and the like in their plain forms."""
    return text.translate(REPLACED)


def is_gsm(text: str) -> bool:
    """Whether every character is in the alphabet."""
    return all(char in PLAIN or char in DOUBLE for char in text)


def length(text: str) -> int:
    """Return how much room a text takes, in the units of its own alphabet."""
    if is_gsm(text):
        return sum(2 if char in DOUBLE else 1 for char in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """Return in how many parts a carrier sends a text; empty ones count as one."""
    one, several = (ONE_PART, OF_SEVERAL) if is_gsm(text) else (ONE_PART_WIDE, OF_SEVERAL_WIDE)
    size = length(text)
    return 1 if size <= one else -(-size // several)


def fits(text: str, most: int) -> bool:
    """Whether a text fits into a number of parts."""
    return parts(text) <= most
