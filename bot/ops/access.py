"""Who may read the figures: this machine, or who has the token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping

PROXY_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def may_read(remote: str | None, headers: Mapping[str, str], token: str) -> bool:
    """Return True for a caller on this machine that came through no proxy, or with the token.

    Args:
        remote: the address the connection comes from.
        headers: the request's; names in any case.
        token: METRICS_TOKEN; "" if nobody has one.
    """
    given = headers.get("Authorization") or ""
    if token and hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    return is_loopback(remote) and not any(headers.get(name) for name in PROXY_HEADERS)


def is_loopback(remote: str | None) -> bool:
    """Return True for an address of this machine's own."""
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False
