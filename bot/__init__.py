"""The Second Opinion Guide: see bot/README.md for the map."""
