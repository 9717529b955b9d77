"""The staff console: read conversations, step in, review them, learn from them."""
