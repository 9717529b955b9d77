"""Breaks the running product on purpose. docs/operate.md names each promise and its test here."""
