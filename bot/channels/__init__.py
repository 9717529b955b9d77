"""The doors: messages come in here and replies go out. README.md is the charter."""
