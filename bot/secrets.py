"""Secrets: where they come from, how one is replaced without locking anybody out, which are weak.

A secret ``X`` is the variable ``X``, or the content of the file that ``X_FILE`` names (Docker and
Kubernetes hand secrets over like this). To replace it, move the old value to ``X_PREVIOUS`` and
set a new ``X``: what was signed or sealed with the old one is still taken, and all that is new
uses the new. Several old ones are separated by commas.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import GuideError, SetupProblem

SHORTEST = 32
FEWEST_DIFFERENT = 12
"""Random text of 32 letters and digits has about 25 different ones; a repeated word has few."""
_FROM_FILES = re.compile(r"([A-Z][A-Z_]*(?:TOKEN|SECRET|KEY|_URL)(?:_PREVIOUS)?)_FILE")
_PLACEHOLDERS = re.compile(
    r"change.?me|password|passw0rd|example|placeholder|your.?(?:secret|token|key)|for.the.tests|"
    r"second.?opinion|123456|qwerty",
    re.I,
)


class CannotOpen(GuideError):
    """Something sealed was changed, or sealed with a key that is not known any more."""


def read_files(env: MutableMapping[str, str]) -> None:
    """Set every secret whose file is named; a value that is set already wins.

    Raises:
        SetupProblem: a file cannot be read.
    """
    for name in list(env):
        match = _FROM_FILES.fullmatch(name)
        if match and env[name] and not env.get(match[1]):
            try:
                env[match[1]] = Path(env[name]).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = getattr(error, "strerror", None) or "it is no text"
                raise SetupProblem(f"{name} names {env[name]}: {reason}.") from None


def previous(name: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return the values of a secret that are still taken, but not used for anything new."""
    return tuple(v.strip() for v in (env.get(f"{name}_PREVIOUS") or "").split(",") if v.strip())


def weakness(value: str) -> str:
    """Return what is wrong with a secret, for the end of a sentence; "" for a good one."""
    if len(value) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(set(value)) < FEWEST_DIFFERENT:
        return f"has fewer than {FEWEST_DIFFERENT} different characters"
    if _PLACEHOLDERS.search(value):
        return "looks like a placeholder"
    return ""


@dataclass(frozen=True)
class Keys:
    """A secret and its earlier values, made into keys for one purpose.

    A key for one purpose says nothing about one for another, so one secret serves many.

    Attributes:
        current: the secret.
        earlier: values that are still taken.
    """

    current: str
    earlier: tuple[str, ...] = ()

    def derived(self, purpose: str) -> tuple[bytes, ...]:
        """Return 32 bytes for each value, the current one's first."""
        return tuple(
            hashlib.sha256(f"{purpose}\n{value}".encode()).digest()
            for value in (self.current, *self.earlier)
        )

    def sealer(self, purpose: str) -> Sealer:
        """Return what seals and opens things for one purpose."""
        return Sealer(self.derived(purpose))


class Sealer:
    """Encrypts small things so that nobody else can read or change them (Fernet)."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        """Seal with the first key; open with any."""
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

    def seal(self, content: bytes) -> bytes:
        """Return it encrypted, as ASCII letters."""
        return self._fernet.encrypt(content)

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            CannotOpen: it was changed, or its key is not among ours.
        """
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            raise CannotOpen("This was sealed with another key, or changed.") from None

    def again(self, sealed: bytes) -> bytes:
        """Return it sealed with the current key, whichever it was sealed with.

        Raises:
            CannotOpen: as for ``open``.
        """
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise CannotOpen("This was sealed with another key, or changed.") from None
