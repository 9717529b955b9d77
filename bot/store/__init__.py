"""What is kept: the tracker store, and later our own tables."""
