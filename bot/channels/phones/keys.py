"""Moves every contact to the present key: ``python -m bot.channels.phones.keys``.

Run it after PHONE_KEY was changed and the old one put into PHONE_KEY_PREVIOUS. After that the old
key is only needed for people who were erased after they said STOP; docs/connect-sms.md says more.
"""

from __future__ import annotations

import sys

from sqlalchemy.engine import Engine

from bot import environment
from bot.channels.phones.identity import PhoneIdentity
from bot.errors import SetupProblem
from bot.settings import load_settings
from bot.store import phone_people
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.store.writing import writing


def move(engine: Engine, identity: PhoneIdentity) -> int:
    """Hash and encrypt every contact's number with the present key; return how many there are.

    Conversations keep their names, so that nobody's is begun anew.
    """
    with writing(engine) as connection:
        contacts = phone_people.all_contacts(connection)
        for contact in contacts:
            kind = contact["own_id"].split("-")[0]
            person = identity.person(kind, identity.number(contact["number"]))
            phone_people.move_to(connection, person.number_hash, person.hashes)
            phone_people.change(connection, person.number_hash, number=person.number)
    return len(contacts)


def main() -> int:
    """Move the contacts of the configured database."""
    try:
        environment.prepare()
        settings = load_settings()
        engine = open_engine(settings.db_url)
        upgrade(engine)
        moved = move(engine, PhoneIdentity(settings.phone_key, settings.phone_key_previous))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"{moved} contacts are under the present key.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
