"""Who is who on the phone, without a number anywhere in the clear.

A number becomes a keyed hash, which names the conversation, and an encrypted copy, which is only
opened to send. Both keys are made from ``PHONE_KEY``. Earlier keys (``PHONE_KEY_PREVIOUS``, commas
between them) still find and open what they hid; a person who writes again moves to the new key,
and ``python -m bot.channels.phones.keys`` moves all the others.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import phonenumbers
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SMS, WHATSAPP = "sms", "wa"
ID_LENGTH = 32
"""Hexadecimal digits of a sender id: 128 bits, as good as the whole hash against a mix-up."""


class NotANumber(Exception):
    """What should be a telephone number is none."""


class LockedNumber(Exception):
    """A number was encrypted with a key that is no longer set."""


def normalised(number: str, region: str | None = None) -> str:
    """Return a number as providers want it: ``+15550142000``.

    Short codes, which some carriers send from, are kept as they are.

    Args:
        number: as a provider gave it.
        region: two letters, for a number without its country's code.

    Raises:
        NotANumber: it is none; the message doesn't repeat it.
    """
    text = number.strip()
    if text.isascii() and text.isdigit() and 3 <= len(text) <= 8:
        return text
    try:
        parsed = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise NotANumber("not a telephone number") from None
    if not phonenumbers.is_possible_number(parsed):
        raise NotANumber("not a telephone number")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@dataclass(frozen=True)
class Person:
    """Someone who wrote: hashes under the present and earlier keys, and the locked number."""

    own_id: str
    number_hash: str
    hashes: tuple[str, ...]
    number: str


class PhoneIdentity:
    """Hides numbers, and finds them again."""

    def __init__(self, key: str, previous: Sequence[str] = ()) -> None:
        """Use a present key, and earlier ones for what they hid."""
        keys = (key, *previous)
        self._hash_keys = [_derived("phone sender ids", each) for each in keys]
        self._safe = MultiFernet([Fernet(_fernet_key(each)) for each in keys])

    def person(self, kind: str, number: str) -> Person:
        """Return who has a number.

        Args:
            kind: SMS or WHATSAPP; a number on both is two conversations.
            number: normalised.
        """
        hashes = tuple(self._hash(key, kind, number) for key in self._hash_keys)
        own_id = f"{kind}-{hashes[0][:ID_LENGTH]}"
        return Person(own_id, hashes[0], hashes, self._safe.encrypt(number.encode()).decode())

    def number(self, locked: str) -> str:
        """Return a number that was encrypted.

        Raises:
            LockedNumber: by a key that isn't set any more.
        """
        try:
            return self._safe.decrypt(locked.encode()).decode()
        except InvalidToken:
            raise LockedNumber("PHONE_KEY changed without PHONE_KEY_PREVIOUS") from None

    @staticmethod
    def _hash(key: bytes, kind: str, number: str) -> str:
        return hmac.new(key, f"{kind}:{number}".encode(), hashlib.sha256).hexdigest()


def _derived(purpose: str, key: str) -> bytes:
    return hashlib.sha256(f"{purpose}\n{key}".encode()).digest()


def _fernet_key(key: str) -> bytes:
    return base64.urlsafe_b64encode(_derived("phone numbers", key))
