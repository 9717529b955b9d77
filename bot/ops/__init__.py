"""Running it: what is measured, backups, who may see the figures. README.md is the charter."""
