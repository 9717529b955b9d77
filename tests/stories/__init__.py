"""Rasa end-to-end test stories."""
