"""Throws junk at every public entry of the running product: no 5xx, no leak, and it stays well.

FUZZ_INPUTS=10000 is the long form, for each entry.
"""
