"""Numbers are hidden, found again, and survive a change of keys; signatures are the providers'."""

from __future__ import annotations

import hashlib
import hmac

import pytest
import sqlalchemy as sa

from bot.channels.phones.identity import (
    SMS,
    WHATSAPP,
    LockedNumber,
    NotANumber,
    PhoneIdentity,
    normalised,
)
from bot.channels.phones.keys import move
from bot.channels.phones.signatures import form_of, from_meta, from_twilio
from bot.store import phone_people
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.store.tables.phones import contacts
from bot.store.writing import writing

NUMBER = "+15550142000"
NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("+1 (202) 555-0142", "+12025550142"),
        ("+442079460958", "+442079460958"),
        ("72345", "72345"),
        (" +12025550142 ", "+12025550142"),
    ],
)
def test_a_number_is_brought_into_one_form(given, wanted):
    assert normalised(given) == wanted


def test_a_number_without_its_country_needs_one():
    assert normalised("(202) 555-0142", "US") == "+12025550142"
    with pytest.raises(NotANumber):
        normalised("(202) 555-0142")


@pytest.mark.parametrize("given", ["", "anonymous", "+", "+1", "266696687x", "\u0664\u0665\u0666"])
def test_what_is_no_number_is_refused_without_repeating_it(given):
    with pytest.raises(NotANumber) as trouble:
        normalised(given)
    assert not given or given not in str(trouble.value)


def test_the_sender_id_shows_no_number_and_is_always_the_same():
    identity = PhoneIdentity("a key for the tests")
    person = identity.person(SMS, NUMBER)
    assert person.own_id == PhoneIdentity("a key for the tests").person(SMS, NUMBER).own_id
    assert person.own_id.startswith("sms-")
    assert NUMBER[-7:] not in person.own_id + person.number + person.number_hash
    assert identity.number(person.number) == NUMBER


def test_keys_and_channels_make_different_people():
    one, two = PhoneIdentity("one key"), PhoneIdentity("another key")
    ids = {one.person(SMS, NUMBER).own_id, two.person(SMS, NUMBER).own_id}
    assert len(ids | {one.person(WHATSAPP, NUMBER).own_id}) == 3


def test_an_earlier_key_still_opens_and_a_forgotten_one_does_not():
    locked = PhoneIdentity("old").person(SMS, NUMBER).number
    assert PhoneIdentity("new", ["old"]).number(locked) == NUMBER
    with pytest.raises(LockedNumber):
        PhoneIdentity("new").number(locked)


def test_every_contact_moves_to_a_new_key_and_keeps_its_conversation(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'test.db'}")
    upgrade(engine)
    old = PhoneIdentity("old").person(SMS, NUMBER)
    with writing(engine) as connection:
        row = {"number_hash": old.number_hash, "sender_id": old.own_id, "own_id": old.own_id}
        phone_people.meet(connection, {**row, "channel": "twilio", "number": old.number}, NOW)
        phone_people.consent(connection, old.number_hash, "out", "twilio", "word", NOW)
    assert move(engine, PhoneIdentity("new", ["old"])) == 1
    only_new = PhoneIdentity("new")
    person = only_new.person(SMS, NUMBER)
    with engine.connect() as connection:
        found = phone_people.contact(connection, person.hashes)
        lines = phone_people.states(connection, person.hashes)
        assert connection.scalar(sa.select(sa.func.count()).select_from(contacts)) == 1
    assert found is not None
    assert found["sender_id"] == old.own_id
    assert only_new.number(found["number"]) == NUMBER
    assert lines == ["out"]


# The example of https://www.twilio.com/docs/usage/security#validating-requests
TWILIO_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
TWILIO_FORM = {
    "CallSid": ["CA1234567890ABCDE"],
    "Caller": ["+14158675309"],
    "Digits": ["1234"],
    "From": ["+14158675309"],
    "To": ["+18005551212"],
}
TWILIO_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_twilios_own_example_is_right():
    assert from_twilio("12345", TWILIO_URL, TWILIO_FORM, TWILIO_SIGNATURE)


@pytest.mark.parametrize(
    "signature", ["", "x", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "\u00fc", "=" * 900]
)
def test_another_signature_is_wrong(signature):
    assert not from_twilio("12345", TWILIO_URL, TWILIO_FORM, signature)


def test_one_changed_field_or_another_address_is_wrong():
    changed = {**TWILIO_FORM, "Digits": ["1235"]}
    assert not from_twilio("12345", TWILIO_URL, changed, TWILIO_SIGNATURE)
    assert not from_twilio("12345", "https://evil.example/", TWILIO_FORM, TWILIO_SIGNATURE)
    assert not from_twilio("", TWILIO_URL, TWILIO_FORM, TWILIO_SIGNATURE)


def test_a_form_keeps_empty_and_doubled_fields():
    assert form_of(b"Body=&Body=a%C2%A1+b") == {"Body": ["", "a\u00a1 b"]}
    assert form_of(b"\xff\xfe") == {"\ufffd\ufffd": [""]}


def meta_signature(secret, body):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_metas_signature_is_over_the_raw_bytes():
    body = '{"text": "\u00a1Hola!"}'.encode()
    # Computed with: printf '{"text": "¡Hola!"}' | openssl dgst -sha256 -hmac app-secret
    assert from_meta("app-secret", body, META_SIGNATURE)
    assert from_meta("app-secret", body, meta_signature("app-secret", body))
    assert not from_meta("app-secret", body + b" ", META_SIGNATURE)
    assert not from_meta("other", body, META_SIGNATURE)


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=aa", "\u00e9", "sha256=" + "0" * 64])
def test_no_or_another_signature_of_metas_is_wrong(signature):
    assert not from_meta("app-secret", b"{}", signature)
    assert not from_meta("", b"{}", meta_signature("", b"{}"))


META_SIGNATURE = "sha256=90b9fa7a957bff1eaaa1bc2b4a11e7ee0d4beeae80f968daa62ff288397f6f40"
