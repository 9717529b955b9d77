"""What the guide can decide: small frozen values. An action only voices them.

Whoever reads this file knows everything the bot can do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Say:
    """Say the words under a response key.

    Attributes:
        key: of data/responses.
        params: fills the braces in the words.
        choices: quick replies beside those of the response: (title, what tapping says).
    """

    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Show:
    """Show something structured: one of the contract's payloads, its plain text included."""

    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Offer:
    """Offer the natural next step: a response with quick replies. Said last, and once a turn."""

    key: str


@dataclass(frozen=True)
class Begin:
    """Begin a guided flow, a Rasa form of this name."""

    form: str


Decision = Say | Show | Offer | Begin
