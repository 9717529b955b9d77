"""Words that carriers and the law give a meaning, and what is said to what isn't words at all.

Source: CTIA Messaging Principles and Best Practices; Twilio's default keywords
(https://www.twilio.com/docs/messaging/tutorials/advanced-opt-out).
"""

from __future__ import annotations

import re

STOP, START, HELP, MORE, UNLINK = "stop", "start", "help", "more", "unlink"
_STOPS = frozenset("stop stopall unsubscribe end quit cancel revoke optout".split())
_STARTS = frozenset("start unstop".split())
_HELPS = frozenset("help info".split())
_MORES = ("more", "more please")

TEXT, FLOOD = "text", "flood"
ODD = {
    "picture": "utter_phone_picture",
    "voice": "utter_phone_voice",
    "file": "utter_phone_file",
    "place": "utter_phone_place",
    "contact": "utter_phone_contact",
    "sticker": "utter_phone_sticker",
    "empty": "utter_phone_empty",
    "deleted": "utter_phone_deleted",
    "group": "utter_phone_group",
    "unknown": "utter_phone_unknown",
    FLOOD: "utter_phone_too_fast",
}
"""Kinds of messages that aren't words, and the sentence for each."""
_CODE = re.compile(r"(?:link\s+|code\s+)?(\d{3})[ -]?(\d{3})[.!]?", re.I)


def keyword(text: str) -> str:
    """Return STOP, START, HELP, MORE or UNLINK if a text is such a word and nothing else, or ""."""
    bare = " ".join(re.findall(r"[\w-]+", text.lower()))
    if bare.replace("-", "").replace(" ", "") in _STOPS or bare in ("stop please", "please stop"):
        return STOP
    if bare in _STARTS:
        return START
    if bare in _HELPS:
        return HELP
    if bare in _MORES:
        return MORE
    return UNLINK if bare in ("unlink", "unlink me") else ""


def says_yes(text: str) -> bool:
    """Whether a text is the "YES" that lets someone who is out come back."""
    return text.strip(" .!").lower() == "yes"


def link_code(text: str) -> str:
    """Return the six digits of a text that is a code for linking and nothing else, or ""."""
    match = _CODE.fullmatch(text.strip())
    return "".join(match.groups()) if match else ""


def kind_of_media(content_type: str) -> str:
    """Return the kind of an attachment, by its MIME type."""
    family = content_type.split("/")[0].lower()
    if "vcard" in content_type:
        return "contact"
    return {"image": "picture", "audio": "voice", "video": "voice"}.get(family, "file")
