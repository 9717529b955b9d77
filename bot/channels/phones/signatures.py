"""Whether a provider really sent what came in. Nothing is parsed before this says yes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from multidict import MultiDict
from twilio.request_validator import RequestValidator

META_PREFIX = "sha256="


def from_twilio(token: str, url: str, form: Mapping[str, Sequence[str]], signature: str) -> bool:
    """Check Twilio's signature, with Twilio's own validator.

    Args:
        token: the account's auth token.
        url: the address as Twilio called it, that is, as it is from outside any proxy.
        form: every field, each with all its values.
        signature: the header ``X-Twilio-Signature``.

    Source:
        https://www.twilio.com/docs/usage/security#validating-requests
    """
    if not (token and signature and signature.isascii()):
        return False
    fields = MultiDict((name, value) for name, values in form.items() for value in values)
    try:
        return bool(RequestValidator(token).validate(url, fields, signature))
    except ValueError:  # an address that is none, such as one with the port "abc"
        return False


def form_of(body: bytes) -> dict[str, list[str]]:
    """Return the fields of a form-encoded body; what isn't one has none.

    Raises:
        ValueError: more fields than any provider sends.
    """
    fields: dict[str, list[str]] = {}
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=300)
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def from_meta(secret: str, body: bytes, signature: str) -> bool:
    """Check Meta's signature: HMAC-SHA256 over the raw bytes, keyed with the app's secret.

    Source:
        https://developers.facebook.com/docs/graph-api/webhooks/getting-started
    """
    if not (secret and signature.isascii() and signature.startswith(META_PREFIX)):
        return False
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signature[len(META_PREFIX) :].lower(), expected)
