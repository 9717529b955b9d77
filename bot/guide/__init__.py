"""The guidance logic: from what is known about a patient to what to say. Pure: see README.md."""
