"""Passphrases and one-time codes. What is stored of them tells nobody anything.

Rules after NIST SP 800-63B, 5.1.1.2: long, not a known one, not one's own name; no demands on kinds
of characters, no forced changes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import threading
import time
from functools import lru_cache

import pyotp
import segno
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.secrets import Keys

SHORTEST, LONGEST = 14, 200
LEAST_KINDS = 6
"""Different characters: "aaaaaaaaaaaaaaaa" is long, too."""
KNOWN = (
    "passwordpassword", "password12345678", "passphrasepassphrase", "correcthorsebatterystaple",
    "qwertyuiopasdfghjkl", "qwertyuiop123456", "1234567890123456", "abcdefghijklmnop",
    "letmeinletmeinletmein", "iloveyouiloveyou", "secondopinion", "secondopinionguide",
)  # fmt: skip
"""Long ones that everybody tries first; compared without spaces, case and digits at the end."""
STEP = 30
AT_ONCE = threading.Semaphore(2)
"""Each check takes 64 MB for a moment: a flood of sign-ins must not take the machine."""


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys() -> str:
    """A hash that nothing fits, so that a name nobody has takes as long as a wrong passphrase."""
    return _hasher().hash(hashlib.sha256(b"nobody").hexdigest())


def hash_of(passphrase: str) -> str:
    """Return the hash to store (argon2id)."""
    with AT_ONCE:
        return _hasher().hash(passphrase)


def fits(passphrase: str, stored: str) -> bool:
    """Tell whether a passphrase fits a stored hash; takes as long when there is none ("")."""
    with AT_ONCE:
        try:
            return _hasher().verify(stored or _nobodys(), passphrase) and bool(stored)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False


def trouble_with(passphrase: str, name: str, clinic: str) -> str:
    """Return which rule a new passphrase breaks: "short", "long", "simple", "known" or "name".

    "" if it is good.
    """
    if len(passphrase) < SHORTEST:
        return "short"
    if len(passphrase) > LONGEST:
        return "long"
    plain = _plain(passphrase)
    if len(set(passphrase.lower())) < LEAST_KINDS:
        return "simple"
    if any(plain.rstrip("0123456789!.") == k.rstrip("0123456789") for k in map(_plain, KNOWN)):
        return "known"
    for own in filter(None, (_plain(name), _plain(clinic))):
        if len(plain.replace(own, "")) < SHORTEST // 2:
            return "name"
    return ""


def _plain(text: str) -> str:
    return "".join(text.lower().split())


def csrf_of(token: str) -> str:
    """Return what every form of a session must bring along: made of its token, stored nowhere."""
    return hmac.new(token.encode(), b"console form", hashlib.sha256).hexdigest()


def csrf_fits(token: str, given: str) -> bool:
    """Tell whether a form came from a page of this session."""
    return hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "replace"))


def new_secret() -> str:
    """Return a new secret for one-time codes."""
    return pyotp.random_base32()


def step_of(secret: str, code: str) -> int | None:
    """Return the time step that a code belongs to: this one or a neighbour; None if it is wrong."""
    plain = "".join(c for c in code if c.isdigit())
    now = int(time.time()) // STEP
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP), plain):
            return step
    return None


def qr_code(secret: str, name: str, clinic: str) -> bytes:
    """Return the picture (SVG) that an authenticator app reads a secret from."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"{clinic} console")
    picture = io.BytesIO()
    segno.make(address, micro=False).save(
        picture, kind="svg", scale=5, border=4, dark="#000", light="#fff"
    )
    return picture.getvalue()


class Cipher:
    """Encrypts secrets of second factors under keys made of the installation's own secret."""

    def __init__(self, keys: Keys) -> None:
        """Derive the keys: the first one locks, all of them open."""
        derived = [Fernet(base64.urlsafe_b64encode(key)) for key in keys.derived("second factors")]
        self._current, self._all = derived[0], MultiFernet(derived)

    def lock(self, text: str) -> str:
        """Return a text in a form that can be stored."""
        return self._current.encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """Return the text; "" if none of the keys is the one it was locked with."""
        try:
            return self._all.decrypt(stored.encode()).decode()
        except InvalidToken:
            return ""

    def is_old(self, stored: str) -> bool:
        """Whether a text was locked with an earlier key, and should be locked anew."""
        try:
            self._current.decrypt(stored.encode())
        except InvalidToken:
            return True
        return False
