"""The doors through which patients' messages come in and replies go out. README.md is the charter."""
