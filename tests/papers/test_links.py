"""Addresses: nobody can guess, read or change one, and any server with the secret opens it."""

from __future__ import annotations

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SetupProblem
from bot.papers.links import Link, Sealer
from bot.settings import load_settings

ANNA = Link(0, "web-0123456789abcdef0123456789abcdef", 1_800_000_000.25)
SEALER = Sealer(["a secret"])
KEY = SEALER.seal(ANNA)


def test_a_key_opens_what_was_sealed():
    assert SEALER.open(KEY) == ANNA
    large = Link(5, "+1 ünï", 1.0, large=True)
    assert SEALER.open(SEALER.seal(large)) == large


def test_another_server_with_the_secret_opens_it():
    assert Sealer(["a secret"]).open(KEY) == ANNA


def test_after_a_change_of_the_secret_the_one_before_still_opens():
    changed = Sealer(["a new secret", "a secret"])
    assert changed.open(KEY) == ANNA
    assert Sealer(["a new secret"]).open(changed.seal(ANNA)) == ANNA
    assert Sealer(["a new secret"]).open(KEY) is None


def test_nothing_of_the_sender_or_the_time_can_be_read():
    sealed = base64.urlsafe_b64decode(KEY + "=" * (-len(KEY) % 4))
    assert b"0123" not in sealed and b"web" not in sealed
    assert (1_800_000_000_250).to_bytes(6, "big") not in sealed


def test_keys_of_neighbours_share_nothing():
    keys = [SEALER.seal(Link(0, f"sms-{n}", 1_800_000_000)) for n in range(200)]
    assert len({key[:6] for key in keys}) == 200
    assert len({key[-6:] for key in keys}) == 200


def test_every_changed_letter_is_noticed():
    for place, letter in enumerate(KEY):
        other = next(c for c in string.ascii_letters if c != letter)
        assert SEALER.open(KEY[:place] + other + KEY[place + 1 :]) is None, place


@pytest.mark.parametrize(
    "key", ["", "x", "....", "é" * 40, KEY + "A", KEY + "=", KEY[:-1], KEY.upper(), "A" * 100_000,
            " " + KEY, KEY.replace("-", "+") + "+", "AAAAAAAAAAAAAAAAAAAAAA"],
)  # fmt: skip
def test_what_we_never_sealed_opens_nothing(key):
    assert SEALER.open(key) is None


@given(st.text(max_size=120))
def test_no_text_opens_anything_or_raises(text):
    assert SEALER.open(text) is None


@given(st.text(max_size=255).filter(lambda s: s.isprintable()), st.floats(0, 2e9), st.booleans())
def test_every_sender_and_time_comes_back(sender, made, large):
    opened = SEALER.open(SEALER.seal(Link(3, sender, made, large)))
    assert opened is not None
    assert (opened.kind, opened.sender, opened.large) == (3, sender, large)
    assert 0 <= opened.made - made <= 0.002


def test_a_session_secret_of_the_same_words_is_another_key():
    from bot.channels.sessions import SessionIds

    assert SessionIds("a secret").sender_of(KEY) is None
    assert SEALER.open(SessionIds("a secret").issue()) is None


@pytest.mark.parametrize("days", ["0", "-1", "a week", "366"])
def test_a_wrong_number_of_days_is_one_clear_line(days):
    secrets = {"RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "s", "PAPERS_SECRET": "p"}
    with pytest.raises(SetupProblem, match="PAPERS_DAYS must be a whole number from 1 to 365"):
        load_settings({**secrets, "PAPERS_DAYS": days})


def test_a_secret_is_made_once_and_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("SECOND_OPINION_VAR", str(tmp_path))
    known = {"RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "s"}
    first, again = load_settings(known), load_settings(known)
    assert first.papers_secrets == again.papers_secrets
    assert len(first.papers_secrets[0]) >= 32
    assert (tmp_path / "papers-secret").stat().st_mode & 0o077 == 0
