"""Every promise has a test that can fail; folders mirror the code."""
