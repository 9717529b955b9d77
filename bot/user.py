"""Lets somebody into the staff console: ``python -m bot.user [NAME]``, which is ``make user``.

Asks for what it needs to know. Whoever leaves the passphrase empty gets a one-time link by which
the person chooses it; then nobody else ever knows it. For a name that exists, only that changes.
"""

from __future__ import annotations

import getpass
import sys

from sqlalchemy.engine import Connection

from bot import environment
from bot.clinic import clinic_words
from bot.errors import SetupProblem
from bot.settings import Settings, load_settings
from bot.store import audit, users
from bot.store.engine import open_engine
from bot.store.migrate import upgrade
from bot.web.console.passphrases import hash_of, trouble_with
from bot.web.console.sign_in import trouble_with_names
from bot.web.console.words import sentence


def main(arguments: list[str]) -> int:
    """Ask, check and store; return 2 after one line that says what is wrong."""
    try:
        environment.prepare()
        settings = load_settings()
        engine = open_engine(settings.db_url)
        upgrade(engine)
        name = (arguments[0] if arguments else input("Name to sign in with: ")).strip().lower()
        with engine.begin() as connection:
            print(let_in(connection, settings, name))
    except SetupProblem as problem:
        print(problem, file=sys.stderr)
        return 2
    except (EOFError, KeyboardInterrupt):
        print("\nNothing was changed.", file=sys.stderr)
        return 2
    return 0


def let_in(connection: Connection, settings: Settings, name: str) -> str:
    """Add a user, or give one a new passphrase; return the line to print.

    Raises:
        SetupProblem: what was typed will not do.
    """
    known = next((u for u in users.everybody(connection) if u["name"] == name), None)
    shown_name, role = (known["shown_name"], known["role"]) if known else _asked(name)
    passphrase = getpass.getpass("Passphrase (empty for a one-time link): ")
    if passphrase:
        _check(name, passphrase)
    user_id = known["id"] if known else users.add(connection, name, shown_name, role)
    audit.record(connection, "let in from the command line", detail=f"{name}, {role}")
    users.end_sessions(connection, user_id)
    if not passphrase:
        link = f"{settings.public_base_url or settings.web_url}/console/set-up/"
        return f"{name} chooses a passphrase here, within a day: {link}" + users.invite(
            connection, user_id
        )
    hashed = hash_of(passphrase)
    users.change(connection, user_id, passphrase=hashed, second_factor="", active=True)
    return f"{name} can sign in as {role}."


def _asked(name: str) -> tuple[str, str]:
    """Return the name that patients read, and the role."""
    shown_name = " ".join(input("Name that patients read (Ana, nurse): ").split())
    problem = trouble_with_names(name, shown_name)
    if problem:
        raise SetupProblem(sentence(f"passphrase_{problem}"))
    role = input(f"Role ({', '.join(users.ROLES)}) [agent]: ").strip() or "agent"
    if role not in users.ROLES:
        raise SetupProblem(f"The role must be one of {', '.join(users.ROLES)}.")
    return shown_name, role


def _check(name: str, passphrase: str) -> None:
    problem = trouble_with(passphrase, name, clinic_words()["clinic_name"])
    if not problem and passphrase != getpass.getpass("The same again: "):
        problem = "differ"
    if problem:
        raise SetupProblem(sentence(f"passphrase_{problem}"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
