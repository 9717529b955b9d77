"""Encrypts a stream of any size, so that a changed, reordered or cut one is refused.

AES-256-GCM over pieces of a megabyte, each numbered, the last one marked: the STREAM construction
(Hoang, Reyhanitabar, Rogaway, Vizár 2015), as age and Tink use it. Every file has a key of its own,
derived from ours and a random salt, so that counting is enough for a nonce.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import GuideError

MAGIC = b"SOG-sealed-1\n"
SALT = 16
PIECE = 1_000_000
TAG = 16


class SealBroken(GuideError):
    """A sealed file cannot be opened: another key, or it was changed or cut."""


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"file").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class SealingWriter(io.RawIOBase):
    """Encrypts what is written to it. It must be closed; until then the file is a cut one."""

    def __init__(self, out: BinaryIO, key: bytes) -> None:
        """Begin a sealed stream.

        Args:
            out: where the encrypted bytes go; stays open.
            key: 32 bytes.
        """
        self._out, self._held, self._number = out, bytearray(), 0
        salt = os.urandom(SALT)
        self._cipher = _cipher(key, salt)
        out.write(MAGIC + salt)

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take some bytes."""
        self._held += data
        while len(self._held) > PIECE:  # one piece always stays, because the last is marked
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """End the stream."""
        if not self.closed:
            self._put(bytes(self._held), last=True)
            super().close()

    def _put(self, piece: bytes, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last), piece, MAGIC))
        self._number += 1


class OpeningReader(io.RawIOBase):
    """Gives back what was sealed. No byte comes out that was not found to be right."""

    def __init__(self, source: BinaryIO, keys: Sequence[bytes]) -> None:
        """Find the key that opens it.

        Raises:
            SealBroken: this is no sealed stream.
        """
        if source.read(len(MAGIC)) != MAGIC:
            raise SealBroken("This is no backup of ours.")
        salt = source.read(SALT)
        self._source, self._number, self._clear, self._ended = source, 0, b"", False
        self._ciphers = [_cipher(key, salt) for key in keys]
        self._next = source.read(PIECE + TAG)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Fill a buffer.

        Raises:
            SealBroken: another key, or the stream was changed or cut.
        """
        while not self._clear and not self._ended:
            self._clear = self._piece()
        count = min(len(buffer), len(self._clear))
        buffer[:count], self._clear = self._clear[:count], self._clear[count:]
        return count

    def _piece(self) -> bytes:
        sealed, self._next = self._next, self._source.read(PIECE + TAG)
        self._ended = not self._next
        nonce = _nonce(self._number, self._ended)
        self._number += 1
        for cipher in self._ciphers:
            try:
                clear = cipher.decrypt(nonce, sealed, MAGIC)
            except (InvalidTag, ValueError):
                continue
            self._ciphers = [cipher]
            return clear
        raise SealBroken("It was sealed with another key, or it was changed or cut.")
