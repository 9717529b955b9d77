"""A secret comes from the environment or a file, can be replaced, and is never a weak one."""

from __future__ import annotations

import secrets as random
from pathlib import Path

import pytest

from bot.channels.sessions import SessionIds
from bot.errors import SetupProblem
from bot.secrets import CannotOpen, Keys, previous, read_files, weakness
from bot.settings import load_settings


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from a file\n")
    env = {"RASA_AUTH_TOKEN_FILE": str(tmp_path / "token"), "ENV_FILE": "x", "SSL_CERT_FILE": "y"}
    read_files(env)
    assert env["RASA_AUTH_TOKEN"] == "from a file"
    assert "ENV" not in env and "SSL_CERT" not in env


def test_what_is_set_wins_over_the_file(tmp_path: Path) -> None:
    env = {"SESSION_SECRET": "set", "SESSION_SECRET_FILE": str(tmp_path / "none")}
    read_files(env)
    assert env["SESSION_SECRET"] == "set"


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match=r"SESSION_SECRET_FILE names .*: No such file"):
        read_files({"SESSION_SECRET_FILE": str(tmp_path / "none")})


def test_what_was_sealed_with_the_old_key_still_opens_and_moves_to_the_new() -> None:
    old = Keys("the old one").sealer("notes").seal(b"words")
    both = Keys("the new one", ("older", "the old one")).sealer("notes")
    assert both.open(old) == b"words"
    assert Keys("the new one").sealer("notes").open(both.again(old)) == b"words"
    with pytest.raises(CannotOpen):
        Keys("the new one").sealer("notes").open(old)


def test_a_key_for_one_purpose_opens_nothing_of_another() -> None:
    sealed = Keys("one").sealer("notes").seal(b"words")
    with pytest.raises(CannotOpen):
        Keys("one").sealer("backups").open(sealed)


def test_a_changed_seal_does_not_open() -> None:
    sealer = Keys("one").sealer("notes")
    sealed = bytearray(sealer.seal(b"words"))
    sealed[20] ^= 1
    with pytest.raises(CannotOpen):
        sealer.open(bytes(sealed))
    with pytest.raises(CannotOpen):
        sealer.again(bytes(sealed))


def test_a_replaced_session_secret_keeps_everybodys_conversation() -> None:
    before = load_settings({"RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "old"})
    issued = SessionIds(before.session_keys.current).issue()
    after = load_settings(
        {"RASA_AUTH_TOKEN": "t", "SESSION_SECRET": "new", "SESSION_SECRET_PREVIOUS": "older, old"}
    )
    ids = SessionIds(after.session_keys.current, after.session_keys.earlier)
    assert ids.sender_of(issued) == SessionIds("old").sender_of(issued)
    assert SessionIds("old").sender_of(ids.issue()) is None
    assert SessionIds("new").sender_of(issued) is None


def test_earlier_values_are_separated_by_commas() -> None:
    assert previous("X", {"X_PREVIOUS": " a, ,b "}) == ("a", "b")
    assert previous("X", {}) == ()


@pytest.mark.parametrize("weak", ["", "short", "ab" * 20, "changeme-" * 5, "a-token-for-the-tests-only-and-more"])  # fmt: skip  # noqa: E501
def test_weak_secrets_are_told(weak: str) -> None:
    assert weakness(weak)


def test_random_ones_are_good() -> None:
    assert not any(weakness(random.token_urlsafe(32)) for _ in range(1_000))
