"""The settings of the phone channels. A channel whose secrets are missing is off, never open."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import SetupProblem

TWILIO_API = "https://api.twilio.com"
META_API = "https://graph.facebook.com/v21.0"
QUIET = "21-8"


@dataclass(frozen=True)
class Twilio:
    """SMS, and WhatsApp, through Twilio.

    Attributes:
        account, token: the account's SID, and its auth token, which also signs what comes in.
        number: the clinic's, from which messages go that answer nothing.
        api: where Twilio's API is.
        template: SID of an approved WhatsApp template, or "".
    """

    account: str
    token: str
    number: str
    api: str
    template: str


@dataclass(frozen=True)
class Meta:
    """WhatsApp Cloud.

    Attributes:
        app_secret: signs what comes in.
        verify_token: proves that a new webhook address is ours.
        access_token: opens the API.
        number_id: Meta's name for the clinic's number.
        api: where Meta's API is, with its version.
        template: name of an approved template, perhaps ``name:language``, or "".
    """

    app_secret: str
    verify_token: str
    access_token: str
    number_id: str
    api: str
    template: str


@dataclass(frozen=True)
class PhoneSettings:
    """What the phone channels need.

    Attributes:
        twilio, meta: None while a channel is off.
        quiet: hours from and to which nothing goes out unasked; the same twice for none.
        zone: the clinic's time.
        all_a_minute: messages a minute from everybody together; 0 means no limit.
        region: two letters: the country of numbers that come without one.
    """

    twilio: Twilio | None
    meta: Meta | None
    quiet: tuple[int, int]
    zone: ZoneInfo
    all_a_minute: int
    region: str


def load_phone_settings(env: Mapping[str, str] | None = None) -> PhoneSettings:
    """Read them.

    Args:
        env: the environment; the process's own if left out.

    Raises:
        SetupProblem: a value is wrong; the sentence names it.
    """
    env = os.environ if env is None else env
    limit = env.get("PHONE_RATE_LIMIT") or "1200"
    if not limit.isdigit():
        raise SetupProblem(f"PHONE_RATE_LIMIT must be a whole number, not {limit!r}.")
    return PhoneSettings(
        twilio=_twilio(env),
        meta=_meta(env),
        quiet=_quiet(env.get("QUIET_HOURS") or QUIET),
        zone=_zone(env.get("CLINIC_TIME_ZONE") or "America/New_York"),
        all_a_minute=int(limit),
        region=env.get("PHONE_REGION") or "US",
    )


def what_is_on(settings: PhoneSettings) -> str:
    """Return a line for start-up: which channels are on, and what the others lack."""
    twilio = "on" if settings.twilio else "off (needs TWILIO_ACCOUNT_SID, _AUTH_TOKEN, _NUMBER)"
    needs = "WHATSAPP_APP_SECRET, _VERIFY_TOKEN, _ACCESS_TOKEN, _PHONE_NUMBER_ID"
    return f"SMS {twilio}; WhatsApp Cloud {'on' if settings.meta else f'off (needs {needs})'}"


def _twilio(env: Mapping[str, str]) -> Twilio | None:
    account, token = env.get("TWILIO_ACCOUNT_SID"), env.get("TWILIO_AUTH_TOKEN")
    number = env.get("TWILIO_NUMBER")
    if not (account and token and number):
        return None
    api = (env.get("TWILIO_API_BASE") or TWILIO_API).rstrip("/")
    return Twilio(account, token, number, api, env.get("TWILIO_TEMPLATE_SID") or "")


def _meta(env: Mapping[str, str]) -> Meta | None:
    secret, verify = env.get("WHATSAPP_APP_SECRET"), env.get("WHATSAPP_VERIFY_TOKEN")
    access, number_id = env.get("WHATSAPP_ACCESS_TOKEN"), env.get("WHATSAPP_PHONE_NUMBER_ID")
    if not (secret and verify and access and number_id):
        return None
    api = (env.get("WHATSAPP_API_BASE") or META_API).rstrip("/")
    return Meta(secret, verify, access, number_id, api, env.get("WHATSAPP_TEMPLATE") or "")


def _quiet(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text.strip())
    if not match or max(map(int, match.groups())) > 23:
        raise SetupProblem(f"QUIET_HOURS must be two hours of the day like {QUIET}, not {text!r}.")
    return int(match[1]), int(match[2])


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise SetupProblem(
            f"CLINIC_TIME_ZONE must be a name like America/New_York, not {name!r}."
        ) from None
