"""Rasa's custom actions: each reads the tracker, asks the guide, and voices the decision."""
