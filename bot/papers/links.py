"""The addresses of papers: sealed, so that nobody can guess, read or change one.

Nothing is stored for an address. Its key holds, encrypted and authenticated (AES-SIV, RFC 5297),
which paper of whose conversation it opens and when it was made. Any server that has the secret can
open it, also after a restart; a new secret opens what the one before it sealed. An address ends
after some days, and with the conversation: erasing it leaves nothing to open (bot/store/told.py).
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"papers"
KEY_BYTES = 64
TIME_BYTES = 6
LARGE = 0x80
LONGEST = 2048
"""Characters of a key: more than the longest sender id makes."""


@dataclass(frozen=True)
class Link:
    """What an address opens.

    Attributes:
        kind: the paper's place in ``packet.KINDS``.
        sender: whose conversation.
        made: when, in seconds since 1970.
        large: in large print.
    """

    kind: int
    sender: str
    made: float
    large: bool = False


class Sealer:
    """Makes keys of addresses, and opens them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        """Take the secret, and behind it older ones that still open what they sealed."""
        self._ciphers = [AESSIV(_key(secret)) for secret in secrets if secret]

    def seal(self, link: Link) -> str:
        """Return the key of an address."""
        first = bytes([link.kind | (LARGE if link.large else 0)])
        made = math.ceil(link.made * 1000).to_bytes(TIME_BYTES, "big")
        sealed = self._ciphers[0].encrypt(first + made + link.sender.encode(), [PURPOSE])
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, key: str) -> Link | None:
        """Return what a key opens, or None if we never made it."""
        sealed = _bytes(key)
        for cipher in self._ciphers if sealed else ():
            try:
                return _link(cipher.decrypt(sealed, [PURPOSE]))
            except (InvalidTag, ValueError):
                continue
        return None


def _key(secret: str) -> bytes:
    return HKDF(SHA512(), KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())


def _bytes(key: str) -> bytes:
    """Return the bytes that a key writes down, or none if it isn't written as we write it."""
    if len(key) > LONGEST or not key.isascii():
        return b""
    try:
        sealed = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
    except (binascii.Error, ValueError):
        return b""
    return sealed if base64.urlsafe_b64encode(sealed).decode().rstrip("=") == key else b""


def _link(plain: bytes) -> Link:
    made = int.from_bytes(plain[1 : 1 + TIME_BYTES], "big") / 1000
    sender = plain[1 + TIME_BYTES :].decode()
    return Link(plain[0] & ~LARGE, sender, made, bool(plain[0] & LARGE))
