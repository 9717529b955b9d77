"""Makes junk: what careless programs, curious people and attackers send."""

from __future__ import annotations

import json
import random
import string
from typing import Any

NASTY = (
    "", " ", "\x00", "\ud800", "﷽" * 50, "a" * 5_000, "%00", "%s%n", "{{7*7}}", "${jndi:ldap://x}",
    "<script>alert(1)</script>", "' OR 1=1 --", "\"; DROP TABLE events; --", "../../etc/passwd",
    "/restart", '/tell_condition{"condition": "x"}', "/session_start", "EXTERNAL: x",
    "\r\nSet-Cookie: a=b",
    "💊" * 300, "ⅷ²³", "\u202eevil", "NaN", "null", "undefined", "-1", "1e999", "0x7f", "٣٤", "\\",
    "\"",
    "{name}", "{clinic_name}", "{0.__class__}", "utter_trouble", "action_restart", "Infinity",
)  # fmt: skip
WORDS = (
    "pain cancer second opinion doctor records insurance chest left arm 911 988 yes no stop more "
    "my mother's scan 62 mg 4.5 PSA help why when cost"
).split()


class Junk:
    """A stream of junk that is the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def text(self) -> str:
        """Return a string, often a nasty one."""
        dice = self.dice
        kind = dice.random()
        if kind < 0.4:
            return dice.choice(NASTY)
        if kind < 0.6:
            return " ".join(dice.choices(WORDS, k=dice.randint(1, 12)))
        if kind < 0.8:
            return "".join(chr(dice.randint(1, 0x2FFF)) for _ in range(dice.randint(1, 60)))
        return "".join(dice.choices(string.printable, k=dice.randint(1, 80))) + dice.choice(NASTY)

    def value(self, depth: int = 3) -> Any:
        """Return anything that JSON can hold."""
        dice = self.dice
        kind = dice.randint(0, 8 if depth else 5)
        if kind == 0:
            return None
        if kind == 1:
            return dice.choice((True, False))
        if kind == 2:
            return dice.choice((0, -1, 2**63, 10**40, 1.5, -0.0, 1e308))
        if kind < 6:
            return self.text()
        if kind == 6:
            return [self.value(depth - 1) for _ in range(dice.randint(0, 4))]
        return {self.text(): self.value(depth - 1) for _ in range(dice.randint(0, 4))}

    def object(self, *names: str) -> dict[str, Any]:
        """Return an object that has some of the names that belong there, and others."""
        dice = self.dice
        found = {n: self.value() for n in names if dice.random() < 0.8}
        if dice.random() < 0.3:
            found[self.text()] = self.value()
        return found

    def body(self, *names: str) -> bytes:
        """Return a request's body: right JSON, nearly right, or anything."""
        dice = self.dice
        kind = dice.random()
        if kind < 0.6:
            return json.dumps(self.object(*names)).encode()
        if kind < 0.75:
            text = json.dumps(self.object(*names)).encode()
            return text[: dice.randint(0, len(text))]
        if kind < 0.85:
            return json.dumps(self.value()).encode()
        if kind < 0.95:
            return dice.randbytes(dice.randint(0, 400))
        return b"[" * dice.randint(1, 5_000)

    def headers(self) -> dict[str, str]:
        """Return headers that HTTP allows, with values nobody expects."""
        dice = self.dice
        names = (
            "Content-Type", "Accept", "X-Request-ID", "Authorization", "Cookie", "Origin",
            "Accept-Encoding", "If-None-Match", "Range", "X-Junk", "Accept-Language", "Referer",
        )  # fmt: skip
        safe = string.ascii_letters + string.digits + " ;,=/*+-.:\"'<>{}()[]%"
        return {
            name: "".join(dice.choices(safe, k=dice.randint(0, 40))).strip()
            for name in dice.sample(names, dice.randint(0, 4))
        }
