"""Tests of one part; see tests/builders.py for the words they are written in."""
