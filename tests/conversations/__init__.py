"""Conversations with the running stack over REST."""
